"""Small rules about JSON values, from which the shapes of Block Kit are built.

A rule is called with a report, a value and the JSON pointer to the value; it adds a line to the report for every
defect. The lines are worded as Slack words them: `must be less than 76 characters [json-pointer:/blocks/0/…]`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Rule = Callable[["Report", Any, str], None]


@dataclass(slots=True)
class Report:
    """The defects found so far, and what the surface is.

    Attributes:
        surface: `message`, `modal` or `home`.
        lines: one line a defect.
        focused: pointers of the elements with focus_on_load.
        markdown: characters in `markdown` blocks.
        table_characters: characters in `table` cells.
    """

    surface: str
    lines: list[str] = field(default_factory=list)
    focused: list[str] = field(default_factory=list)
    markdown: int = 0
    table_characters: int = 0

    def add(self, words: str, pointer: str) -> None:
        """Note a defect."""
        self.lines.append(f"[ERROR] {words} [json-pointer:{pointer}]")


def text(most: int, least: int = 1) -> Rule:
    """A string of `least` to `most` characters."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, str):
            report.add("must provide a string", pointer)
        elif len(value) < least:
            report.add(f"must be more than {least - 1} characters", pointer)
        elif len(value) > most:
            report.add(f"must be less than {most + 1} characters", pointer)

    return rule


def pattern(expression: str, words: str) -> Rule:
    """A string that matches."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, str) or not re.fullmatch(expression, value):
            report.add(words, pointer)

    return rule


def url(most: int = 3000) -> Rule:
    """An http or https URL."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        text(most)(report, value, pointer)
        if isinstance(value, str) and value and not re.match(r"https?://[^\s]+$|mailto:|[a-z][a-z0-9+.-]+://", value):
            report.add("must be a valid url", pointer)

    return rule


def boolean(report: Report, value: Any, pointer: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        report.add("must provide a boolean", pointer)


def integer(least: int, most: int) -> Rule:
    """A whole number in a range."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            report.add("must provide an integer", pointer)
        elif not least <= value <= most:
            report.add(f"must be between {least} and {most}", pointer)

    return rule


def number(report: Report, value: Any, pointer: str) -> None:
    """A number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        report.add("must provide a number", pointer)


def one_of(*choices: str) -> Rule:
    """One of some strings."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        if value not in choices:
            report.add(f"must be one of the allowed values: {', '.join(choices)}", pointer)

    return rule


def items(each: Rule, least: int = 1, most: int = 100) -> Rule:
    """An array of `least` to `most` items."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, list):
            report.add("must provide an array", pointer)
            return
        if len(value) < least:
            report.add(f"no less than {least} items allowed", pointer)
        if len(value) > most:
            report.add(f"no more than {most} items allowed", pointer)
        for index, item in enumerate(value):
            each(report, item, f"{pointer}/{index}")

    return rule


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these properties and no others."""
    known = {**(optional or {}), **required}

    def rule(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", pointer)
            return
        for name in required:
            if name not in value:
                report.add(f"missing required field: {name}", pointer)
        for name, member in value.items():
            if name == "type":
                continue
            if name not in known:
                report.add(f"invalid additional property: {name}", pointer)
            else:
                known[name](report, member, f"{pointer}/{name}")

    return rule


def both(*rules: Rule) -> Rule:
    """All of some rules."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        for each in rules:
            each(report, value, pointer)

    return rule


def typed(kinds: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which rule it follows."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", pointer)
        elif "type" not in value:
            report.add("missing required field: type", pointer)
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            report.add(f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            kinds[value["type"]](report, value, pointer)

    return rule


def anything(report: Report, value: Any, pointer: str) -> None:
    """No rule at all."""
