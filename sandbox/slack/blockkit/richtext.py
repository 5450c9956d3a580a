"""rich_text: sections, lists, quotes, preformatted text and their elements (Slack's reference, Rich text block)."""

from sandbox.slack.blockkit.rules import Rule, boolean, integer, items, one_of, shape, text, typed, url

LONGEST = 100_000
STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
STYLE = shape({}, dict.fromkeys(STYLES, boolean))
STYLED: dict[str, Rule] = {"style": STYLE}
MANY = 10_000

INLINE = typed(
    {
        "text": shape({"text": text(LONGEST)}, STYLED),
        "link": shape({"url": url()}, {**STYLED, "text": text(LONGEST, 0), "unsafe": boolean}),
        "user": shape({"user_id": text(255)}, STYLED),
        "channel": shape({"channel_id": text(255)}, STYLED),
        "usergroup": shape({"usergroup_id": text(255)}, STYLED),
        "team": shape({"team_id": text(255)}, STYLED),
        "emoji": shape({"name": text(255)}, {**STYLED, "unicode": text(255), "skin_tone": integer(1, 6)}),
        "broadcast": shape({"range": one_of("here", "channel", "everyone")}, STYLED),
        "color": shape({"value": text(255)}, STYLED),
        "date": shape(
            {"timestamp": integer(0, 10**11), "format": text(255)},
            {**STYLED, "url": url(), "fallback": text(255), "timezone": text(255)},
        ),
    }
)
SECTION = shape({"elements": items(INLINE, 0, MANY)})
BORDER: dict[str, Rule] = {"border": integer(0, 1)}

RICH_TEXT: Rule = typed(
    {
        "rich_text": shape(
            {
                "elements": items(
                    typed(
                        {
                            "rich_text_section": SECTION,
                            "rich_text_quote": shape({"elements": items(INLINE, 0, MANY)}, BORDER),
                            "rich_text_preformatted": shape(
                                {"elements": items(INLINE, 0, MANY)}, {**BORDER, "language": text(255)}
                            ),
                            "rich_text_list": shape(
                                {
                                    "elements": items(typed({"rich_text_section": SECTION}), 0, MANY),
                                    "style": one_of("bullet", "ordered"),
                                },
                                {**BORDER, "indent": integer(0, 8), "offset": integer(0, MANY)},
                            ),
                        }
                    ),
                    0,
                    MANY,
                )
            },
            {"block_id": text(255)},
        )
    }
)
"""A rich_text block or the initial value of a rich_text_input."""
