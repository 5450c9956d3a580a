"""Scenarios in Given, When and Then, as people write them, and what such a scenario lacks.

The words are Gherkin's (https://cucumber.io/docs/gherkin/reference/). People break lines inside a step, list things
below one, give a background once for all scenarios, and begin ordinary sentences with "When".
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

STEP = re.compile(
    r"[\s>*_`-]*(?P<word>given|when|then|and|but|scenario(?:\s+outline)?|feature|background|examples?|rule)\b\s*[:*_]*",
    re.IGNORECASE,
)
_OPENS = ("scenario", "feature", "background", "rule", "example")
MAIN = frozenset({"given", "when", "then"})
"""Without one of these there is no scenario."""
_INLINE = re.compile(r"\b(given|when|then)\b", re.IGNORECASE)
_CONDITION = re.compile(r"\W*(?:if|once|while|whenever|after|upon|in\s+case|as\s+soon\s+as)\b", re.IGNORECASE)
"""What may stand above "Then" in the place of When."""
_RESULT = re.compile(r"(?:,|:(?=\s)|→|[-=]>)\s*(?!when\b|then\b|and\b)\w", re.IGNORECASE)
_SAYS_THEN = re.compile(r"(?::\s|→|[-=]>)\s*\w")
"""When somebody does this: that happens."""
_CLAUSE = re.compile(
    r"\s(?!(?:on|in|at|of|to|from|for|with|by|into|onto|over|under|via|and|or|that|which|who|whose|when)\s)[\w'’%-]+\s+"
    r"(?:the|an?|its?|their|all|no|this|each)\s+(?:[\w'’-]+\s+){1,2}"
    r"(?:is|are|has|have|must|should|shall|will|can|cannot|stays?|appears?|opens?|closes?|shows?|starts?|stops?|loads?"
    r"|changes?|leads?|gets?|receives?|sends?|disappears?|remains?|becomes?|jumps?|scrolls?)\b"
    r"|\w\s+\S+\s+(?!(?:that|which|whom|when|if|thinks?|knows?)\s)\S+\s+(?:they|he|she|it|we|I|you)\s+(?:is|are|can|must|will|should|sees?|gets?|lands?|hears?|finds?"
    r"|receives?|appears?|opens?|stays?)\b",
    re.IGNORECASE,
)
"""A second clause: "When a visitor clicks the button the form opens"; not "the form on the page opens"."""


class Criterion(NamedTuple):
    """One line of a section, without its bullet."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Behind its last character."""
        return self.start + len(self.text)


class Scenario(NamedTuple):
    """The lines of a scenario that begin with a step.

    Attributes:
        lines: at least one.
        prepared: whether a background says what is given.
    """

    lines: Sequence[Criterion]
    prepared: bool = False

    @property
    def lacks(self) -> list[str]:
        """Which of Given, When and Then are missing, in this order."""
        first = self.lines[0].text
        if len(self.lines) == 1 and _is_sentence(first):
            return []
        seen = _steps(self.lines) | ({"given"} if self.prepared else set())
        if _CONDITION.match(first):
            seen.add("when")
        lacking = [word.capitalize() for word in ("when", "then") if word not in seen]
        if {"given", "then"} <= seen:
            lacking = []  # a state and what follows from it: the step between is the state itself
        return ["Given", *lacking] if not ("given" in seen or {"when", "then"} <= seen) else lacking


def scenarios(lines: Sequence[Criterion]) -> Iterator[Scenario]:
    """The scenarios of a section: one line with several steps, or lines of which some begin with a step.

    Lines in between go on with the step above them. A background is none; it prepares those below.
    """
    steps = [STEP.match(line.text) for line in lines]
    run: list[Criterion] = []
    seen: set[str] = set()
    prepared = in_background = False
    above: Criterion | None = None
    for line, step in zip(lines, steps, strict=True) if any(steps) else ():
        word = step["word"].lower() if step else ""
        opens = word.startswith(_OPENS)
        if run and (opens or _begins_anew(word, run, seen)):
            if not in_background:
                yield Scenario(run, prepared)
            run, seen = [], set()
        if opens:
            in_background = word == "background"
            prepared = prepared or in_background
        elif word == "then" and not run and above is not None:
            if _CONDITION.match(above.text):
                run = [above, line]
            # else it goes on with a plain line: "First the form opens", "Then it can be sent"
        elif step and (run or word in MAIN):
            run.append(line)
        if step and run:
            seen |= _steps([line])
        above = None if step else line
    if run and not in_background:
        yield Scenario(run, prepared)


def is_bare_step(text: str) -> bool:
    """Whether a line is nothing but the word: `Given:`, with what is given below it, or with nothing."""
    step = STEP.match(text)
    return step is not None and not re.search(r"\w", text[step.end() :])


def _begins_anew(word: str, run: Sequence[Criterion], seen: Collection[str]) -> bool:
    """Whether a step with this word begins another scenario, or another sentence.

    Args:
        word: of the step.
        run: the lines before it.
        seen: which of given, when and then these have.
    """
    if word not in {"given", "when"}:
        return False
    if word == "given" and ("when" in seen or "then" in seen):
        return True
    return seen == {word} and len(run) == 1 and _is_sentence(run[0].text)


def _is_sentence(text: str) -> bool:
    """Whether a step says by itself what follows from it: "When the form is sent, the page says so"."""
    step = STEP.match(text)
    word = step["word"].lower() if step else ""
    if word == "when":
        return (
            "," in text
            or _SAYS_THEN.search(text, step.end() if step else 0) is not None
            or _CLAUSE.search(text) is not None
        )
    return word == "given" and _INLINE.findall(text.lower()) == ["given"] and _RESULT.search(text) is not None


def _steps(lines: Sequence[Criterion]) -> set[str]:
    """Which of given, when and then a block has."""
    return {word.lower() for line in lines for word in _INLINE.findall(line.text)}
