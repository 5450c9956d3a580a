"""What ties a task to projects, tags, people and other tasks."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from sandbox.asana.calls import EMPTY, Answer, Call, Route
from sandbox.asana.errors import AsanaError, refuse
from sandbox.asana.handlers.places import move
from sandbox.asana.records import Project, Section, Tag, Task
from sandbox.asana.task_changes import follow
from sandbox.asana.task_data import MAX_PROJECTS

MOST_LINKS = 30


def _task(call: Call) -> Task:
    return call.site.find(Task, call.params["task"])


def _gids(call: Call, name: str) -> list[Any]:
    given = call.data.get(name)
    if isinstance(given, str):
        return [part.strip() for part in given.split(",") if part.strip()]
    return given if isinstance(given, list) and given else refuse(f"{name}: Missing input")


def _add_project(call: Call) -> Answer:
    task, data = _task(call), call.data
    project = call.site.find(Project, data.get("project"), "project")
    if data.get("insert_before") is not None and data.get("insert_after") is not None:
        refuse("insert_before: Cannot be used together with insert_after")
    section = _section_for(call, task, project)
    if project not in task.projects and len(task.sections) >= MAX_PROJECTS:
        refuse(f"project: A task can be in at most {MAX_PROJECTS} projects")
    is_new = project not in task.projects
    move(call, task, section, at_top="insert_after" in data and data["insert_after"] is None)
    if is_new:
        call.site.tell(task, "added_to_project", f"added to {project.name}")
    return EMPTY


def _section_for(call: Call, task: Task, project: Project) -> Section:
    """The section that the request names, or that of the task it goes next to, or the project's first."""
    if call.data.get("section") is not None:
        section = call.site.find(Section, call.data["section"], "section")
        return section if section.project is project else refuse("section: Is not in the project")
    anchor = call.data.get("insert_before") or call.data.get("insert_after")
    beside = call.site.find(Task, anchor, "insert_before") if anchor is not None else task
    own = next((section for section in beside.sections if section.project is project), None)
    return own or project.sections[0]


def _remove_project(call: Call) -> Answer:
    task = _task(call)
    project = call.site.find(Project, call.data.get("project"), "project")
    for section in [own for own in task.sections if own.project is project]:
        section.tasks.remove(task)
        task.sections.remove(section)
        call.site.tell(task, "removed_from_project", f"removed from {project.name}")
        call.site.happened(task, "removed")
    return EMPTY


def _add_tag(call: Call) -> Answer:
    task, tag = _task(call), call.site.find(Tag, call.data.get("tag"), "tag")
    if tag not in task.tags:
        task.tags.append(tag)
        call.site.touch(task)
        call.site.tell(task, "added_to_tag", f"added to {tag.name}")
        call.site.happened(task, "changed", "tags")
    return EMPTY


def _remove_tag(call: Call) -> Answer:
    task, tag = _task(call), call.site.find(Tag, call.data.get("tag"), "tag")
    if tag in task.tags:
        task.tags.remove(tag)
        call.site.touch(task)
        call.site.happened(task, "changed", "tags")
    return EMPTY


def _add_followers(call: Call) -> Answer:
    task = _task(call)
    users = [call.site.find_user("followers", who) for who in _gids(call, "followers")]
    for user in users:
        follow(task, user)
    call.site.happened(task, "changed", "followers")
    return call.one(task)


def _remove_followers(call: Call) -> Answer:
    task = _task(call)
    users = [call.site.find_user("followers", who) for who in _gids(call, "followers")]
    task.followers = [user for user in task.followers if user not in users]
    call.site.happened(task, "changed", "followers")
    return call.one(task)


def _set_parent(call: Call) -> Answer:
    task = _task(call)
    if "parent" not in call.data:
        refuse("parent: Missing input")
    gid = call.data["parent"]
    parent = None if gid is None else call.site.find(Task, gid, "parent")
    above = parent
    while above is not None:
        if above is task:
            refuse("parent: A task cannot be its own parent")
        above = above.parent
    if task.parent is not None:
        task.parent.subtasks.remove(task)
    task.parent = parent
    if parent is not None:
        parent.subtasks.append(task)
    call.site.touch(task)
    call.site.happened(task, "changed", "parent")
    return call.one(task)


def _listing(read: Callable[[Task], list[Task]]) -> Callable[[Call], Answer]:
    def handler(call: Call) -> Answer:
        task = _task(call)
        _check_plan(task)
        return call.page(read(task))

    return handler


def _linking(name: str, *, add: bool) -> Callable[[Call], Answer]:
    """Adding or removing dependencies, or dependents, which are the same from the other side."""

    def handler(call: Call) -> Answer:
        task = _task(call)
        _check_plan(task)
        others = [call.site.find(Task, gid, name) for gid in _gids(call, name)]
        if task in others:
            refuse(f"{name}: A task cannot depend on itself")
        pairs = [(task, other) if name == "dependencies" else (other, task) for other in others]
        if add:
            _check_count(task, others)
            for blocked, blocker in pairs:
                _check_circle(blocked, blocker)
        for blocked, blocker in pairs:
            _link(blocked, blocker) if add else _unlink(blocked, blocker)
            call.site.touch(blocked)
            call.site.happened(blocked, "changed", "dependencies")
        return EMPTY

    return handler


def _check_plan(task: Task) -> None:
    if not task.workspace.dependencies:
        raise AsanaError(HTTPStatus.PAYMENT_REQUIRED, "Dependencies are only available in premium workspaces")


def _check_count(task: Task, others: list[Task]) -> None:
    new = [other for other in others if other not in task.dependencies and other not in task.dependents]
    if len(task.dependencies) + len(task.dependents) + len(new) > MOST_LINKS:
        refuse(f"A task can have at most {MOST_LINKS} dependents and dependencies combined")


def _check_circle(blocked: Task, blocker: Task) -> None:
    above = [blocker]
    for task in above:
        if task is blocked:
            refuse("dependencies: This would make a circle of dependencies")
        above += [more for more in task.dependencies if more not in above]


def _link(blocked: Task, blocker: Task) -> None:
    if blocker not in blocked.dependencies:
        blocked.dependencies.append(blocker)
        blocker.dependents.append(blocked)


def _unlink(blocked: Task, blocker: Task) -> None:
    if blocker in blocked.dependencies:
        blocked.dependencies.remove(blocker)
        blocker.dependents.remove(blocked)


ROUTES = (
    Route("POST", "/tasks/{task}/addProject", "addProjectForTask", _add_project),
    Route("POST", "/tasks/{task}/removeProject", "removeProjectForTask", _remove_project),
    Route("POST", "/tasks/{task}/addTag", "addTagForTask", _add_tag),
    Route("POST", "/tasks/{task}/removeTag", "removeTagForTask", _remove_tag),
    Route("POST", "/tasks/{task}/addFollowers", "addFollowersForTask", _add_followers),
    Route("POST", "/tasks/{task}/removeFollowers", "removeFollowerForTask", _remove_followers),
    Route("POST", "/tasks/{task}/setParent", "setParentForTask", _set_parent),
    Route("GET", "/tasks/{task}/dependencies", "getDependenciesForTask", _listing(lambda t: t.dependencies)),
    Route("GET", "/tasks/{task}/dependents", "getDependentsForTask", _listing(lambda t: t.dependents)),
    *(
        Route("POST", f"/tasks/{{task}}/{verb}{name.title()}", f"{verb}{name.title()}ForTask", _linking(name, add=add))
        for name in ("dependencies", "dependents")
        for verb, add in (("add", True), ("remove", False))
    ),
)
