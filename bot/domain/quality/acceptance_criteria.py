"""Checks of acceptance criteria: are there any, can somebody check them, and are they conditions?"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from bot.domain.placeholders import is_placeholder
from bot.domain.quality.catalogue import found
from bot.domain.quality.finding import Finding, Surroundings
from bot.domain.quality.gherkin import MAIN, STEP, Criterion, is_bare_step, scenarios
from bot.domain.quality.language import is_english
from bot.domain.quality.phrases import Place, lower_words
from bot.domain.quality.tagging import VERBS
from bot.domain.quality.word_sets import words
from bot.domain.quality.wording import vague

_BULLET = re.compile(
    r"[\s>*_]*(?:[-*•·+–]\s+|\d{1,3}[.)]\s+|\(?[a-z]\)\s+|AC\s*\d+\s*[:.)-]\s*|\[[ xX]?\]\s*|[☐☑✅✔️□]\s*)*",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"[\W\d]*(?:acceptance\s+criteria|acceptance\s+criterion|acceptance|criteria|conditions?|requirements?|ac|dod"
    r"|definition\s+of\s+done|scenarios?)[\W\d]*",
    re.IGNORECASE,
)
_HEADING_MOST = 80
_SAYS = re.compile(r"[^\W\d_]|\d{4}|\d\D+\d")
"""A letter or more than the number of an item."""
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_MEASURED = re.compile(
    r"\d|[\"“„'‘].+?[\"”“'’]|\b(?:if|when|whenever|after|before|until|unless|within|while|once|without|at\s+least|at\s+most"
    r"|no\s+more\s+than|exactly|equals?|same\s+as|only|never|cannot|can't)\b",
    re.IGNORECASE,
)
"""A number, a quotation, a condition or a comparison."""
_OBSERVED = re.compile(
    r"\b(?:shows?|shown|sees?|appears?|displays?|displayed|opens?|redirects?|leads?\s+to|receives?|sends?|sent|stores?|stored"
    r"|saves?|saved|returns?|contains?|lists?|listed|links?\s+to|rejects?|rejected|refuses?|disabled|enabled|hidden|visible"
    r"|checked|selected|logged|starts?|stops?|carries|stands?|exists?|gets?|is\s+in|are\s+in)\b",
    re.IGNORECASE,
)
"""What somebody can see happen."""
_ALL_OF = re.compile(
    r"\b(?:works?|looks?|functions?|runs?|supports?|supported|compatible|optimi[sz]ed|responsive|tested)\b[^.;\n]{0,60}?"
    r"\b(?P<all>(?:all|every|any|each)\s+(?:common\s+|major\s+|current\s+|usual\s+)?"
    r"(?:devices?|browsers?|platforms?|screens?(?:\s+sizes?)?))\b(?!\s*[:(])",
    re.IGNORECASE,
)
_OF_ALL = words("device devices browser browsers platform platforms screen screens")
_WORKING = words("work works functions done ok okay fine functional working")
_WORKS = re.compile(
    r"(?:^|\n)\W*(?:\d+[.)]\s*)?(?:[\w'-]+\s+){0,4}?(?P<works>works?|functions|is\s+(?:done|ok|okay|fine|functional|working))"
    r"\s*[.!]?\s*(?=\n|$)",
    re.IGNORECASE,
)
_MANNER = words(
    """
    well nicely properly correctly perfectly smoothly seamlessly easily appropriately suitably reliably flawlessly
    expected intended optimally adequately reasonably intuitively gracefully securely safely effectively efficiently
    appropriate suitable relevant meaningful proper adequate reasonable
    """
)
"""Words that take back what can be seen: "is shown correctly", "an appropriate message is shown"."""
_TASKS = VERBS | words(
    """
    refactor wire style code prototype draft estimate talk clean rewrite research bump
    """
)
_SOMEBODY = words("dev devs developer developers qa designer designers engineer engineers marketing somebody someone")
_SOMEBODY_TO = re.compile(rf"(?:{'|'.join(sorted(_SOMEBODY))})\s+(?:to|needs?\s+to|ha(?:s|ve)\s+to)\s", re.IGNORECASE)
"""How a task begins that names who does it: "QA to test the form"."""
_NOT_TASKS = words(
    """
    given when then and but if on in no all every each any only name form page button image text display copy order
    filter search link list report record view click scroll open contact price email log request value start end
    show mobile desktop user visitor access set time place comment post address balance process document title help
    support answer level label field share rank rate score export import block count limit model plan print profile
    promise test trade track train trigger trust type visit vote work
    """
)
_ARTICLE = words(
    """
    on in a an the our your all new this that these it up out to with and for of any each every more better unit
    automated
    """
)
_TASK_WORDS = words(
    """
    test document update plan track set export import support show display open link list report process label log
    copy share print
    """
)
_THING = re.compile(
    r"\b(?:is|are|was|were|be|has|have|must|should|shall|can|will|may|does|do|gets?|shows?|sees?|appears?|leads?"
    r"|opens?|contains?)\b",
    re.IGNORECASE,
)

_HAPPENS = words(
    """
    opens closes leads appears disappears stays stay remains remain loads works shows takes accepts deletes returns
    starts stops switches lists contains becomes keeps
    """
)
"""What a thing does, and hardly a noun: the words before it name the thing, as in "Remove icon deletes the row"."""
_BELONGS = words("that which who where when if so because")
_SEEING_TO = words("ensure make check verify test confirm validate review see")
"""Verbs behind which such a sentence is what has to be seen to."""


def check(text: str, around: Surroundings) -> Iterator[Finding]:  # noqa: ARG001 - every family has this signature
    """No criterion, criteria that nobody can check, tasks, and scenarios that break off."""
    lines = criteria(text)
    if all(is_bare_step(line.text) for line in lines):
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
        yield found(
            "criteria.none", "There is no acceptance criterion: write one condition a line.", min(start, end), end
        )
        return
    english = is_english(text)
    doubtful = sorted([*vague(text), *(_sweeping(text) if english else ())])
    starts = [place[0] for place in doubtful]
    in_scenario: set[int] = set()
    for scenario in () if MAIN.isdisjoint(lower_words(text)[1]) else scenarios(lines):
        in_scenario.update(line.start for line in scenario.lines)
        if lacks := scenario.lacks:
            message = f"This scenario has no {' and no '.join(lacks)}."
            yield found("criteria.gherkin_incomplete", message, scenario.lines[0].start, scenario.lines[-1].end)
    for line in lines:
        if english and line.start not in in_scenario and _is_task(line.text):
            message = "This is work to do: say what is true once it is done."
            yield found("criteria.task_not_condition", message, line.start, line.end)
        first, last = bisect_left(starts, line.start), bisect_left(starts, line.end)
        if inside := [place for place in doubtful[first:last] if place[1] <= line.end]:
            yield from _untestable(line, inside)


def criteria(text: str) -> list[Criterion]:
    """The conditions of a section: its lines without headings, placeholders and empty ones."""
    lines, start = [], 0
    for line in text.split("\n"):
        begin = _BULLET.match(line).end()  # type: ignore[union-attr]
        body = line[begin:].rstrip().rstrip("*_")
        heading = (len(body) < _HEADING_MOST and _HEADING.fullmatch(body)) or (
            body.endswith(":") and len(body.split()) < 5 and not STEP.match(body)
        )
        if not heading and not is_placeholder(body) and _SAYS.search(body):
            lines.append(Criterion(body, start + begin))
        start += len(line) + 1
    return lines


def _sweeping(text: str) -> Iterator[Place]:
    """Criteria that hold nothing to look at: "it works", "on all devices"."""
    present = lower_words(text)[1]
    for seen in () if _OF_ALL.isdisjoint(present) else _ALL_OF.finditer(text):
        yield *seen.span("all"), "Say which ones"
    for seen in () if _WORKING.isdisjoint(present) else _WORKS.finditer(text):
        yield *seen.span("works"), "Say what one can see or do"


def _untestable(line: Criterion, doubtful: Sequence[Place]) -> Iterator[Finding]:
    """Vague words without a number, an actor's view or an observable result beside them."""
    pieces, after = [], 0
    manner = None
    for place in doubtful:
        start, end = place[0] - line.start, place[1] - line.start
        pieces.append(line.text[after:start])
        after = max(after, end)
        if manner is None and line.text[start:end].lower().split()[-1] in _MANNER:
            manner = place
    rest = " ".join([*pieces, line.text[after:]])
    if _MEASURED.search(rest) or (_OBSERVED.search(rest) and not manner):
        return
    start, end, reason = manner or doubtful[0]
    message = f"Nobody can check “{line.text[start - line.start : end - line.start]}”. {reason}."
    yield found("criteria.not_testable", message, start, end)


def _is_task(text: str) -> bool:
    """Whether a line begins with what somebody has to do: "Implement the form", "Add a test"."""
    first = _WORD.search(text)
    if first is None:
        return False
    word = first.group().lower()
    if word in _SOMEBODY and _SOMEBODY_TO.match(text):
        return True
    if word not in _TASKS or STEP.match(text):
        return False
    words = _WORD.findall(text.lower())
    if len(words) < 2:
        return False
    if words[0] in _NOT_TASKS and not (words[0] in _TASK_WORDS and words[1] in _ARTICLE):
        return False
    return not _THING.search(" ".join(words[:4])) and not _is_about_a_thing(words)


def _is_about_a_thing(words: Sequence[str]) -> bool:
    """Whether the verb at the start is part of a name: "Book a demo button is shown", "Log in page loads in 2 s"."""
    if words[0] in _SEEING_TO:
        return False
    for word in words[2:7]:
        if word in _BELONGS:
            return False
        if word in _HAPPENS or word in {"is", "are"}:
            return True
    return False
