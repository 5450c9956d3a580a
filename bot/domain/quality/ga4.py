"""Checks of tracking: do the events and parameters work in Google Analytics 4, and does the team know them?"""

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Literal

from bot.domain.quality import ga4_rules as rules
from bot.domain.quality.catalogue import found
from bot.domain.quality.finding import Dictionary, Finding, Severity, Surroundings
from bot.domain.quality.ga4_lines import read, read_event
from bot.domain.quality.ga4_plan import Event, Name, Plan

_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third"}
Kind = Literal["event", "parameter", "user property"]
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LETTERS = re.compile(r"[A-Za-z0-9]+")


def check(text: str, around: Surroundings) -> Iterator[Finding]:
    """What GA4 would drop or refuse in a tracking section, and what the team's dictionary does not know."""
    return _check(read(text), around)


def check_event(text: str, around: Surroundings) -> Iterator[Finding]:
    """The same for one line that is known to be an event, with or without its parameters."""
    return _check(read_event(text), around)


def name_findings(name: str, kind: Kind) -> Iterator[Finding]:
    """What GA4 says about one name by itself."""
    placed = Name(name, 0)
    yield from _syntax(placed, kind, rules.LONGEST_NAME)
    if kind == "event":
        yield from _reserved(placed)
    elif name in rules.RESERVED_PARAMETERS:
        yield _reserved_parameter(placed)


def better_name(name: str, kind: Kind = "event") -> str:
    """A name in snake_case that GA4 takes for this kind, as near as possible; `event` if nothing is left."""
    parts = [_ORDINALS.get(part, part) for part in _LETTERS.findall(_CAMEL.sub("_", name).lower())]
    while len(parts) > 1 and parts[0] in {"ga", "google", "firebase", "gtag"}:
        parts = parts[1:]
    while kind == "event" and parts[:2] == ["query", "id"]:
        del parts[1]
    if parts and not parts[0][0].isalpha():
        parts = [*parts[1:], parts[0]] if len(parts) > 1 and parts[1][0].isalpha() else ["step", *parts]
    short = "_".join(parts)[: rules.LONGEST_NAME].strip("_")
    return short or "event"


def _check(plan: Plan, around: Surroundings) -> Iterator[Finding]:
    for event in plan.events:
        yield from _event(event)
        if around.dictionary:
            yield from _against_dictionary(event, around.dictionary)
    for name in plan.user_properties:
        yield from _syntax(name, "user property", rules.LONGEST_USER_PROPERTY)
        if name.text in rules.RESERVED_USER_PROPERTIES:
            yield _at("ga4.reserved_name", f"GA4 keeps the user property “{name.text}” for itself.", name)
    if len(plan.user_properties) > rules.MOST_USER_PROPERTIES:
        message = f"GA4 keeps {rules.MOST_USER_PROPERTIES} user properties; these are {len(plan.user_properties)}."
        yield _at("ga4.too_many_parameters", message, plan.user_properties[rules.MOST_USER_PROPERTIES])


def _event(event: Event) -> Iterator[Finding]:
    name = event.name
    if not _is_fine(name.text, "event", rules.LONGEST_NAME):
        yield from _faults(name, "event", rules.LONGEST_NAME, _severity(event, name))
    yield from _reserved(name)
    for parameter in event.parameters:
        if not _is_fine(parameter.text, "parameter", rules.LONGEST_NAME):
            yield from _faults(parameter, "parameter", rules.LONGEST_NAME, _severity(event, parameter))
        if parameter.text in rules.RESERVED_PARAMETERS:
            yield _reserved_parameter(parameter)
        longest = rules.LONG_VALUES.get(parameter.text, rules.LONGEST_VALUE)
        if len(parameter.value) > longest:
            message = f"GA4 cuts this value: it has {len(parameter.value)} characters, and {longest} are kept."
            yield _at("ga4.too_long", message, parameter, severity=None if event.told else "hint")
    if len(event.parameters) > rules.MOST_PARAMETERS:
        message = f"GA4 keeps {rules.MOST_PARAMETERS} parameters an event; these are {len(event.parameters)}."
        yield _at("ga4.too_many_parameters", message, event.parameters[rules.MOST_PARAMETERS])
    yield from _missing(event)


def _severity(event: Event, name: Name) -> Severity | None:
    """How sure a fault of a name is: a hint only where it may be no name at all."""
    return None if event.told or (event.sure and name.is_plain) else "hint"


def _reserved(name: Name) -> Iterator[Finding]:
    """Events that GA4 collects by itself, or keeps for itself."""
    automatic = name.text in rules.COLLECTED_EVENTS
    if automatic:
        message = (
            f"GA4 collects “{name.text}” by itself: ask for it only if it is switched off, or choose another name."
        )
        yield _at("ga4.automatic_event", message, name, example=f"plan_{name.text}")
    if name.text in rules.RESERVED_EVENTS:
        severity: Severity = "hint" if automatic else "must"
        yield _at("ga4.reserved_name", f"GA4 keeps the event name “{name.text}” for itself.", name, severity=severity)


def _reserved_parameter(name: Name) -> Finding:
    return _at("ga4.reserved_parameter", f"GA4 keeps the parameter “{name.text}” for itself.", name)


def _missing(event: Event) -> Iterator[Finding]:
    """Parameters that a recommended event needs; sure only where parameters are listed at all."""
    given = {parameter.text for parameter in event.parameters}
    wanted = rules.RECOMMENDED_EVENTS.get(event.name.text, ())
    if not wanted and "value" not in given:
        return
    needed = [entry for entry in wanted if entry not in given]
    is_money = event.name.text not in rules.VIRTUAL_CURRENCY_EVENTS
    if is_money and "value" in given and "currency" not in given:
        needed.append("currency")
    if not needed:
        return
    names = " and ".join(filter(None, (", ".join(needed[:-1]), needed[-1])))
    whole = [*(parameter.text for parameter in event.parameters), *needed]
    yield _at(
        "ga4.missing_parameter",
        f"The event “{event.name.text}” also needs {names}.",
        event.name,
        severity=None if given else "hint",
        example=f"{event.name.text}: {', '.join(whole)}",
    )


def _syntax(name: Name, kind: Kind, longest: int) -> Iterator[Finding]:
    """What GA4 says about a name of this kind."""
    if not _is_fine(name.text, kind, longest):
        yield from _faults(name, kind, longest)


def _faults(name: Name, kind: Kind, longest: int, severity: Severity | None = None) -> Iterator[Finding]:
    """The same for a name that is not fine, in the order of how people read it; `severity` if it is not the usual."""
    text = name.text
    prefix, better = _reserved_prefix(text, kind), better_name(text, kind)

    def fault(code: str, message: str) -> Finding:
        return _at(code, message, name, severity=severity, example=better)

    if not text[:1].isascii() or not text[:1].isalpha():
        yield fault("ga4.starts_wrong", f"A name starts with a letter: “{text}” is dropped by GA4.")
    if strange := sorted(set(rules.NOT_ALLOWED.findall(text))):
        shown = list(dict.fromkeys("a blank" if letter.isspace() else f"“{letter}”" for letter in strange))[:6]
        said = " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
        cut = text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
        message = f"Only letters, digits and underscores may stand in a name; “{cut}” has {said}."
        yield fault("ga4.bad_characters", message)
    if len(text) > longest:
        yield fault("ga4.too_long", f"The name of this {kind} has {len(text)} characters; GA4 takes {longest}.")
    if prefix:
        yield fault("ga4.reserved_prefix", f"GA4 keeps names that begin with “{prefix}” for itself.")
    if not strange and text.strip("_") and not rules.SNAKE_CASE.fullmatch(text.lstrip("_0123456789") or "a"):
        yield fault("ga4.not_snake_case", f"“{text}” is easier to find in snake_case: {better}.")


def _is_fine(text: str, kind: Kind, longest: int) -> bool:
    """Whether GA4 has nothing to say about a name, as of nearly all of them."""
    fine = rules.FINE_EVENT if kind == "event" else rules.FINE
    return len(text) <= longest and fine.fullmatch(text) is not None


def _reserved_prefix(text: str, kind: Kind) -> str:
    """What a name begins with and must not; empty if it may."""
    if kind == "event" and (found := rules.RESERVED_FOR_EVENTS.match(text)):
        return found.group()
    if not text.startswith(rules.RESERVED_PREFIXES):
        return ""
    return next(prefix for prefix in rules.RESERVED_PREFIXES if text.startswith(prefix))


def _against_dictionary(event: Event, dictionary: Dictionary) -> Iterator[Finding]:
    if dictionary.events and event.name.text not in dictionary.events and event.name.text not in rules.GOOGLES_EVENTS:
        yield _unknown(event.name, "event", dictionary.events, _known_event(dictionary))
    parameters = dictionary.known_parameters
    for parameter in event.parameters:
        if parameters and parameter.text not in parameters | rules.OWN_PARAMETERS:
            yield _unknown(parameter, "parameter", parameters | rules.OWN_PARAMETERS, min(parameters))


def _known_event(dictionary: Dictionary) -> str:
    """One of the events, as people write it."""
    name = min(dictionary.events)
    return f"{name}: {', '.join(sorted(dictionary.events[name]))}" if dictionary.events[name] else name


def _unknown(name: Name, kind: str, known: Iterable[str], example: str) -> Finding:
    meant = near_miss(name.text, known)
    if meant:
        message = f"Your dictionary does not know the {kind} “{name.text}”: did you mean “{meant}”?"
        return _at("ga4.not_in_dictionary", message, name, severity="should", example=meant)
    message = f"Your dictionary does not know the {kind} “{name.text}”: add it there, or use one that is known."
    return _at("ga4.not_in_dictionary", message, name, example=example)


def near_miss(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant; empty if none is near."""
    by_letters: dict[str, str] = {}
    for entry in sorted(known):
        by_letters.setdefault(_letters(entry), entry)
    found = difflib.get_close_matches(_letters(name), by_letters, n=1, cutoff=0.84)
    return by_letters[found[0]] if found else ""


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _at(
    code: str, message: str, name: Name, *, severity: Severity | None = None, example: str | None = None
) -> Finding:
    return found(code, message, name.start, name.end, severity=severity, example=example)
