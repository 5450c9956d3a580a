"""Messages that one works with: an alert with buttons and menus, the app's home tab, threads, pictures, dates, time."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from sandbox.server import Sandbox
from sandbox.slack.people import Person
from tests.browser.alert_app import AlertApp
from tests.browser.hands import Hands, move_clock

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, sandbox: Sandbox, alerts: AlertApp, opened_page) -> AsyncIterator[Page]:
    async with opened_page(browser, sandbox.url) as shown:
        yield shown


@pytest.fixture
def mara(page: Page, hands: Callable[[Page], Hands]) -> Hands:
    return hands(page)


async def test_alert_is_worked_off_with_a_mouse(mara: Hands, alerts: AlertApp, screenshots: Path | None) -> None:
    """Menu and question, button and form: the message changes in place, without a reload."""
    await alerts.post("C0WEB")
    alert = mara.message("2 requests need something")
    await mara.choose(alert, "Snooze for a day", line="WEB-2")
    asked = mara.page.get_by_role("dialog", name="Not needed?")
    await asked.get_by_role("button", name="No").click()
    assert alerts.heard == []
    await mara.choose(alert, "Snooze for a day", line="WEB-2")
    await asked.get_by_role("button", name="Yes").click()
    await expect(alert).to_contain_text("WEB-2 snoozed")
    await expect(alert.get_by_role("button", name="Fill in WEB-2")).to_have_count(0)
    await mara.press(alert, "Fill in WEB-4", line="WEB-4")
    form = await mara.fill({"Acceptance criteria": "The price is shown within 200 ms"}, "Fill in WEB-4")
    if screenshots:
        await mara.page.screenshot(path=screenshots / "fill-in.png")
    await mara.submit("Save")
    await expect(form).to_be_hidden()
    await expect(alert).to_contain_text("WEB-4 ✅ ready")
    assert (alerts.updated, alerts.heard[0]["selected_option"]["value"]) == ("ok", "snooze WEB-2")
    await expect(alert.get_by_text("(edited)")).to_have_count(0)


async def test_alert_is_worked_off_with_the_keyboard(mara: Hands, alerts: AlertApp) -> None:
    """Tab to the menu, arrows in it, Enter; the focus is back at the menu, in the question, in the form, in turn."""
    await alerts.post("C0WEB")
    page, alert = mara.page, mara.message("2 requests need something")
    menu = alert.get_by_label("More actions", exact=True).first
    await menu.focus()
    await page.keyboard.press("ArrowDown")
    await expect(alert.get_by_role("menuitem", name="Snooze for a day").first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(alert.get_by_role("menuitem", name="Not needed").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(menu).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Not needed?")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(alert).to_contain_text("WEB-2 not needed")
    button = alert.get_by_role("button", name="Fill in WEB-4")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(mara.form("Fill in WEB-4").get_by_role("textbox")).to_be_focused()
    await page.keyboard.type("One condition")
    await page.keyboard.press("Control+Enter")
    await expect(alert).to_contain_text("WEB-4 ✅ ready")


async def test_home_tab_is_published_and_worked_with(mara: Hands, alerts: AlertApp, screenshots: Path | None) -> None:
    """Opened, it is there; a button opens a form; what was handed in stands in the tab at once, after a reload too."""
    tab = await mara.home()
    await expect(tab.get_by_role("heading", name="My requests")).to_be_visible()
    await mara.press(tab, "Fill in WEB-4")
    await mara.fill({"Acceptance criteria": "One condition"})
    await mara.submit("Save")
    await expect(tab).to_contain_text("WEB-4 ✅ ready")
    if screenshots:
        await mara.page.screenshot(path=screenshots / "home.png")
    alerts.done["WEB-2"] = "in progress"
    await mara.page.reload()
    await expect(tab).to_contain_text("WEB-2 in progress")
    log = await mara.direct_messages()
    await expect(log).to_contain_text("beginning of your conversation")


async def test_home_tab_belongs_to_one_person(mara: Hands, alerts: AlertApp, sandbox: Sandbox) -> None:
    """Everybody has a tab and direct messages of their own; whoever has news is named above the page."""
    await mara.home()
    await alerts.client.chat_postMessage(channel="U0JONAS", text="Only for Jonas")
    news = mara.page.get_by_role("navigation", name="News for others")
    await expect(news.get_by_role("link", name="1 new for Jonas Sample")).to_be_visible()
    await news.get_by_role("link").click()
    await expect(mara.page.get_by_label("You are")).to_have_value("U0JONAS")
    await expect(mara.message("Only for Jonas")).to_be_visible()
    await expect(news).to_have_count(0)
    await mara.be("Mara Example")
    await expect(mara.page.locator("#main h1")).to_have_text("devrequest")
    await expect(mara.page.locator("#main")).not_to_contain_text("Only for Jonas")
    assert sorted(sandbox.slack.windows.homes) == ["U0MARA"]


async def test_threads_answers_and_pictures(mara: Hands, alerts: AlertApp, screenshots: Path | None) -> None:
    """Replies of bot and people, one of them also in the channel; a picture with words for those who do not see it."""
    ts = await alerts.post("C0WEB")
    await alerts.client.chat_postMessage(channel="C0WEB", thread_ts=ts, text="Details of *WEB-2*")
    region = await mara.thread(mara.message("2 requests need something"))
    await expect(region).to_contain_text("Details of WEB-2")
    await mara.reply("I look into it")
    await mara.reply("Done, see the ticket", also_to_channel=True)
    await expect(region.get_by_role("article", name="Mara Example")).to_have_count(2)
    below = mara.message("Done, see the ticket")
    await expect(below).to_contain_text("replied to a thread")
    await alerts.picture("C0WEB", ts)
    for words in ("Readiness rose from 40 to 70", "Eight weeks"):
        image = region.get_by_role("img", name=words)
        await expect(image).to_be_visible()
        assert await image.evaluate("(image) => image.complete && image.naturalWidth") == 180
    if screenshots:
        await mara.page.screenshot(path=screenshots / "thread.png")


async def test_messages_deleted_by_hand(mara: Hands, alerts: AlertApp, sandbox: Sandbox) -> None:
    """Members delete their own, an admin the bot's; the bot finds out when it updates; replies keep a tombstone."""
    await alerts.post("C0WEB")
    await mara.type("never mind")
    await mara.delete(mara.message("never mind"))
    await expect(mara.page.locator("#main")).not_to_contain_text("never mind")
    alert = mara.message("2 requests need something")
    await alert.hover()
    await expect(alert.get_by_role("menuitem", name="Delete message")).to_have_count(0)
    await mara.press(alert, "Fill in WEB-4")
    await mara.fill({"Acceptance criteria": "One condition"})
    await Person(sandbox.slack, "U0OLA").delete("C0WEB", max(sandbox.slack.channels["C0WEB"].messages))
    await mara.submit("Save")
    await expect(mara.form()).to_be_hidden()
    assert alerts.updated == "message_not_found"

    ts = await alerts.post("C0WEB")
    await alerts.client.chat_postMessage(channel="C0WEB", thread_ts=ts, text="A reply")
    await mara.be("Ola Operator")
    await mara.delete(mara.message("2 requests need something"))
    tombstone = mara.message("This message was deleted.")
    await expect(tombstone).to_contain_text("1 reply")
    region = await mara.thread(tombstone)
    await expect(region).to_contain_text("A reply")


async def test_dates_are_read_in_ones_own_time_zone(mara: Hands, alerts: AlertApp) -> None:
    """The same moment is another hour in Berlin and in New York; who cannot read it gets the fallback."""
    moment = int(datetime.fromisoformat("2031-07-01T13:30:00+00:00").timestamp())
    date = {"type": "date", "timestamp": moment, "format": "{date_long} {time}", "fallback": "1 July"}
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [date]}]}
    await alerts.client.chat_postMessage(channel="C0WEB", text="x", blocks=[rich])
    await alerts.client.chat_postMessage(channel="C0WEB", text=f"Sync <!date^{moment}^at {{time}}|at 13:30 UTC>")
    await alerts.client.chat_postMessage(channel="C0WEB", text=f"Odd <!date^{moment}^{{when}}|one day>")
    main = mara.page.locator("#main")
    await expect(main).to_contain_text("Tuesday, July 1st, 2031 15:30")
    await expect(main).to_contain_text("Sync At 15:30")
    await expect(main).to_contain_text("Odd one day")
    await mara.be("Ola Operator")
    await expect(main).to_contain_text("Tuesday, July 1st, 2031 09:30")
    await expect(main).to_contain_text("Sync At 09:30")


async def test_time_goes_ahead(mara: Hands, alerts: AlertApp, sandbox: Sandbox) -> None:
    """By button and by request, never back; whoever watches is told; what the vendors hand out follows."""
    told: list[datetime] = []
    sandbox.clock.watch(lambda: told.append(sandbox.now()))
    before = await alerts.post("C0WEB")
    await mara.ahead("+1 week")
    await expect(mara.page.get_by_text("(moved)")).to_be_visible()
    after = await alerts.post("C0WEB")
    assert 7 * 86_400 <= float(after) - float(before) < 7 * 86_400 + 60
    now = await move_clock(sandbox.url, 3600)
    assert abs((datetime.fromisoformat(now) - sandbox.now()).total_seconds()) < 5
    assert len(told) == 2
    await expect(mara.message("2 requests need something")).to_contain_text(re.compile("Looked at .* ago|Looked at"))
    async with aiohttp.ClientSession() as session:
        for wrong in (
            {},
            {"ahead_seconds": -1},
            {"ahead_seconds": "1"},
            {"ahead_seconds": True},
            [],
            {"ahead_seconds": 1e12},
        ):
            async with session.post(f"{sandbox.url}/sandbox/clock", json=wrong) as answer:
                assert (answer.status, (await answer.json())["ok"]) == (400, False)
        async with session.get(f"{sandbox.url}/sandbox/clock") as answer:
            shown = datetime.fromisoformat((await answer.json())["now"])
    assert abs((shown - sandbox.now()).total_seconds()) < 5
    sandbox.reset()
    assert (sandbox.clock.offset, len(told)) == (0.0, 3)


async def test_sync_has_a_button_once_the_app_suggests_it(mara: Hands, sandbox: Sandbox, alerts: AlertApp) -> None:
    """`sync now` among the words behind the command gives each channel a button that types it; else there is none."""
    button = mara.page.get_by_role("button", name="Sync now")
    await expect(button).to_have_count(0)
    heard: list[str] = []

    @alerts.app.command("/form")
    async def _(ack, body) -> None:
        await ack("Posted.")
        heard.append(f"{body['channel_name']}: {body['text']}")

    sandbox.install(sandbox.manifest, {"/form": [("sync now", "Post the sync")]})
    sandbox.slack.changed()
    await button.click()
    await expect(mara.message("Posted.")).to_be_visible()
    assert heard == ["web: sync now"]
    await mara.home()
    await expect(button).to_have_count(0)


async def test_tables_and_choices_in_a_message(mara: Hands, alerts: AlertApp, screenshots: Path | None) -> None:
    """A table has heads and its columns' alignment, and can be scrolled with the keyboard."""
    cells = [("Initiative", "Owner", "Ready"), ("Winter launch", "Mara", "70 %"), ("Pricing page", "Jonas", "100 %")]
    table = {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": text} for text in row] for row in cells],
        "column_settings": [{"is_wrapped": True}, None, {"align": "right"}],
    }
    owner = {"type": "users_select", "action_id": "owner", "placeholder": {"type": "plain_text", "text": "Owner"}}
    due = {"type": "datepicker", "action_id": "due", "placeholder": {"type": "plain_text", "text": "Due"}}
    row = {"type": "actions", "elements": [owner, due]}
    await alerts.client.chat_postMessage(channel="C0WEB", text="Table", blocks=[table, row])
    message = mara.message("Winter launch")
    await expect(message.get_by_role("columnheader")).to_have_text(["Initiative", "Owner", "Ready"])
    await expect(message.get_by_role("cell", name="70 %")).to_have_css("text-align", "right")
    await expect(message.get_by_role("group", name="Table")).to_have_attribute("tabindex", "0")
    if screenshots:
        await mara.page.screenshot(path=screenshots / "table.png")
