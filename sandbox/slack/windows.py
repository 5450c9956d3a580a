"""The modals and home tabs that people have open."""

from typing import TYPE_CHECKING

from sandbox.slack.model import View

if TYPE_CHECKING:
    from sandbox.slack.workspace import SlackWorkspace


class Windows:
    """Modal stacks (at most 3 views) and home tabs."""

    def __init__(self, workspace: "SlackWorkspace") -> None:
        self._workspace = workspace
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
