"""A real Chromium before the sandbox's page, and a bot of our own behind it that has a form with every element."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from sandbox.slack import SLACK_APP_TOKEN, SLACK_BOT_TOKEN
from tests.browser.alert_app import AlertApp
from tests.browser.hands import Hands

PROJECT = Path(__file__).parents[2]
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one found is taken; without windows and menus it needs a third less of the processor."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MANIFEST: dict[str, Any] = {
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/form", "description": "A form with everything"},
            {"command": "/buttons", "description": "A message with buttons"},
        ],
        "shortcuts": [
            {"name": "New form", "type": "global", "callback_id": "new_form"},
            {"name": "Form from this message", "type": "message", "callback_id": "from_message"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "users:read", "files:read", "files:write"]}},
    "settings": {
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
    },
}


def found_chromium() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def installed_chromium() -> str | None:
    """Debian's Chromium, if this machine lets us install it."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return None
    subprocess.run([apt, "update"], capture_output=True, check=False, timeout=600)
    for name in NAMES[:2]:
        command = [apt, "install", "-y", "--no-install-recommends", name]
        if subprocess.run(command, capture_output=True, check=False, timeout=600).returncode == 0:
            break
    return found_chromium()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = found_chromium() or installed_chromium()
    if path is None:
        words = f"no Chromium here: none of {', '.join(NAMES)} is on the path, and it could not be installed"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    expect.set_options(timeout=10_000)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
        yield launched
        await launched.close()


@pytest.fixture
def screenshots() -> Path | None:
    """A folder for pictures if `SCREENSHOTS` names one."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) if folder else None


@asynccontextmanager
async def opened(browser: Browser, url: str, **options: Any) -> AsyncIterator[Page]:
    """The page in a fresh context; a script error or a request to elsewhere fails the test."""
    context: BrowserContext = await browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | options))
    context.set_default_timeout(15_000)
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("request", lambda sent: None if sent.url.startswith(url) else problems.append(f"went to {sent.url}"))
    await page.goto(url)
    try:
        yield page
    finally:
        await context.close()
    assert problems == []


@pytest.fixture
def opened_page() -> Any:
    return opened


@pytest.fixture
def form() -> Any:
    return form_view


@pytest.fixture
def eventually() -> Any:
    """Waits until something is true in this process."""

    async def wait(true: Callable[[], bool], seconds: float = 5.0) -> None:
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 (what is waited for has no event)
                await asyncio.sleep(0.02)

    return wait


def furnish(sandbox: Sandbox) -> None:
    slack = sandbox.slack
    mara = slack.add_user("mara", "Mara Example", title="Marketing")
    jonas = slack.add_user("jonas", "Jonas Sample", title="Development")
    gil = slack.add_user("gil", "Gil Guest", guest=True)
    ola = slack.add_user("ola", "Ola Operator", admin=True, tz="America/New_York", tz_offset=-18_000)
    slack.add_channel("web", [mara, jonas, gil, ola], topic="Everything about the website")
    slack.add_channel("quiet", [mara, jonas])


def text(words: str) -> dict[str, str]:
    return {"type": "plain_text", "text": words}


def options(*names: str) -> list[dict[str, Any]]:
    return [{"text": text(name), "value": name.lower()} for name in names]


def asked(block_id: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": text(label),
        "element": {"action_id": "answer", **element},
        **more,
    }


SPEAK_UP = {"trigger_actions_on": ["on_character_entered"]}


def form_view(kind: str | None = None) -> dict[str, Any]:
    """A modal with every element; choosing "Second" as kind adds a field."""
    blocks = [
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "A *form* with <https://example.com|everything> & more"},
        },
        asked(
            "kind",
            "Kind",
            {"type": "static_select", "options": options("First", "Second"), "placeholder": text("Choose …")},
            dispatch_action=True,
        ),
        asked("title", "Title", {"type": "plain_text_input", "dispatch_action_config": SPEAK_UP}, dispatch_action=True),
        *([asked("more", "More about the second", {"type": "plain_text_input"})] if kind == "second" else []),
        asked("story", "Story", {"type": "plain_text_input", "multiline": True}, optional=True, hint=text("Long text")),
        asked("rich", "Rich text", {"type": "rich_text_input"}, optional=True),
        asked(
            "parts", "Parts", {"type": "multi_static_select", "options": options("One", "Two", "Three")}, optional=True
        ),
        asked("page", "Page", {"type": "external_select", "min_query_length": 1}, optional=True),
        asked("who", "Who", {"type": "users_select"}, optional=True),
        asked("many", "Many people", {"type": "multi_users_select"}, optional=True),
        asked("room", "Channel", {"type": "channels_select"}, optional=True),
        asked("day", "Day", {"type": "datepicker"}, optional=True),
        asked("time", "Time", {"type": "timepicker"}, optional=True),
        asked("number", "Number", {"type": "number_input", "is_decimal_allowed": True}, optional=True),
        asked("url", "Address", {"type": "url_text_input"}, optional=True),
        asked("email", "E-mail", {"type": "email_text_input"}, optional=True),
        asked("boxes", "Boxes", {"type": "checkboxes", "options": options("Red", "Blue")}, optional=True),
        asked("radio", "Radio", {"type": "radio_buttons", "options": options("Yes", "No")}, optional=True),
        asked("files", "Files", {"type": "file_input", "max_files": 3}, optional=True),
    ]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": text("A form"),
        "submit": text("Send"),
        "close": text("Cancel"),
        "blocks": blocks,
    }


def buttons() -> list[dict[str, Any]]:
    confirm = {
        "title": text("Really?"),
        "text": text("There is no way back."),
        "confirm": text("Do it"),
        "deny": text("No"),
    }
    elements = [
        {"type": "button", "action_id": "press", "text": text("Press me"), "value": "one"},
    ]
    more = {"type": "overflow", "action_id": "press", "options": options("Later", "Never")}
    careful = [
        {"type": "button", "action_id": "press", "text": text("Careful"), "value": "two", "confirm": confirm},
    ]
    menu = {
        "type": "static_select",
        "action_id": "press",
        "options": options("Left", "Right"),
        "placeholder": text("Where to"),
    }
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": "Two *buttons* and a menu"}},
        {"type": "actions", "elements": elements},
        {"type": "actions", "elements": careful},
        {"type": "actions", "elements": [menu]},
        {"type": "actions", "elements": [more]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Small print"}]},
    ]


class Heard:
    """What the bot heard."""

    def __init__(self) -> None:
        self.submitted: list[dict[str, Any]] = []
        self.typed: list[str] = []
        self.pressed: list[dict[str, Any]] = []


def build_bot(url: str, heard: Heard) -> AsyncApp:
    client = AsyncWebClient(SLACK_BOT_TOKEN, base_url=f"{url}/slack/api/")
    app = AsyncApp(client=client, process_before_response=True)

    @app.command("/form")
    async def _(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form_view())

    @app.shortcut("new_form")
    async def _(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form_view())

    @app.shortcut("from_message")
    async def _(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        view = form_view()
        view["blocks"][2]["element"]["initial_value"] = body["message"]["text"]
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.options("answer")
    async def _(ack: Any, body: dict[str, Any]) -> None:
        pages = [name for name in ("Pricing", "Press", "Blog") if body["value"].lower() in name.lower()]
        await ack(options=options(*pages))

    @app.action({"block_id": "kind", "action_id": "answer"})
    async def _(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        kind = body["actions"][0]["selected_option"]["value"]
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=form_view(kind))

    @app.action({"block_id": "title", "action_id": "answer"})
    async def _(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        heard.typed.append(body["actions"][0]["value"])

    @app.action("press")
    async def _(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        heard.pressed.append(body["actions"][0])
        await respond("Heard, thank you.", response_type="ephemeral", replace_original=False)

    @app.command("/buttons")
    async def _(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await client.chat_postMessage(channel=body["channel_id"], text="Buttons", blocks=buttons())

    @app.view("form")
    async def _(ack: Any, body: dict[str, Any]) -> None:
        values = {block: actions["answer"] for block, actions in body["view"]["state"]["values"].items()}
        if values["title"]["value"] == "refuse me":
            await ack(response_action="errors", errors={"title": "Not this title, please."})
            return
        if values["title"]["value"] == "push":
            more = {"type": "modal", "title": text("On top"), "blocks": [{"type": "section", "text": text("More")}]}
            await ack(response_action="push", view=more)
            return
        heard.submitted.append(values)
        done = {"type": "modal", "title": text("Done"), "blocks": [{"type": "section", "text": text("Thank you.")}]}
        await ack(response_action="update", view=done)

    @app.event("app_home_opened")
    async def _(body: dict[str, Any]) -> None:
        blocks = [{"type": "header", "text": text("Welcome home")}]
        await client.views_publish(user_id=body["event"]["user"], view={"type": "home", "blocks": blocks})

    return app


@asynccontextmanager
async def connected(app: AsyncApp) -> AsyncIterator[AsyncApp]:
    """An app on its socket."""
    handler = AsyncSocketModeHandler(app, SLACK_APP_TOKEN)
    await handler.connect_async()
    try:
        yield app
    finally:
        await handler.close_async()
        await handler.client.aiohttp_client_session.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(furnish)
    made.install(MANIFEST, {"/form": [("short", "A short form")]})
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def heard(sandbox: Sandbox) -> AsyncIterator[Heard]:
    noted = Heard()
    async with connected(build_bot(sandbox.url, noted)):
        yield noted


@pytest_asyncio.fixture(loop_scope="session")
async def alerts(sandbox: Sandbox) -> AsyncIterator[AlertApp]:
    """A tiny app with an alert and a home tab, connected."""
    made = AlertApp(sandbox.url)
    async with connected(made.app):
        yield made


@pytest.fixture
def hands() -> Callable[[Page], Hands]:
    """Hands on a page, see tests/browser/hands.py."""
    return Hands


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, sandbox: Sandbox, heard: Heard) -> AsyncIterator[Page]:
    async with opened(browser, sandbox.url) as shown:
        yield shown


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo() -> AsyncIterator[str]:
    """`devrequest demo` in a process of its own; its address."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0"]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=PROJECT, env=os.environ | {"LOG_LEVEL": "ERROR"}, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        line = await process.stdout.readline()
    yield line.decode().strip()
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(30):
        assert await process.wait() == 0


Opened = Callable[..., AbstractAsyncContextManager[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def demo_page(
    browser: Browser, demo: str, opened_page: Opened, new_recording: Callable[[], Path]
) -> AsyncIterator[Page]:
    """The demo from its beginning, in a page of its own; what was said to the trackers is recorded."""
    async with aiohttp.ClientSession() as session, session.post(f"{demo}/sandbox/reset") as answer:
        assert answer.status == 200
    async with opened_page(browser, demo) as shown:
        yield shown
    async with aiohttp.ClientSession() as session, session.get(f"{demo}/sandbox/exchanges") as answer:
        new_recording().write_text(await answer.text(), encoding="utf-8")
