"""Menus: every select of Block Kit as one kind of combo box, single or multiple, its options here or asked for."""

import json

from sandbox.page.html import Html, el
from sandbox.page.surface import Surface, dispatch_of
from sandbox.page.words import plain
from sandbox.slack.elements import Placed
from sandbox.slack.model import Channel, Json


def option_html(value: str, label: str, description: str = "") -> Html:
    """One line of a list box."""
    small = el("small", description) if description else None
    return el("li", el("span", label), small, role="option", data_value=value, data_label=label, aria_selected="false")


def options_html(source: Json) -> list[Html]:
    """`options` or `option_groups` as lines of a list box."""
    lines = [_option(option) for option in source.get("options", [])]
    for group in source.get("option_groups", []):
        lines.append(el("li", plain(group["label"]), role="presentation", class_="group"))
        lines += [_option(option) for option in group["options"]]
    return lines


def _option(option: Json) -> Html:
    return option_html(option["value"], plain(option["text"]), plain(option.get("description")))


def combo(surface: Surface, one: Placed, **labelled: str | bool | None) -> Html:
    """A select. `labelled` are the attributes that name it."""
    multiple, external = one.type.startswith("multi_"), "external" in one.type
    list_id = surface.id(one, "l")
    input_ = el(
        "input",
        type="text",
        role="combobox",
        id=surface.id(one),
        aria_expanded="false",
        aria_controls=list_id,
        aria_autocomplete="list",
        autocomplete="off",
        spellcheck="false",
        placeholder=plain(one.element.get("placeholder")) or ("Select options" if multiple else "Select an option"),
        **labelled,
    )
    lines = [] if external else _offered(surface, one)
    name = "Options"
    listbox = el("ul", lines, role="listbox", id=list_id, hidden=True, aria_label=name, aria_multiselectable=multiple)
    return el(
        "combo-box",
        el("span", class_="chips") if multiple else None,
        input_,
        listbox,
        data_key=surface.id(one),
        data_block=one.block_id,
        data_action=one.action_id,
        data_dispatch=dispatch_of(one),
        data_multiple=multiple,
        data_external=str(one.element.get("min_query_length", 3)) if external else None,
        data_most=one.element.get("max_selected_items"),
        data_confirm=json.dumps(one.element["confirm"]) if "confirm" in one.element else None,
        data_chosen=json.dumps(_chosen(surface, one)),
    )


def _offered(surface: Surface, one: Placed) -> list[Html]:
    kind = one.type.removeprefix("multi_")
    if kind == "users_select":
        people = [user for user in surface.workspace.users.values() if not user.deleted]
        return [option_html(user.id, user.real_name, user.title) for user in people]
    if kind in ("channels_select", "conversations_select"):
        return [option_html(c.id, _name(surface, c), c.topic) for c in _conversations(surface, one, kind)]
    return options_html(one.element)


def _conversations(surface: Surface, one: Placed, kind: str) -> list[Channel]:
    seen = [c for c in surface.workspace.channels.values() if not c.is_archived]
    if kind == "channels_select":
        return [c for c in seen if not c.is_private and not c.is_im]
    included = one.element.get("filter", {}).get("include", ["public", "private", "im"])
    kinds = [(c, "im" if c.is_im else "private" if c.is_private else "public") for c in seen]
    return [c for c, which in kinds if which in included and (which == "public" or surface.user.id in c.members)]


def _name(surface: Surface, channel: Channel) -> str:
    return surface.workspace.app.name if channel.is_im else f"#{channel.name}"


def _chosen(surface: Surface, one: Placed) -> list[dict[str, str]]:
    value = surface.chosen(one)
    items = value if isinstance(value, list) else [value] if value else []
    return [_label(surface, item) for item in items]


def _label(surface: Surface, item: Json | str) -> dict[str, str]:
    if isinstance(item, dict):
        return {"value": item["value"], "label": plain(item["text"])}
    workspace = surface.workspace
    if item in workspace.users:
        return {"value": item, "label": workspace.users[item].real_name}
    channel = workspace.channels.get(item)
    return {"value": item, "label": _name(surface, channel) if channel else item}
