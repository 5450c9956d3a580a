"""Between Submit and the ticket, once: what may come back, and could be better now."""

from collections.abc import Sequence
from typing import Any

from bot.domain.readiness import Gap
from bot.domain.request import Draft
from bot.domain.template import RequestType
from bot.domain.wording import in_one_line
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
        blocks.append(line(*_said(field.label if field else gap.section, gap.message)))
        if gap.example:
            example = f"For example: {shorten(inline(in_one_line(gap.example)), MESSAGE)}"
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


def _said(label: str, message: str) -> list[Json]:
    """The section in bold, and what is said of it; once only if the sentence begins with its name."""
    label, message = inline(label), shorten(inline(message), MESSAGE)
    named = f"“{label}”"
    if message.startswith(named):
        return [run(named, bold=True), run(message.removeprefix(named))]
    label = shorten(label, LABEL)
    return [run(f"{label} " if label.endswith("?") else f"{label}: ", bold=True), run(message)]
