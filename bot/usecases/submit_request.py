"""Handing in a request: checked, stored for good, and only then acknowledged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.domain.answers import Answers, kept_answers
from bot.domain.errors import NotStored
from bot.domain.messages import HandedInAlready, Summary
from bot.domain.readiness import Gap
from bot.domain.request import Draft, Request, Requester, Submission
from bot.domain.template import RequestType
from bot.domain.validation import validate
from bot.usecases.handed_in_again import already, successor_of
from bot.usecases.in_hand import request_in_hand
from bot.usecases.judge_answers import blocked, blocked_by, judged, own_words, suggestions
from bot.usecases.ports import Jobs, Ports, Team, today
from bot.usecases.tell import summary

JOB = "ticket"
"""The kind of job that files a request."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """Some answers must be mended first: field id → one sentence."""

    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """The request is safe.

    Attributes:
        request: how far it had come when it was handed in a second time; None for a new one.
    """

    summary: Summary
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Suggested:
    """It can be handed in like this, but this may come back. Nothing is stored yet."""

    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Superseded:
    """The refused request that this form came back for was handed in again already, with another form.

    Attributes:
        said: what the person is told.
    """

    said: HandedInAlready


@dataclass(frozen=True, slots=True)
class NotAMember:
    """Guests and people of other organisations may not file requests for this team."""


Outcome = Stored | Invalid | Suggested | Superseded | NotAMember | NotStored


def check_page(ports: Ports, draft: Draft, request_type: RequestType, fields: Collection[str]) -> Invalid | None:
    """What is wrong with the answers of one page; None if the next page may come."""
    problems = _problems(ports, ports.teams.get(draft.team), request_type, draft.answers)
    here = {key: message for key, message in problems.items() if key in fields}
    return Invalid(here) if here else None


async def submit_request(
    ports: Ports, jobs: Jobs, draft: Draft, request_type: RequestType, requester: Requester
) -> Outcome:
    """Check a filled form and store it as a job. Handing in the same form twice stores it once.

    What could be better is suggested once: a draft whose suggestions were shown is stored as it is.

    Args:
        ports: the world.
        jobs: the durable engine.
        draft: the form as filled in.
        request_type: the version that the form was made from.
        requester: who pressed Submit, as far as Slack's payload says.
    """
    request_in_hand.set(request_id_for(draft.id, draft.supersedes))
    team = ports.teams.get(draft.team) or ports.teams.all()[0]
    if team.guests == "refuse" and await ports.people.is_outsider(requester.id, draft.slack_team):
        return NotAMember()
    found = judged(team, request_type, draft.answers)
    problems = validate(request_type, draft.answers, today(ports.clock, team), team.language)
    if problems := blocked_by(request_type, found) | problems:
        return Invalid(problems)
    submission = _submission(draft, request_type, team, requester, ports.clock.now().timestamp())
    if known := await ports.store.request(submission.request_id):
        return Stored(summary(ports, known.submission), known)
    if submission.supersedes and (successor := await successor_of(ports, submission.supersedes)):
        if successor.taken:
            return Superseded(already(ports, successor.request, submission))
        submission = submission.model_copy(update={"supersedes": successor.request.submission.request_id})
    if not draft.suggested and (gaps := suggestions(found, own_words(draft))):
        return Suggested(gaps)
    try:
        await jobs.submit(JOB, submission.key, submission.model_dump(mode="json"))
    except NotStored as error:
        return error
    return Stored(summary(ports, submission))


def _problems(ports: Ports, team: Team | None, request_type: RequestType, answers: Answers) -> dict[str, str]:
    """What must be mended before the form can be handed in; what cannot be read is not judged as well."""
    language = team.language if team else "en"
    problems = validate(request_type, answers, today(ports.clock, team), language)
    return blocked(team, request_type, answers) | problems


def tracker_for(request_type: RequestType, team: Team, chosen: str) -> str:
    """The person's choice if the type asks, else the template's if the team has it, else the team's."""
    choice = request_type.tracker
    if choice.ask and chosen in team.trackers:
        return chosen
    if choice.default in team.trackers:
        return str(choice.default)
    return team.default_tracker


def request_id_for(root_view_id: str, supersedes: str | None) -> str:
    """The root view id; with `-2`, `-3` … when a form that came back in the same view is handed in again."""
    if not supersedes or supersedes.partition("-")[0] != root_view_id:
        return root_view_id
    number = supersedes.partition("-")[2]
    return f"{root_view_id}-{int(number) + 1 if number.isdigit() else 2}"


def _submission(
    draft: Draft, request_type: RequestType, team: Team, requester: Requester, submitted_at: float
) -> Submission:
    return Submission(
        request_id=request_id_for(draft.id, draft.supersedes),
        slack_team=draft.slack_team,
        team=team.id,
        tracker=tracker_for(request_type, team, draft.tracker),
        template=request_type.to_json(),
        answers=kept_answers(request_type, draft.answers),
        requester=requester,
        view_id=draft.id,
        source=draft.source,
        supersedes=draft.supersedes,
        submitted_at=submitted_at,
    )
