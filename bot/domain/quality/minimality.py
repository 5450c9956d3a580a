"""What a user story holds besides role, wish and benefit: notes in brackets, examples, further sentences."""

import re
from collections.abc import Iterator

from bot.domain.quality.catalogue import found
from bot.domain.quality.finding import Finding
from bot.domain.quality.story_parts import Story

_BRACKETS = re.compile(r"\([^()\n]{2,300}\)|\[[^\[\]\n]{2,300}\]")
_EXAMPLE = re.compile(r"\b(?:e\.g\.?|for\s+example|for\s+instance|i\.e\.?)(?=\W)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[\w)\]\"”])(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\bno)[.!?]\s+(?=[A-Z\"“(])")
_TWICE = re.compile(
    r"\b(?:so|therefore|thus|hence)\s+(?:I|we)\s+(?:also\s+)?(?:want|need|would\s+like)\b", re.IGNORECASE
)


def surplus(story: Story) -> Iterator[Finding]:
    """What could go elsewhere, one finding a kind."""
    text = story.text
    if bracket := _BRACKETS.search(text):
        yield _found("What stands in brackets belongs into the acceptance criteria.", bracket.start(), bracket.end())
    if example := _EXAMPLE.search(text):
        yield _found("An example belongs into the acceptance criteria.", example.start(), len(text.rstrip()))
    if twice := _TWICE.search(text):
        yield _found("The wish stands here twice: keep one, and say what it is good for.", twice.start(), twice.end())
    if sentence := _SENTENCE.search(text):
        yield _found("A story is one sentence; put the rest elsewhere.", sentence.end(), len(text.rstrip()))


def _found(message: str, start: int, end: int) -> Finding:
    return found("story.not_minimal", message, start, end)
