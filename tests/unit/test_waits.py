"""How long jobs wait before they try again."""

from hypothesis import given, strategies as st

from bot.jobs.run import key_of, run_id
from bot.jobs.waits import Waits


def test_waits_double_up_to_fifteen_minutes() -> None:
    """Each wait lies in the upper quarter of its step, and the longest is never passed."""
    waits = Waits()

    found = [waits.backoff("ticket:T1:V1:create", tries) for tries in range(14)]

    for tries, seconds in enumerate(found):
        assert 0.75 * min(900.0, 2.0**tries) <= seconds <= min(900.0, 2.0**tries)


def test_those_who_failed_together_do_not_return_together() -> None:
    """A hundred requests, at their tenth try, spread over minutes."""
    waits = Waits()

    found = {round(waits.backoff(f"ticket:T1:V{number}", 12)) for number in range(100)}

    assert len(found) > 60
    assert max(found) - min(found) > 180


def test_a_replay_waits_the_same() -> None:
    """The jitter comes from the job's name, not from chance: a replayed run must take the same way."""
    assert Waits().backoff("a", 3) == Waits().backoff("a", 3) != Waits().backoff("b", 3)


@given(st.text(), st.integers(min_value=0, max_value=10_000))
def test_the_key_of_a_run_is_found_again(key: str, number: int) -> None:
    """Whatever the key is, unless it looks like a run itself."""
    key = key.replace("#", "")

    assert key_of(run_id(key, number)) == (key, number)
