"""The panel with the tickets as a tracker of its own: what developers do there without Slack reaches the tracker."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from sandbox.asana.records import Task
from sandbox.company import seed
from sandbox.jira import wiki
from sandbox.jira.model import Issue, RichText
from sandbox.page import at_jira
from sandbox.server import Sandbox
from tests.browser.hands import Hands

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """The seeded company."""
    made = Sandbox(seed)
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, sandbox: Sandbox, opened_page) -> AsyncIterator[Page]:
    async with opened_page(browser, sandbox.url) as shown:
        yield shown


@pytest_asyncio.fixture(loop_scope="session")
async def jonas(page: Page, hands: Callable[[Page], Hands]) -> Hands:
    """Jonas, a lead developer with a seat in both trackers."""
    made = hands(page)
    await made.be("Jonas Sample")
    return made


def issue_of(sandbox: Sandbox, summary: str) -> Issue:
    return next(one for one in sandbox.jira.issues.values() if one.values["summary"] == summary)


def task_of(sandbox: Sandbox, name: str) -> Task:
    return next(one for one in sandbox.asana.all(Task) if one.name == name)


def markup(issue: Issue) -> str:
    text = issue.values["description"]
    assert isinstance(text, RichText)
    return wiki.as_wiki(text)


async def test_issue_is_moved_assigned_dated_and_flagged(jonas: Hands, sandbox: Sandbox, screenshots) -> None:
    """Each change is in the changelog under the developer's own name."""
    issue = issue_of(sandbox, "Landing page for the spring webinar")
    shown = await jonas.ticket("jira", issue.key)
    await jonas.set(shown, "Status", "In Progress")
    await expect(shown.locator(".states")).to_contain_text("In Progress")
    await expect(shown.get_by_label("Status").locator("option:checked")).to_have_text("In Progress")
    await expect(shown.get_by_label("Status").locator("option")).to_have_text(
        ["In Progress", "To Do", "In Review", "Blocked", "Done"]
    )
    await jonas.set(shown, "Assignee", "Lena Lorem")
    await shown.get_by_label("Due date", exact=True).fill("2031-03-01")
    await shown.get_by_role("button", name="Flag").click()
    await expect(shown.locator(".states")).to_contain_text("Flagged")
    await shown.get_by_role("button", name="Vote").click()
    await expect(shown.get_by_role("button", name="Vote")).to_have_attribute("aria-pressed", "true")
    await expect(shown.get_by_label("Assignee", exact=True).locator("option:checked")).to_have_text("Lena Lorem")
    if screenshots:
        await jonas.page.screenshot(path=screenshots / "issue.png")
    changes = [(change.field, change.new_text) for history in issue.histories for change in history.changes]
    jira = at_jira.seat(sandbox.jira, "jonas@example.com")
    assert jira is not None
    assert ("status", "In Progress") in changes
    assert ("assignee", "Lena Lorem") in changes
    assert ("Flagged", "Impediment") in changes
    assert [text for field, text in changes if field == "duedate"][-1] is not None
    assert issue.values["duedate"] == "2031-03-01"
    assert issue.histories[-1].author == jira.account_id
    assert jira.account_id in issue.voters


async def test_section_of_an_issue_is_edited_in_place(jonas: Hands, sandbox: Sandbox) -> None:
    """The words of one section change, every other node stays; a new one goes to the end; a table is left alone."""
    issue = issue_of(sandbox, "Landing page for the spring webinar")
    shown = await jonas.ticket("jira", issue.key)
    criteria = "- The form has **two** fields\n- See [the sketch](https://www.figma.com/design/EXAMPLE/x?node-id=1-2)"
    await jonas.edit(shown, "Acceptance criteria", criteria)
    await expect(shown.get_by_role("listitem").filter(has_text="The form has two fields")).to_be_visible()
    await expect(shown.get_by_label("Text of Acceptance criteria", exact=True)).to_be_hidden()
    await jonas.add(shown, "Target audience", "Marketing leads in companies with 50 to 500 people")
    await expect(shown.get_by_role("heading", name="Target audience")).to_be_visible()
    text = markup(issue)
    assert "h2. Acceptance criteria\n\n* The form has *two* fields\n* See [the sketch|https://www.figma.com/" in text
    assert text.endswith("h2. Target audience\n\nMarketing leads in companies with 50 to 500 people")
    assert "h2. Campaign goal\n\nAs many registrations as possible." in text

    bug = issue_of(sandbox, "Comparison table is cut off in Safari on iPhone")
    before = markup(bug)
    shown = await jonas.ticket("jira", bug.key)
    field = shown.get_by_label("Text of What should happen", exact=True)
    await shown.get_by_label("Edit What should happen", exact=True).click()
    await expect(field).to_have_value("")
    await field.fill("And the first column stays in view.")
    await shown.get_by_role("button", name="Save", exact=True).click()
    await expect(shown).to_contain_text("And the first column stays in view.")
    assert markup(bug) == f"{before}\n\nAnd the first column stays in view."


async def test_comments_have_an_audience(jonas: Hands, sandbox: Sandbox, screenshots: Path | None) -> None:
    """For everybody, for a role, or internal; whoever may not read one does not see it."""
    issue = issue_of(sandbox, "Make the hero nicer")
    shown = await jonas.ticket("jira", issue.key)
    await jonas.comment(shown, "Which hero do you mean?\n- the start page\n- the blog")
    await jonas.comment(shown, "The agency must not know", "Only Developers")
    await jonas.comment(shown, "Note for the desk", "Internal note")
    await expect(shown.locator(".comments > li")).to_have_count(3)
    await expect(shown).to_contain_text("Only Developers")
    await expect(shown.get_by_label("Comment", exact=True)).to_have_value("")
    if screenshots:
        await shown.get_by_label("Comment", exact=True).scroll_into_view_if_needed()
        await jonas.page.screenshot(path=screenshots / "comments.png")
    public, restricted, internal = issue.comments
    assert (public.visibility, public.is_internal) == (None, False)
    assert restricted.visibility == {"type": "role", "value": "Developers", "identifier": "Developers"}
    assert (internal.visibility, internal.is_internal) == (None, True)
    assert public.author == at_jira.seat(sandbox.jira, "jonas@example.com").account_id  # type: ignore[union-attr]


async def test_task_is_changed_in_asana(jonas: Hands, sandbox: Sandbox, screenshots: Path | None) -> None:
    """Section, assignee, date, like, complete, a part of the notes and a comment, in the developer's name."""
    task = task_of(sandbox, "Which newsletter brings orders?")
    shown = await jonas.ticket("asana", task.gid)
    await jonas.set(shown, "Section", "Ready")
    await jonas.set(shown, "Assignee", "Jonas Sample")
    await shown.get_by_label("Due date", exact=True).fill("2031-03-01")
    await shown.get_by_role("button", name="Like").click()
    await jonas.edit(shown, "Period", "The last four quarters\n- by month")
    await expect(shown.get_by_role("listitem").filter(has_text="by month")).to_be_visible()
    await jonas.add(shown, "Segment", "Germany & Austria")
    await expect(shown.get_by_role("heading", name="Segment")).to_be_visible()
    await jonas.comment(shown, "Which numbers <exactly>?")
    await expect(shown.get_by_role("region", name="Comments")).to_contain_text("Which numbers <exactly>?")
    if screenshots:
        await jonas.page.screenshot(path=screenshots / "task.png")
    await shown.get_by_role("button", name="Complete").click()
    await expect(shown.locator(".states")).to_have_text("Done")
    assert [section.name for section in task.sections] == ["Ready"]
    assert (task.assignee.name if task.assignee else None, task.due_on) == ("Jonas Sample", "2031-03-01")
    assert [user.name for user in task.likes] == ["Jonas Sample"]
    assert task.html == (
        "<body><h2>Decision to take</h2>Which of the three newsletters we stop\n"
        "<h2>Metric and its definition</h2>Orders within 7 days after a click, by newsletter\n"
        "<h2>Period</h2>The last four quarters\n<ul><li>by month</li></ul>"
        "<h2>Segment</h2>Germany &amp; Austria\n</body>"
    )
    said = [story for story in task.stories if story.is_comment]
    assert [(story.created_by.name, story.html) for story in said] == [
        ("Jonas Sample", "<body>Which numbers &lt;exactly&gt;?</body>")
    ]


async def test_ticket_is_deleted(jonas: Hands, sandbox: Sandbox) -> None:
    """After a question; then it is gone from tracker and page."""
    issue = issue_of(sandbox, "Make the hero nicer")
    shown = await jonas.ticket("jira", issue.key)
    await shown.get_by_role("button", name="Delete", exact=True).click()
    asked = jonas.page.get_by_role("dialog", name="Delete this ticket?")
    await asked.get_by_role("button", name="Cancel").click()
    assert sandbox.jira.find_issue(issue.key) is issue
    await shown.get_by_role("button", name="Delete", exact=True).click()
    await asked.get_by_role("button", name="Delete").click()
    await expect(jonas.page.get_by_text(f"There is no ticket {issue.key} in Jira.")).to_be_visible()
    assert sandbox.jira.find_issue(issue.key) is None


async def test_nobody_changes_anything_without_a_seat(jonas: Hands, sandbox: Sandbox) -> None:
    """Who has no account sees the ticket and why there are no controls; the refusal of the tracker is shown."""
    issue = issue_of(sandbox, "Landing page for the spring webinar")
    await jonas.be("Nora Noseat")
    shown = await jonas.ticket("jira", issue.key)
    await expect(shown).to_contain_text("Nora Noseat has no seat in Jira")
    for name in ("Edit User story", "Comment", "Status"):
        await expect(shown.get_by_label(name, exact=True)).to_have_count(0)
    told = await jonas.page.evaluate(
        """async (ticket) => (await fetch("/sandbox/ui/ticket", {
          method: "POST", headers: {"Content-Type": "application/json"},
          body: JSON.stringify({user: "U0NORA", ticket, do: "flag"})})).json()""",
        f"jira:{issue.key}",
    )
    assert told == {"ok": False, "notice": "Nora Noseat has no seat there."}
    await jonas.be("Jonas Sample")
    sandbox.jira.denied.add(("TRANSITION_ISSUES", "WEB"))
    await jonas.set(shown, "Status", "In Progress")
    await expect(jonas.page.get_by_role("status")).to_contain_text("You do not have the permission TRANSITION_ISSUES")
    await expect(shown.get_by_label("Status").locator("option:checked")).to_have_text("To Do")


async def test_half_written_edit_survives_news(jonas: Hands, sandbox: Sandbox) -> None:
    """While somebody writes, a change elsewhere redraws the ticket and leaves their words and their caret alone."""
    issue = issue_of(sandbox, "Landing page for the spring webinar")
    shown = await jonas.ticket("jira", issue.key)
    await shown.get_by_label("Edit Campaign goal", exact=True).click()
    field = shown.get_by_label("Text of Campaign goal", exact=True)
    await field.fill("Registrations from 40 to")
    at_jira.AtJira(sandbox.jira, sandbox.jira.users[str(issue.values["reporter"])]).do(
        issue.key, {"do": "comment", "text": "News"}
    )
    sandbox.slack.changed()
    await expect(shown).to_contain_text("News")
    await jonas.page.keyboard.type(" 80")
    await expect(field).to_have_value("Registrations from 40 to 80")


async def test_focus_stays_on_a_file_when_a_link_comes_in_above_it(jonas: Hands, sandbox: Sandbox) -> None:
    """Who is about to open a file opens that file, although the ticket gets its first link meanwhile."""
    issue = issue_of(sandbox, "Landing page for the spring webinar")
    issue.remote_links.clear()
    site = sandbox.jira
    site.add_attachment(issue, "sketch.txt", b"a box and a button")
    shown = await jonas.ticket("jira", issue.key)
    file = shown.get_by_role("region", name="Attachments").get_by_role("link", name="sketch.txt")
    await file.focus()
    site.add_remote_link(issue, "https://example.com/elsewhere", "Elsewhere")
    sandbox.slack.changed()
    await expect(shown.get_by_role("region", name="Links").get_by_role("link", name="Elsewhere")).to_be_visible()
    await expect(file).to_be_focused()
