"""From a half-baked request to a ticket that can be started, tried with hands: confirmation, alert, form, trackers."""

import re
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Locator, Page, expect

from bot.domain.working_time import WorkingTime
from bot.public_holidays import holidays_of
from tests.browser.hands import Hands, move_clock

pytestmark = pytest.mark.asyncio(loop_scope="session")
SOON = 30_000
"""Milliseconds within which a ticket is read or written, on a busy machine."""
CRITERIA = "The form sends name and e-mail within 2 s\nOn a phone 375 px wide nothing scrolls sideways"
WAIVED = "Not needed, because this page is a trial"


async def filed(hands: Hands, channel: str, title: str) -> Locator:
    """Hand in a landing page with what the form requires; the window that says so."""
    page = hands.page
    await hands.go(channel)
    await hands.type(f"/devrequest landing-page {title}")
    form = hands.form()
    await expect(form.get_by_role("textbox", name="Title")).to_have_value(title)
    await form.get_by_role("textbox", name="User story").fill("As a teacher, I want prices, so that I can order.")
    await form.get_by_label("Launch date").fill("2031-03-01")
    await form.get_by_role("button", name="Create ticket").click()
    await (
        page.get_by_role("button", name="Send anyway").or_(page.get_by_role("dialog", name="Ticket created")).wait_for()
    )
    if await page.get_by_role("button", name="Send anyway").count():
        await page.get_by_role("button", name="Send anyway").click()
    done = page.get_by_role("dialog", name="Ticket created")
    await expect(done).to_be_visible(timeout=SOON)
    return done


async def a_working_afternoon(url: str, days: int = 1) -> None:
    """Move time to three in the afternoon, so many working days later in Berlin, so that the bot may ask."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/sandbox/clock") as answer:
        now = datetime.fromisoformat((await answer.json())["now"])
    office = WorkingTime.of("15:00-17:00", ("mon", "tue", "wed", "thu", "fri"), "Europe/Berlin", holidays_of("DE-BE"))
    then = now
    for _ in range(days):
        opening = office.opening_after(then.astimezone(office.zone).date())
        assert opening is not None
        then = opening
    await move_clock(url, (then - now).total_seconds())


@pytest.mark.parametrize(("tracker", "channel"), [("jira", "mar-dev-web"), ("asana", "mar-dev-growth")])
async def test_the_alert_turns_green_once_the_ticket_is_filled_in(
    demo_page: Page, demo: str, tracker: str, channel: str, screenshots: Path | None
) -> None:
    """Asked next day in the channel, filled in there, written into the ticket, and the same message says ready."""
    page, hands = demo_page, Hands(demo_page)
    title = f"Prices for schools in {tracker}"
    done = await filed(hands, channel, title)
    link = await done.get_by_role("link", name=title).get_attribute("href")
    await page.keyboard.press("Escape")
    await a_working_afternoon(demo)
    alert = hands.message("cannot be started")
    await expect(alert).to_contain_text(title, timeout=SOON)
    await expect(alert).to_contain_text("“Campaign goal” is missing.")

    await hands.press(alert, "Fill in", line=title)
    form = page.get_by_role("dialog", name="Fill in")
    await expect(form.get_by_label("Acceptance criteria")).to_be_visible(timeout=SOON)
    await expect(form.get_by_label("User story")).to_have_count(0)
    if screenshots:
        await page.screenshot(path=screenshots / f"fill-in-{tracker}.png", full_page=True)
    await form.get_by_label("Acceptance criteria").fill(CRITERIA)
    await form.get_by_label("Campaign goal").fill("Orders of schools from 40 to 60 a month by the end of March")
    for label in ("Target audience", "Expected business impact", "Design assets", "Tracking requirements"):
        await form.get_by_label(label).fill(WAIVED)
    await form.get_by_role("combobox", name="A/B test this?").click()
    await form.get_by_role("option", name="No", exact=True).click()
    await form.get_by_label("Why no A/B test?").fill("Too few visitors for a result within a year")
    await form.get_by_role("button", name="Add to the ticket").click()
    written = page.get_by_role("dialog", name="Done")
    await expect(written).to_contain_text("✅ It is ready", timeout=SOON)
    await page.keyboard.press("Escape")

    await expect(hands.message("Nobody is asked for anything")).to_contain_text(f"✅ {title}", timeout=SOON)
    assert link is not None
    key = re.split(r"/browse/|/task/|/0/\d+/", link)[-1].split("/")[0].split("?")[0]
    ticket = await hands.ticket(tracker, key)
    await expect(ticket).to_contain_text("Orders of schools from 40 to 60 a month")
    await expect(ticket).to_contain_text("nothing scrolls sideways")
    await expect(ticket).to_contain_text("Filled in by Mara Example from Slack: Acceptance criteria, Campaign goal")
    if screenshots:
        await page.screenshot(path=screenshots / f"green-{tracker}.png")


async def test_snooze_and_not_needed_from_the_alert(demo_page: Page, demo: str) -> None:
    """One ticket is left in peace and says so; of the other a section is not needed, with a reason in the ticket."""
    page, hands = demo_page, Hands(demo_page)
    for title in ("Prices for clubs", "Prices for firms"):
        await filed(hands, "mar-dev-web", title)
        await page.keyboard.press("Escape")
    await a_working_afternoon(demo)
    alert = hands.message("cannot be started")
    await expect(alert).to_contain_text("Prices for firms", timeout=SOON)

    await hands.choose(alert, "Snooze until tomorrow", line="Prices for clubs")
    await expect(alert).to_contain_text("snoozed until", timeout=SOON)
    await expect(hands.message("Nobody is asked about “Prices for clubs”")).to_be_visible(timeout=SOON)

    await hands.choose(alert, "Not needed", line="Prices for firms")
    form = page.get_by_role("dialog", name="Not needed")
    await expect(form.get_by_role("combobox", name="What is not needed?")).to_be_visible(timeout=SOON)
    await hands.pick(form, "What is not needed?", "Tracking requirements")
    await form.get_by_label("Not needed, because …").fill("…")
    await form.get_by_role("button", name="Add to the ticket").click()
    await expect(form).to_contain_text("Say in a few words why not")
    await form.get_by_label("Not needed, because …").fill("nobody measures this page")
    await form.get_by_role("button", name="Add to the ticket").click()
    await expect(page.get_by_role("dialog", name="Done")).to_contain_text("marked as not needed", timeout=SOON)
    await page.keyboard.press("Escape")
    await expect(alert).to_contain_text("Not needed: “Tracking requirements”", timeout=SOON)


async def test_the_confirmation_leads_to_the_form_and_back(demo_page: Page) -> None:
    """Right after handing in: the missing pieces, one window after the other, and the old text comes back."""
    page, hands = demo_page, Hands(demo_page)
    done = await filed(hands, "mar-dev-web", "Prices for museums")
    await done.get_by_role("button", name="Add what is missing").click()
    form = page.get_by_role("dialog", name="Fill in")
    await expect(form.get_by_label("Acceptance criteria")).to_be_visible(timeout=SOON)
    await form.get_by_label("Acceptance criteria").fill("One condition")
    await form.get_by_role("button", name="Add to the ticket").click()
    written = page.get_by_role("dialog", name="Done")
    await expect(written).to_contain_text("Write at least two acceptance criteria", timeout=SOON)
    await written.get_by_role("button", name="Add what is missing").click()
    criteria = form.get_by_label("Acceptance criteria")
    await expect(criteria).to_have_value("One condition", timeout=SOON)
    await criteria.fill(CRITERIA)
    await form.get_by_role("button", name="Add to the ticket").click()
    await expect(written).to_contain_text("filled in", timeout=SOON)
    await written.get_by_role("button", name="Restore what stood there").click()
    await expect(written).to_contain_text("restored", timeout=SOON)
    await page.keyboard.press("Escape")
    log = await hands.direct_messages()
    await expect(log).to_contain_text("“Acceptance criteria” restored")


async def test_what_nobody_answers_goes_to_the_lead_once_and_then_to_the_sync(
    demo_page: Page, demo: str, screenshots: Path | None
) -> None:
    """Asked three times in vain, Jonas is asked; when he does nothing either, nobody is asked any more."""
    page, hands = demo_page, Hands(demo_page)
    await filed(hands, "mar-dev-web", "Prices for choirs")
    await page.keyboard.press("Escape")
    await a_working_afternoon(demo)
    alert = hands.message("Prices for choirs").filter(has_text="Fill in")
    await expect(alert).to_contain_text("waits for @Mara Example. Missing", timeout=SOON)
    for words in (
        "asked once before",
        "asked twice before",
        "asked 3 times in vain, so now it waits for @Jonas Sample",
    ):
        await a_working_afternoon(demo, days=3)
        await expect(alert).to_contain_text(words, timeout=SOON)
    await expect(alert).to_contain_text("Waiting for @Jonas Sample.")
    if screenshots:
        await page.screenshot(path=screenshots / "escalated.png")
    await a_working_afternoon(demo, days=3)
    await expect(alert).to_contain_text("asked 4 times, nothing came; it stands in the sync", timeout=SOON)
    await expect(page.locator("#main").get_by_role("article").filter(has_text="Waiting for")).to_have_count(0)
