"""The numbers in the thread of the weekly sync: a table, and readiness over the last weeks as a picture."""

from typing import Any

from bot.domain.agenda_items import Numbers
from bot.domain.sync_messages import SyncNumbers, alt_text
from bot.slack.text import plain, shorten
from bot.slack.views.lines import line, run, spoken
from bot.slack.views.rendered import Rendered
from bot.slack.views.sync_lines import NO_BREAK, days_text

Json = dict[str, Any]

HEAD = "Since the last sync"
NOTHING_YET = "This is the first sync, so there is nothing to compare with yet."


def numbers_message(message: SyncNumbers) -> Rendered:
    """What happened since the last one, and readiness over the last weeks."""
    numbers = message.sync.agenda.numbers
    blocks: list[Json] = [line(run("Numbers", bold=True))]
    if not numbers.compared:
        blocks.append(_said(NOTHING_YET))
    weeks = [
        f"{days_text(monday, message.sync)}: {100 * share:.0f}{NO_BREAK}%" for monday, share in message.weeks.items()
    ]
    if weeks:
        blocks.append(_said("Ready, by week: " + ", ".join(weeks)))
    if message.picture:
        alt = shorten(alt_text(message.weeks, message.sync.language), 1900)
        blocks.append({"type": "image", "slack_file": {"id": message.picture}, "alt_text": alt})
    if numbers.compared:
        blocks.append(_table(numbers))
    return Rendered(spoken(f"Numbers since the last sync: {_in_a_sentence(numbers)}"), blocks)


def _table(numbers: Numbers) -> Json:
    """Two columns; the last block, where Slack shows tables in any case.

    https://docs.slack.dev/reference/block-kit/blocks/table-block
    """
    rows = [("Opened", str(numbers.opened)), ("Finished", str(numbers.finished))]
    rows.append(("Became ready", str(numbers.became_ready)))
    if numbers.hours_to_ready is not None:
        rows.append(("Half of those were ready within", _hours(numbers.hours_to_ready)))
    if numbers.comments_before_start is not None:
        rows.append(("Comments before work started, on average", f"{numbers.comments_before_start:.1f}"))
    cells = [[{"type": "raw_text", "text": cell} for cell in row] for row in ((HEAD, "Number"), *rows)]
    return {"type": "table", "column_settings": [{"is_wrapped": True}, {"align": "right"}], "rows": cells}


def _in_a_sentence(numbers: Numbers) -> str:
    """For notifications, and for clients that show no tables."""
    if not numbers.compared:
        return "none yet"
    return f"{numbers.opened} opened, {numbers.finished} finished, {numbers.became_ready} became ready"


def _said(text: str) -> Json:
    return {"type": "section", "text": plain(text)}


def _hours(hours: float) -> str:
    if hours < 1.5:
        return "an hour"
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
