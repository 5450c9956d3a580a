"""Conversations, shortcuts, buttons, the home tab, tickets at the side, and the strip at the foot of the page."""

import re

import aiohttp
import pytest
from playwright.async_api import Page, expect

from sandbox.server import Sandbox
from sandbox.slack.people import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def say(page: Page, line: str, where: str = "a message to #web") -> None:
    composer = page.get_by_role("textbox", name=f"Write {where}")
    await composer.fill(line)
    await composer.press("Enter")


async def test_messages_are_shown_at_once_and_as_text(page: Page, sandbox: Sandbox) -> None:
    """What somebody posts stands on an open page without a reload, and is never markup."""
    await Person(sandbox.slack, "U0JONAS").post("C0WEB", "Hello <img src=x onerror=alert(1)> *there*")
    log = page.get_by_role("log")
    await expect(log.get_by_text("Hello <img src=x onerror=alert(1)>")).to_be_visible()
    await say(page, "And hello to you")
    await expect(log.get_by_role("article", name="Mara Example")).to_contain_text("And hello to you")
    assert await log.locator("img").count() == 0


async def test_hostile_text_stays_text_everywhere(page: Page, sandbox: Sandbox) -> None:
    """Markup in a ticket, an address and a message is text; only http, https and mailto addresses are links."""
    project = sandbox.jira.add_project("WEB", "Web <b>")
    link = {"type": "text", "text": "click", "marks": [{"type": "link", "attrs": {"href": "javascript:alert(1)"}}]}
    document = {"version": 1, "type": "doc", "content": [{"type": "paragraph", "content": [link]}]}
    sandbox.jira.add_issue(project.key, "Task", "<script>alert(1)</script>", description=document)
    await page.goto(f"{sandbox.url}/?ticket=jira:WEB-1")
    ticket = page.get_by_role("article", name="<script>alert(1)</script>")
    await expect(ticket.get_by_text("click")).to_be_visible()
    assert await ticket.get_by_role("link", name="click").count() == 0


async def test_commands_are_completed(page: Page) -> None:
    """A slash offers the commands; behind a command stands what the app suggests; Tab takes it."""
    composer = page.get_by_role("textbox", name="Write a message to #web")
    await composer.press_sequentially("/fo")
    offered = page.get_by_role("listbox", name="Commands").get_by_role("option")
    await expect(offered).to_have_text(["/formA form with everything"])
    await composer.press("Tab")
    await expect(composer).to_have_value("/form ")
    await expect(offered).to_have_text(["/form shortA short form"])
    await composer.press("Escape")
    await expect(offered).to_have_count(0)


async def test_unknown_command_is_answered_by_slackbot(page: Page) -> None:
    """As in Slack, only to the one who typed it."""
    await say(page, "/nonsense")
    note = page.get_by_role("article", name="Slackbot")
    await expect(note).to_contain_text("Only visible to you")
    await expect(note).to_contain_text("/nonsense is not a valid command.")
    await page.get_by_label("You are").select_option("Jonas Sample")
    await expect(page.get_by_role("log")).not_to_contain_text("/nonsense")


async def test_thread(page: Page, sandbox: Sandbox) -> None:
    """A reply stands in the thread, the channel counts it, Commands are refused there."""
    await Person(sandbox.slack, "U0JONAS").post("C0WEB", "A question")
    message = page.get_by_role("article", name="Jonas Sample")
    await message.hover()
    await message.get_by_role("link", name="Reply in a thread to Jonas Sample").click()
    thread = page.get_by_role("region", name="Thread")
    await say(page, "An answer", "a reply")
    await expect(thread.get_by_role("article", name="Mara Example")).to_contain_text("An answer")
    await expect(page.get_by_role("main").get_by_role("link", name="1 reply")).to_be_visible()
    await say(page, "/form", "a reply")
    await expect(page.get_by_role("status")).to_contain_text("Commands do not work in threads.")
    await thread.get_by_role("link", name="Close thread").click()
    await expect(thread).to_be_hidden()


async def test_shortcuts(page: Page, sandbox: Sandbox, heard) -> None:
    """The global shortcut opens a form; that of a message brings the message along."""
    await page.get_by_text("Shortcuts", exact=True).click()
    await page.get_by_role("menuitem", name="New form").click()
    await expect(page.get_by_role("dialog", name="A form")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await Person(sandbox.slack, "U0JONAS").post("C0WEB", "Please build this")
    message = page.get_by_role("article", name="Jonas Sample")
    await message.hover()
    await message.get_by_label("More actions for the message of Jonas Sample").click()
    await message.get_by_role("menuitem", name="Form from this message").click()
    title = page.get_by_role("dialog", name="A form").get_by_role("textbox", name="Title")
    await expect(title).to_have_value("Please build this")


async def test_buttons_and_menus_in_messages(page: Page, heard, eventually) -> None:
    """A press, a careful press, a choice and a line of the overflow menu, all of it in sight, reach the bot."""
    await say(page, "/buttons")
    message = page.get_by_role("article", name="devrequest").first
    await message.get_by_role("button", name="Press me").click()
    await expect(page.get_by_role("log").get_by_text("Heard, thank you.")).to_have_count(1)
    await message.get_by_role("button", name="Careful").click()
    asked = page.get_by_role("dialog", name="Really?")
    await asked.get_by_role("button", name="No").click()
    await message.get_by_role("button", name="Careful").click()
    await asked.get_by_role("button", name="Do it").click()
    await eventually(lambda: [one.get("value") for one in heard.pressed] == ["one", "two"])
    await message.get_by_role("combobox", name="Where to").click()
    await message.get_by_role("option", name="Right").click()
    await eventually(lambda: heard.pressed[-1].get("selected_option", {}).get("value") == "right")
    await message.get_by_label("More actions", exact=True).click()
    menu, row = await message.get_by_role("menu").bounding_box(), await message.bounding_box()
    assert menu is not None
    assert row is not None
    assert row["x"] <= menu["x"]
    await message.get_by_role("menuitem", name="Never").click()
    await eventually(lambda: heard.pressed[-1].get("selected_option", {}).get("value") == "never")


async def test_home_tab_and_unread_messages(page: Page, sandbox: Sandbox) -> None:
    """The app's home is published when it is opened; a channel with news says so until one looks."""
    side = page.get_by_role("navigation", name="Channels")
    await Person(sandbox.slack, "U0JONAS").post("C0QUIET", "News")
    quiet = side.get_by_role("link", name=re.compile("quiet"))
    await expect(quiet).to_contain_text("1")
    await quiet.click()
    await expect(page.get_by_role("log")).to_contain_text("News")
    await expect(quiet).not_to_contain_text("1")
    await side.get_by_role("link", name="devrequest").click()
    await page.get_by_role("link", name="Home").click()
    await expect(page.get_by_role("heading", name="Welcome home")).to_be_visible()


async def test_tickets_have_addresses(page: Page, sandbox: Sandbox) -> None:
    """The links that the trackers give out lead to the page's own view; in a message they open beside it."""
    sandbox.jira.add_project("WEB", "Website")
    sandbox.jira.add_issue("WEB", "Task", "An issue", description="h2. Goal\n\n* one\n* two")
    project = sandbox.asana.add_project("Growth", ["Intake"], gid="1201000000000001")
    task = sandbox.asana.add_task(
        {"name": "A task", "projects": [project.gid], "html_notes": "<body><h1>Top</h1></body>"}
    )
    await page.goto(f"{sandbox.url}/jira/browse/WEB-1")
    issue = page.get_by_role("article", name="An issue")
    await expect(issue.get_by_role("heading", name="Goal")).to_be_visible()
    await expect(issue.get_by_role("listitem").filter(has_text="two")).to_be_visible()
    address = f"{sandbox.asana.url}/1/{sandbox.asana.workspace.gid}/project/{project.gid}/task/{task.gid}"
    await Person(sandbox.slack, "U0JONAS").post("C0WEB", f"Look: {address}")
    await page.get_by_role("log").get_by_role("link", name=address).click()
    await expect(page.get_by_role("article", name="A task").get_by_role("heading", name="Top")).to_be_visible()
    await page.go_back()
    await expect(issue).to_be_visible()
    await page.goto(f"{sandbox.url}/jira/browse/WEB-77")
    await expect(page.get_by_text("There is no ticket WEB-77 in Jira.")).to_be_visible()


async def test_tracker_changes_are_shown_at_once(page: Page, sandbox: Sandbox) -> None:
    """A ticket that somebody makes through the API stands in the list without a reload."""
    sandbox.jira.add_project("WEB", "Website")
    fields = {"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "Made elsewhere"}
    address = f"{sandbox.url}/jira/rest/api/3/issue"
    login = {"Authorization": f"Bearer {sandbox.environment()['JIRA_API_TOKEN']}"}
    async with (
        aiohttp.ClientSession(headers=login) as session,
        session.post(address, json={"fields": fields}) as answer,
    ):
        assert answer.status == 201
    await expect(page.get_by_role("link", name="Made elsewhere")).to_be_visible()


async def test_strip_switches_faults_and_moves_the_clock(page: Page, sandbox: Sandbox) -> None:
    """A tracker goes down and comes back, and an hour passes, at a click."""
    picker = page.get_by_label("Asana", exact=True)
    await picker.select_option("down")
    async with aiohttp.ClientSession() as session:
        await expect(page.locator(".light.off")).to_have_count(1)
        async with session.get(f"{sandbox.url}/asana/api/1.0/users/me") as answer:
            assert answer.status == 500
        await picker.select_option("")
        await expect(page.locator(".light.off")).to_have_count(0)
        async with session.get(f"{sandbox.url}/asana/api/1.0/users/me") as answer:
            assert answer.status == 401
    await page.get_by_role("button", name="+1 hour").click()
    await expect(page.get_by_text("(moved)")).to_be_visible()
    assert sandbox.clock.offset == 3600
    await page.get_by_role("button", name="Start over").click()
    await expect(page.get_by_text("(moved)")).to_be_hidden()
    assert sandbox.clock.offset == 0


async def test_other_people_see_their_own(page: Page, sandbox: Sandbox) -> None:
    """Whoever one is decides what one sees: a guest has only their channels."""
    side = page.get_by_role("navigation", name="Channels")
    await expect(side.get_by_role("link", name="quiet")).to_be_visible()
    await page.get_by_label("You are").select_option("Gil Guest (guest)")
    await expect(side.get_by_role("link", name="quiet")).to_have_count(0)
    await say(page, "I am Gil")
    await expect(page.get_by_role("article", name="Gil Guest")).to_contain_text("I am Gil")


async def test_requests_from_elsewhere_are_refused(sandbox: Sandbox) -> None:
    """A form of another web page cannot act for somebody here; what is not understood is said, not a crash."""
    async with aiohttp.ClientSession() as session:
        plain = {"headers": {"Content-Type": "text/plain"}, "data": '{"user": "U0MARA"}'}
        async with session.post(f"{sandbox.url}/sandbox/ui/post", **plain) as answer:
            assert answer.status == 400
        for body in ({}, {"user": "U0NOBODY"}, {"user": "U0MARA"}, {"user": "U0MARA", "channel": "C0WEB"}, []):
            async with session.post(f"{sandbox.url}/sandbox/ui/post", json=body) as answer:
                assert (await answer.json())["ok"] is False
        foreign = {"Sec-Fetch-Site": "cross-site"}
        for path in ("ui/upload?user=U0MARA&name=x", "ui/post", "reset", "faults"):
            async with session.post(f"{sandbox.url}/sandbox/{path}", headers=foreign, data="x") as answer:
                assert answer.status == 403
        async with session.get(f"{sandbox.url}/") as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
