"""What a person does on the sandbox's page, in words: for journeys in a browser.

hands = Hands(page)
await hands.go("mar-dev-web")
alert = hands.message("3 requests need something")
await hands.choose(alert, "Snooze for a day", line="WEB-2")
await hands.press(alert, "Fill in", line="WEB-4")
await hands.fill({"Acceptance criteria": "The price is shown within 200 ms"})
await hands.submit("Save")
"""

import re
from collections.abc import Mapping

import aiohttp
from playwright.async_api import Locator, Page, expect


class Hands:
    """One pair of hands on one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    # Who and where.

    async def be(self, name: str) -> None:
        """Become somebody, such as `Jonas Sample`; the conversation stays open if they are in it."""
        who = self.page.get_by_label("You are")
        option = who.locator("option", has_text=name)
        value = await option.get_attribute("value")
        await who.select_option(value)
        await expect(self.page).to_have_url(re.compile(rf"[?&]user={value}\b"))
        await expect(who.locator("option:checked")).to_have_text(re.compile(f"^{re.escape(name)}"))

    async def go(self, channel: str) -> None:
        """Open a channel, or the conversation with the app by its name."""
        side = self.page.get_by_role("navigation", name="Channels")
        await side.get_by_role("link", name=re.compile(rf"^(?:\W*)\s*{re.escape(channel)}(?![\w-])")).click()
        await expect(self.page.locator("#main h1")).to_have_text(re.compile(re.escape(channel)))

    async def home(self, app: str = "devrequest") -> Locator:
        """Open the app's home tab; what stands in it."""
        await self.go(app)
        await self.page.get_by_role("navigation", name="App").get_by_role("link", name="Home").click()
        tab = self.page.locator("#main .home")
        await expect(tab).to_be_visible()
        return tab

    async def direct_messages(self, app: str = "devrequest") -> Locator:
        """Open the messages with the app; the log of them."""
        await self.go(app)
        await self.page.get_by_role("navigation", name="App").get_by_role("link", name="Messages").click()
        return self.page.locator("#main").get_by_role("log")

    # Messages.

    async def type(self, line: str) -> None:
        """Type a message or a command into the open conversation."""
        composer = self.page.locator("#main form.composer textarea")
        await composer.fill(line)
        await composer.press("Enter")

    def message(self, words: str) -> Locator:
        """The newest message in the conversation with these words."""
        return self.page.locator("#main").get_by_role("article").filter(has_text=words).last

    async def thread(self, message: Locator) -> Locator:
        """Open the thread of a message; the region that shows it."""
        await message.hover()
        await message.get_by_role("link", name=re.compile(r"^Reply in a thread|^\d+ repl(y|ies)$")).first.click()
        region = self.page.get_by_role("region", name="Thread")
        await expect(region.get_by_role("log")).to_be_visible()
        return region

    async def reply(self, line: str, *, also_to_channel: bool = False) -> None:
        """Write into the open thread."""
        form = self.page.get_by_role("region", name="Thread").locator("form.composer")
        if also_to_channel:
            await form.get_by_role("checkbox").check()
        await form.get_by_role("textbox").fill(line)
        await form.get_by_role("textbox").press("Enter")

    async def delete(self, message: Locator) -> None:
        """Delete a message by hand, as its author or an admin may."""
        await message.hover()
        await message.get_by_label(re.compile("^More actions for the message")).click()
        await message.get_by_role("menuitem", name="Delete message").click()
        await self.page.get_by_role("dialog", name="Delete this message?").get_by_role("button", name="Delete").click()

    # What stands in messages, in the home tab and in forms. `line` picks the section with these words.

    async def press(self, where: Locator, button: str, *, line: str | None = None) -> None:
        """Press a button."""
        await self._line(where, line).get_by_role("button", name=button, exact=True).click()

    async def choose(self, where: Locator, option: str, *, line: str | None = None) -> None:
        """Open an overflow menu and choose from it."""
        scope = self._line(where, line)
        await scope.get_by_label("More actions", exact=True).click()
        await scope.get_by_role("menuitem", name=option).click()

    def _line(self, where: Locator, words: str | None) -> Locator:
        """The section or rich text with these words, and the row of buttons right below it."""
        if words is None:
            return where
        below = "following-sibling::*[1][contains(concat(' ', @class, ' '), ' actions ')]"
        return where.locator(".section, .richtext").filter(has_text=words).locator(f"xpath=self::* | {below}")

    async def pick(self, where: Locator, label: str, option: str) -> None:
        """Choose from a menu that one can type into."""
        await where.get_by_role("combobox", name=label).click()
        await where.get_by_role("option", name=option).click()

    def form(self, title: str | re.Pattern[str] | None = None) -> Locator:
        """The form that is open."""
        return self.page.get_by_role("dialog", name=title) if title else self.page.locator("#dialog[open]")

    async def fill(self, answers: Mapping[str, str], title: str | None = None) -> Locator:
        """Fill in texts and dates of the form that is open, by their labels; the form."""
        form = self.form(title)
        await expect(form).to_be_visible()
        for label, answer in answers.items():
            await form.get_by_label(label).fill(answer)
        return form

    async def submit(self, button: str = "Submit") -> None:
        """Press a button of the form's foot."""
        await self.form().locator("footer").get_by_role("button", name=button, exact=True).click()

    # The trackers.

    async def ticket(self, tracker: str, ticket: str) -> Locator:
        """Open a ticket beside the conversation: `("jira", "WEB-1")`, `("asana", "1201…")`."""
        await self.page.evaluate(
            """(ticket) => {
              const query = new URLSearchParams(location.search);
              query.set("ticket", ticket);
              history.pushState(null, "", `/?${query}`);
              dispatchEvent(new PopStateEvent("popstate"));
            }""",
            f"{tracker}:{ticket}",
        )
        shown = self.page.get_by_role("complementary", name="Tickets").get_by_role("article")
        await expect(shown).to_have_attribute("data-key", f"{tracker}/{ticket}")
        return shown

    async def set(self, ticket: Locator, label: str, choice: str) -> None:
        """Change `Status`, `Section` or `Assignee` of the open ticket."""
        await ticket.get_by_label(label, exact=True).select_option(label=choice)

    async def edit(self, ticket: Locator, section: str, text: str) -> None:
        """Replace a section of the open ticket, right in the tracker."""
        await ticket.get_by_label(f"Edit {section}", exact=True).click()
        await ticket.get_by_label(f"Text of {section}", exact=True).fill(text)
        await ticket.get_by_role("button", name="Save", exact=True).click()

    async def add(self, ticket: Locator, section: str, text: str) -> None:
        """Add a section to the open ticket, right in the tracker."""
        await ticket.get_by_text("Add a section", exact=True).click()
        await ticket.get_by_label("Heading", exact=True).fill(section)
        await ticket.get_by_label("Text", exact=True).fill(text)
        await ticket.get_by_role("button", name="Add", exact=True).click()

    async def comment(self, ticket: Locator, text: str, audience: str | None = None) -> None:
        """Comment on the open ticket; in Jira perhaps for `Only Developers` or as an `Internal note`."""
        if audience:
            await ticket.get_by_label("Who can read it").select_option(label=audience)
        await ticket.get_by_label("Comment", exact=True).fill(text)
        await ticket.get_by_role("button", name="Comment", exact=True).click()

    # Time.

    async def ahead(self, step: str) -> None:
        """Move the sandbox's time: `+1 hour`, `+1 day`, `+1 week`."""
        await self.page.get_by_role("button", name=step, exact=True).click()


async def move_clock(url: str, seconds: float) -> str:
    """Move the time of the sandbox at this address ahead; its present then, in ISO format."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/sandbox/clock", json={"ahead_seconds": seconds}) as answer,
    ):
        assert answer.status == 200, await answer.text()
        return str((await answer.json())["now"])
