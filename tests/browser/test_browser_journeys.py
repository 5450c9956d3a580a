"""The demo as anybody starts it, tried with hands: from `/devrequest` to a ticket, and what may go wrong on the way."""

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")
ROOT = Path(__file__).parents[2]
SOON = 15_000
"""Milliseconds within which a ticket has to be there, on a busy machine."""


@pytest.fixture
def page(demo_page: Page) -> Page:
    return demo_page


async def command(page: Page, line: str, channel: str = "mar-dev-web") -> Locator:
    await page.get_by_role("navigation", name="Channels").get_by_role("link", name=channel).click()
    composer = page.get_by_role("textbox", name=f"Write a message to #{channel}")
    await composer.fill(line)
    await composer.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    return dialog


async def fill(dialog: Locator, title: str, story: str, date: str = "2027-03-01") -> None:
    await dialog.get_by_role("textbox", name="Title").fill(title)
    await dialog.get_by_role("textbox", name="User story").fill(story)
    await dialog.get_by_label("Launch date").fill(date)


def tickets(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Tickets")


STORY = "As a headteacher, I want to see prices for schools, so that I can order today."


async def test_request_becomes_an_issue_in_jira(page: Page) -> None:
    """Picker, form, ticket in Jira with its sections, message in the channel, confirmation to the requester."""
    dialog = await command(page, "/devrequest")
    await dialog.get_by_role("combobox", name="What do you need?").click()
    await dialog.get_by_role("option", name="Landing page or page change").click()
    await fill(dialog, "Prices for schools", STORY)
    await dialog.get_by_role("textbox", name="Acceptance criteria").fill("Prices show VAT\nA phone shows all columns")
    await dialog.get_by_role("button", name="Create ticket").click()
    done = page.get_by_role("dialog", name="Ticket created")
    await expect(done).to_be_visible(timeout=SOON)
    await expect(done).to_contain_text("WEB-22")
    await expect(done).to_contain_text("Campaign goal")
    await done.get_by_role("link", name="Open in Jira").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    ticket = tickets(page).get_by_role("article", name="Prices for schools")
    await expect(ticket.get_by_role("heading", name="User story")).to_be_visible()
    await expect(ticket.get_by_text(STORY)).to_be_visible()
    await expect(ticket.get_by_role("listitem").filter(has_text="Prices show VAT")).to_be_visible()
    await expect(ticket).to_contain_text("Mara Example")
    await expect(page.get_by_role("log")).to_contain_text("WEB-22")
    await page.get_by_role("navigation", name="Channels").get_by_role("link", name=re.compile("devrequest")).click()
    await expect(page.get_by_role("log")).to_contain_text("Prices for schools")


async def test_request_becomes_a_task_in_asana(page: Page) -> None:
    """In the channel of the other team, with the type and title in the command, it is a task in Asana."""
    dialog = await command(page, "/devrequest landing-page Page for partners", "mar-dev-growth")
    await expect(dialog.get_by_role("textbox", name="Title")).to_have_value("Page for partners")
    await fill(dialog, "Page for partners & friends", STORY)
    await dialog.get_by_role("button", name="Create ticket").click()
    await expect(page.get_by_role("dialog", name="Ticket created")).to_be_visible(timeout=SOON)
    await page.keyboard.press("Escape")
    await tickets(page).get_by_role("link", name="Asana").click()
    await tickets(page).get_by_role("link", name="Page for partners & friends").click()
    ticket = tickets(page).get_by_role("article", name="Page for partners & friends")
    await expect(ticket).to_contain_text("Growth backlog / Intake")
    await expect(ticket.get_by_role("heading", name="User story")).to_be_visible()
    await expect(ticket.get_by_text(STORY)).to_be_visible()
    await expect(page.get_by_role("log")).to_contain_text("Page for partners & friends")


async def test_errors_stand_at_the_field(page: Page) -> None:
    """An empty required field and a date in the past are said at the field, which gets the focus; words are kept."""
    dialog = await command(page, "/devrequest landing-page")
    await dialog.get_by_role("button", name="Create ticket").click()
    title = dialog.get_by_role("textbox", name="Title")
    await expect(title).to_have_attribute("aria-invalid", "true")
    await expect(title).to_be_focused()
    await fill(dialog, "Too late", STORY, "2020-01-01")
    await dialog.get_by_role("button", name="Create ticket").click()
    date = dialog.get_by_label("Launch date")
    await expect(date).to_have_attribute("aria-invalid", "true", timeout=SOON)
    await expect(date).to_be_focused()
    await expect(dialog.get_by_role("textbox", name="User story")).to_contain_text(STORY)
    await date.fill("2027-03-01")
    await dialog.get_by_role("button", name="Create ticket").click()
    await expect(page.get_by_role("dialog", name="Ticket created")).to_be_visible(timeout=SOON)


async def test_conditional_fields_come_and_go(page: Page) -> None:
    """Yes to the test asks for a hypothesis, No for a reason; what was typed elsewhere stays."""
    dialog = await command(page, "/devrequest landing-page With a test")
    choice = dialog.get_by_role("combobox", name=re.compile("A.B test this"))
    hypothesis = dialog.get_by_role("textbox", name="Hypothesis")
    audience = dialog.get_by_role("textbox", name="Target audience")
    await audience.fill("Heads of schools")
    await expect(hypothesis).to_be_hidden()
    await choice.click()
    await dialog.get_by_role("option", name="Yes").click()
    await expect(hypothesis).to_be_visible()
    await choice.click()
    await dialog.get_by_role("option", name="No", exact=True).click()
    await expect(hypothesis).to_be_hidden()
    await expect(dialog.get_by_role("textbox", name="Why no A/B test?")).to_be_visible()
    await expect(audience).to_have_value("Heads of schools")


async def test_file_arrives_at_the_ticket(page: Page) -> None:
    """A file from the form hangs on the ticket and can be downloaded from there."""
    dialog = await command(page, "/devrequest landing-page With a file")
    await fill(dialog, "With a file", STORY)
    await dialog.get_by_role("combobox", name=re.compile("Design status")).click()
    await dialog.get_by_role("option", name="Draft").click()
    picker = dialog.get_by_label(re.compile("Design files"))
    await picker.set_input_files({"name": "sketch.txt", "mimeType": "text/plain", "buffer": b"a box and a button"})
    await expect(dialog.get_by_role("button", name="Remove sketch.txt")).to_be_visible()
    await dialog.get_by_role("button", name="Create ticket").click()
    done = page.get_by_role("dialog", name="Ticket created")
    await expect(done).to_be_visible(timeout=SOON)
    await done.get_by_role("link", name="Open in Jira").click()
    link = tickets(page).get_by_role("region", name="Attachments").get_by_role("link", name="sketch.txt")
    await expect(link).to_be_visible(timeout=SOON)
    async with page.expect_download() as loading:
        await link.press("Enter")  # the ticket may still change above it, under a mouse
    file = await (await loading.value).path()
    assert file.read_bytes() == b"a box and a button"


async def test_tracker_down_and_back(page: Page) -> None:
    """While Jira is down the request is safe, and said to be; when it is back the ticket is there without a hand."""
    jira = page.get_by_label("Jira", exact=True)
    await jira.select_option("down")
    dialog = await command(page, "/devrequest landing-page")
    await fill(dialog, "In spite of the outage", STORY)
    await dialog.get_by_role("button", name="Create ticket").click()
    await expect(page.get_by_role("dialog")).to_contain_text(re.compile("safe|as soon as"), timeout=SOON)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await jira.select_option("")
    await expect(page.get_by_role("log")).to_contain_text("In spite of the outage", timeout=40_000)
    await expect(tickets(page).get_by_role("link", name="In spite of the outage")).to_have_count(1)


async def test_picture_for_the_readme(
    browser: Browser, demo: str, opened_page: Callable[..., AbstractAsyncContextManager[Page]], screenshots: Path | None
) -> None:
    """Conversation and ticket stand side by side; with `SCREENSHOTS` set, the picture is kept as `sandbox.png`."""
    async with aiohttp.ClientSession() as session, session.post(f"{demo}/sandbox/reset") as answer:
        assert answer.status == 200
    size = {"width": 1360, "height": 850}
    async with opened_page(browser, demo, viewport=size, locale="en-GB") as page:
        dialog = await command(page, "/devrequest landing-page")
        await fill(dialog, "Prices for schools", STORY)
        criteria = "Prices show VAT\nOn a phone 375 px wide, nothing scrolls sideways"
        await dialog.get_by_role("textbox", name="Acceptance criteria").fill(criteria)
        await dialog.get_by_role("textbox", name="Target audience").fill("Headteachers, coming from the spring mailing")
        await dialog.get_by_role("button", name="Create ticket").click()
        done = page.get_by_role("dialog", name="Ticket created")
        await done.get_by_role("link", name="Open in Jira").click(timeout=SOON)
        await expect(tickets(page).get_by_role("heading", name="Prices for schools")).to_be_visible()
        await expect(page.get_by_role("log")).to_contain_text("WEB-22")
        await page.mouse.move(5, 500)
        picture = await page.screenshot()
    if screenshots:
        (screenshots / "sandbox.png").write_bytes(picture)
    assert len(picture) <= 300_000
