"""What is kept of the look at a ticket before, where the look now tells less. Pure."""

from bot.domain.seen_ticket import SeenTicket


def as_known(before: SeenTicket, now: SeenTicket) -> SeenTicket:
    """The ticket as it is now, with what only the look before knows."""
    return owner_kept(before, links_kept(before, judged_later(before, now)))


def judged_later(before: SeenTicket, now: SeenTicket) -> SeenTicket:
    """The ticket with its gaps marked that are there only because we look closer than before.

    Whoever wrote it did what they were asked at that time. A gap stays marked until it is closed.
    """
    known = {(gap.section, gap.code): gap.late for gap in before.gaps}
    unchanged = before.updated == now.updated and before.request_type == now.request_type
    new = unchanged and before.judged_by != now.judged_by
    late = {key for key in ((gap.section, gap.code) for gap in now.gaps) if known.get(key, new)}
    if not late:
        return now
    gaps = (gap.model_copy(update={"late": (gap.section, gap.code) in late}) for gap in now.gaps)
    return now.model_copy(update={"gaps": tuple(gaps)})


def links_kept(before: SeenTicket, now: SeenTicket) -> SeenTicket:
    """The ticket from a list, with the links that only a look at it alone has told."""
    if now.links_read or not before.links_read:
        return now
    told = {link.url for link in now.links}
    kept = (link for link in before.links if link.relation == "web" and link.url not in told)
    return now.model_copy(update={"links": (*now.links, *kept), "links_read": before.links_read})


def owner_kept(before: SeenTicket, now: SeenTicket) -> SeenTicket:
    """The ticket with the owner that its form named, if the tracker knows nobody by that name and has no other."""
    named = before.assignee
    if now.assignee is not None or named is None or named.slack is None or named.id is not None:
        return now
    return now.model_copy(update={"assignee": named})
