"""The weekly sync, tried with hands: posted, answered, added to, done; and a week later what changed."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.hands import Hands

pytestmark = pytest.mark.asyncio(loop_scope="session")
SOON = 20_000
"""Milliseconds within which both trackers are read and the post is there, on a busy machine."""


async def test_the_sync_runs_the_meeting_and_the_next_one_says_what_changed(
    demo_page: Page, screenshots: Path | None
) -> None:
    """`/devrequest sync now`, a word on feasibility, an action item added and done, and a sync a week later."""
    page, hands = demo_page, Hands(demo_page)
    await hands.go("mar-dev-web")
    await hands.type("/devrequest sync now")
    post = hands.message("Marketing-Dev Sync")
    await expect(post).to_contain_text("Upcoming initiatives", timeout=SOON)
    await expect(post).to_contain_text("Landing page for the spring webinar")
    await expect(post.get_by_role("link", name="2 replies")).to_be_visible(timeout=SOON)

    await hands.press(post, "Feasibility", line="Landing page for the spring webinar")
    await hands.pick(hands.form("Feasibility"), "Can we do this?", "Fine if …")
    await hands.fill({"In a sentence": "the texts are there by Monday"}, "Feasibility")
    await hands.submit("Save")
    await expect(post).to_contain_text("Feasibility: fine if the texts are there by Monday", timeout=SOON)
    if screenshots:
        await post.screenshot(path=screenshots / "sync.png")  # docs/images/sync.png is such a picture

    await hands.press(post, "Add action item")
    form = hands.form()
    await form.get_by_role("textbox", name="Title").fill("Ask legal about the prices")
    await form.get_by_role("combobox", name="Owner").click()
    await form.get_by_role("option", name=re.compile("Jonas Sample")).click()
    await form.get_by_label("Due date").fill("2027-03-01")
    await form.get_by_role("button", name="Create ticket").click()
    await expect(page.get_by_role("dialog", name="Ticket created")).to_be_visible(timeout=SOON)
    await page.keyboard.press("Escape")
    await expect(post).to_contain_text("Ask legal about the prices", timeout=SOON)

    await hands.choose(post, "Done", line="Ask legal about the prices")
    await expect(post.locator("s, del").filter(has_text="Ask legal about the prices")).to_be_visible(timeout=SOON)

    await hands.ahead("+1 week")
    await hands.type("/devrequest sync now")
    newest = hands.message("Marketing-Dev Sync")
    await expect(newest).to_contain_text("Ask legal about the prices", timeout=SOON)
    await expect(newest.locator("s, del").filter(has_text="Ask legal about the prices")).to_be_visible()
    await expect(newest).to_contain_text("fine if the texts are there by Monday")
