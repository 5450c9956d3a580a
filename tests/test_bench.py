"""The benches still work, and what they count holds. Their quick mode: one small round, whose times mean nothing."""

from dataclasses import replace
from importlib import import_module

from bench.measure import TIMES, Row, interleaved
from bench.report import table

GENEROUS = 2.0
"""A ratio of CPU time may be this much beyond its limit here, where other tests run beside it."""


async def rows_of(bench: str) -> dict[str, Row]:
    rows: list[Row] = await import_module(f"bench.{bench}").run(1, True)
    return {row.what: row for row in rows}


def within(row: Row, factor: float = GENEROUS) -> bool:
    """Whether it keeps its limit, generously."""
    return row.median * factor >= row.limit if row.at_least else row.median <= row.limit * factor


async def test_help_loads_nothing_heavy() -> None:
    """`--help` loads none of the heavy modules, and costs about as much as argparse."""
    rows = await rows_of("help_text")
    assert rows["heavy modules in memory for `--help`"].median == 0
    assert within(rows["`devrequest --help`"])
    assert within(rows["`devrequest --help` by bare Python"])


async def test_a_warm_form_costs_little() -> None:
    """A form is put together from what was parsed once."""
    rows = await rows_of("modal")
    assert within(rows["the modal cold by warm"])
    assert within(rows["the modal warm by its serialisation"])


async def test_a_ticket_costs_two_calls() -> None:
    """With warm caches a ticket costs two calls in either tracker, and its link comes."""
    rows = await rows_of("tickets")
    assert rows["calls per ticket, Jira"].median == 2
    assert rows["calls per ticket, Asana"].median == 2
    assert within(rows["Submit to ticket link, Jira"], 5)
    assert within(rows["Submit to ticket link, Asana"], 5)


async def test_a_command_costs_little_more_than_bolt_itself() -> None:
    """Every command is answered with 200 and opens its form, at a bounded share of CPU; it is acknowledged at once."""
    rows = await rows_of("commands")
    assert within(rows["CPU per `/devrequest`, form opened, by an echo"], 3)
    assert within(rows["CPU per `/devrequest`, form opened, by Bolt's way"], 3)
    assert within(rows["acknowledgement at rest"], 3)


async def test_every_command_of_a_crowd_is_acknowledged() -> None:
    """Forty commands at once are acknowledged in time, with a slow Slack and with one that answers 429 as well."""
    rows = await rows_of("burst")
    assert rows["40 commands at once: acknowledged within 3 s"].median == 40


async def test_a_slack_that_hangs_holds_nobody_up() -> None:
    """A hundred commands are acknowledged while no call to Slack is answered, and those under way are counted."""
    rows = await rows_of("hang")
    assert rows["100 commands while Slack hangs: acknowledged within 3 s"].median == 100
    assert rows["calls to Slack under way at once"].met
    assert rows["calls to Slack under way at once"].median > 0


async def test_what_was_accepted_survives_a_kill() -> None:
    """Forty submissions at once are accepted and none is lost; "not saved" is said in time, and then it is saved."""
    rows = await rows_of("submissions")
    assert rows["40 submissions at once: accepted, at the second press at the latest"].median == 40
    assert rows["accepted, and lost by `kill -9`"].median == 0
    assert rows['answered "not saved" while the database is locked, then accepted once'].median == 1


async def test_every_envelope_is_acknowledged() -> None:
    """In Socket Mode every envelope is acknowledged and every form opens."""
    rows = await rows_of("socket_mode")
    assert rows["Socket Mode: `/devrequest` acknowledged a second"].median > 0
    assert rows["Socket Mode: link button acknowledged a second"].median > 0


async def test_the_bot_and_the_demo_start() -> None:
    """Both become ready; the demo's page opens a form, and memory at rest stays near that of the bare stack."""
    start, demo = await rows_of("start"), await rows_of("demo")
    assert within(start["`devrequest run` until ready"], 3)
    assert start["memory at rest"].met
    assert within(demo["`make demo` to a working page"], 4)


async def test_projects_are_read_in_few_calls() -> None:
    """Every ticket of a project comes once, else the bench raises; calls and bytes keep their limits."""
    rows = await rows_of("reading")
    for tracker in ("Jira", "Asana"):
        assert rows[f"{tracker}: calls beyond the full pages, whole project"].met
        assert rows[f"{tracker}: calls for the ids of 1000 tickets"].met
        assert rows[f"{tracker}: calls for what changed"].met
        assert within(rows[f"{tracker}: memory for 1000 tickets"])
    assert within(rows["Jira: bytes by the SDK's defaults"])
    assert within(rows["Jira: CPU by the SDK's defaults"], 4)


async def test_a_sync_over_big_projects_takes_few_calls() -> None:
    """Every ticket is read and every launch within the horizon listed, else the bench raises; calls and memory hold."""
    rows = await rows_of("syncing")
    for tracker in ("Jira", "Asana"):
        assert rows[f"{tracker}: calls of a cold sync beyond the full pages"].met
        assert rows[f"{tracker}: calls of a sync from a fresh snapshot"].met
    assert rows["memory of a cold sync above idle"].met


def test_a_gate_fails_at_its_limit_and_a_time_far_beyond_it() -> None:
    """Gates fail as soon as they are missed, times only when they are a fifth beyond."""
    row = Row("1", "what", (1.0, 2.2, 3.0), 2.0, "peer", "method")

    assert (row.median, row.met, row.failed, row.crosses) == (2.2, False, False, True)
    assert replace(row, gate=True).failed
    assert replace(row, samples=(2.5,)).failed
    assert not replace(row, samples=(1.9,), gate=True).failed
    assert replace(row, at_least=True, samples=(1.6,)).failed
    assert not replace(row, at_least=True, samples=(1.8,)).failed


async def test_all_sides_take_their_turns() -> None:
    """Each round begins with another side, and every side is measured in every round."""
    order: list[str] = []

    async def measure(side: str) -> int:
        order.append(side)
        return len(order)

    taken = await interleaved(3, ["a", "b"], measure)

    assert "".join(order) == "abbaab"
    assert taken == {"a": [1, 4, 5], "b": [2, 3, 6]}


def test_the_table_says_what_was_missed() -> None:
    """A row shows its median, its range, its limit and the verdict."""
    missed = Row(
        "7", "rate", (2.0, 2.5, 2.75), 3.0, "peer", "method", at_least=True, gate=True, figures="5 against 2/s"
    )

    assert table([missed])[2] == (
        f"| 7 | rate | **2.5 {TIMES}** | 2 to 2.75 | 3 | **G** ≥ 3 {TIMES} | **missed** | 5 against 2/s |"
    )


async def test_a_verdict_costs_little() -> None:
    """All verdicts equal those of a real Markdown parser, else the bench raises; many of them fit in a minute."""
    rows = await rows_of("readiness")
    assert within(rows["completeness by markdown-it"], 4)
    assert within(rows["whole verdicts a minute on one core, without checks of content"])
