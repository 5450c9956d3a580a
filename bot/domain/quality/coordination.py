"""Whether a user story holds two wishes: what its "and" and "or" connect."""

from collections.abc import Iterator

from bot.domain.quality.catalogue import found
from bot.domain.quality.finding import Finding
from bot.domain.quality.story_parts import Story
from bot.domain.quality.tagging import tokens


def second_wish(story: Story) -> Iterator[Finding]:
    """At most one finding: the first place where a second wish begins."""
    if story.want is None:
        return
    start, end = story.want
    words = tokens(story.text[start:end])
    for before, word, after in zip(words, words[1:], words[2:], strict=False):
        if word.tag == "conjunction" and after.tag == "verb" and before.tag != "mark":
            yield found(
                "story.not_atomic",
                "These are two wishes: write a story for each.",
                start + word.start,
                start + after.end,
            )
            return
