"""The Markdown of templates in Slack."""

import json
import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from bot.slack.text import APART, units
from bot.slack.views.markdown import readable, sections

PEER = Path(__file__).parents[3] / "shared" / "data" / "markdown_to_mrkdwn.jsonl"


def shown(markdown: str) -> str:
    """The text of all sections, without zero-width spaces."""
    return "\n\n".join(block["text"]["text"] for block in sections(markdown)).replace(APART, "")


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("## Before you *start*", "*Before you start*"),
        ("Title\n=====\ntext", "*Title*\n\ntext"),
        ("**bold** _it_ ~~gone~~ `x < y`", "*bold* _it_ ~gone~ `x &lt; y`"),
        ("***both*** and __bold__", "_*both*_ and *bold*"),
        ("snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"),
        (r"\*not bold\*", "*not bold*"),
        ("[Guide](https://a.example/g?a=1&b=2)", "<https://a.example/g?a=1&amp;b=2|Guide>"),
        ("[Guide](../guide.md) [x] and [y][z]", "Guide [x] and [y][z]"),
        ("[Guide][g]\n\n[g]: https://a.example 'The guide'", "<https://a.example|Guide>"),
        ("Thanks! ![A cat](https://a.example/cat.png)", "Thanks! <https://a.example/cat.png|A cat>"),
        (
            '<img src="https://a.example/c.png" alt="Logo"><br/>**Hi** <b>you</b>',
            "<https://a.example/c.png|Logo>\n*Hi* you",
        ),
        ("<!-- hidden\nnote -->\nSeen", "Seen"),
        ("- a\n- b\n  more\n    - c\n1. d\n- [x] done\n- [ ] open", "• a\n• b more\n        • c\n1. d\n☑ done\n☐ open"),
        ("> quoted\ngoes on\n\nafter", "> quoted\n> goes on\n\nafter"),
        ("```js\nconst a = `<b>`;\n```", "```\nconst a = `&lt;b&gt;`;\n```"),
        (
            "| Area | Owner |\n|---|:-:|\n| Web | **Mara** |\n| App | |",
            "• *Area*: Web · *Owner*: *Mara*\n• *Area*: App",
        ),
        ("a\n\n---\n\nb", "a\n\n⸻\n\nb"),
        ("<!channel> <@U012AB3CD> & co", "&lt;!channel&gt; &lt;@U012AB3CD&gt; &amp; co"),
        ("&copy; &lt;b&gt; :tada: @here", "© &lt;b&gt; :tada: @here"),
        (
            "<mara@example.com> <https://a.example>",
            "<mailto:mara@example.com|mara@example.com> <https://a.example|https://a.example>",
        ),
    ],
)
def test_markdown_becomes_mrkdwn(markdown: str, mrkdwn: str) -> None:
    """What issue forms use is shown; tables, images and HTML stay readable; nothing pings."""
    assert shown(markdown) == mrkdwn


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        (
            "I agree to the [Code of Conduct](https://a.example/coc)",
            "I agree to the Code of Conduct (https://a.example/coc)",
        ),
        ("**Never** `rm`\n- really", "Never rm really"),
        ("https://a.example <https://a.example>", "https://a.example https://a.example"),
        ("1 < 2 <!-- or so -->", "1 < 2"),
    ],
)
def test_one_line_of_plain_words(markdown: str, words: str) -> None:
    """Options and hints show no marks; links show where they go."""
    assert readable(markdown) == words


PIECES = st.sampled_from(
    [
        *("*", "**", "_", "`", "```", "[", "](https://a.example)", "![", "<", ">", "<!channel>", "<@U1>"),
        *("|", "---", "- ", "\n", "\n\n", "&", "x", "#", "~~", "\\"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=6), max_size=25).map("".join))
def test_no_markdown_pings_or_breaks_out(markdown: str) -> None:
    """Brackets in the result are links to web pages or quotes, never Slack's control sequences."""
    for block in sections(markdown):
        text = block["text"]["text"]
        without_links = re.sub(
            r"<(https?://|mailto:)[^<>|]+\|[^<>|]*>", "", re.sub("^(> ?)+", "", text, flags=re.MULTILINE)
        )

        assert "<" not in without_links
        assert ">" not in without_links
        assert 1 <= units(text) <= 3000


def test_long_text_takes_several_sections() -> None:
    """Nothing is cut off; where a link would be torn apart, its section is plain text."""
    blocks = sections("Read [the guide of the house](https://a.example/guide). " * 100 + "\n\n" + "word " * 900)
    texts = [block["text"]["text"] for block in blocks]

    assert "".join(texts).count("word") == 900
    assert sum(text.count("https://a.example/guide") for text in texts) == 100
    for block in blocks:
        text = block["text"]["text"]
        assert units(text) <= 3000
        assert block["text"]["type"] == "plain_text" or text.count("<") == text.count(">")


@pytest.mark.parametrize(
    "hostile",
    [
        *(
            mark * 4000
            for mark in ("*", "**a", "[", "`", "```", "x`", "\\`", "<", "<a ", "![", "](", "_a", "*b*__", "<!--")
        ),
        *(mark * 4000 for mark in ("~~*a ", "> ", ">  ", "1. ", "- ", "|", "*_", "**_~~")),
        *(
            before + " " * 20_000 + after
            for before, after in (("# ", ""), ("# a", "b"), ("|a|\n|-", "x"), ("[a]:", "x y"))
        ),
        "|" * 9000 + "\n|-|-|",
        "*_" * 240 + "x" + "_*" * 240,
        "[" * 900 + "x" + "]" * 900,
        "\n".join(["> a"] * 2000),
    ],
    ids=lambda hostile: repr(hostile[:8]),
)
def test_hostile_markdown_takes_no_time(hostile: str) -> None:
    """Thousands of unclosed marks, nested quotes or blanks are read in well under a second, and without a crash."""
    started = time.process_time()
    sections(hostile)
    readable(hostile)

    assert time.process_time() - started < 5


def test_a_peers_examples_say_the_same() -> None:
    """Of 46 examples of another renderer, all but the mentions and the labels of bare links agree."""
    if not PEER.exists():
        assert os.environ.get("CI") != "true", "the examples to compare with are not there"
        pytest.skip("needs ../shared/data/markdown_to_mrkdwn.jsonl")

    def norm(text: str) -> str:
        text = re.sub(r"<(https?://[^|>]*)\|\1>", r"<\1>", text.replace(APART, ""))
        return re.sub(r"\s+", " ", text).strip()

    rows = [json.loads(line) for line in PEER.read_text(encoding="utf-8").splitlines()]
    differ = [row["test"] for row in rows if norm(shown(row["markdown"])) != norm(row["mrkdwn"])]

    assert differ == ["User mention", "Channel mention", "Blockquote - with multiple paragraphs"]
