"""The requester stays in the picture, tried with hands: suggestions, the Home tab, a comment and its reply."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.hands import Hands

pytestmark = pytest.mark.asyncio(loop_scope="session")
SOON = 25_000
"""Milliseconds within which both trackers are swept and the news is there, on a busy machine."""
STORY = "As a headteacher, I want to see prices for schools, so that I can order today."
WEAK = "As a headteacher, I want to see prices for schools."


async def open_form(hands: Hands, title: str, story: str, channel: str) -> Locator:
    """A landing page with the least that is asked for."""
    await hands.go(channel)
    await hands.type(f"/devrequest landing-page {title}")
    return await hands.fill({"User story": story, "Launch date": "2027-03-01"})


async def file(hands: Hands, title: str, channel: str) -> None:
    """Hand it in and wait for its ticket."""
    await open_form(hands, title, STORY, channel)
    await hands.submit("Create ticket")
    await expect(hands.form("Ticket created")).to_be_visible(timeout=SOON)
    await hands.page.keyboard.press("Escape")


async def test_home_tab_follows_a_request_in_jira(demo_page: Page, screenshots: Path | None) -> None:
    """My request waits for what it lacks; a developer starts it and asks; my answer stands on the ticket."""
    page, hands = demo_page, Hands(demo_page)
    tab = await hands.home()
    await expect(tab.get_by_role("button", name="New request")).to_be_visible()
    await expect(tab).to_contain_text("Next Marketing-Dev Sync of Web")
    await file(hands, "Prices for schools", "mar-dev-web")
    tab = await hands.home()
    await expect(tab).to_contain_text("Waits on you (1)", timeout=SOON)
    await expect(tab).to_contain_text("Prices for schools")
    await expect(tab.get_by_role("button", name="Fill in")).to_be_visible()
    if screenshots:
        await page.screenshot(path=screenshots / "home-waits.png")

    await hands.be("Jonas Sample")
    ticket = await hands.ticket("jira", "WEB-22")
    await hands.comment(ticket, "Which countries <!channel>?")
    await hands.comment(ticket, "only for us", "Internal note")
    await hands.set(ticket, "Status", "In Progress")
    await hands.ahead("+1 hour")

    await hands.be("Mara Example")
    log = await hands.direct_messages()
    news = hands.message("Which countries")
    await expect(news).to_contain_text("Which countries <!channel>?", timeout=SOON)
    await expect(log).to_contain_text("work has started", timeout=SOON)
    await expect(log).not_to_contain_text("only for us")
    if screenshots:
        await page.screenshot(path=screenshots / "comment.png")
    await hands.press(news, "Reply")
    await hands.fill({"Your reply": "Germany and France"}, "Reply")
    await hands.submit("Send")
    await expect(hands.form()).to_contain_text("Your reply is on the ticket", timeout=SOON)
    await page.keyboard.press("Escape")
    ticket = await hands.ticket("jira", "WEB-22")
    await expect(ticket).to_contain_text("Mara Example (from Slack): Germany and France")
    tab = await hands.home()
    await expect(tab).to_contain_text("In progress (1)", timeout=SOON)
    await hands.press(tab, "Mute comments")
    await expect(tab.get_by_role("button", name="Tell me of comments")).to_be_visible(timeout=SOON)
    if screenshots:
        await page.screenshot(path=screenshots / "home-progress.png")


async def test_a_reply_to_a_comment_in_asana(demo_page: Page) -> None:
    """The same in the other tracker, from the other team's channel; the thread in the channel hears of the move."""
    page, hands = demo_page, Hands(demo_page)
    await file(hands, "Page for partners", "mar-dev-growth")
    await hands.be("Jonas Sample")
    tickets = page.get_by_role("complementary", name="Tickets")
    await tickets.get_by_role("link", name="Asana").click()
    await tickets.get_by_role("link", name="Page for partners").click()
    ticket = tickets.get_by_role("article", name="Page for partners")
    await hands.comment(ticket, "Who signs it off?")
    await hands.ahead("+1 day")
    await hands.be("Mara Example")
    await hands.direct_messages()
    news = hands.message("Who signs it off?")
    await expect(news).to_be_visible(timeout=SOON)
    await hands.press(news, "Reply")
    await hands.fill({"Your reply": "Legal does"}, "Reply")
    await hands.submit("Send")
    await expect(hands.form()).to_contain_text("Your reply is on the ticket", timeout=SOON)
    await page.keyboard.press("Escape")
    await expect(ticket).to_contain_text("Mara Example (from Slack): Legal does", timeout=SOON)


async def test_suggestions_are_improved_or_sent_anyway(demo_page: Page, screenshots: Path | None) -> None:
    """What may come back is said once: Improve leads to the form with every word, Send anyway to the ticket."""
    page, hands = demo_page, Hands(demo_page)
    form = await open_form(hands, "Prices for clubs", WEAK, "mar-dev-web")
    await form.get_by_role("textbox", name="Target audience").fill("Clubs of 20 to 80 members")
    await hands.submit("Create ticket")
    asked = hands.form("Before you send it")
    await expect(asked).to_contain_text("This may come back:", timeout=SOON)
    await expect(asked).to_contain_text("User story:")
    if screenshots:
        await page.screenshot(path=screenshots / "suggestions.png")
    await hands.press(asked, "Improve")
    form = hands.form(re.compile("^Dev request"))
    await expect(form.get_by_role("textbox", name="User story")).to_contain_text(WEAK, timeout=SOON)
    await expect(form.get_by_role("textbox", name="Target audience")).to_have_value("Clubs of 20 to 80 members")
    await expect(form).to_contain_text("This may come back:")
    await form.get_by_role("textbox", name="User story").fill(STORY)
    await hands.submit("Create ticket")
    await expect(hands.form("Ticket created")).to_be_visible(timeout=SOON)
    await page.keyboard.press("Escape")

    await open_form(hands, "Prices for unions", WEAK, "mar-dev-web")
    await hands.submit("Create ticket")
    await expect(hands.form("Before you send it")).to_be_visible(timeout=SOON)
    await hands.submit("Send anyway")
    await expect(hands.form("Ticket created")).to_be_visible(timeout=SOON)
