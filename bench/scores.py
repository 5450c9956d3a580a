"""Precision, recall and F1 of yes-or-no judgements, with intervals."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RESAMPLES = 1000
SEED = 20260921
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often a check and the people agree; positive is the defect.

    Attributes:
        right: defects that are found.
        wrong: findings where people saw no defect.
        missed: defects that are not found.
        clean: rows without a defect and without a finding.
    """

    right: int
    wrong: int
    missed: int
    clean: int

    @classmethod
    def of(cls, pairs: Sequence[tuple[bool, bool]]) -> "Confusion":
        """Count the pairs of what people say and what the check says."""
        return cls(*(pairs.count(cell) for cell in ((True, True), (False, True), (True, False), (False, False))))

    @property
    def rows(self) -> int:
        """How many were judged."""
        return self.right + self.wrong + self.missed + self.clean

    @property
    def defects(self) -> int:
        """In how many rows people saw the defect."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """The share of findings that are right; 1 without any finding."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of defects that are found; 1 without any defect."""
        return self.right / self.defects if self.defects else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 1 where there is nothing to find and nothing found."""
        every = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / every if every else 1.0

    @property
    def all_yes(self) -> "Confusion":
        """The same rows for somebody who always sees the defect."""
        return Confusion(self.defects, self.rows - self.defects, 0, 0)

    @property
    def all_no(self) -> "Confusion":
        """The same rows for somebody who never sees it."""
        return Confusion(0, 0, self.defects, self.rows - self.defects)

    def intervals(self) -> tuple[Interval, Interval, Interval]:
        """The 95 % bootstrap intervals of precision, recall and F1: rows drawn with replacement, always the same."""
        cells = (self.right, self.wrong, self.missed, self.clean)
        draw = random.Random(SEED)
        samples = []
        for _ in range(RESAMPLES):
            drawn = draw.choices(range(4), cells, k=self.rows)
            sample = Confusion(*(drawn.count(cell) for cell in range(4)))
            samples.append((sample.precision, sample.recall, sample.f1))
        precision, recall, f1 = (_middle(figures) for figures in zip(*samples, strict=True))
        return precision, recall, f1


def over_groups(groups: Mapping[str, Sequence[tuple[bool, bool]]]) -> Interval:
    """The 95 % bootstrap interval of F1 if whole groups are drawn with replacement instead of rows.

    Rows of one project have its writer and its judge in common, so that this says more about a project to come.

    Args:
        groups: name → pairs of what people say and what the check says.
    """
    draw = random.Random(SEED)
    counted = [Confusion.of(pairs) for pairs in groups.values()]
    figures = []
    for _ in range(RESAMPLES):
        drawn = draw.choices(counted, k=len(counted))
        sums = (sum(part) for part in zip(*((c.right, c.wrong, c.missed, c.clean) for c in drawn), strict=True))
        figures.append(Confusion(*sums).f1)
    return _middle(figures)


def _middle(figures: Sequence[float]) -> Interval:
    """Between which figures 95 of 100 lie."""
    ordered = sorted(figures)
    return ordered[int(len(ordered) * 0.025)], ordered[int(len(ordered) * 0.975) - 1]
