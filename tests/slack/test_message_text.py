"""The text of a message that somebody picked the shortcut on, whoever wrote it and however."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from bot.slack.message_text import mentioned_in, message_text

Json = dict[str, Any]
NAMES = {"U0MARA": "Mara Example"}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


RICH: Json = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [{"type": "text", "text": "Checkout fails for "}, {"type": "user", "user_id": "U0MARA"}],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "since noon"}]}],
        },
    ],
}
CONTEXT: Json = {
    "type": "context",
    "elements": [
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "Sentry"},
        {"type": "plain_text", "text": "prod <eu>"},
    ],
}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            {"blocks": [section("Down since <https://a.example|noon> &amp; <@U0MARA>")]},
            ["noon (https://a.example) & @"],
        ),
        ({"text": None, "blocks": [RICH]}, ["Checkout fails for @Mara Example\n- since noon"]),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "A <b> &amp; c"}}]}, ["A <b> &amp; c"]),
        (
            {"blocks": [CONTEXT, {"type": "divider"}, {"type": "markdown", "text": "**Two**"}]},
            ["Sentry\nprod <eu>\n**Two"],
        ),
        (
            {"blocks": [section("Errors", fields=[{"type": "mrkdwn", "text": "*Count* 12"}])]},
            ["Errors\n*Count* 12"],
        ),
        (
            {"attachments": [{"fallback": "[no preview available]", "blocks": [section("Fails for *12* people")]}]},
            ["Fails for *12* people"],
        ),
        ({"attachments": [{"title": "TypeError", "text": "x is <undefined>", "fallback": "fb"}]}, ["TypeError\nx is "]),
        ({"attachments": [{"fallback": "Build failed"}]}, ["Build failed"]),
        (
            {"text": "", "files": [{"id": "F1", "name": "a.png", "title": "Screen"}, {"name": "b.pdf"}]},
            ["Screen\nb.pdf"],
        ),
        ({"text": "What a person wrote", "blocks": [RICH], "files": [{"name": "a.png"}]}, ["What a person wrote"]),
    ],
)
def test_what_a_message_says(message: Json, text: list[str]) -> None:
    """Its text; else what its blocks and attachments show; else the names of its files."""
    found = message_text(message, NAMES)

    assert all(part in found for part in text), found
    assert "no preview" not in found


def test_a_message_without_words() -> None:
    """Nothing is made up."""
    bare = {"text": "", "attachments": [{"fallback": "[no preview available]"}], "blocks": [{"type": "actions"}]}

    assert message_text(bare) == ""


def test_people_are_found_wherever_they_are_mentioned() -> None:
    """So that their names can be asked for."""
    message = {"blocks": [RICH, section("and <@U0BEN>")], "attachments": [{"text": "<@W0GRID>", "blocks": [RICH]}]}

    assert mentioned_in(message) == {"U0MARA", "U0BEN", "W0GRID"}
    assert mentioned_in({"text": "only <@U0BEN>", "blocks": [RICH]}) == {"U0BEN"}


def test_channels_that_are_mentioned_without_their_name_are_found() -> None:
    """As Slack writes them today; one with its name needs no asking."""
    message = {"text": "in <#C0WEB|> or <#G0OLD>, <@U0BEN>, not <#C0NAMED|named>"}

    assert mentioned_in(message) == {"C0WEB", "G0OLD", "U0BEN"}
    assert message_text(message, {"C0WEB": "web"}) == "in #web or #G0OLD, @U0BEN, not #named"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["rich_text", "section", "context", "image", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "elements", "fields", "style", "title"]), inner, max_size=4)
    ),
)


@given(JUNK, JUNK)
def test_blocks_that_are_none_stop_nobody(blocks: Any, files: Any) -> None:
    """What is not as Slack describes it is left out."""
    message = {"text": "", "blocks": blocks, "files": files, "attachments": [{"blocks": blocks}]}

    assert isinstance(message_text(message), str)
    assert isinstance(mentioned_in(message), set)
