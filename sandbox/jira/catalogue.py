"""What a fresh Jira site comes with."""

from sandbox.jira.model import Field, IssueType, LinkType, Named, ScreenField

ISSUE_TYPES = (
    IssueType("10001", "Story", "Functionality or a feature expressed as a user goal."),
    IssueType("10002", "Task", "A small, distinct piece of work."),
    IssueType("10004", "Bug", "A problem or error."),
    IssueType("10000", "Epic", "A collection of related bugs, stories, and tasks.", level=1),
    IssueType("10003", "Sub-task", "A small piece of work that's part of a larger task.", subtask=True, level=-1),
)
PRIORITIES = (
    Named("1", "Highest"),
    Named("2", "High"),
    Named("3", "Medium"),
    Named("4", "Low"),
    Named("5", "Lowest"),
)
DEFAULT_PRIORITY = "3"
RESOLUTIONS = (
    Named("10000", "Done", "Work has been completed on this issue."),
    Named("10001", "Won't Do", "This issue won't be actioned."),
    Named("10002", "Duplicate", "The problem is a duplicate of an existing issue."),
)
LINK_TYPES = (
    LinkType("10000", "Blocks", "is blocked by", "blocks"),
    LinkType("10001", "Cloners", "is cloned by", "clones"),
    LinkType("10002", "Duplicate", "is duplicated by", "duplicates"),
    LinkType("10003", "Relates", "relates to", "relates to"),
)


def _computed(identifier: str, name: str, *clauses: str, navigable: bool = True) -> Field:
    return Field(identifier, name, identifier, clause_names=clauses, navigable=navigable, screenable=False)


def _settable(identifier: str, name: str, kind: str, *clauses: str) -> Field:
    return Field(identifier, name, kind, clause_names=clauses or (identifier,))


SYSTEM_FIELDS = (
    _settable("summary", "Summary", "summary"),
    _settable("issuetype", "Issue Type", "issuetype", "issuetype", "type"),
    _settable("project", "Project", "project"),
    _settable("description", "Description", "textarea"),
    _settable("environment", "Environment", "textarea"),
    _settable("reporter", "Reporter", "user"),
    _settable("assignee", "Assignee", "user"),
    _settable("priority", "Priority", "priority"),
    _settable("labels", "Labels", "labels"),
    _settable("components", "Components", "components", "component"),
    _settable("fixVersions", "Fix versions", "versions", "fixVersion"),
    _settable("versions", "Affects versions", "versions", "affectedVersion"),
    _settable("duedate", "Due date", "date", "due", "duedate"),
    _settable("parent", "Parent", "parent"),
    _settable("security", "Security Level", "security", "level"),
    _settable("resolution", "Resolution", "resolution"),
    _computed("issuekey", "Key", "id", "issue", "issuekey", "key"),
    _computed("status", "Status", "status"),
    _computed("statusCategory", "Status Category", "statusCategory"),
    _computed("statuscategorychangedate", "Status Category Changed", "statusCategoryChangedDate"),
    _computed("creator", "Creator", "creator"),
    _computed("created", "Created", "created", "createdDate"),
    _computed("updated", "Updated", "updated", "updatedDate"),
    _computed("resolutiondate", "Resolved", "resolutiondate", "resolved"),
    _computed("issuelinks", "Linked Issues", navigable=False),
    _computed("subtasks", "Sub-tasks", "subtasks"),
    _computed("attachment", "Attachment", "attachments", navigable=False),
    _computed("comment", "Comment", "comment", navigable=False),
    _computed("votes", "Votes", "votes"),
    _computed("watches", "Watchers", "watchers"),
)
SCHEMAS: dict[str, tuple[str, str | None]] = {
    "issuetype": ("issuetype", None),
    "project": ("project", None),
    "status": ("status", None),
    "statusCategory": ("statusCategory", None),
    "statuscategorychangedate": ("datetime", None),
    "creator": ("user", None),
    "created": ("datetime", None),
    "updated": ("datetime", None),
    "resolutiondate": ("datetime", None),
    "issuelinks": ("array", "issuelinks"),
    "subtasks": ("array", "issuelinks"),
    "attachment": ("array", "attachment"),
    "comment": ("comments-page", None),
    "votes": ("votes", None),
    "watches": ("watches", None),
}
"""Type and items of the fields that no kind describes."""


def screen_of(issue_type: IssueType) -> dict[str, ScreenField]:
    """The create screen of an issue type. Epics have no parent, sub-tasks need one, only bugs have an environment."""
    required = ("project", "issuetype", "summary", "reporter")
    names = [*required, "description", "assignee", "priority", "labels", "components", "fixVersions", "duedate"]
    if issue_type.level < 1:
        names.append("parent")
    if issue_type.name == "Bug":
        names += ["environment", "versions"]
    screen = {name: ScreenField(name, required=name in required) for name in names}
    screen["priority"].default = DEFAULT_PRIORITY
    if issue_type.subtask:
        screen["parent"].required = True
    return screen
