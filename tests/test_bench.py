"""The benches still work, and what they count holds. Their quick mode: one small round, whose times mean nothing."""

from importlib import import_module

from bench.measure import Row

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
