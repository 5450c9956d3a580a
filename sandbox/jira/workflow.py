"""The workflow of every project: backlog to done, with a way to be blocked and one to come back."""

from sandbox.jira.model import Issue, Project, Status, Transition

STATUSES = (
    Status("10000", "To Do", "new"),
    Status("3", "In Progress", "indeterminate"),
    Status("10001", "In Review", "indeterminate"),
    Status("10003", "Blocked", "indeterminate"),
    Status("10002", "Done", "done"),
)
TRANSITIONS = (
    Transition("11", "To Do", "10000"),
    Transition("21", "In Progress", "3"),
    Transition("31", "In Review", "10001", sources=("3",)),
    Transition("51", "Blocked", "10003", sources=("3", "10001")),
    Transition("41", "Done", "10002", fields=("resolution",)),
)
START = "10000"
CATEGORIES: dict[str, tuple[int, str, str]] = {
    "new": (2, "To Do", "blue-gray"),
    "indeterminate": (4, "In Progress", "yellow"),
    "done": (3, "Done", "green"),
}
"""Id, name and colour of the status categories by key."""


def open_transitions(project: Project, issue: Issue) -> list[Transition]:
    """The steps that an issue can take from where it is."""
    return [
        step
        for step in project.transitions
        if issue.status != step.target and (not step.sources or issue.status in step.sources)
    ]
