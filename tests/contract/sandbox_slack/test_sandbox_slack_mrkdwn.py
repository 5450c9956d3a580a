"""What a message pings and links, and what of it people read."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.slack.model import Message
from sandbox.slack.mrkdwn import Segment, Shown, read_message
from sandbox.slack.workspace import SlackWorkspace

Json = dict[str, Any]


def town() -> SlackWorkspace:
    workspace = SlackWorkspace(Clock(), Faults())
    mara = workspace.add_user("mara", "Mara Example")
    workspace.add_channel("web", [mara])
    return workspace


TOWN = town()


def read(text: str = "", *blocks: Json, **more: Any) -> Shown:
    return read_message(TOWN, Message("C0WEB", "1.000001", "U0BOT", text, list(blocks), **more))


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text} | more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


NASTY = "<!channel> <@U0MARA> <#C0WEB> <https://evil.example|https://jira.example> @here @mara #web https://e.example"


@pytest.mark.parametrize(
    ("text", "pings", "links", "channels"),
    [
        ("<@U0MARA>", ["U0MARA"], [], []),
        ("<@W0NOBODY|x>", ["W0NOBODY"], [], []),
        ("<!here> <!channel> <!everyone>", ["here", "channel", "everyone"], [], []),
        ("<!subteam^S0TEAM|@team>", ["S0TEAM"], [], []),
        ("<#C0WEB>", [], [], ["C0WEB"]),
        ("<https://a.example|b>", [], ["https://a.example"], []),
        ("<mailto:a@b.example>", [], ["mailto:a@b.example"], []),
        ("see https://a.example/x?y=1&amp;z=2.", [], ["https://a.example/x?y=1&z=2"], []),
        ("<!date^1700000000^{date_short}^https://a.example|soon>", [], ["https://a.example"], []),
        ("`<!channel>` and ```<@U0MARA>```", ["channel", "U0MARA"], [], []),
        ("*<!channel>*", ["channel"], [], []),
        ("&lt;!channel&gt; @here @mara", [], [], []),
        ("#web #nowhere", [], [], ["C0WEB"]),
    ],
)
def test_plain_message_text_pings_by_control_sequences(
    text: str, pings: list[str], links: list[str], channels: list[str]
):
    """Control sequences work everywhere, bare URLs become links, bare names do not ping."""
    shown = read(text)

    assert (shown.pings, shown.links, shown.channels) == (pings, links, channels)


def test_link_names_makes_bare_names_ping():
    """With link_names or parse=full, @name and @here notify."""
    assert read("@mara @here @nobody", link_names=True).pings == ["U0MARA", "here"]
    assert read("@mara", parse="full").pings == ["U0MARA"]
    assert read("https://e.example", parse="none").links == []


def test_mrkdwn_objects_parse_names_and_urls_unless_verbatim():
    """verbatim: false is the default and finds more than control sequences; verbatim: true only those."""
    loose, strict = read("x", section(NASTY)), read("x", section(NASTY, verbatim=True))

    assert loose.pings == ["channel", "U0MARA", "here", "U0MARA"]
    assert loose.links == ["https://evil.example", "https://e.example"]
    assert loose.channels == ["C0WEB", "C0WEB"]
    assert (strict.pings, strict.links) == (["channel", "U0MARA"], ["https://evil.example"])


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "plain_text", "text": NASTY}},
        {"type": "header", "text": {"type": "plain_text", "text": NASTY}},
        rich({"type": "text", "text": NASTY}),
        section(NASTY.replace("<", "&lt;").replace(">", "&gt;"), verbatim=True),
        {"type": "table", "rows": [[{"type": "raw_text", "text": NASTY}]]},
    ],
    ids=["plain_text", "header", "rich_text", "escaped and verbatim", "raw_text"],
)
def test_carriers_of_user_text_ping_and_link_nothing(block: Json):
    """The same nasty text is only text there, and is shown as it was typed."""
    shown = read("x", block)

    assert (shown.pings, shown.links, shown.channels) == ([], [], [])
    assert shown.text.rstrip("\n") == NASTY


def test_the_fallback_text_pings_too():
    """Text beside blocks is not shown in the channel, but notifies."""
    shown = read("<!channel> https://e.example", section("Hello"))

    assert (shown.text, shown.pings, shown.links) == ("Hello\n", ["channel"], [])


def test_elements_that_link_are_found():
    """Buttons with a URL, rich text links and mentions, markdown links, attachments."""
    blocks = [
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": "https://b.example"}
            ],
        },
        rich(
            {"type": "link", "url": "https://r.example"},
            {"type": "user", "user_id": "U0MARA"},
            {"type": "broadcast", "range": "here"},
        ),
        {"type": "markdown", "text": "[label](https://m.example)"},
    ]
    shown = read("x", *blocks, attachments=[{"text": "<https://a.example>"}])

    assert shown.links == ["https://b.example", "https://r.example", "https://m.example", "https://a.example"]
    assert shown.pings == ["U0MARA", "here"]


def test_formatting_is_read_as_slack_draws_it():
    """Bold, italic, strike, code, quotes, preformatted text, emoji; a lone star stays a star."""
    shown = read("*bold _both_* ~gone~ `a*b*c` 2 * 3 * 4 :eyes:\n&gt; said\n```pre```")
    styled = [(s.text, sorted(s.styles)) for s in shown.segments if s.styles or s.kind == "emoji"]

    assert styled == [
        ("bold ", ["bold"]),
        ("both", ["bold", "italic"]),
        ("gone", ["strike"]),
        ("a*b*c", ["code"]),
        (":eyes:", []),
        ("said\n", ["quote"]),
        ("pre", ["pre"]),
    ]
    assert " 2 * 3 * 4 " in shown.text


def test_names_are_shown_instead_of_ids():
    """Mentions read as the person's or channel's name; a link reads as its label."""
    shown = read("<@U0MARA> in <#C0WEB> at <https://a.example|there>")

    assert shown.text == "@Mara Example in #web at there"
    assert shown.segments[0] == Segment("user", "@Mara Example", "U0MARA")


@given(st.text(alphabet=st.sampled_from("<>@#!|&;*_~`:/.\n ahCU0htps"), max_size=60))
def test_no_text_breaks_the_reader_and_no_escaped_text_pings(text: str):
    """Any text is read; escaped in a verbatim object it pings and links nothing and reads as typed."""
    read(text, section(text))
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    shown = read("x", section(escaped or "x", verbatim=True))

    assert (shown.pings, shown.links, shown.channels) == ([], [], [])
