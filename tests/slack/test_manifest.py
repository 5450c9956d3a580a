"""The app manifest asks for what the code uses, and for nothing else."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.slack.ids import COMMAND, Callback
from bot.slack.listeners import ANYTHING, register
from bot.slack.manifest import EVENTS, SCOPES, manifest
from sandbox.slack.scopes import NEEDED

FOLDER = Path(bot.__file__).parent
METHODS = {
    "apps.connections.open": set(),  # the app-level token's own scope
    "auth.test": set(),
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write", "chat:write.public"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.list": {"channels:read", "groups:read"},
    "conversations.members": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "users.info": {"users:read", "users:read.email"},
    "users.lookupByEmail": {"users:read.email"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
"""Method → the bot scopes that it asks for, for the conversations that we use it on (Slack's method pages)."""
BESIDES = {"commands": "slash command and shortcuts", "files:read": "downloads of files"}


def called() -> set[str]:
    """The Web API methods that stand in the code: every text with a dot and a known first part."""
    families = {method.partition(".")[0] for method in [*NEEDED, *METHODS]} | {"reactions", "pins", "files", "team"}
    found = set()
    for file in FOLDER.rglob("*.py"):
        docs = set()
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                docs.add(node.value)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs:
                family, dot, method = node.value.partition(".")
                if dot and family in families and method.replace(".", "").isalpha():
                    found.add(node.value)
    return found


def test_the_scopes_are_exactly_those_of_the_methods_in_use() -> None:
    """Every method that the code names is known here, and together they need the manifest's scopes and no others."""
    used = called()

    assert used == set(METHODS)
    assert set(SCOPES) == set().union(*METHODS.values()) | set(BESIDES)
    assert manifest("socket")["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert "token" in (FOLDER / "slack" / "files.py").read_text()
    for method, scopes in METHODS.items():
        assert set(NEEDED.get(method, ())) <= scopes


class Table:
    """An app that notes what is registered."""

    def __init__(self) -> None:
        self.entries: dict[str, list[Any]] = {}

    def __getattr__(self, kind: str) -> Any:
        def connect(what: Any) -> Any:
            self.entries.setdefault(kind, []).append(what)
            return lambda listener: listener

        return connect


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_commands_and_shortcuts_are_those_with_listeners(mode: Any) -> None:
    """What the manifest offers in Slack, and what it subscribes to, is what the code listens to."""
    table = Table()
    register(table, None)  # type: ignore[arg-type]
    made = manifest(mode, "https://bot.example.com")
    features = made["features"]

    assert [command["command"] for command in features["slash_commands"]] == table.entries["command"] == [COMMAND]
    assert {entry["callback_id"]: entry["type"] for entry in features["shortcuts"]} == {
        str(Callback.SHORTCUT): "global",
        str(Callback.MESSAGE_SHORTCUT): "message",
    }
    assert {str(entry) for entry in table.entries["shortcut"]} == {
        entry["callback_id"] for entry in features["shortcuts"]
    }
    assert made["settings"]["event_subscriptions"]["bot_events"] == table.entries["event"] == sorted(EVENTS)
    assert features["app_home"]["home_tab_enabled"] is True
    assert table.entries["action"][-1] is ANYTHING


def test_the_manifest_fits_slack() -> None:
    """Names and texts within Slack's lengths, request URLs in HTTP mode only."""
    sockets, http = manifest("socket"), manifest("http", "https://bot.example.com/")
    shown = sockets["display_information"]

    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    for entry in sockets["features"]["shortcuts"]:
        assert len(entry["name"]) <= 24
        assert len(entry["description"]) <= 150
    assert "http" not in json.dumps(sockets)
    assert http["features"]["slash_commands"][0]["url"] == "https://bot.example.com/slack/events"
    assert http["settings"]["interactivity"] == {
        "is_enabled": True,
        "request_url": "https://bot.example.com/slack/events",
        "message_menu_options_url": "https://bot.example.com/slack/events",
    }
    assert http["settings"]["event_subscriptions"]["request_url"] == "https://bot.example.com/slack/events"
    assert http["settings"]["socket_mode_enabled"] is False
