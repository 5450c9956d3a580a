"""What the sandbox's page makes of what it gets: dates, descriptions as plain lines, pictures, moves of the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sandbox.asana.rich_text import NOTES_TAGS, accept
from sandbox.clock import Clock, ahead_of
from sandbox.jira.adf import why_invalid
from sandbox.page import plain, plain_adf, plain_asana
from sandbox.page.dates import TOKENS, shown
from sandbox.page.pictures import kind_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
LATE = int(datetime(2026, 11, 24, 23, 30, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("{date_num}", "2026-11-25"),
        ("{date_slash}", "25/11/2026"),
        ("{date}", "November 25th"),
        ("{date_short}", "Nov 25"),
        ("{date_long}", "Wednesday, November 25th"),
        ("{date_long_full}", "November 25, 2026"),
        ("{date_pretty} at {time}", "Tomorrow at 00:30"),
        ("by {date_short_pretty}", "By tomorrow"),
        ("{time_secs}", "00:30:00"),
        ("{ago}", "In 14 hours"),
        ("{time} {nonsense}", "00:30 {nonsense}"),
        ("{nonsense}", None),
        ("no token", None),
    ],
)
def test_dates_are_written_as_slack_writes_them(form: str, words: str | None) -> None:
    """Half past eleven at night in UTC is tomorrow in Berlin; a format without a token gives way to the fallback."""
    assert shown(LATE, form, BERLIN, NOW) == words


def test_year_is_shown_half_a_year_away() -> None:
    """Within six months the year goes without saying."""
    far = int((NOW + timedelta(days=200)).timestamp())

    assert shown(far, "{date_short}", BERLIN, NOW) == "Jun 12, 2027"
    assert shown(far, "{date_long_pretty}", BERLIN, NOW) == "Saturday, June 12th, 2027"


@given(st.integers(-(10**13), 10**13), st.text() | st.sampled_from([f"{{{token}}}" for token in TOKENS]))
def test_no_moment_and_no_format_breaks_the_page(moment: int, form: str) -> None:
    """Any number and any text give words or nothing."""
    assert shown(moment, form, BERLIN, NOW) != ""


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1, max_size=12)


@given(st.text(max_size=200))
def test_any_text_becomes_a_document_that_jira_takes(text: str) -> None:
    """Whatever somebody types is a valid document, and reading it back changes nothing any more."""
    document = plain_adf.comment(text)
    lines = plain.read(text)
    assert why_invalid(document) is None or not lines
    (part, *_) = plain_adf.parts(document) or [plain.Part("", 0, 0, "")]
    assert part.text is not None
    assert plain_adf.comment(part.text) == document


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120), words)
def test_any_text_becomes_rich_text_that_asana_takes(text: str, title: str) -> None:
    """A new part is valid rich text, and is found again under its heading."""
    html = plain_asana.extended("<body>Before</body>", title, text)
    accept(html, NOTES_TAGS)
    before, part = plain_asana.parts(html)
    assert (before.text, part.title) == ("Before", title)
    again = plain_asana.changed(html, part.start, part.end, part.text or "")
    assert accept(again, NOTES_TAGS).html == accept(html, NOTES_TAGS).html


def test_lists_marks_and_links_are_kept() -> None:
    """What plain lines can say is the same after going there and back."""
    text = (
        "Some **bold** and _italic_ and `code` and snake_case_names and [words](https://example.com/a?b=c) and https://example.com.\n"
        "- one\n- two\n1. first\n1. second\n- [ ] open\n- [x] closed"
    )
    document = plain_adf.comment(text)

    assert [node["type"] for node in document["content"]] == ["paragraph", "bulletList", "orderedList", "taskList"]
    assert plain_adf.parts(document)[0].text == text
    html = plain_asana.extended("<body/>", "Part", text)
    assert plain_asana.parts(html)[0].text == text


@pytest.mark.parametrize(
    "node",
    [
        {"type": "panel", "attrs": {"panelType": "info"}, "content": []},
        {"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "x"}}]},
        {"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "underline"}]}]},
        {"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "rule"}]}]},
    ],
    ids=["panel", "mention", "underlined", "rule in a list"],
)
def test_what_plain_lines_cannot_say_is_not_offered_for_editing(node: dict[str, Any]) -> None:
    """A part with such a node has no text; other parts and all nodes outside an edit stay as they are."""
    heading = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "A"}]}
    below = {"type": "paragraph", "content": [{"type": "text", "text": "b"}]}
    document = {"version": 1, "type": "doc", "content": [node, heading, below]}
    first, second = plain_adf.parts(document)

    assert (first.text, second.text) == (None, "b")
    changed = plain_adf.changed(document, second.start, second.end, "c")
    assert changed["content"][:2] == [node, heading]
    assert plain_adf.parts(changed)[1].text == "c"


def test_the_last_section_is_edited_without_the_footer_below_it() -> None:
    """What stands behind a rule at the end of a ticket is shown, and stays as it is; in both trackers."""
    heading = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Goal"}]}
    more, footer, less = (
        {"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in ("More", "Request V1", "Less")
    )
    document = {"version": 1, "type": "doc", "content": [heading, more, {"type": "rule"}, footer]}
    (part,) = plain_adf.parts(document)
    html = "<body><h2>Goal</h2>More<hr/>Request V1</body>"
    (task,) = plain_asana.parts(html)

    assert (part.text, part.rest, task.text) == ("More", 4, "More")
    changed = plain_adf.changed(document, part.start, part.end, "Less")
    assert changed["content"] == [heading, less, {"type": "rule"}, footer]
    shorter = accept(plain_asana.changed(html, task.start, task.end, "Less"), NOTES_TAGS).html
    assert shorter == "<body><h2>Goal</h2>Less\n<hr/>Request V1</body>"


def test_asana_keeps_what_it_does_not_understand() -> None:
    """Mentions and tables are not offered for editing and survive a change elsewhere."""
    html = (
        '<body>Ask <a data-asana-gid="12"/><h1>A</h1>one\n<ul><li>x</li></ul>'
        "<h2>B</h2><table><tr><td>c</td></tr></table></body>"
    )
    first, second, third = plain_asana.parts(html)

    assert [(part.title, part.text) for part in (first, second, third)] == [
        ("", None),
        ("A", "one\n- x"),
        ("B", None),
    ]
    changed = plain_asana.changed(html, second.start, second.end, "two")
    assert accept(changed, NOTES_TAGS).html == (
        '<body>Ask <a data-asana-gid="12"/><h1>A</h1>two\n<h2>B</h2><table><tr><td>c</td></tr></table></body>'
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<html><script>alert(1)</script>", None),
        (b"", None),
    ],
)
def test_only_pictures_are_drawn(data: bytes, kind: str | None) -> None:
    """What a file is called does not make it one; drawings that may hold scripts are none."""
    assert kind_of(data) == kind


def test_clock_goes_ahead_and_tells_those_who_watch() -> None:
    """Never back, never beyond ten years; a reset is told too."""
    clock = Clock()
    told: list[float] = []
    clock.watch(lambda: told.append(clock.offset))
    clock.move(60)
    clock.move(-60)
    with pytest.raises(ValueError, match="ten years"):
        clock.move(float("nan"))
    with pytest.raises(ValueError, match="ten years"):
        clock.move(1e12)
    clock.reset()

    assert told == [60.0, 60.0, 0.0]


@pytest.mark.parametrize("body", [None, [], {}, {"ahead_seconds": -1}, {"ahead_seconds": True}, {"ahead_seconds": "9"}])
def test_requests_to_the_clock_are_checked(body: object) -> None:
    """A number of seconds from 0 on, nothing else."""
    assert ahead_of({"ahead_seconds": 1.5}) == 1.5
    with pytest.raises(ValueError, match="from 0 on"):
        ahead_of(body)
