"""A small tagger of our own: words with their place in a text and their part of speech, good enough for requests.

It knows the closed classes of English by heart, the verbs that requests use, and the endings of the open classes; the
word before decides the rest ("the search" is a noun, "to search" a verb). No model, nothing learnt.
"""

import re
from typing import Literal, NamedTuple

from bot.domain.quality.word_sets import words

Tag = Literal[
    "verb",
    "ing",
    "ed",
    "be",
    "modal",
    "noun",
    "adjective",
    "adverb",
    "determiner",
    "preposition",
    "pronoun",
    "conjunction",
    "to",
    "relative",
    "number",
    "mark",
]

_TOKEN = re.compile(r"[^\W\d_](?:[\w'’]|[-&](?=\w))*|\d[\w.,:%]*(?<![.,:])|&|[^\w\s]")


class Token(NamedTuple):
    """A word or a punctuation mark.

    Attributes:
        lower: in small letters.
        start: where it begins in the text.
        end: behind it.
        tag: its part of speech.
    """

    lower: str
    start: int
    end: int
    tag: Tag


VERBS = words(
    """
    accept access accommodate achieve acquire act activate adapt add address adjust adopt advertise aggregate alert
    align
    allocate allow analyse analyze annotate answer anticipate apply appoint approve archive arrange ask assess assign
    assist attach attend attract audit authenticate authorise authorize automate avoid balance base become begin benefit
    block book boost bring browse build bulk-edit buy calculate call cancel capture categorise categorize change charge
    check choose claim clarify classify clean clear click close cluster collaborate collect combine comment communicate
    compare compete complete comply compute conduct configure confirm connect consider consult consume contact contain
    contrast contribute control convert coordinate copy correct count cover crawl create customise customize cut deal
    debug decide declare decline decrease define delegate delete deliver demonstrate deny deploy derive describe design
    detect determine develop diagnose differentiate disable discover discuss display distinguish distribute document
    download draft drag draw drive drop duplicate earn edit educate elevate eliminate embed empower enable encourage
    engage enhance enjoy enrich ensure enter establish estimate evaluate evolve examine exchange exclude execute expand
    experience experiment explain explore export express extend extract facilitate fail feel fetch file fill filter find
    finish fix flag follow forecast format forward foster gain gather generate get give go group grow guide handle have
    hear help hide highlight hire hold identify ignore illustrate implement import improve include incorporate increase
    indicate influence inform input inspect install integrate interact interpret intervene introduce invest investigate
    invite issue join judge keep know label launch lead learn leave let leverage limit link list listen load locate log
    login look lower maintain make manage manipulate map mark match maximise maximize measure meet merge migrate
    minimise
    minimize miss mitigate model modify monitor move navigate negotiate notify observe obtain offer open operate
    optimise
    optimize order organise organize overcome override own parse participate pass pay perform permit personalise
    personalize
    pick place plan play post practise practice predict prefer prepare present preserve prevent preview print prioritise
    prioritize process produce profile promote propose protect prove provide publish purchase push put query quantify
    raise rank rate reach react read rearrange receive recognise recognize recommend record recover redesign redirect
    reduce refine refresh refuse register reject release remain remember remind remove rename render renew reopen repeat
    replace reply report represent request require rerun reschedule reset resolve respond restore restrict retain
    retrain
    retrieve return reuse reveal review revise rollback run save scan schedule score search secure see segment
    select sell
    send separate serve set setup share ship show sign simplify simulate skip solve sort specify split standardise
    standardize start stay stop store streamline study submit subscribe suggest summarise summarize supply support
    suspend
    switch sync synchronise synchronize tailor take talk target teach tell test track trade train transfer transform
    translate trigger trust try turn unblock understand undo unsubscribe update upgrade upload use utilise utilize
    validate
    verify view visit visualise visualize vote walk warn watch withdraw work write zoom
    """
)
_BE = words("be am is are was were been being 's 're isn't aren't wasn't weren't")
_MODALS = words(
    "can could may might must shall should will would cannot can't couldn't won't wouldn't shouldn't don't do does "
    "doesn't did didn't not never"
)
_DETERMINERS = words(
    "a an the this that these those my our your their its his her each every any all some no both either "
    "neither another other such more most less least few fewer many several much which what whose enough"
)
_PREPOSITIONS = words(
    """
    about above across after against along alongside among amongst around as at based because before behind below
    beneath
    beside besides between beyond by concerning despite during except for from given if in inside into like near of
    off on
    once onto out over past per regarding since than through throughout till toward towards under unless unlike until up
    upon via whether while with within without although though when where whenever wherever how why so
    """
)
_RELATIVES = words("that which who whom whose where when")
_PRONOUNS = words(
    "i we you he she it they me us him them myself ourselves itself themselves one ones someone somebody "
    "anyone anybody everyone everybody something anything everything nothing nobody there mine ours theirs"
)
_ADVERBS = words(
    "very too quite rather also just only even still already always often sometimes again soon now then here "
    "there well together back instead away ever more most less rather therefore directly "
    "up-front ahead afterwards quickly"
)
_ADJECTIVES = words(
    """
    timely user-friendly friendly likely monthly weekly daily costly online offline
    able accurate actual advanced additional automatic available bad basic best better big bigger broad cheap clean
    clear
    complete complex comprehensive concise consistent convenient correct critical current custom daily deep detailed
    different diverse dynamic early easy efficient engaging entire equal ethical exact existing external fair false fast
    faster few final fine first flexible free fresh friendly full further future general good great hard heavy high
    higher
    historical human important incremental individual informed initial intelligent interesting internal intuitive
    key large
    larger last late latest likely local long longer low lower main major manual minor mobile monthly multiple native
    necessary new newer next normal novel numeric objective old older open optimal original overall own past personal
    personalised personalized plain poor popular possible potential powerful precise present previous prior private
    proper
    public quick quicker random rapid raw ready real real-time recent regular relevant reliable responsive rich
    right robust
    safe safer same scalable seamless secure semantic sensitive separate short shorter similar simple simpler
    single slow
    small smaller smart smooth social sound special specific stable standard static statistical strong structured sure
    synthetic technical textual timely total transparent true trusted typical underlying unique up-to-date upcoming
    urgent
    usable useful user-friendly valid valuable various vast visual weekly whole wide wider worldwide wrong young
    """
)
_NUMBERS = words("one two three four five six seven eight nine ten dozen hundred thousand million")
_OUTRIGHT = {
    "and": "conjunction",
    "or": "conjunction",
    "but": "conjunction",
    "nor": "conjunction",
    "&": "conjunction",
    "to": "to",
}
_ADJECTIVE_ENDINGS = (
    "able",
    "ible",
    "ful",
    "less",
    "ous",
    "ive",
    "ical",
    "istic",
    "ary",
    "al",
    "ic",
    "ish",
    "ant",
    "ent",
    "based",
)
_NOUN_ENDINGS = (
    "tion",
    "sion",
    "ment",
    "ness",
    "ity",
    "ance",
    "ence",
    "ship",
    "ism",
    "ist",
    "ure",
    "age",
    "ery",
    "logy",
    "graphy",
    "dom",
    "er",
    "or",
    "ics",
    "al",
)
_NEVER_VERBS = ("tion", "sion", "ness", "ity", "ance", "ence", "ship", "ism", "ist", "logy", "graphy", "ics")
_BEFORE_AN_OBJECT = words("a an the my our your their its his her")
_OPENS_VERB = {"to", "modal"}
_OPENS_NOUN = {"determiner", "preposition", "adjective", "number"}
_OPENS_PHRASE = {"determiner", "adjective", "noun", "pronoun", "number", "adverb", "ed", "ing", "relative"}


def tokens(text: str, before: Tag = "mark") -> list[Token]:
    """The words and marks of a text with their parts of speech.

    Args:
        text: any text.
        before: what stands before it; `to` makes a verb of the first word, `determiner` a noun or an adjective.
    """
    tagged: list[Token] = []
    for found in _TOKEN.finditer(text):
        lower = found.group().lower().replace("’", "'")
        tag = _tag(lower, before)
        tagged.append(Token(lower, found.start(), found.end(), tag))
        if tag != "adverb":
            before = tag
    return [_in_its_place(tagged, index) for index in range(len(tagged))]


def _in_its_place(tagged: list[Token], index: int) -> Token:
    """The token, a noun instead of a verb where its neighbours say so: "decision support system", "name and search"."""
    token = tagged[index]
    if not index:
        return token
    pair = index > 1 and tagged[index - 1].tag == "conjunction" and tagged[index - 2].tag == "verb"
    if pair and token.tag == "noun" and not token.lower.endswith("s"):
        return Token(token.lower, token.start, token.end, "verb")
    if (
        token.tag == "noun"
        and tagged[index - 1].tag == "conjunction"
        and index + 1 < len(tagged)
        and tagged[index + 1].lower in _BEFORE_AN_OBJECT
        and any(word.tag == "verb" for word in tagged[:index])
        and not token.lower.endswith("s")
    ):
        return Token(token.lower, token.start, token.end, "verb")  # "find a book and lend a copy"
    if token.tag == "to" and index + 1 < len(tagged) and tagged[index + 1].tag not in {"verb", "adverb", "be", "modal"}:
        return Token(token.lower, token.start, token.end, "preposition")
    if token.tag != "verb":
        return token
    before = tagged[index - 1]
    after = tagged[index + 1].tag if index + 1 < len(tagged) else "mark"
    compound = before.tag == "noun" and not before.lower.endswith("s")
    paired = before.tag == "conjunction" and index > 1 and tagged[index - 2].tag in {"noun", "adjective"}
    if compound or (paired and after not in _OPENS_PHRASE):
        return Token(token.lower, token.start, token.end, "noun")
    return token


def _tag(lower: str, before: Tag) -> Tag:
    if outright := _OUTRIGHT.get(lower):
        return outright  # type: ignore[return-value]
    if not (lower[0].isalnum()):
        return "mark"
    if lower[0].isdigit() or lower in _NUMBERS:
        return "number"
    if lower in _BE:
        return "be"
    if lower in _MODALS:
        return "modal"
    if lower in _RELATIVES and before in {"noun", "pronoun", "mark"}:
        return "relative"
    if lower in _PRONOUNS:
        return "pronoun"
    if lower in _DETERMINERS:
        return "determiner"
    if lower in _PREPOSITIONS:
        return "preposition"
    return _open_class(lower, before)


def _open_class(lower: str, before: Tag) -> Tag:
    if before in _OPENS_VERB and (lower in VERBS or _may_be_verb(lower)):
        return "verb"
    if lower in _ADVERBS or (lower.endswith("ly") and len(lower) > 4 and lower not in _ADJECTIVES):
        return "adverb"
    if lower in _ADJECTIVES:
        return "adjective"
    if lower in VERBS:
        return "noun" if before in _OPENS_NOUN else "verb"
    if lower.endswith("ing") and len(lower) > 5:
        return "ing"
    if lower.endswith("ed") and len(lower) > 4:
        return "ed"
    if lower.endswith(_NOUN_ENDINGS) and not lower.endswith(("ical", "ional")):
        return "noun"
    return "adjective" if len(lower) > 5 and lower.endswith(_ADJECTIVE_ENDINGS) else "noun"


def _may_be_verb(lower: str) -> bool:
    """Whether a word that we do not know is a verb where one is due."""
    if lower.endswith(_NEVER_VERBS) or (lower.endswith("s") and not lower.endswith("ss")):
        return False  # "access to performance figures", "known to researchers"
    return not lower.endswith(("ly", "ed")) and lower not in _ADJECTIVES and lower not in _ADVERBS
