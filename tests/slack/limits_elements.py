"""What Slack takes as an element of a block, and as rich text; a part of `tests.slack.limits`."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.slack.limits_texts import Defects, Json, check_count, check_either, check_keys, check_plain, check_text

_TYPED = {"initial_value", "placeholder", "dispatch_action_config"}
_ELEMENTS: Mapping[str, tuple[set[str], set[str]]] = {
    "plain_text_input": (set(), {*_TYPED, "multiline", "min_length", "max_length"}),
    "rich_text_input": (set(), _TYPED),
    "url_text_input": (set(), _TYPED),
    "number_input": ({"is_decimal_allowed"}, _TYPED),
    "datepicker": (set(), {"initial_date", "placeholder"}),
    "users_select": (set(), {"initial_user", "placeholder"}),
    "multi_users_select": (set(), {"initial_users", "placeholder"}),
    "static_select": (set(), {"options", "option_groups", "initial_option", "placeholder"}),
    "multi_static_select": (set(), {"options", "option_groups", "initial_options", "placeholder"}),
    "external_select": (set(), {"initial_option", "placeholder", "min_query_length"}),
    "multi_external_select": (set(), {"initial_options", "placeholder", "min_query_length"}),
    "checkboxes": ({"options"}, {"initial_options"}),
    "file_input": (set(), {"filetypes", "max_files"}),
    "button": ({"text"}, {"value", "url", "style"}),
    "overflow": ({"options"}, set()),
}
_MOST_OPTIONS = {"checkboxes": 10, "overflow": 5}
_RICH = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
_RUNS: Mapping[str, str] = {
    "text": "text",
    "link": "url",
    "channel": "channel_id",
    "date": "timestamp",
    "user": "user_id",
}
"""Runs of rich text and the key that each must have. Of what pings only mentions of people are among them."""


def check_element(at: str, element: Json) -> Defects:
    """What is wrong with an element."""
    kind = str(element.get("type"))
    if kind not in _ELEMENTS:
        yield f"{at}: unknown element {kind}"
        return
    yield from check_keys(at, element, _ELEMENTS[kind], {"type", "action_id"})
    yield from check_text(f"{at}.action_id", element.get("action_id", ""), 255)
    for key, check in _PROPERTIES.items():
        if key in element:
            yield from check(f"{at}.{key}", element[key])
    if kind == "rich_text_input" and "initial_value" in element:
        yield from check_rich(f"{at}.initial_value", element["initial_value"])
    elif "initial_value" in element:
        yield from check_text(f"{at}.initial_value", element["initial_value"], element.get("max_length", 3000))
    yield from _options(at, kind, element)


def _options(at: str, kind: str, element: Json) -> Defects:
    if "select" not in kind and kind not in _MOST_OPTIONS:
        return
    offered = [*(element.get("options") or [])]
    if "static" in kind and ("options" in element) == ("option_groups" in element):
        yield f"{at}: either options or option_groups"
    if "options" in element:
        yield from check_count(f"{at}.options", offered, _MOST_OPTIONS.get(kind, 100))
    for group in element.get("option_groups") or []:
        yield from check_plain(f"{at}.option_groups.label", group.get("label"), 75)
        yield from check_count(f"{at}.option_groups.options", group["options"], 100)
        offered += group["options"]
    chosen = [
        *([element["initial_option"]] if "initial_option" in element else []),
        *element.get("initial_options", []),
    ]
    for option in [*offered, *chosen]:
        yield from _option(f"{at}.options", option)
    values = [option.get("value") for option in offered]
    if len(set(values)) < len(values):
        yield f"{at}.options: a value comes twice"
    if offered and any(option not in offered for option in chosen):
        yield f"{at}: what is chosen at first is not among the options"
    if "initial_options" in element and not element["initial_options"]:
        yield f"{at}.initial_options: is empty"


def _option(at: str, option: Json) -> Defects:
    yield from check_keys(at, option, ({"text", "value"}, {"description"}), set())
    yield from check_either(f"{at}.text", option.get("text"), 75)
    yield from check_text(f"{at}.value", option.get("value"), 75)
    if "description" in option:
        yield from check_plain(f"{at}.description", option["description"], 75)


def check_rich(at: str, block: Json) -> Defects:
    """What is wrong with a block of rich text, or with the value of an input for it."""
    for part in block.get("elements") or ():
        kind = part.get("type")
        if kind not in _RICH:
            yield f"{at}: unknown rich text {kind}"
        elif kind == "rich_text_list":
            for item in part.get("elements") or ():
                yield from _runs(at, item.get("elements") or ())
        else:
            yield from _runs(at, part.get("elements") or ())
    if not block.get("elements"):
        yield f"{at}.elements: is empty"


def _runs(at: str, runs: Any) -> Defects:
    for run in runs:
        kind = str(run.get("type"))
        if kind not in _RUNS:
            yield f"{at}: unknown run {kind}"
        elif not run.get(_RUNS[kind]):
            yield f"{at}: a {kind} without {_RUNS[kind]}"


_PROPERTIES: Mapping[str, Callable[[str, Any], Defects]] = {
    "placeholder": lambda at, value: check_plain(at, value, 150),
    "text": lambda at, value: check_plain(at, value, 75),
    "value": lambda at, value: check_text(at, value, 2000),
    "url": lambda at, value: check_text(at, value, 3000),
    "max_length": lambda at, value: iter(() if 1 <= value <= 3000 else (f"{at}: {value}",)),
    "max_files": lambda at, value: iter(() if 1 <= value <= 10 else (f"{at}: {value}",)),
}
