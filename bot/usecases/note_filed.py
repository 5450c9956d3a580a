"""A ticket that was just made is remembered from what was handed in, without reading it: that would cost a call."""

from collections.abc import Mapping

from bot.domain.alert_history import seen
from bot.domain.draft import ASSIGNEE_IDS, launch_date
from bot.domain.readiness import Readiness
from bot.domain.request import Submission, TicketLink
from bot.domain.seen_ticket import SeenGap, SeenPerson, SeenTicket, Tracked, facts_of
from bot.usecases.judge_answers import judged
from bot.usecases.note_tickets import asked_ticket
from bot.usecases.ports import Ports


async def note_filed(ports: Ports, submission: Submission, link: TicketLink) -> None:
    """Remember the ticket of a request, so that App Home and sync know it at once; a later look knows better."""
    team = ports.teams.get(submission.team)
    ticket = _as_handed_in(submission, link, judged(team, submission.request_type, submission.answers))
    owner = ticket.assignee.slack if ticket.assignee else None
    if owner:
        name = (await ports.people.requester(owner)).name
        ticket = ticket.model_copy(update={"assignee": SeenPerson(name=name, slack=owner)})
    now = ports.clock.now()

    def first(known: Mapping[str, Tracked]) -> list[Tracked]:
        if known:
            return []
        tracked = Tracked(ticket=ticket, told_status="todo", comments_until=ticket.created)
        asked = asked_ticket(tracked, submission.request_type, {})
        ready_at = None if asked.gaps else ticket.created
        history = seen(tracked.history, asked, now, ticket.created_at)
        return [tracked.model_copy(update={"history": history, "ready_at": ready_at})]

    await ports.tickets.change([ticket.handle], first)


def _as_handed_in(submission: Submission, link: TicketLink, readiness: Readiness) -> SeenTicket:
    kind, answers = submission.request_type, submission.answers
    owner = next((str(answers[key]) for key in ASSIGNEE_IDS if isinstance(answers.get(key), str) and answers[key]), "")
    return SeenTicket(
        **link.model_dump(),
        team=submission.team,
        title=submission.title,
        request_type=kind.key,
        certain=True,
        created=submission.submitted_at,
        updated=submission.submitted_at,
        seen_at=submission.submitted_at,
        assignee=SeenPerson(slack=owner) if owner else None,
        due=launch_date(answers),
        labels=kind.labels,
        score=readiness.score,
        gaps=tuple(map(SeenGap.of, readiness.gaps)),
        facts=facts_of(readiness),
        request_id=submission.request_id,
        requester=submission.requester.id,
    )
