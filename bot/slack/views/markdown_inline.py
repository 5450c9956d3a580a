"""Markdown inside a paragraph, as mrkdwn."""

from collections.abc import Iterable

from bot.domain.markdown_inline import Run
from bot.slack.text import APART, escape, link, web_url


def as_mrkdwn(shown: Iterable[Run]) -> str:
    """Runs as mrkdwn. A mark beside a letter gets a zero-width space, since Slack wants blanks around it."""
    made = ""
    for run in shown:
        piece = _marked(run)
        if piece and made and (run.marks or made[-1] in "*_~`") and not (made[-1].isspace() or made.endswith(APART)):
            made += APART
        made += piece
    return made


def _marked(run: Run) -> str:
    if run.url and (target := web_url(run.url)):
        return link(target, run.text or target)
    text = escape(run.text)
    core = text.strip()
    if not core or not run.marks:
        return text
    if "code" in run.marks:
        return f"`{core.replace(APART, '')}`" if "`" not in core else text
    for mark, sign in (("strike", "~"), ("bold", "*"), ("italic", "_")):
        if mark in run.marks:
            core = f"{sign}{core}{sign}"
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return before + core + after
