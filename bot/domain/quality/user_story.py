"""Checks of user stories: who, what, what for; one wish; nothing beside it; not the same twice."""

import re
from collections.abc import Iterator

from bot.domain.quality.catalogue import found
from bot.domain.quality.coordination import second_wish
from bot.domain.quality.finding import Finding, Surroundings
from bot.domain.quality.language import is_english
from bot.domain.quality.minimality import surplus
from bot.domain.quality.story_parts import Story, stories
from bot.domain.quality.word_sets import words

_WORD = re.compile(r"[^\W_]+")
_IDLE = words(
    """
    a an the to of in on at my our your their its so that i we can be able as want need would like d
    """
)


def check(text: str, around: Surroundings) -> Iterator[Finding]:
    """What is missing in the user stories of a section, and what is too much."""
    if not text.strip():
        return
    told = stories(text)
    english = is_english(text)
    for story in told:
        if english or (story.role and story.want):  # else it may say in its own language what we do not find
            yield from (_placed(finding, story) for finding in _missing(story))
        if story.want and story.role:
            yield from (_placed(finding, story) for finding in (*second_wish(story), *surplus(story)))
    yield from _duplicates(told, around)


def fingerprints(text: str) -> set[str]:
    """What the stories of a section say, whatever their articles, punctuation and letter case."""
    return {key for story in stories(text) if (key := _fingerprint(story))}


def _duplicates(told: list[Story], around: Surroundings) -> Iterator[Finding]:
    """The stories that say again what another one or one before them says."""
    if len(told) < 2 and not around.told:
        return
    before: set[str] = set()
    for story in told:
        key = _fingerprint(story)
        if key and (key in before or key in around.told):
            end = story.start + len(story.text.rstrip())
            yield found("story.duplicate", "This story has been told already.", story.start, end)
        before.add(key)


def _fingerprint(story: Story) -> str:
    return " ".join(word for word in _WORD.findall(story.text.lower()) if word not in _IDLE)


def _missing(story: Story) -> Iterator[Finding]:
    end = len(story.text.rstrip())
    if story.role is None:
        yield found(
            "story.role_missing", "The story does not say who needs this: “As a …”.", 0, 0 if story.want else end
        )
    if story.want is None:
        place = story.role[1] if story.role else 0
        yield found(
            "story.want_missing",
            "The story does not say what is wanted: “I want …”.",
            place,
            place if story.role else end,
        )
    if story.benefit is None:
        place = story.want[1] if story.want else end
        yield found("story.benefit_missing", "The story does not say what this is good for: “so that …”.", place, place)


def _placed(finding: Finding, story: Story) -> Finding:
    """The finding, with its span in the section instead of the story."""
    if not story.start:
        return finding
    start, end = finding.start + story.start, finding.end + story.start
    return Finding(finding.code, finding.message, start, end, finding.severity, finding.example)
