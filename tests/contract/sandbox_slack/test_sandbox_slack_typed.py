"""What people type into a channel, in Slack's wire format."""

from sandbox.slack.model import Json
from sandbox.slack.typed import blocks_of, encoded
from sandbox.slack.workspace import SlackWorkspace


def elements(workspace: SlackWorkspace, text: str) -> list[Json]:
    [block] = blocks_of(workspace, text)
    found: list[Json] = block["elements"][0]["elements"]
    return found


def test_an_address_with_an_ampersand_is_escaped_in_the_text_and_plain_in_the_block(workspace: SlackWorkspace) -> None:
    """As Slack has it: entities belong to the message's text alone."""
    text = encoded(workspace, "R&D: https://example.com/x?a=1&b=2 is <new>")

    assert text == "R&amp;D: <https://example.com/x?a=1&amp;b=2> is &lt;new&gt;"
    assert elements(workspace, text) == [
        {"type": "text", "text": "R&D: "},
        {"type": "link", "url": "https://example.com/x?a=1&b=2"},
        {"type": "text", "text": " is <new>"},
    ]


def test_an_address_ends_at_an_angle_bracket(workspace: SlackWorkspace) -> None:
    """The bracket behind it is text."""
    text = encoded(workspace, "<https://example.com/a>")

    assert text == "&lt;<https://example.com/a>&gt;"
    assert elements(workspace, text)[1] == {"type": "link", "url": "https://example.com/a"}
