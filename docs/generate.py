"""Writes the pages that are made from the code: settings, capabilities and finding codes. Run it with `make docs`."""

import types
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from adapters.base import Capabilities
from bot.bootstrap import capabilities, team_models, template_models, tracker_environments
from bot.config import Config
from bot.settings import Environment
from docs.checks_page import checks_page

HERE = Path(__file__).parent
NOTE = "<!-- Made by `make docs` from the code; edit the descriptions there. -->"
UNITS = ((timedelta(weeks=1), "w"), (timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "m"))
CAPABILITY_WORDS = {
    "lookup_lag": "Seconds until a new ticket is certain to be found by its request id",
    "sets_reporter": "The requester becomes the ticket's reporter",
    "native_links": "Links to pages and tickets are things of their own",
    "tells_addresses": "Tickets tell the e-mail addresses of their people",
    "votes": "Votes or likes can be read",
    "issue_types": "Tickets have a type",
    "sections": "Projects have sections",
    "rich_headings": "Levels of headings in a text",
    "title_limit": "Characters in a title",
    "body_limit": "Characters in a text, as the tracker counts them",
}


def settings_page() -> str:
    """Every environment variable and every key of the configuration file."""
    lines = [NOTE, "", "# Settings", "", "## Environment", ""]
    lines += _table("Variable", _variables(Environment))
    for name, model in tracker_environments().items():
        lines += ["", f"### {name}", "", *_table("Variable", _variables(model))]
    lines += ["", "## `devrequest.yaml`", "", *_table("Key", _keys(Config, ""))]
    for name, model in team_models().items():
        lines += ["", f"### Under `teams[].trackers.{name}`", "", *_table("Key", _keys(model, ""))]
    for name, model in template_models().items():
        lines += ["", f"### In a request type, under `tracker.{name}`", "", *_table("Key", _keys(model, ""))]
    return "\n".join(lines) + "\n"


def capabilities_page() -> str:
    """What each tracker can do."""
    known = capabilities()
    lines = [NOTE, "", "# Capabilities", "", "| | " + " | ".join(known) + " |", "|---|" + "---|" * len(known)]
    for part in fields(Capabilities):
        shown = [_shown(getattr(value, part.name)) for value in known.values()]
        lines.append(f"| {CAPABILITY_WORDS[part.name]} | " + " | ".join(shown) + " |")
    lines += [
        "",
        "## What is lost on the way",
        "",
        "Text comes back from Jira and Asana as it went there, in the normal form of `adapters/document.py`.",
        "",
        "| where | what |",
        "|---|---|",
        "| Asana | headings below the second level become the second; the language of a code block is dropped |",
        "| Jira | the highest heading below the first level counts as the second; deeper ones are kept as they are |",
        "| Slack messages | carry titles and names only, as plain text |",
        "| Slack's rich text | colours become their code, emoji their sign or `:name:`, broadcasts plain text |",
    ]
    return "\n".join(lines) + "\n"


def _variables(model: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    prefix = str(model.model_config.get("env_prefix", "")).upper()
    for name, info in model.model_fields.items():
        yield f"`{prefix}{name.upper()}`", _default(info), info.description or ""


def _keys(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str]]:
    for name, info in model.model_fields.items():
        inner = _model_in(info.annotation)
        many = "[]" if inner and get_origin(info.annotation) is tuple else ".<id>" if _is_map(info.annotation) else ""
        yield f"`{prefix}{name}`", _default(info), info.description or ""
        if inner:
            yield from _keys(inner, f"{prefix}{name}{many}.")


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {tuple, dict, Union, types.UnionType}:
        return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
    return None


def _is_map(annotation: Any) -> bool:
    return get_origin(annotation) is dict and _model_in(annotation) is not None


def _default(info: FieldInfo) -> str:
    value = info.get_default(call_default_factory=True, validated_data={})
    return "needed" if value is PydanticUndefined else _shown(value)


def _shown(value: Any) -> str:
    match value:
        case None | "" | () | {}:
            return ""
        case bool():
            return "yes" if value else "no"
        case SecretStr() | BaseModel():
            return ""
        case timedelta():
            size, unit = next((size, unit) for size, unit in UNITS if not value % size)
            return f"`{value // size}{unit}`"
        case tuple():
            return f"`[{', '.join(map(str, value))}]`"
        case _:
            return f"`{value}`"


def _table(first: str, rows: Iterator[tuple[str, str, str]]) -> list[str]:
    lines = [f"| {first} | Default | What it is |", "|---|---|---|"]
    return lines + [f"| {name} | {default} | {text.replace('|', chr(92) + '|')} |" for name, default, text in rows]


PAGES = {
    "settings.md": settings_page,
    "capabilities.md": capabilities_page,
    "checks.md": lambda: f"{NOTE}\n\n{checks_page()}",
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
