"""How ready a request will be, judged the same way for the form, the confirmation and whoever asks later."""

from bot.domain.answers import Answers
from bot.domain.content_checks import ContentCheck, content_checks
from bot.domain.readiness import Readiness, readiness_of_answers
from bot.domain.template import RequestType
from bot.usecases.ports import Team


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
    found = judged(team, request_type, answers)
    problems: dict[str, str] = {}
    for gap in (*found.gaps, *found.hints):
        if gap.code in request_type.fields[gap.section].ready.block:
            example = f" For example: {gap.example}" if gap.example else ""
            problems.setdefault(gap.section, gap.message + example)
    return problems
