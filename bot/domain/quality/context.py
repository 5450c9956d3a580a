"""Checks of goal, audience and impact: is there a number, and does it say anything?"""

import re
from collections.abc import Collection, Iterator

from bot.domain.quality.catalogue import found
from bot.domain.quality.finding import Finding, Surroundings
from bot.domain.quality.phrases import lower_words
from bot.domain.quality.word_sets import words

_DIGIT = re.compile(r"[\d%]")
_NUMBERS = words(
    """
    one two three four five six seven eight nine ten twelve twenty fifty dozen dozens hundred hundreds thousand
    thousands million millions halve halves halved half double doubles doubled triple triples tripled twice third
    quarter percent cent zero every
    """
)
_GROWING = words(
    """
    more less fewer increase increasing raise raising improve improving grow growing boost boosting drive driving
    generate reduce reducing lower higher better support strengthen expand
    """
)
"""Words for a change, which has a size besides its day: "more leads by 1 March" does not say how many."""
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_NO_SIZE = re.compile(
    rf"https?://\S+|\b\w*[a-z]\d\w*|\b(?:19|20)\d\d\b(?!\s*%)|\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH}\b"
    rf"|\b{_MONTH}\s+\d{{1,2}}\b|\b\d{{1,2}}\.\d{{1,2}}\.|\b(?:version|phase|step|part|release|wave|wcag|iso|tier)\s+\d[\d.]*",
    re.IGNORECASE,
)
"""Numbers that are none of how much: addresses, names such as GA4 and Q3, years, days, versions."""
_SEVERAL = re.compile(r"\w+")
_TALK = words(
    """
    huge big great massive high large major strong positive important very really super significant game changer
    changing impact value business company brand growth success synergy synergies leverage awareness engagement
    experience strategic strategy boost boosting drive driving improve improves improving improved increase
    increases increasing more better best good maximise maximize everyone everybody else all anyone anybody people users
    user customers customer visitors visitor target group audience public general world whole marketing sales
    management stakeholders stakeholder leads us we our the a an of for to and in on it is are be will would this
    that as with by from at have has can should must need needs wants want much lot lots many most so because
    critical crucial key level next innovative innovation digital transformation holistic seamless optimise optimize
    performance visibility quality overall help helps helping make makes making think believe hopefully maybe kind
    sort well nice win wins quick image reputation yes no
    """
)
_AUDIENCE = "audience"


def check(text: str, around: Surroundings) -> Iterator[Finding]:
    """A goal without a measure, and texts that would fit any request."""
    present = lower_words(text)[1]
    if not _NUMBERS.isdisjoint(present) or _has_size(text, present):
        return
    words = _SEVERAL.findall(text.lower())
    if not words:
        return
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if _TALK.issuperset(words):
        yield found("context.empty_talk", _what(around), start, end)
    if _AUDIENCE not in around.section:
        what = "impact" if around.section == "impact" else "goal"
        message = f"The {what} has no number: say from how many to how many, and until when."
        yield found("context.goal_unmeasured", message, start, end)


def _has_size(text: str, present: Collection[str]) -> bool:
    """Whether a number says how much; beside words for a change, the number of a day or a version does not."""
    if _DIGIT.search(text) is None:
        return False
    return _GROWING.isdisjoint(present) or _DIGIT.search(_NO_SIZE.sub(" ", text)) is not None


def _what(around: Surroundings) -> str:
    if _AUDIENCE in around.section:
        return "This fits every request: say who it is for, and where they come from."
    return "This fits every request: say what changes, for whom, and by how much."
