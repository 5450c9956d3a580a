"""Between Submit and the ticket, once: what may come back, and could be better now."""

from collections.abc import Sequence
from typing import Any

from bot.domain.readiness import Gap
from bot.domain.request import Draft
from bot.domain.template import RequestType
from bot.slack.ids import Action, Callback
from bot.slack.text import inline, plain, shorten
from bot.slack.views.lines import button, line, run
from bot.slack.views.metadata import Metadata

Json = dict[str, Any]

LABEL = 150
MESSAGE = 500
KIND = (
    "Everything that you wrote is kept. This is only what developers tend to ask about; "
    "you can also send it as it is and add to it later."
)


def suggestions_view(draft: Draft, request_type: RequestType, gaps: Sequence[Gap]) -> Json:
    """The modal; Submit is "Send anyway".

    Args:
        draft: the form that was handed in; the view carries where it stands, never what it says.
        request_type: names the sections.
        gaps: at most three.
    """
    blocks = [line(run("This may come back:", bold=True))]
    for gap in gaps:
        field = request_type.fields.get(gap.section)
        label = shorten(inline(field.label if field else gap.section), LABEL)
        blocks.append(line(run(f"{label}: ", bold=True), run(shorten(inline(gap.message), MESSAGE))))
        if gap.example:
            example = f"For example: {shorten(inline(gap.example), MESSAGE)}"
            blocks.append({"type": "context", "elements": [plain(example)]})
    better = button("Improve", Action.IMPROVE) | {"style": "primary"}
    blocks += [{"type": "actions", "elements": [better]}, {"type": "context", "elements": [plain(KIND)]}]
    return {
        "type": "modal",
        "callback_id": Callback.SUGGESTIONS,
        "title": plain("Before you send it", 24),
        "submit": plain("Send anyway", 24),
        "close": plain("Close", 24),
        "private_metadata": Metadata.of(draft).to_json(),
        "blocks": blocks,
    }
