"""The page alone, before a small bot with a form that has every element."""

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from sandbox.server import Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened_form(page: Page) -> Locator:
    composer = page.get_by_role("textbox", name="Write a message to #web")
    await composer.fill("/form")
    await composer.press("Enter")
    dialog = page.get_by_role("dialog", name="A form")
    await expect(dialog).to_be_visible()
    return dialog


async def test_every_element_reaches_the_bot(page: Page, heard, screenshots: Path | None) -> None:
    """What is typed, chosen, ticked, dated and uploaded arrives at the bot as Slack would send it."""
    dialog = await opened_form(page)
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


async def test_typed_text_and_caret_survive_an_update(page: Page, sandbox: Sandbox, heard, form, eventually) -> None:
    """While the bot redraws the form, the words stay, and the caret stays where it was in them."""
    dialog = await opened_form(page)
    title = dialog.get_by_role("textbox", name="Title")
    await title.press_sequentially("Prices schools", delay=15)
    for _ in range(len("schools")):
        await title.press("ArrowLeft")
    view = sandbox.slack.windows.top("U0MARA")
    assert view is not None
    sandbox.slack.windows.update(form("second"), view_id=view.id)
    await expect(dialog.get_by_role("textbox", name="More about the second")).to_be_visible()
    await expect(title).to_be_focused()
    await page.keyboard.type("for ")
    await expect(title).to_have_value("Prices for schools")
    await eventually(lambda: heard.typed[-1:] == ["Prices for schools"])


async def test_rich_text_is_sent_as_slack_sends_it(page: Page, heard) -> None:
    """Bold, italic, strikethrough, code, a link and both kinds of list become a rich_text block."""
    dialog = await opened_form(page)
    await dialog.get_by_role("combobox", name="Kind").click()
    await dialog.get_by_role("option", name="First").click()
    await dialog.get_by_role("textbox", name="Title").fill("Rich")
    box = dialog.get_by_role("textbox", name="Rich text")
    await box.click()
    await page.keyboard.type("Plain ")
    await page.keyboard.press("Control+b")
    await page.keyboard.type("bold")
    await page.keyboard.press("Control+b")
    await page.keyboard.type(" ")
    await page.keyboard.press("Control+i")
    await page.keyboard.type("slanted")
    await page.keyboard.press("Control+i")
    await page.keyboard.press("Enter")
    await page.keyboard.type("<b>no tag</b> & code")
    for _ in range(4):
        await page.keyboard.press("Shift+ArrowLeft")
    await dialog.get_by_role("button", name="Code").click()
    await page.keyboard.press("End")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await dialog.get_by_role("button", name="Bulleted list").click()
    await page.keyboard.type("one")
    await page.keyboard.press("Enter")
    await page.keyboard.type("two")
    await dialog.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("dialog", name="Done")).to_be_visible()
    sent = heard.submitted[0]["rich"]["rich_text_value"]
    assert sent["elements"][0] == {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "Plain "},
            {"type": "text", "text": "bold", "style": {"bold": True}},
            {"type": "text", "text": " "},
            {"type": "text", "text": "slanted", "style": {"italic": True}},
            {"type": "text", "text": "\n<b>no tag</b> & "},
            {"type": "text", "text": "code", "style": {"code": True}},
        ],
    }
    words = [[part["text"] for part in item["elements"]] for item in sent["elements"][1]["elements"]]
    assert (sent["elements"][1]["style"], words) == ("bullet", [["one"], ["two"]])


async def test_link_in_rich_text(page: Page, heard) -> None:
    """The toolbar asks for the address and makes a link of what is selected."""
    dialog = await opened_form(page)
    await dialog.get_by_role("combobox", name="Kind").click()
    await dialog.get_by_role("option", name="First").click()
    await dialog.get_by_role("textbox", name="Title").fill("Link")
    box = dialog.get_by_role("textbox", name="Rich text")
    await box.click()
    await page.keyboard.type("see here")
    for _ in range(4):
        await page.keyboard.press("Shift+ArrowLeft")
    await dialog.get_by_role("button", name="Link").click()
    asked = page.get_by_role("dialog", name="Add a link")
    await asked.get_by_role("textbox", name="Address").fill("https://example.com/x")
    await asked.get_by_role("button", name="Save").click()
    await dialog.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("dialog", name="Done")).to_be_visible()
    [section] = heard.submitted[0]["rich"]["rich_text_value"]["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "see "},
        {"type": "link", "url": "https://example.com/x", "text": "here"},
    ]


async def test_refusals_of_client_and_bot_stand_at_the_field(page: Page) -> None:
    """What Slack's client finds missing, and what the bot does not like, stands at the field, which gets the focus."""
    dialog = await opened_form(page)
    await dialog.get_by_role("button", name="Send").click()
    kind = dialog.get_by_role("combobox", name="Kind")
    await expect(kind).to_be_focused()
    await expect(kind).to_have_accessible_description("Please complete this required field.")
    await kind.click()
    await dialog.get_by_role("option", name="First").click()
    title = dialog.get_by_role("textbox", name="Title")
    await title.fill("refuse me")
    await dialog.get_by_role("textbox", name="Number").fill("many")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog.get_by_text("Please enter a valid number.")).to_be_visible()
    await dialog.get_by_role("textbox", name="Number").fill("3")
    await dialog.get_by_role("button", name="Send").click()
    await expect(title).to_have_accessible_description("Not this title, please.")
    await expect(title).to_be_focused()
    await expect(title).to_have_value("refuse me")


async def test_keyboard_alone_is_enough(page: Page, heard) -> None:
    """Command, choice, text and Submit without a mouse; Escape closes a list first and then the form."""
    dialog = await opened_form(page)
    kind = dialog.get_by_role("combobox", name="Kind")
    await expect(kind).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(kind).to_have_value("First")
    await page.keyboard.press("ArrowDown")
    await expect(dialog.get_by_role("listbox").first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(dialog.get_by_role("textbox", name="Title")).to_be_focused()
    await page.keyboard.type("By keyboard")
    await page.keyboard.press("Shift+Tab")
    await expect(kind).to_be_focused()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("dialog", name="Done")).to_be_visible()
    assert heard.submitted[0]["title"]["value"] == "By keyboard"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.get_by_role("textbox", name="Write a message to #web")).to_be_focused()


async def test_form_left_open_is_there_after_a_reload(page: Page, sandbox: Sandbox, eventually) -> None:
    """What was typed is told to the sandbox at once, so that even a reload keeps it."""
    dialog = await opened_form(page)
    await dialog.get_by_role("textbox", name="Story").fill("Half a sto")
    await dialog.get_by_role("textbox", name="Title").focus()
    view = sandbox.slack.windows.top("U0MARA")
    assert view is not None
    await eventually(lambda: view.values["story"]["answer"]["value"] == "Half a sto")
    await page.reload()
    await expect(dialog.get_by_role("textbox", name="Story")).to_have_value("Half a sto")


async def test_pushed_view_has_a_way_back(page: Page) -> None:
    """Back, even pressed twice, leads to what was typed in the form below; the cross closes both."""
    dialog = await opened_form(page)
    await dialog.get_by_role("combobox", name="Kind").click()
    await dialog.get_by_role("option", name="First").click()
    await dialog.get_by_role("textbox", name="Title").fill("push")
    await dialog.get_by_role("button", name="Send").click()
    above = page.get_by_role("dialog", name="On top")
    await above.get_by_role("button", name="Back").dblclick()
    await expect(dialog.get_by_role("textbox", name="Title")).to_have_value("push")
    await dialog.get_by_role("button", name="Send").click()
    await above.get_by_role("button", name="Close this window").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
