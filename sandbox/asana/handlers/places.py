"""Workspaces, people, teams, projects and sections."""

from sandbox.asana.calls import EMPTY, Answer, Call, Route
from sandbox.asana.errors import refuse
from sandbox.asana.records import Membership, Project, Section, Task, Team, User, Workspace


def _workspaces(call: Call) -> Answer:
    return call.page(call.site.all(Workspace))


def _workspace(call: Call) -> Answer:
    return call.one(call.site.find(Workspace, call.params["workspace"]))


def _user(call: Call) -> Answer:
    who = call.params["user"]
    if who == "me" or "@" in who:
        return call.one(call.site.find_user("user", who))
    return call.one(call.site.find(User, who))


def _users(call: Call) -> Answer:
    if team := call.query.get("team"):
        return call.page(call.site.find(Team, team, "team").members)
    workspace = _asked_workspace(call)
    return call.page([u for u in call.site.all(User) if workspace is None or u.workspace is workspace])


def _users_of_workspace(call: Call) -> Answer:
    workspace = call.site.find(Workspace, call.params["workspace"])
    users = [user for user in call.site.all(User) if user.workspace is workspace]
    return call.list(sorted(users, key=lambda user: user.name.casefold()))


def _users_of_team(call: Call) -> Answer:
    return call.list(call.site.find(Team, call.params["team"]).members)


def _teams(call: Call) -> Answer:
    workspace = call.site.find(Workspace, call.params["workspace"])
    return call.page([team for team in call.site.all(Team) if team.workspace is workspace])


def _team(call: Call) -> Answer:
    return call.one(call.site.find(Team, call.params["team"]))


def _project(call: Call) -> Answer:
    return call.one(call.site.find(Project, call.params["project"]))


def _memberships(call: Call) -> Answer:
    """All who are in a project, or one of them; a membership's gid stands for its project and person."""
    project = call.site.find(Project, call.params["project"])
    asked = call.site.find_user("user", call.query["user"]) if "user" in call.query else None
    members = [user for user in project.members if asked is None or user is asked]
    return call.page([Membership(f"{project.gid}{user.gid[-4:]}", project, user) for user in members])


def _projects(call: Call) -> Answer:
    workspace = _asked_workspace(call)
    team = call.site.find(Team, call.query["team"], "team") if "team" in call.query else None
    return _listed(call, workspace, team)


def _projects_of_workspace(call: Call) -> Answer:
    return _listed(call, call.site.find(Workspace, call.params["workspace"]), None)


def _projects_of_team(call: Call) -> Answer:
    return _listed(call, None, call.site.find(Team, call.params["team"]))


def _projects_of_task(call: Call) -> Answer:
    task = call.site.find(Task, call.params["task"])
    return call.page([project for project in task.projects if call.site.is_visible(project)])


def _listed(call: Call, workspace: Workspace | None, team: Team | None) -> Answer:
    archived = call.query.get("archived")
    return call.page(
        [
            project
            for project in call.site.all(Project)
            if call.site.is_visible(project)
            and (workspace is None or project.workspace is workspace)
            and (team is None or project.team is team)
            and (archived is None or project.archived == (archived == "true"))
        ]
    )


def _asked_workspace(call: Call) -> Workspace | None:
    gid = call.query.get("workspace")
    return None if gid is None else call.site.find(Workspace, gid, "workspace")


def _sections(call: Call) -> Answer:
    return call.page(call.site.find(Project, call.params["project"]).sections)


def _section(call: Call) -> Answer:
    return call.one(call.site.find(Section, call.params["section"]))


def _new_section(call: Call) -> Answer:
    project = call.site.find(Project, call.params["project"])
    name = call.data.get("name")
    if not isinstance(name, str) or not name.strip():
        refuse("name: Missing input")
    return call.made(call.site.add_section(project, name))


def _add_to_section(call: Call) -> Answer:
    """Into a section of a project, and out of its other sections; at the top unless told where."""
    section = call.site.find(Section, call.params["section"])
    task = call.site.find(Task, call.data.get("task"), "task")
    move(call, task, section, at_top=True)
    return EMPTY


def move(call: Call, task: Task, section: Section, *, at_top: bool) -> None:
    """Put a task into a section, before or after another task if the request says so."""
    for name in ("insert_before", "insert_after"):
        anchor = call.data.get(name)
        if anchor is not None and call.site.find(Task, anchor, name) not in section.tasks:
            refuse(f"{name}: Task {anchor} is not in section {section.gid}")
    call.site.take_out(task, section.project)
    gids = [other.gid for other in section.tasks]
    if (before := call.data.get("insert_before")) in gids:
        position = gids.index(before)
    elif (after := call.data.get("insert_after")) in gids:
        position = gids.index(after) + 1
    else:
        position = 0 if at_top else len(gids)
    section.tasks.insert(position, task)
    task.sections.append(section)
    call.site.happened(task, "changed", "memberships")


ROUTES = (
    Route("GET", "/workspaces", "getWorkspaces", _workspaces),
    Route("GET", "/workspaces/{workspace}", "getWorkspace", _workspace),
    Route("GET", "/workspaces/{workspace}/users", "getUsersForWorkspace", _users_of_workspace),
    Route("GET", "/workspaces/{workspace}/users/{user}", "getUserForWorkspace", _user),
    Route("GET", "/workspaces/{workspace}/teams", "getTeamsForWorkspace", _teams),
    Route("GET", "/workspaces/{workspace}/projects", "getProjectsForWorkspace", _projects_of_workspace),
    Route("GET", "/users", "getUsers", _users),
    Route("GET", "/users/{user}", "getUser", _user),
    Route("GET", "/teams/{team}", "getTeam", _team),
    Route("GET", "/teams/{team}/users", "getUsersForTeam", _users_of_team),
    Route("GET", "/teams/{team}/projects", "getProjectsForTeam", _projects_of_team),
    Route("GET", "/projects", "getProjects", _projects),
    Route("GET", "/projects/{project}", "getProject", _project),
    Route("GET", "/projects/{project}/project_memberships", "getProjectMembershipsForProject", _memberships),
    Route("GET", "/projects/{project}/sections", "getSectionsForProject", _sections),
    Route("POST", "/projects/{project}/sections", "createSectionForProject", _new_section),
    Route("GET", "/sections/{section}", "getSection", _section),
    Route("POST", "/sections/{section}/addTask", "addTaskForSection", _add_to_section),
    Route("GET", "/tasks/{task}/projects", "getProjectsForTask", _projects_of_task),
)
