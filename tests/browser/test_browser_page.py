"""The page alone, before a small bot with a form that has every element."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from sandbox.server import Sandbox
from sandbox.slack.people import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def command(page: Page, line: str) -> None:
    composer = page.get_by_role("textbox", name="Write a message to #web")
    await composer.fill(line)
    await composer.press("Enter")


async def test_every_element_reaches_the_bot(page: Page, heard, screenshots: Path | None) -> None:
    """What is typed, chosen, ticked, dated and uploaded arrives at the bot as Slack would send it."""
    await command(page, "/form")
    dialog = page.get_by_role("dialog", name="A form")
    await expect(dialog).to_be_visible()
    await dialog.get_by_role("combobox", name="Kind").click()
    await dialog.get_by_role("option", name="Second").click()
    await expect(dialog.get_by_role("textbox", name="More about the second")).to_be_visible()
    await dialog.get_by_role("textbox", name="Title").fill("A title <b>&</b>")
    await dialog.get_by_role("textbox", name="More about the second").fill("more")
    await dialog.get_by_role("textbox", name="Story").fill("two\nlines")
    await dialog.get_by_role("combobox", name="Parts").click()
    await dialog.get_by_role("option", name="One").click()
    await dialog.get_by_role("option", name="Three").click()
    await dialog.get_by_role("combobox", name="Page").fill("pr")
    await dialog.get_by_role("option", name="Press").click()
    await dialog.get_by_role("combobox", name="Who").click()
    await dialog.get_by_role("option", name="Jonas Sample").click()
    await dialog.get_by_role("combobox", name="Many people").fill("mara")
    await dialog.get_by_role("combobox", name="Many people").press("Enter")
    await dialog.get_by_role("combobox", name="Channel").fill("qui")
    await dialog.get_by_role("option", name="#quiet").click()
    await dialog.get_by_label("Day").fill("2027-03-01")
    await dialog.get_by_label("Time").fill("09:30")
    await dialog.get_by_role("textbox", name="Number").fill("12.5")
    await dialog.get_by_role("textbox", name="Address").fill("https://example.com/a?b=c")
    await dialog.get_by_role("textbox", name="E-mail").fill("mara@example.com")
    await dialog.get_by_role("checkbox", name="Blue").check()
    await dialog.get_by_role("radio", name="No").check()
    await dialog.get_by_label("Files (optional)").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"}
    )
    await expect(dialog.get_by_role("button", name="Remove a.txt")).to_be_visible()
    if screenshots:
        await page.screenshot(path=screenshots / "form.png")
    await dialog.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("dialog", name="Done")).to_be_visible()
    values = heard.submitted[0]
    assert values["kind"]["selected_option"]["value"] == "second"
    assert values["title"]["value"] == "A title <b>&</b>"
    assert values["more"]["value"] == "more"
    assert values["story"]["value"] == "two\nlines"
    assert [one["value"] for one in values["parts"]["selected_options"]] == ["one", "three"]
    assert values["page"]["selected_option"]["value"] == "press"
    assert values["who"]["selected_user"] == "U0JONAS"
    assert values["many"]["selected_users"] == ["U0MARA"]
    assert values["room"]["selected_channel"] == "C0QUIET"
    assert values["day"]["selected_date"] == "2027-03-01"
    assert values["time"]["selected_time"] == "09:30"
    assert values["number"]["value"] == "12.5"
    assert values["url"]["value"] == "https://example.com/a?b=c"
    assert values["email"]["value"] == "mara@example.com"
    assert [one["value"] for one in values["boxes"]["selected_options"]] == ["blue"]
    assert values["radio"]["selected_option"]["value"] == "no"
    assert [(one["name"], one["size"]) for one in values["files"]["files"]] == [("a.txt", 5)]


async def test_messages_are_shown_at_once(page: Page, sandbox: Sandbox) -> None:
    """What somebody posts stands on an open page without a reload, as text and never as markup."""
    await Person(sandbox.slack, "U0JONAS").post("C0WEB", "Hello <img src=x onerror=alert(1)> *there*")
    log = page.get_by_role("log")
    await expect(log.get_by_text("Hello <img src=x onerror=alert(1)>")).to_be_visible()
    await command(page, "And hello to you")
    await expect(log.get_by_text("And hello to you")).to_be_visible()
