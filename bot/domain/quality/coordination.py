"""Whether a user story holds two wishes: what its "and" and "or" connect.

A word list cannot tell: most stories with an "and" are one wish. What counts is where the word stands. Two things to be
delivered ("reminders and receipts"), two qualities of the thing that is asked for ("a quick and precise search"), a
list, or two actions with an object each ("compare plans and download an offer") are wishes of their own. Not so: a pair
further inside ("by name and town"), the two sides of a question ("compare plans and prices"), two steps on the same
object ("read and judge my text"), and steps of degree ("more complete and easier").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.domain.quality.catalogue import found
from bot.domain.quality.finding import Finding
from bot.domain.quality.people import is_person
from bot.domain.quality.story_parts import Story
from bot.domain.quality.tagging import Token, tokens
from bot.domain.quality.word_sets import words as word_set

Clause = Literal["main", "means", "purpose", "relative"]
Kind = Literal["actions", "steps", "qualities", "things"]

LIGHT = word_set("use leverage utilize utilise employ apply have")
"""Verbs that only say by what means; the wish follows in "to …"."""
THINKING = word_set(
    """
    analyse analyze understand examine explore compare contrast study investigate evaluate assess see research
    identify learn know explain discuss measure gather choose consider
    """
)
"""Verbs that ask a question; "and" between their objects belongs to the question."""
STUDYING = word_set(
    """
    analyse analyze understand examine explore compare study investigate evaluate assess research identify measure
    """
)
"""Verbs for finding something out, so that something can be done about it: one wish, unless that is a feature."""
FEATURES = word_set(
    """
    add approve archive book buy cancel comment contact copy create delete disable download duplicate edit enable export
    filter hide import invite log merge message move order pay post print publish rate register reject remove rename
    reopen reorder reply reserve reset restore return save schedule search send share sort split subscribe undo
    unsubscribe upload validate
    """
)
"""Verbs that are a feature each, even on the same object: "edit and delete my ads", "save a cart and share it"."""
_SAME = word_set("it its them their this these those")
"""Words that mean the first half again: "the model and its data", "find a plan and order it"."""
_ABLE = word_set("able allowed")
"""Words whose "to …" is still the wish: "I want the page to be able to …"."""
_WISH_AGAIN = word_set("i we want need wish")
_LIKE_IT = word_set("other others further more similar related vice")
"""Words that go on with the first half: "plans and other prices", "plans by prices and vice versa"."""
ANSWERS = word_set("get see receive view find")
"""Verbs for what comes of the first step: "enter my town and get a list of shops"."""
EFFECTS = word_set(
    """
    improve increase enhance promote ensure prevent avoid reduce save boost raise lower cut gain strengthen protect
    optimise optimize maximise maximize minimise minimize encourage foster drive grow support guarantee
    """
)
"""Verbs that say what a wish is good for: "use the calculator to compare plans and save time"."""
CUSTOMARY = frozenset(
    frozenset(pair.split("/"))
    for pair in word_set(
        """
        terms/conditions terms/privacy rules/regulations policies/procedures tools/techniques tips/tricks pros/cons
        questions/answers question/answer name/address name/email name/e-mail names/addresses first/last date/time
        dates/times day/time time/place username/password user/password email/password e-mail/password trial/error
        look/feel ui/ux black/white research/development health/safety supply/demand features/benefits
        features/functions goals/objectives aims/objectives strengths/weaknesses advantages/disadvantages
        costs/benefits cause/effect causes/effects roles/responsibilities ways/means likes/dislikes friends/family
        men/women news/updates parts/labour city/state city/country town/country zip/city audio/video pictures/videos
        images/videos photos/videos trends/patterns start/end beginning/end minimum/maximum width/height before/after
        on/off yes/no left/right up/down in/out data/metadata daily/weekly weekly/monthly monthly/yearly new/existing
        new/returning search/filter search/sort sort/filter undo/redo zoom/pan
        """
    )
)
"""Pairs that are one thing by custom, whoever asks for them."""
_ASPECTS = ("ity", "ety", "ness", "acy", "ency", "ancy")
"""Endings of what is a side of a thing: "the security and reliability of the shop"."""
GIVING = word_set("provide give offer show send help let allow enable inform support tell")
"""Verbs whose first object are people: two kinds of readers are not two wishes."""
_AND = re.compile(r"\b(?:and|or|but|nor|as\s+well\s+as|in\s+addition\s+to)\b|&", re.IGNORECASE)
_AS_WELL_AS = re.compile(r"\b(?:as\s+well\s+as|in\s+addition\s+to)\b", re.IGNORECASE)
_EXAMPLES = word_set("such like including e.g especially")
_DEGREE = word_set("more most less least better")


@dataclass(frozen=True, slots=True)
class Joint:
    """An "and" or "or" of a wish.

    Attributes:
        index: of the word among the tokens.
        clause: whether it stands in the wish itself, in the "to …" of "use …", in another "to …", or in a "that …".
        direct: whether no preposition stands before it in its clause.
        kind: what it connects.
        listed: whether it closes a list with commas.
        verb: the verb whose object it stands in; empty if there is none.
        aside: whether it stands in an example, or among the means to the wish.
        degree: whether "more" or "better" stands before the first half.
        effect: whether the second half only says what the first is good for.
    """

    index: int
    clause: Clause
    direct: bool
    kind: Kind
    listed: bool
    verb: str
    aside: bool
    degree: bool
    effect: bool = False


def second_wish(story: Story) -> Iterator[Finding]:
    """At most one finding: the first place where a second wish begins."""
    if story.want is None or not _AND.search(story.text, *story.want):
        return
    start, end = story.want
    words = wish_tokens(story)
    for joint in joints(words, means_only=story.benefit is not None):
        if separates(joint):
            place = words[joint.index]
            close = words[min(joint.index + 1, len(words) - 1)].end
            message = "These look like two wishes: write a story for each."
            yield found("story.not_atomic", message, start + place.start, min(start + close, end))
            return


def separates(joint: Joint) -> bool:
    """Whether what it connects are two wishes."""
    if joint.aside or joint.degree:
        return False
    if joint.kind == "actions":
        return joint.clause == "main" or (joint.clause == "means" and not joint.effect)
    if joint.kind == "steps":
        return False
    if joint.kind == "qualities":
        return joint.clause == "main" and joint.direct and joint.verb not in THINKING
    if joint.listed:
        return joint.clause == "main"
    return joint.clause == "main" and joint.direct and joint.verb not in THINKING


def wish_tokens(story: Story) -> list[Token]:
    """The words of the wish; their places count from its start."""
    if story.want is None:
        return []
    start, end = story.want
    led_in = story.text[story.wish : start].lower().split()
    wish = _AS_WELL_AS.sub(lambda joint: "and".ljust(len(joint.group())), story.text[start:end])
    verbal = bool(led_in) and led_in[-1] in {"to", "can", "should", "must", "will", "could", "may", "shall"}
    return tokens(wish, "to" if verbal else "determiner")


def joints(words: list[Token], *, means_only: bool = True) -> Iterator[Joint]:
    """All the places where the words of a wish are connected.

    Args:
        words: of the wish.
        means_only: whether "use … to" only names the means, and what follows is the wish. In a story without a benefit
            what follows may be what it is good for.
    """
    verbal = bool(words) and next((word.tag for word in words if word.tag != "adverb"), "noun") == "verb"
    clause: Clause = "main"
    direct, degree, example, verb = True, False, False, ""
    complement = not verbal
    for index, word in enumerate(words):
        if word.tag == "to" and index and clause == "main":
            if not (complement or (verb in LIGHT and means_only)):
                clause = "means" if verb in LIGHT else "purpose"
            complement, direct, verb = False, True, ""
        elif word.lower in _ABLE:
            complement = complement or (clause == "main" and not verb)
        elif index and (word.tag == "relative" or word.lower == "that"):
            clause, direct = "relative" if clause == "main" else clause, True
        elif word.tag == "verb":
            verb, direct = word.lower, True
        elif (word.tag == "preposition" and word.lower != "to") or word.lower in {"using", "based"}:
            direct = False  # "access to plans and prices" are two things, "a list of plans and prices" is one
        elif word.tag == "conjunction" and 0 < index < len(words) - 1:
            kind = _kind(words, index, verb, clause)
            listed = words[index - 1].lower == "," or _in_list(words, index)
            means = verb in LIGHT and any(later.tag == "to" for later in words[index:])
            effect = _beyond_adverbs(words, index + 1).lower in EFFECTS
            yield Joint(index, clause, direct, kind, listed, verb, example or means, degree, effect)
        example = example or word.lower in _EXAMPLES
        degree = word.lower in _DEGREE or (degree and word.tag in {"adjective", "ed", "adverb"})


def _kind(words: list[Token], index: int, verb: str, clause: Clause) -> Kind:
    """What stands on both sides; `verb` is the one before, in this clause."""
    before, after = words[index - 1], _beyond_adverbs(words, index + 1)
    if after.tag == "to" and clause == "main":
        after = words[min(index + 2, len(words) - 1)]  # "I want the tutor to correct me and to print a worksheet"
    if _WISH_AGAIN.issuperset(word.lower for word in words[index + 1 : index + 3]):
        return "actions"  # "… and I want …"
    if (
        _customary(before, after)
        or _customary(before, words[index + 1])
        or after.lower in _LIKE_IT
        or _two_sides(words, index)
    ):
        return "steps"
    if after.tag == "verb" and verb in STUDYING and after.lower not in FEATURES:
        return "steps"
    following = {word.lower for word in words[index + 1 : index + 6]}
    if after.tag == "verb" and verb and after.lower in ANSWERS and verb not in ANSWERS:
        return "steps"
    if after.tag == "verb" and verb:
        alike = before.tag in {"verb", "adverb"} or following & _SAME or {verb, after.lower} <= THINKING
        features = {verb, after.lower} <= FEATURES
        return "steps" if alike and not features else "actions"
    if after.lower in _SAME:
        return "steps"
    if after.tag in {"adjective", "ed"} and before.tag in {"adjective", "ed"}:
        return "qualities" if words[index].lower == "and" else "steps"
    if "adverb" in {before.tag, after.tag} or (verb in GIVING and is_person(before.lower)):
        return "steps"
    return "things"


def _customary(before: Token, after: Token) -> bool:
    return frozenset({before.lower, after.lower}) in CUSTOMARY


def _two_sides(words: list[Token], index: int) -> bool:
    """Whether two sides of one thing are named: "the safety and quality of the product", "the price and size of it"."""
    if index + 2 >= len(words) or words[index + 2].lower != "of":
        return False
    pair = (words[index - 1], words[index + 1])
    of_the = (
        index > 1 and words[index - 2].lower in {"the", "its"} and not any(side.lower.endswith("s") for side in pair)
    )
    return (of_the and {side.tag for side in pair} == {"noun"}) or all(side.lower.endswith(_ASPECTS) for side in pair)


def _beyond_adverbs(words: list[Token], index: int) -> Token:
    while index < len(words) - 1 and words[index].tag == "adverb":
        index += 1
    return words[index]


def _in_list(words: list[Token], index: int) -> bool:
    """Whether a comma stands a few words before: "name, town and street"."""
    return any(word.lower == "," for word in words[max(0, index - 4) : index])
