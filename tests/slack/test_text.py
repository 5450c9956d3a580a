import json
import re
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, strategies as st

from bot.slack.text import APART, clean, date_token, escape, inline, link, mrkdwn, plain, shorten, units, web_url

HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *("<!channel>", "<!here>", "<@U012AB3CD>", "<#C024BE7LR>", "<!subteam^SAZ94GDB8>", "<https://x|y>"),
                *("<", ">", "|", "&", "&lt;", "&amp;lt;", "*", "_", "~", "`", "```", "\n> ", ":tada:", "@here"),
                *(
                    "\u202e",
                    "\u2066",
                    "\u2069",
                    "שלום",
                    "\x00",
                    "\x07",
                    "\x9b",
                    "\ud800",
                    "👩\u200d👧",
                    "e\u0301",
                    "\r\n",
                ),
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=12,
).map("".join)

ANY_TEXT = st.text(st.characters(), max_size=60) | HOSTILE


@given(ANY_TEXT)
@example("<!channel>")
@example("&lt;!channel&gt;")
def test_escaped_text_holds_no_control_sequence(text: str) -> None:
    """Whatever somebody types, mrkdwn sees no angle bracket, and every ampersand begins one of three entities."""
    escaped = escape(text)

    assert re.search("[<>]", escaped) is None
    assert re.sub("&(amp|lt|gt);", "", escaped).count("&") == 0


@given(ANY_TEXT)
def test_escaped_text_says_what_was_typed(text: str) -> None:
    """Escaping can be undone: entities back, zero-width spaces out, and the text is the cleaned one."""
    shown = escape(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    assert shown.replace(APART, "") == clean(text).replace(APART, "")


@given(ANY_TEXT)
def test_no_formatting_character_stands_beside_what_it_would_format(text: str) -> None:
    """Behind every formatting character stands a zero-width space."""
    assert re.search(f"[*_~`](?!{APART})", escape(text)) is None


@pytest.mark.parametrize(
    ("typed", "escaped"),
    [
        ("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;"),
        ("*bold* `code`", f"*{APART}bold*{APART} `{APART}code`{APART}"),
        (":tada: at 10:30", f":{APART}tada: at 10:30"),
        ("@here and @mara", f"@{APART}here and @mara"),
        ("> quoted", f"&gt;{APART} quoted"),
        ("a > b", f"a &gt;{APART} b"),
        ("a\r\nb\x07", "a\nb\ufffd"),
    ],
)
def test_escaped_text_is_exactly_this(typed: str, escaped: str) -> None:
    """Entities for three characters, a zero-width space behind whatever formats, names an emoji or calls all."""
    assert escaped == escape(typed)


@given(ANY_TEXT, ANY_TEXT)
def test_a_link_is_one_link_to_its_url_whatever_the_label(url: str, label: str) -> None:
    """Neither URL nor label can end the link early or begin another."""
    made = link(f"https://jira.example.com/{url}", label)

    assert made.count("<") == made.count(">") == made.count("|") == 1
    assert made.startswith("<https://jira.example.com/")
    assert made.endswith(">")


@given(ANY_TEXT)
def test_only_web_and_mail_addresses_are_links(text: str) -> None:
    """A text without scheme, or with another one, stays a label."""
    made = link("javascript:" + text, "press me")

    assert made == "press me"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.com/a b|c>d", "https://example.com/a%20b%7Cc%3Ed"),
        (" https://example.com ", "https://example.com"),
        ("HTTPS://example.com", "HTTPS://example.com"),
        ("mailto:mara@example.com", "mailto:mara@example.com"),
        ("https://", None),
        ("https://[broken", None),
        ("example.com", None),
        ("https://example.com/" + "a" * 3000, None),
    ],
)
def test_urls_are_made_safe_or_refused(url: str, safe: str | None) -> None:
    """Blanks, bars and angle brackets are percent-encoded; what is no address is none."""
    assert safe == web_url(url)


def test_ampersands_of_urls_are_entities() -> None:
    """Slack's link syntax wants `&amp;` in URLs, too."""
    assert link("https://example.com/?a=1&b=2", "A | B") == "<https://example.com/?a=1&amp;b=2|A \uff5c B>"


@given(ANY_TEXT, st.integers(min_value=1, max_value=40))
def test_shortened_text_keeps_to_its_limit_and_shows_the_cut(text: str, limit: int) -> None:
    """Within the limit nothing changes; beyond it the text ends in an ellipsis."""
    short = shorten(text, limit)

    if units(text) <= limit:
        assert short == text
    else:
        assert units(short) <= limit
        kept = short.rstrip("\u2069")
        assert kept.endswith("…")
        assert text.startswith(kept[:-1])


@given(st.text("אבg \u200d💥", min_size=1, max_size=60), st.integers(min_value=4, max_value=40))
def test_what_is_kept_apart_stays_so_when_it_is_cut(text: str, limit: int) -> None:
    """Else all that follows in the line would run to the left."""
    short = shorten(inline(text), limit)
    assert units(short) <= limit
    assert short.count("\u2068") == short.count("\u2069")
    shown = mrkdwn(inline(text) + " <https://example.com|" + inline(text) + ">", limit)["text"]
    assert shown.count("\u2068") <= shown.count("\u2069")


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("abc defg", 5, "abc…"),
        ("😀😀😀", 6, "😀😀😀"),
        ("😀😀😀😀", 6, "😀😀…"),
        ("ab👩\u200d👧c", 6, "ab…"),
        ("abe\u0301fgh", 4, "ab…"),
    ],
)
def test_text_is_cut_between_whole_characters(text: str, limit: int, short: str) -> None:
    """No emoji, joined emoji or accent is torn apart."""
    assert short == shorten(text, limit)


def test_every_letter_that_runs_to_the_left_stands_in_an_isolate() -> None:
    """All that Unicode calls so, as far as this Python knows it."""
    letters = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    leftward = [letter for letter in letters if unicodedata.bidirectional(letter) in {"R", "AL"}]
    loose = [hex(ord(letter)) for letter in leftward if inline(letter) != f"\u2068{letter}\u2069"]
    assert len(leftward) > 1_000
    assert loose == ["0x61c", "0x200f"]  # marks, which are taken out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\t here ", "two lines here"),
        ("evil \u202egnp.exe", "evil gnp.exe"),
        ("שלום", "\u2068שלום\u2069"),
        ("\u2067abc", "abc"),
    ],
)
def test_inline_text_keeps_its_direction_to_itself(text: str, shown: str) -> None:
    """Overrides are gone, right-to-left text stands in an isolate, line breaks are blanks."""
    assert shown == inline(text)


@given(ANY_TEXT)
def test_text_objects_can_be_sent(text: str) -> None:
    """No text object is empty, too long, or holds what UTF-8 and Slack refuse."""
    for made in (plain(text, 20), mrkdwn(escape(text), 20)):
        assert 1 <= units(made["text"]) <= 20
        assert re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", made["text"]) is None
        json.dumps(made, ensure_ascii=False).encode()


@given(ANY_TEXT, st.integers(min_value=3, max_value=60))
def test_cut_mrkdwn_holds_no_half_link_or_entity(text: str, limit: int) -> None:
    """A limit never opens a bracket or tears an entity."""
    made = mrkdwn(f"{escape(text)} {link('https://example.com/?a&b', text)}", limit)["text"]

    assert made.count("<") == made.count(">")
    assert re.sub("&(amp|lt|gt);", "", made).count("&") == 0


def test_text_objects_are_exactly_these() -> None:
    """mrkdwn is verbatim, plain text turns no codes into emoji; an empty text shows as an ellipsis."""
    assert mrkdwn("*hi*") == {"type": "mrkdwn", "text": "*hi*", "verbatim": True}
    assert plain(":hi:") == {"type": "plain_text", "text": ":hi:", "emoji": False}
    assert plain(" ") == {"type": "plain_text", "text": "…", "emoji": False}


def test_dates_are_shown_in_the_readers_time_zone() -> None:
    """A date token carries seconds since 1970 and says UTC where it cannot be shown."""
    token = date_token(datetime(2026, 11, 21, 9, 5, tzinfo=UTC))

    assert token == "<!date^1795251900^{date_short_pretty} at {time}|2026-11-21 09:05 UTC>"
