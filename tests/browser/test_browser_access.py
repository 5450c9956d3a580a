"""The page for everybody: names for screen readers, focus, contrast, small screens."""

import itertools
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from sandbox.server import Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="session")
NAMED = frozenset(
    {"button", "link", "textbox", "combobox", "checkbox", "radio", "listbox", "dialog", "menuitem", "searchbox", "Date",
     "InputTime", "log", "navigation", "complementary", "region", "article", "radiogroup", "group", "option"}
)  # fmt: skip
"""Roles that say nothing without a name."""
PAIRS = (
    ("ink", "ground", 7.0), ("ink", "soft", 7.0), ("faint", "ground", 4.5), ("faint", "soft", 4.5),
    ("accent", "ground", 4.5), ("accent", "soft", 4.5), ("accent", "accent-soft", 4.5), ("on-accent", "accent", 4.5),
    ("bad", "ground", 4.5), ("bad", "bad-soft", 4.5), ("warn", "warn-soft", 4.5), ("good", "good-soft", 4.5),
    ("blue", "info-soft", 4.5), ("code", "soft", 4.5), ("ink", "warn-soft", 7.0), ("ink", "line", 7.0),
    ("side-ink", "side", 7.0), ("side-faint", "side", 4.5), ("edge", "ground", 3.0), ("edge", "soft", 3.0),
)  # fmt: skip
"""Foreground, background, least contrast (WCAG 2.2: 4.5 for text, 3 for the edges of controls)."""


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


async def nameless(page: Page) -> list[str]:
    """Elements that Chromium's accessibility tree has without a name."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    found = []
    for node in tree["nodes"]:
        role = node.get("role", {}).get("value", "")
        if not node.get("ignored") and role in NAMED and not node.get("name", {}).get("value", "").strip():
            found.append(role)
    return found


async def repeated_ids(page: Page) -> list[str]:
    ids: list[str] = await page.evaluate("Array.from(document.querySelectorAll('[id]'), (one) => one.id)")
    return sorted({one for one in ids if ids.count(one) > 1})


async def open_form(page: Page) -> None:
    composer = page.get_by_role("textbox", name="Write a message to #web")
    await composer.fill("/form")
    await composer.press("Enter")
    await expect(page.get_by_role("dialog", name="A form")).to_be_visible()


def furnished(sandbox: Sandbox) -> None:
    sandbox.jira.add_user("Mara Example", "mara@example.com", groups=("Developers",))
    sandbox.jira.add_project("WEB", "Website")
    sandbox.jira.add_issue("WEB", "Task", "An issue", description="h2. Goal\n\nWords")


async def test_everything_has_a_name(page: Page, sandbox: Sandbox, heard) -> None:
    """Every button, link, field, list and region has a name; ids are unique; in the page, a ticket and a form."""
    furnished(sandbox)
    await page.goto(f"{sandbox.url}/?ticket=jira:WEB-1")
    await page.get_by_role("textbox", name="Write a message to #web").fill("/buttons")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Press me")).to_be_visible()
    await page.get_by_label("Edit Goal").click()
    await expect(page.get_by_role("textbox", name="Text of Goal")).to_be_visible()
    assert await nameless(page) == []
    assert await repeated_ids(page) == []
    await open_form(page)
    assert await nameless(page) == []
    assert await repeated_ids(page) == []


async def test_check_for_names_notices_a_nameless_button(page: Page) -> None:
    """The check above sees what it is there for."""
    await page.evaluate("document.body.append(document.createElement('button'))")  # no region: none is drawn anew
    assert await nameless(page) == ["button"]


async def test_focus_stays_in_the_dialog(page: Page, heard) -> None:
    """Tab goes round inside an open form and reaches Submit; nothing behind it can be reached."""
    await open_form(page)
    seen: set[str] = set()
    for _ in range(45):
        await page.keyboard.press("Tab")
        where = await page.evaluate(
            "() => { const on = document.activeElement;"
            " return on === document.body ? 'body' : on.closest('dialog')"
            " ? on.textContent || on.getAttribute('aria-label') || on.id : 'outside'; }"
        )
        seen.add(where)
    assert "outside" not in seen
    assert {"Send", "Cancel"} <= seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_colours_have_contrast(browser: Browser, sandbox: Sandbox, opened_page, scheme: str) -> None:
    """Text and the edges of controls stand out from what is behind them, in light and in dark."""
    async with opened_page(browser, sandbox.url, color_scheme=scheme) as page:
        colours = await page.evaluate(
            "(names) => Object.fromEntries(names.map((name) =>"
            " [name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()]))",
            sorted({name for pair in PAIRS for name in pair[:2]}),
        )
    low = {f"{a} on {b}": round(contrast(colours[a], colours[b]), 2) for a, b, _ in PAIRS}
    least = {f"{a} on {b}": ratio for a, b, ratio in PAIRS}
    assert {pair: ratio for pair, ratio in low.items() if ratio < least[pair]} == {}


async def test_small_screen(browser: Browser, sandbox: Sandbox, heard, opened_page) -> None:
    """On a phone nothing scrolls sideways, chat, tickets and a form can all be used, and a long text has some lines."""
    furnished(sandbox)
    async with opened_page(browser, sandbox.url, viewport={"width": 375, "height": 720}) as page:
        await page.get_by_role("button", name="Tickets").click()
        await page.get_by_role("link", name="An issue").click()
        await expect(page.get_by_role("heading", name="An issue")).to_be_visible()
        await page.get_by_role("button", name="Chat").click()
        await open_form(page)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 375
        box = await page.get_by_role("dialog").bounding_box()
        assert box is not None
        assert box["width"] <= 375
        assert box["height"] <= 720
        story = await page.get_by_label("Story").bounding_box()
        assert story is not None
        assert story["height"] > 80


async def test_bar_of_a_narrow_screen(browser: Browser, sandbox: Sandbox, heard, opened_page) -> None:
    """On the narrowest screen, and at 400 % on a wide one, nothing in the bar on top lies over something else."""
    async with opened_page(browser, sandbox.url, viewport={"width": 320, "height": 640}) as page:
        bar = page.get_by_role("banner")
        chat, tickets = (bar.get_by_role("button", name=name) for name in ("Chat", "Tickets"))
        parts = [chat, tickets, bar.locator("summary"), bar.get_by_label("You are")]
        boxes = [await part.bounding_box() for part in parts]
    edges = [(box["x"], box["x"] + box["width"]) for box in boxes if box]
    assert len(edges) == len(parts)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(edges))
    assert edges[-1][1] <= 320


async def test_pictures(browser: Browser, sandbox: Sandbox, heard, opened_page, screenshots: Path | None) -> None:
    """The page draws itself without an error in every size and scheme; with `SCREENSHOTS` set, pictures are kept."""
    furnished(sandbox)
    for scheme in ("light", "dark"):
        for width in (1440, 390):
            size = {"width": width, "height": 860}
            async with opened_page(browser, sandbox.url, color_scheme=scheme, viewport=size) as page:
                await expect(page.get_by_role("log")).to_be_visible()
                picture = await page.screenshot()
                if screenshots:
                    (screenshots / f"{scheme}-{width}.png").write_bytes(picture)
                assert picture.startswith(b"\x89PNG")
