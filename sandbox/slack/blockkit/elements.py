"""Block elements: what each may have, and where it may stand (Slack's reference, Block elements)."""

from typing import Any

from sandbox.slack.blockkit.objects import (
    CONFIRM,
    DISPATCH_CONFIG,
    FILTER,
    OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    RICH_OPTION,
    SLACK_FILE,
    image_source,
    plain,
)
from sandbox.slack.blockkit.richtext import RICH_TEXT
from sandbox.slack.blockkit.rules import (
    Report,
    Rule,
    boolean,
    both,
    integer,
    items,
    one_of,
    pattern,
    shape,
    text,
    typed,
    url,
)

DATE = pattern(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "must be a date in the format YYYY-MM-DD")
TIME = pattern(r"([01]\d|2[0-3]):[0-5]\d", "must be a time in the format HH:mm")
NUMBER = pattern(r"-?\d+(\.\d+)?", "must be a number in a string")
ID = text(255)
ACTION: dict[str, Rule] = {"action_id": ID}
PLACEHOLDER: dict[str, Rule] = {"placeholder": plain(150)}


def _focus(report: Report, value: Any, pointer: str) -> None:
    boolean(report, value, pointer)
    if value is True:
        report.focused.append(pointer)


FOCUS: dict[str, Rule] = {"focus_on_load": _focus}
ASKING: dict[str, Rule] = {"confirm": CONFIRM}
TYPING: dict[str, Rule] = {**ACTION, **PLACEHOLDER, **FOCUS, "dispatch_action_config": DISPATCH_CONFIG}
SELECT: dict[str, Rule] = {**ACTION, **PLACEHOLDER, **FOCUS, **ASKING}
MULTI: dict[str, Rule] = {**SELECT, "max_selected_items": integer(1, 10_000)}
IDS = items(text(255), most=10_000)


def _options(rule: Rule) -> Rule:
    """Options or option groups, exactly one of them; what is initially chosen must be among them."""

    def check(report: Report, value: Any, pointer: str) -> None:
        rule(report, value, pointer)
        if ("options" in value) == ("option_groups" in value):
            report.add("must have either options or option_groups", pointer)
        _initial(report, value, pointer)

    return check


def _initial(report: Report, value: dict[str, Any], pointer: str) -> None:
    groups = value.get("option_groups") if isinstance(value.get("option_groups"), list) else []
    grouped = [g.get("options") for g in groups or [] if isinstance(g, dict)]
    offered = [
        option for options in [value.get("options"), *grouped] if isinstance(options, list) for option in options
    ]
    values = [option.get("value") for option in offered if isinstance(option, dict)]
    if len(set(map(str, values))) < len(values):
        report.add("option values must be unique", pointer)
    if "initial_option" in value and value["initial_option"] not in offered:
        report.add("initial_option must be one of the options", f"{pointer}/initial_option")
    chosen = value.get("initial_options")
    if isinstance(chosen, list):
        for index, option in enumerate(chosen):
            if option not in offered:
                report.add("initial_options must be among the options", f"{pointer}/initial_options/{index}")
        most = value.get("max_selected_items")
        if isinstance(most, int) and len(chosen) > most:
            report.add("more initial_options than max_selected_items", f"{pointer}/initial_options")


def _lengths(report: Report, value: Any, pointer: str) -> None:
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        report.add("min_length must not be greater than max_length", f"{pointer}/min_length")


def _bounds(report: Report, value: Any, pointer: str) -> None:
    try:
        least, most = float(value.get("min_value", "-inf")), float(value.get("max_value", "inf"))
        initial = float(value["initial_value"]) if "initial_value" in value else least
    except (TypeError, ValueError):
        return
    if least > most:
        report.add("min_value must not be greater than max_value", f"{pointer}/min_value")
    if not least <= initial <= most:
        report.add("initial_value must be between min_value and max_value", f"{pointer}/initial_value")


def _static(**more: Rule) -> Rule:
    return _options(shape({}, {**SELECT, "options": items(OPTION), "option_groups": items(OPTION_GROUP), **more}))


ELEMENTS: dict[str, Rule] = {
    "button": shape(
        {"text": plain(75)},
        {
            **ACTION,
            **ASKING,
            "value": text(2000),
            "url": url(),
            "style": one_of("primary", "danger"),
            "accessibility_label": text(75),
        },
    ),
    "image": both(
        shape({"alt_text": text(2000)}, {"image_url": url(), "slack_file": SLACK_FILE}),
        image_source,
    ),
    "static_select": _static(initial_option=OPTION),
    "multi_static_select": _static(initial_options=items(OPTION), max_selected_items=integer(1, 10_000)),
    "external_select": shape({}, {**SELECT, "initial_option": OPTION, "min_query_length": integer(0, 1000)}),
    "multi_external_select": shape(
        {}, {**MULTI, "initial_options": items(OPTION), "min_query_length": integer(0, 1000)}
    ),
    "users_select": shape({}, {**SELECT, "initial_user": text(255)}),
    "multi_users_select": shape({}, {**MULTI, "initial_users": IDS}),
    "conversations_select": shape(
        {},
        {
            **SELECT,
            "initial_conversation": text(255),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": FILTER,
        },
    ),
    "multi_conversations_select": shape(
        {},
        {**MULTI, "initial_conversations": IDS, "default_to_current_conversation": boolean, "filter": FILTER},
    ),
    "channels_select": shape({}, {**SELECT, "initial_channel": text(255), "response_url_enabled": boolean}),
    "multi_channels_select": shape({}, {**MULTI, "initial_channels": IDS}),
    "overflow": shape({"options": items(OVERFLOW_OPTION, most=5)}, {**ACTION, **ASKING}),
    "radio_buttons": both(
        shape({"options": items(RICH_OPTION, most=10)}, {**ACTION, **FOCUS, **ASKING, "initial_option": RICH_OPTION}),
        _initial,
    ),
    "checkboxes": both(
        shape(
            {"options": items(RICH_OPTION, most=10)},
            {**ACTION, **FOCUS, **ASKING, "initial_options": items(RICH_OPTION, most=10)},
        ),
        _initial,
    ),
    "datepicker": shape({}, {**SELECT, "initial_date": DATE}),
    "timepicker": shape({}, {**SELECT, "initial_time": TIME, "timezone": text(255)}),
    "datetimepicker": shape({}, {**ACTION, **FOCUS, **ASKING, "initial_date_time": integer(10**9, 10**10 - 1)}),
    "plain_text_input": both(
        shape(
            {},
            {
                **TYPING,
                "initial_value": text(3000),
                "multiline": boolean,
                "min_length": integer(0, 3000),
                "max_length": integer(1, 3000),
            },
        ),
        _lengths,
    ),
    "email_text_input": shape({}, {**TYPING, "initial_value": text(3000)}),
    "url_text_input": shape({}, {**TYPING, "initial_value": text(3000)}),
    "number_input": both(
        shape(
            {"is_decimal_allowed": boolean},
            {**TYPING, "initial_value": NUMBER, "min_value": NUMBER, "max_value": NUMBER},
        ),
        _bounds,
    ),
    "rich_text_input": shape(
        {"action_id": ID},
        {**TYPING, "initial_value": RICH_TEXT, "min_lines": integer(1, 100), "max_lines": integer(1, 100)},
    ),
    "file_input": shape({}, {**ACTION, "filetypes": items(text(30)), "max_files": integer(1, 10)}),
    "workflow_button": shape(
        {
            "text": plain(75),
            "workflow": shape(
                {
                    "trigger": shape(
                        {"url": url()},
                        {
                            "customizable_input_parameters": items(
                                shape({"name": text(255), "value": text(3000)}), most=1000
                            )
                        },
                    )
                }
            ),
        },
        {**ACTION, "style": one_of("primary", "danger"), "accessibility_label": text(75)},
    ),
    "feedback_buttons": shape(
        {
            side: shape({"text": plain(75), "value": text(2000)}, {"accessibility_label": text(75)})
            for side in ("positive_button", "negative_button")
        },
        ACTION,
    ),
    "icon_button": shape(
        {"icon": one_of("trash"), "text": plain(75)},
        {**ACTION, **ASKING, "value": text(2000), "accessibility_label": text(75), "visible_to_user_ids": IDS},
    ),
}
"""Element type → its shape."""

SINGLE = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
CHOOSING = (*SINGLE, "overflow", "datepicker", "timepicker", "checkboxes", "radio_buttons")
IN_ACTIONS = frozenset({*CHOOSING, "button", "datetimepicker", "workflow_button"})
IN_SECTION = frozenset({*CHOOSING, *(f"multi_{name}" for name in SINGLE), "button", "image", "workflow_button"})
IN_INPUT = frozenset(ELEMENTS) - {
    "button", "image", "overflow", "workflow_button", "feedback_buttons", "icon_button"
}  # fmt: skip
ONLY_MODAL = frozenset({"email_text_input", "number_input", "url_text_input", "file_input"})
NOT_ON = {"message": ONLY_MODAL | {"rich_text_input"}, "home": ONLY_MODAL}


def element(allowed: frozenset[str]) -> Rule:
    """An element of one of these types that may stand on the surface."""
    rule = typed({name: ELEMENTS[name] for name in allowed})

    def check(report: Report, value: Any, pointer: str) -> None:
        kind = str(value.get("type")) if isinstance(value, dict) else ""
        if kind in NOT_ON.get(report.surface, ()):
            report.add(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            rule(report, value, pointer)

    return check
