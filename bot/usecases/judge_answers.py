"""How ready a request will be, judged the same way for the form, the confirmation and whoever asks later."""

import re

from bot.domain.answers import Answer, Answers, answer_text, is_empty
from bot.domain.content_checks import ContentCheck, content_checks
from bot.domain.readiness import Gap, Readiness, readiness_of_answers
from bot.domain.request import Draft
from bot.domain.template import RequestType
from bot.domain.wording import in_one_line
from bot.usecases.ports import Team

MOST_SUGGESTIONS = 3
"""Findings that a form suggests to mend: more is a lecture."""
_NO_LETTERS = re.compile(r"[\W_]+")


def content_of(team: Team | None) -> ContentCheck:
    """The checks of content, with what the team knows."""
    return content_checks(team.dictionary if team else None)


def judged(team: Team | None, request_type: RequestType, answers: Answers) -> Readiness:
    """The readiness of the ticket that these answers will become, without what the team switched off."""
    off = team.checks_off.get(request_type.key, ()) if team else ()
    return readiness_of_answers(request_type, answers, off=off, content=content_of(team))


def blocked(team: Team | None, request_type: RequestType, answers: Answers) -> dict[str, str]:
    """Field id → why it cannot be handed in like this: the findings that the template names under `block`."""
    if not any(field.ready.block for field in request_type.fields.values()):
        return {}
    return blocked_by(request_type, judged(team, request_type, answers))


def blocked_by(request_type: RequestType, found: Readiness) -> dict[str, str]:
    """Field id → why it cannot be handed in, of answers that were judged already.

    What is less sure than other findings of its code is only pointed at.
    """
    problems: dict[str, str] = {}
    for gap in (*found.gaps, *found.hints):
        if gap.code in request_type.fields[gap.section].ready.block and not _is_unsure(gap):
            problems.setdefault(gap.section, in_words(gap))
    return problems


def _is_unsure(gap: Gap) -> bool:
    """Whether others of its code weigh more: a line of a tracking plan that may be a remark, for one."""
    from bot.domain.quality.catalogue import RULES  # the checks are loaded when they are used

    return gap.severity == "hint" and RULES[gap.code].severity != "hint"


def suggestions(found: Readiness, answers: Answers) -> tuple[Gap, ...]:
    """What may come back later, and could be better now: in what was answered, what matters most first.

    What was not answered at all is no suggestion: the confirmation names it, and it can be added later.
    """
    written = [gap for gap in found.gaps if not is_empty(answers.get(gap.section))]
    return tuple(sorted(written, key=lambda gap: gap.severity != "must")[:MOST_SUGGESTIONS])


def own_words(draft: Draft) -> dict[str, Answer]:
    """The answers without those that are a Slack message, left as it was.

    Whoever turned it into a request did not write it, and wants to be done with two clicks.
    """
    if draft.source is None or not draft.source.text.strip():
        return dict(draft.answers)
    quoted = _letters(draft.source.text)
    return {key: answer for key, answer in draft.answers.items() if _letters(answer_text(answer)) != quoted}


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()


def in_words(gap: Gap) -> str:
    """What was found, and what better looks like."""
    return gap.message + (f" For example: {in_one_line(gap.example)}" if gap.example else "")
