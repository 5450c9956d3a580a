"""Whether words name people, by the last of them: "site editors" do, "the footer" does not."""

import re

from bot.domain.quality.word_sets import words

_PERSON = re.compile(
    r"(?:user|visitor|customer|client|buyer|owner|people|person|team|lead|staff|guest|member|reader|student|admin"
    r"|everyone|everybody|somebody|someone|anyone|anybody|nobody|you|company|companies|colleague|public|sales"
    r"|support|marketing|partner)s?$"
    r"|\w{2,}(?:ers?|ors?|ists?|ants?|men|man|women|woman|eurs?|ees?)$",
    re.IGNORECASE,
)
_THINGS = words(
    """
    behavior behaviour behaviors behaviours factor factors sensor sensors vector vectors colors colours processor
    indicator indicators motor detector server servers browser browsers computer computers banner
    banners header headers footer footers slider sliders folder folders container containers filter filters
    newsletter newsletters letter letters number numbers order orders offer offers error errors timer
    timers tracker trackers router parser loader user-interface monitor color colour wrapper placeholder
    placeholders helper popover paper papers ever never other others answer answers layer parameter parameters
    identifier cluster register counter meter semester vendor-list element elements variant variants fee fees three
    tree
    """
)


def is_person(words: str) -> bool:
    """Whether the last of these words names people: "site editors", "a visitor"."""
    last = words.rsplit(maxsplit=1)[-1].lower()
    return last not in _THINGS and bool(_PERSON.match(last))
