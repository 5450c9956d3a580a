"""Sentences about the answers to a field, made from its label."""

from bot.domain.answers import Answer, answer_text
from bot.domain.template import Field

_ENTRIES = {
    "acceptance_criteria": ("acceptance criterion", "acceptance criteria"),
    "tracking": ("event or parameter", "events and parameters"),
}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def entries(answer: Answer | None) -> list[str]:
    """The lines of a text that are not blank, or what was chosen."""
    return [line.strip() for line in answer_text(answer).split("\n") if line.strip()]


def in_one_line(example: str) -> str:
    """The lines of an example with a sign of the Enter key between them: run together they read as one."""
    return " ↵ ".join(line.strip() for line in example.splitlines() if line.strip())


def at_least(field: Field, count: int) -> str:
    """The sentence `Write at least two acceptance criteria, one a line`."""
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    if field.is_multiple:
        return f"Choose at least {number} for “{field.label}”."
    one, several = _ENTRIES.get(field.id, ("line", "lines"))
    noun = one if count == 1 else several
    if field.id in _ENTRIES:
        return f"Write at least {number} {noun}, one a line."
    return f"Write at least {number} {noun} under “{field.label}”."


def fill_in(field: Field) -> str:
    """What to do about a field without an answer."""
    if field.ready.at_least and field.type == "textarea":
        return at_least(field, 1)
    match field.type:
        case "dropdown" if not field.attributes.multiple:
            return f"Choose an option for “{field.label}”."
        case "dropdown":
            return f"Choose at least one option for “{field.label}”."
        case "checkboxes":
            return f"Tick at least one box for “{field.label}”."
        case "date":
            return f"Choose a date for “{field.label}”."
        case "person":
            return f"Choose a person for “{field.label}”."
        case "people":
            return f"Choose at least one person for “{field.label}”."
        case "upload" | "files":
            return f"Add at least one file to “{field.label}”."
        case "url":
            return f"Paste a link for “{field.label}”, such as https://www.example.com/page."
        case "number":
            return f"Write a number for “{field.label}”."
        case _:
            return f"Write something for “{field.label}”; a line is enough."
