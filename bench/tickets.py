"""From Submit to the ticket's link, and what a ticket costs in calls."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from bench.company import TYPE, Company, company
from bench.measure import TIMES, Row, interleaved

LATENCY = {"slack": 0.15, "jira": 0.12, "asana": 0.15}
"""Seconds for each call to a vendor."""
PATH = {"jira": LATENCY["jira"] + LATENCY["slack"], "asana": LATENCY["asana"] + LATENCY["slack"]}
"""The calls that must come one after the other: create the ticket, show its link in the view."""
MOST_CALLS = {"jira": 2, "asana": 2}
STORY = "As a returning visitor, I want prices, so that I can order."
ALLOWANCE = 0.05
FACTOR = 1.3


@dataclass(frozen=True, slots=True)
class Filed:
    """One request, from Submit to its end.

    Attributes:
        seconds: until the view showed the ticket's link.
        calls: the calls to the tracker, in words.
    """

    seconds: float
    calls: tuple[str, ...]


async def run(rounds: int, quick: bool) -> list[Row]:
    """Both trackers in turns, each with a bot of its own."""
    each = 1 if quick else 3
    async with company("jira") as jira, company("asana") as asana:
        at = {"jira": jira, "asana": asana}
        first = {name: await filed(one, name) for name, one in at.items()}  # fills the caches
        for one in at.values():
            one.latency(**LATENCY)

        async def several(name: str) -> list[Filed]:
            return [await filed(at[name], name) for _ in range(each)]

        taken = await interleaved(rounds, list(at), several)
    return [row for name in at for row in rows(name, taken[name], first[name])]


def rows(tracker: str, taken: list[list[Filed]], first: Filed) -> list[Row]:
    """The results for one tracker; `first` is the request that found empty caches."""
    each = len(taken[0])
    title, path = tracker.capitalize(), PATH[tracker]
    worst = [max(len(one.calls) for one in several) for several in taken]
    example = taken[0][0].calls
    times = tuple(sorted(one.seconds for one in several)[len(several) // 2] for several in taken)
    return [
        Row(
            "ticket",
            f"calls per ticket, {title}",
            tuple(float(calls) for calls in worst),
            MOST_CALLS[tracker],
            "a create and a link back to Slack",
            f"The most of {each} requests a round, caches warm, no files; counted by the sandbox until the job's end.",
            unit="calls",
            gate=True,
            figures=f"{', '.join(example)}; {len(first.calls)} with empty caches",
        ),
        Row(
            "ticket",
            f"Submit to ticket link, {title}",
            times,
            FACTOR * path + ALLOWANCE,
            f"{FACTOR} {TIMES} the vendors' latencies on the path ({path:.2f} s: create, show the view) + 50 ms",
            f"Slack answers after {LATENCY['slack']} s, {title} after {LATENCY[tracker]} s. The median of {each} "
            "requests a round, from pressing Submit until the open view shows the link; the create and the view are "
            "checked in the sandbox.",
            unit="s",
            figures=f"{sorted(times)[len(times) // 2] / path:.2f} {TIMES} the latencies",
        ),
    ]


async def filed(one: Company, tracker: str) -> Filed:
    """File one request, always as the same person; ends when its job has ended, so that no call is missed.

    Raises:
        TimeoutError: no form, no link, or no confirmation.
        ValueError: the form was refused.
    """
    person = one.person(0)
    inbox = one.sandbox.slack.dm(person.user.id).id
    confirmed = len(person.messages(inbox))
    await person.command(one.channel.id, f"/devrequest {TYPE} Spring sale page")
    await until(one, lambda: person.modal is not None)
    launch = (one.sandbox.clock.now().date() + timedelta(days=30)).isoformat()
    await person.fill({"field:user_story": STORY, "field:launch_date": launch})
    await asyncio.sleep(0.05)
    one.forget_calls()
    began = time.perf_counter()
    pressed = asyncio.create_task(person.submit())
    await until(one, lambda: person.modal is not None and f"/{tracker}/" in str(person.modal.content["blocks"]))
    seconds = time.perf_counter() - began
    outcome = await pressed
    if outcome.errors or outcome.problem:
        raise ValueError(f"not handed in: {outcome.errors or outcome.problem}")
    await until(one, lambda: len(person.messages(inbox)) > confirmed)
    with suppress(TimeoutError):  # the link back on the ticket comes last; then whatever should not come
        await until(one, lambda: len(one.calls(tracker)) >= MOST_CALLS[tracker])
    await asyncio.sleep(2 * LATENCY["slack"] + 2 * LATENCY[tracker])
    await person.dismiss()
    return Filed(seconds, tuple(f"{call['method']} {call['path'].rpartition('/')[2]}" for call in one.calls(tracker)))


async def until(one: Company, true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for something in the sandbox.

    Raises:
        TimeoutError
    """
    async with asyncio.timeout(seconds):
        while not true():
            revision = one.sandbox.slack.revision
            await one.sandbox.slack.wait_for_change(revision, 0.02)
