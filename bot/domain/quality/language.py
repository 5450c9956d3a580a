"""Whether a text is English: most lists and patterns of the checks know no other language.

A request in another one is not to be told that it lacks what it says in its own words. Where a check cannot judge, it
finds nothing.
"""

from functools import lru_cache

from bot.domain.quality.phrases import lower_words
from bot.domain.quality.word_sets import words

_ENGLISH = words(
    """
    the and of to is it that for with are this be by from not we you at when if so can must should have has want their
    our your they which who how what would could only each every all any into than there these those my its
    """
)
_OTHERS = words(
    """
    und der das den dem des ein eine einen einem einer ist nicht mit auf von zu zum zur im auch wird werden wir sind als
    bei oder aus nach nur noch kann soll sollen muss damit wenn dass haben ich sie sich wie alle beim vom ohne
    le les du une et est pour dans sur avec qui que pas nous vous cette ses aux plus sont je veux afin
    el los las del y para por con como una se su quiero il lo gli della di che non sono nel voglio vorrei poter per
    het een van niet voor aan zijn wij dat te wil zodat ik naar ook door os um uma ao nao com
    """
)
_FEW = 2


@lru_cache(maxsize=8)
def is_english(text: str) -> bool:
    """Whether the little words of a text are English.

    A text without any counts as English as long as it has no letter that English does not have.
    """
    present = lower_words(text)[1]
    foreign = len(present & _OTHERS)
    if foreign >= _FEW and foreign > len(present & _ENGLISH):
        return False
    if text.isascii() or not present.isdisjoint(_ENGLISH):
        return True
    return not any(letter > "\x7f" and letter.isalpha() for letter in text)
