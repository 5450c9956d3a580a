"""What a form must hold besides its shape: names that refer to each other, and what Slack can show.

Slack's limits are those of its block reference. What can be shortened visibly is, with a note; what cannot is an error.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from bot.domain.finding_codes import CHECKS, CODES, SECTION_CODES, family_of
from bot.domain.problems import Path, Problem, suggest
from bot.domain.section_names import name_key
from bot.domain.template import CHOICES, FILES, TEXTS, Field
from bot.domain.yaml_text import Located

MOST_LABEL = 2_000
MOST_DESCRIPTION = 2_000
MOST_PLACEHOLDER = 150
MOST_TEXT = 3_000
MOST_OPTION = 75
MOST_SHOWN = 30_000
"""Characters of explanations and long options that one field may bring along; a view holds 250 KB."""

_LANGUAGE = re.compile(r"(?!(?:true|false|yes|no|on|off)\s*\Z)(?=.*[^\W\d_])", re.IGNORECASE)
"""Any word: GitHub's list of languages grows."""
_EXTENSION = re.compile(r"(?:\.[A-Za-z0-9]+)+")


@dataclass(slots=True)
class Findings:
    """Errors and notes for one file.

    Attributes:
        located: the file, and the errors.
        notes: what is worth knowing.
        refused: places whose value was refused already; what stands there in its place is judged no further.
    """

    located: Located
    notes: list[Problem] = field(default_factory=list)
    refused: set[Path] = field(default_factory=set)

    def error(self, path: Path, message: str, suggestion: str = "") -> None:
        """Something that keeps the file from being used."""
        self.located.add(path, message, suggestion)

    def note(self, path: Path, message: str) -> None:
        """Something worth knowing."""
        self.notes.append(self.located.problem(path, message, severity="note"))

    def is_refused(self, path: Path) -> bool:
        """Whether the value at a place, around it, or any part of it was refused."""
        return any(other[: len(path)] == path or path[: len(other)] == other for other in self.refused)


def check_body(findings: Findings, fields: Mapping[int, Field], ids: Sequence[str]) -> None:
    """Judge the elements that could be read.

    Args:
        findings: where to note what is wrong.
        fields: position in the body → element; those that could not be read are left out.
        ids: the id of every element in file order, of those that could not be read as well.
    """
    for index, element in fields.items():
        path: Path = ("body", index)
        for check in (_attributes, _options, _ready, _files, _start_value):
            check(findings, element, path)
        for key, conditions in ((("when",), element.when), (("ready", "unless"), element.ready.unless)):
            _conditions(findings, (*path, *key), conditions, fields, ids)
    _labels(findings, fields)
    _aliases(findings, fields)


def _attributes(findings: Findings, element: Field, path: Path) -> None:
    shown = element.attributes
    path = (*path, "attributes")
    if not element.is_input:
        if not shown.value.strip() and not findings.is_refused((*path, "value")):
            findings.error((*path, "value"), "is missing: the text to show")
        elif len(shown.value) > MOST_SHOWN:
            findings.error((*path, "value"), f"is longer than {MOST_SHOWN:,} characters; Slack cannot show that")
        return
    if not shown.label and not findings.is_refused((*path, "label")):
        findings.error((*path, "label"), "is missing: the question, and the heading in the ticket")
    if len(shown.label) > MOST_LABEL:
        findings.error((*path, "label"), f"is longer than the {MOST_LABEL:,} characters that Slack shows")
    if shown.render and not _LANGUAGE.match(shown.render):
        findings.error((*path, "render"), "must be the name of a language, such as shell")
    if len(shown.value) > MOST_TEXT:
        findings.error((*path, "value"), f"is longer than the {MOST_TEXT:,} characters that a field in Slack holds")
    for name, text, most in (
        ("description", shown.description, MOST_DESCRIPTION),
        ("placeholder", shown.placeholder, MOST_PLACEHOLDER),
    ):
        if len(text) > most:
            findings.note((*path, name), f"has {len(text):,} characters; Slack shows {most:,}, so the form shortens it")


def _options(findings: Findings, element: Field, path: Path) -> None:
    if element.type not in CHOICES:
        return
    certain = not findings.is_refused((*path, "type"))
    path = (*path, "attributes", "options")
    labels = element.option_labels
    if not labels and not findings.is_refused(path):
        findings.error(path, "is missing: the options to choose from")
    repeated = {label for label, times in Counter(labels).items() if times > 1}
    for index, label in enumerate(labels):
        if label in repeated:
            repeated.discard(label)
            findings.error((*path, index), f"“{label[:75]}” is there more than once; people could not tell them apart")
        if len(label) > MOST_TEXT:
            findings.error((*path, index), f"is longer than {MOST_TEXT:,} characters; Slack cannot show that")
        elif len(label) > MOST_OPTION:
            findings.note(
                (*path, index), f"is longer than {MOST_OPTION} characters, so the full text stands above the field"
            )
    if sum(len(label) for label in labels if len(label) > MOST_OPTION) > MOST_SHOWN:
        findings.error(path, f"the long ones have more than {MOST_SHOWN:,} characters in all; Slack cannot show that")
    for index, option in enumerate(element.attributes.options):
        if option.required and element.type == "dropdown" and certain:
            findings.error((*path, index, "required"), "is for check boxes; for a dropdown write validations.required")
    default = element.attributes.default
    if default is not None and labels and not 0 <= default < len(labels) and not findings.is_refused(path):
        most = len(labels) - 1
        findings.error((*path[:-1], "default"), f"there is no option {default}; they are counted from 0 to {most}")


def _ready(findings: Findings, element: Field, path: Path) -> None:
    certain = not findings.is_refused((*path, "type"))
    ready, path = element.ready, (*path, "ready")
    for index, check in enumerate(ready.checks):
        if check not in CHECKS and not findings.is_refused((*path, "checks", index)):
            findings.error((*path, "checks", index), f"{check} is no check; {_known(CHECKS)}", suggest(check, CHECKS))
    if ready.checks and element.type not in TEXTS and certain:
        findings.error((*path, "checks"), f"read text, and a field of type {element.type} has none")
    for index, code in enumerate(ready.block):
        place = (*path, "block", index)
        if findings.is_refused(place):
            continue
        if code not in CODES:
            findings.error(place, f"{code} is no finding code; they stand in docs/checks.md", suggest(code, CODES))
        elif _needs_check(code, ready.checks) and not findings.is_refused((*path, "checks")):
            findings.error(place, f"{code} is found by the check {family_of(code)}; add it to checks")
    if ready.at_least > 1 and not element.is_multiple and element.type != "textarea" and certain:
        findings.error((*path, "at_least"), f"counts lines or choices, and a field of type {element.type} holds one")
    needed = ready.required or ready.at_least
    if needed and not element.required and element.type not in {*TEXTS, *CHOICES}:
        findings.note(path, "“Not needed, because …” cannot be written into this field; consider textarea or input")


def _needs_check(code: str, checks: Sequence[str]) -> bool:
    """Whether a code is found only by a check that is not asked for, not even under a misspelt name."""
    meant = {suggest(check, CHECKS, surely=True) for check in checks}
    return code not in SECTION_CODES and family_of(code) not in {*checks, *meant}


def _files(findings: Findings, element: Field, path: Path) -> None:
    if element.type not in FILES:
        return
    wrong = [part for part in extensions(element.validations.accept) if not _EXTENSION.fullmatch(part)]
    if wrong:
        findings.error((*path, "validations", "accept"), f"{wrong[0]} is no file extension; write them like .png,.pdf")


def extensions(accept: str) -> list[str]:
    """`.png, .PDF` → `.png`, `.pdf`."""
    return [part.strip().lower() for part in accept.split(",") if part.strip()]


def _start_value(findings: Findings, element: Field, path: Path) -> None:
    value = element.attributes.value.strip()
    path = (*path, "attributes", "value")
    if value and element.type == "number" and not is_number(value):
        findings.error(path, "must be a number")
    if value and element.type == "url" and not is_link(value):
        findings.error(path, "must be a link that starts with https:// or http://")


def is_number(text: str) -> bool:
    """Whether that is a plain, finite number with a point."""
    try:
        return Decimal(text.strip()).is_finite()
    except InvalidOperation:
        return False


def is_link(text: str) -> bool:
    """Whether that is one web address with a host."""
    try:
        parts = urlsplit(text.strip())
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", text.strip())
    except ValueError:
        return False


def _conditions(
    findings: Findings,
    path: Path,
    conditions: Mapping[str, Sequence[str]],
    fields: Mapping[int, Field],
    ids: Sequence[str],
) -> None:
    """Field above → answers, which show this field or make it unneeded."""
    index = int(path[1])
    readable = {one.id: one for position, one in fields.items() if position < index}
    for other, values in conditions.items():
        place: Path = (*path, other)
        if other not in ids:
            findings.error(place, f"there is no field {other} in this form", suggest(other, ids[:index]))
        elif other not in ids[:index]:
            findings.error(place, f"{other} must stand above this field")
        elif other not in readable or findings.is_refused(("body", ids.index(other), "type")):
            continue
        elif readable[other].type not in CHOICES:
            findings.error(place, f"only the answer to a dropdown or check boxes can decide that; {other} is neither")
        else:
            options = readable[other].option_labels
            unsure = findings.is_refused(("body", ids.index(other), "attributes", "options"))
            for value in () if unsure or findings.is_refused(place) else values:
                if value not in options:
                    hint = suggest(value, options)
                    findings.error(place, f"“{value}” is none of the options of {other}: {', '.join(options)}", hint)


def _labels(findings: Findings, fields: Mapping[int, Field]) -> None:
    """Two questions of one name make two sections of one name, which nobody tells apart later on."""
    seen: dict[str, str] = {}
    for index, element in fields.items():
        if element.is_input and element.label:
            other = seen.setdefault(name_key(element.label) or element.label, element.id)
            if other != element.id:
                message = f"is what {other} is called, too; in a ticket the one cannot be told from the other"
                findings.note(("body", index, "attributes", "label"), message)


def _aliases(findings: Findings, fields: Mapping[int, Field]) -> None:
    """One heading must lead to one section."""
    labels = {element.label.casefold(): element.id for element in reversed(list(fields.values())) if element.is_input}
    seen: dict[str, str] = {}
    for index, alias_index, alias, owner in _all_aliases(fields):
        name = alias.casefold()
        other = seen.setdefault(name, owner)
        if labels.get(name, owner) != owner:
            other = labels[name]
        if other != owner:
            findings.error(("body", index, "aliases", alias_index), f"“{alias}” is a heading of {other} already")


def _all_aliases(fields: Mapping[int, Field]) -> Iterator[tuple[int, int, str, str]]:
    for index, element in fields.items():
        for alias_index, alias in enumerate(element.aliases):
            yield index, alias_index, alias, element.id


def _known(names: Iterable[str]) -> str:
    return f"known are {', '.join(names)}"
