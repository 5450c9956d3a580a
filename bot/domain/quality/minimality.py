"""What a user story holds besides role, wish and benefit: notes in brackets, examples, further sentences."""

import re
from collections.abc import Iterator

from bot.domain.quality.catalogue import found
from bot.domain.quality.finding import Finding
from bot.domain.quality.phrases import lower_words
from bot.domain.quality.story_parts import Story

_BRACKETS = re.compile(r"\([^()\n]{2,300}\)|\[[^\[\]\n]{2,300}\]")
_EXAMPLE = re.compile(r"(?:e\.g\.?|i\.e\.?|for\s+(?:example|instance))(?=\W)")
_SENTENCE = re.compile(
    r"[.!?](?<=[\w)\]\"”][.!?])(?<!\be\.g[.!?])(?<!\bi\.e[.!?])(?<!\betc[.!?])(?<!\bvs[.!?])(?<!\bno[.!?])\s+(?=[A-Z\"“(])"
)
_TWICE = tuple(
    (word, re.compile(rf"{word}\s+(?:i|we)\s+(?:also\s+)?(?:want|need|would\s+like)\b"))
    for word in ("so", "therefore", "thus", "hence")
)


def surplus(story: Story) -> Iterator[Finding]:
    """What could go elsewhere, one finding a kind."""
    text = story.text
    if bracket := _BRACKETS.search(text):
        yield _found("What stands in brackets belongs into the acceptance criteria.", bracket.start(), bracket.end())
    lower, present = lower_words(text)
    named = "example" in present or "instance" in present or "e.g" in lower or "i.e" in lower
    if named and (example := _word(_EXAMPLE, lower)):
        yield _found("An example belongs into the acceptance criteria.", example.start(), len(text.rstrip()))
    twice = next(filter(None, (_word(again, lower) for word, again in _TWICE if word in present)), None)
    if twice:
        yield _found("The wish stands here twice: keep one, and say what it is good for.", twice.start(), twice.end())
    if sentence := _SENTENCE.search(text):
        yield _found("A story is one sentence; put the rest elsewhere.", sentence.end(), len(text.rstrip()))


def _word(pattern: re.Pattern[str], lower: str) -> re.Match[str] | None:
    """Where this begins a word; to look for word boundaries in the pattern makes the search five times as slow."""
    return next(
        (seen for seen in pattern.finditer(lower) if not lower[seen.start() - 1 : seen.start()].isalnum()), None
    )


def _found(message: str, start: int, end: int) -> Finding:
    return found("story.not_minimal", message, start, end)
