"""Severities follow what is measured on texts that people have judged."""

import os

import pytest

from bench import quality
from bench.scores import Confusion, over_groups
from bot.domain.quality.catalogue import RULES

SURE_ENOUGH = 0.85
ENOUGH = 20
"""Right findings without which a precision says nothing."""
MEASURED = sorted(code for code, rule in RULES.items() if rule.basis == "measured")


@pytest.fixture(scope="module")
def results() -> tuple[quality.Judged, ...]:
    if not quality.available():
        message = f"{quality.DATA} is not beside this checkout: severities are not held against it."
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    return quality.measured()


def of(results: tuple[quality.Judged, ...], code: str) -> list[quality.Judged]:
    """What was measured of the check as it is in a ticket, on all rows."""
    own = [judged for judged in results if judged.code == code and judged.part == "all"]
    return [judged for judged in own if judged.note in {"", "in a ticket"}]


@pytest.mark.parametrize("code", MEASURED)
def test_a_severity_follows_measured_precision(results: tuple[quality.Judged, ...], code: str) -> None:
    """A measured code is `should` at a precision of .85 or more on every set, else a hint."""
    measured = of(results, code)

    assert sum(judged.counts.right for judged in measured) >= ENOUGH
    worst = min(judged.counts.precision for judged in measured)
    assert RULES[code].severity == ("should" if worst >= SURE_ENOUGH else "hint")


def test_only_exact_rules_must() -> None:
    """A rule of ours without data behind it is a hint, and nothing measured is a `must`."""
    assert {rule.severity for rule in RULES.values() if rule.basis == "judged"} == {"hint"}
    assert {rule.basis for rule in RULES.values() if rule.severity == "must"} == {"exact"}


@pytest.mark.parametrize("code", ["story.role_missing", "story.want_missing"])
def test_no_judged_story_is_accused_of_a_missing_part(results: tuple[quality.Judged, ...], code: str) -> None:
    """Every story of the sets has a role and a wish, and none is said to lack them; without them nearly all are."""
    assert [judged.counts.wrong for judged in of(results, code)] == [0, 0]
    assert of(results, code)[0].counts.recall > SURE_ENOUGH


@pytest.mark.parametrize(
    ("code", "data", "f1", "precision"),
    [
        ("story.not_atomic", "user_story_quality", 0.55, 0.0),
        ("story.not_minimal", "user_story_quality", 0.70, 0.0),
        ("story.benefit_missing", "user_story_parts", 0.995, 0.0),
        ("wording.vague", "requirement_smells_ds2", 0.60, 0.60),
        ("wording.vague", "requirement_smells_ds4", 0.60, 0.60),
    ],
)
def test_the_aims_are_kept(
    results: tuple[quality.Judged, ...], code: str, data: str, f1: float, precision: float
) -> None:
    """What has been reached on all rows is not lost again."""
    judged = next(entry for entry in of(results, code) if entry.data == data and not entry.note)

    assert judged.counts.f1 > f1
    assert judged.counts.precision >= precision


def test_scores_of_a_known_confusion() -> None:
    """Three right, one wrong, two missed and four clean: precision 3/4, recall 3/5, F1 2/3."""
    pairs = [(True, True)] * 3 + [(False, True)] + [(True, False)] * 2 + [(False, False)] * 4

    counts = Confusion.of(pairs)

    assert counts == Confusion(3, 1, 2, 4)
    assert (counts.precision, counts.recall, counts.f1) == (0.75, 0.6, 2 / 3)
    assert counts.all_yes == Confusion(5, 5, 0, 0)
    assert (counts.all_yes.f1, counts.all_no.f1) == (2 / 3, 0.0)


def test_whole_projects_spread_further_than_rows() -> None:
    """Where projects differ, drawing projects again gives a wider interval than drawing rows."""
    good, bad = [(True, True)] * 10 + [(False, False)] * 10, [(True, False)] * 10 + [(False, True)] * 10
    groups = {f"{number}": good if number % 2 else bad for number in range(6)}
    rows = Confusion.of([pair for pairs in groups.values() for pair in pairs]).intervals()[2]

    low, high = over_groups(groups)

    assert low < rows[0] < rows[1] < high
    assert over_groups(groups) == (low, high)


def test_an_interval_holds_its_figure_and_does_not_change() -> None:
    """The bootstrap has a fixed seed, and its interval lies around the figure."""
    counts = Confusion(30, 10, 20, 40)

    intervals = counts.intervals()

    for figure, (low, high) in zip((counts.precision, counts.recall, counts.f1), intervals, strict=True):
        assert low < figure < high
    assert intervals == counts.intervals()
