"""views.*, blocks.validate, apps.connections.open."""

from sandbox.slack.api.call import Call, Method
from sandbox.slack.blockkit import message_defects, view_defects
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json
from sandbox.slack.posting import decoded


def open_view(call: Call) -> Json:
    """views.open."""
    view = call.workspace.windows.open(call.required("trigger_id"), call.args.get("view"))
    return {"view": call.workspace.windows.json(view)}


def push_view(call: Call) -> Json:
    """views.push."""
    view = call.workspace.windows.push(call.required("trigger_id"), call.args.get("view"))
    return {"view": call.workspace.windows.json(view)}


def update_view(call: Call) -> Json:
    """views.update."""
    windows = call.workspace.windows
    view = windows.update(call.args.get("view"), call.text("view_id"), call.text("external_id"), call.text("hash"))
    return {"view": windows.json(view)}


def publish_view(call: Call) -> Json:
    """views.publish."""
    view = call.workspace.windows.publish(call.required("user_id"), call.args.get("view"), call.text("hash"))
    return {"view": call.workspace.windows.json(view)}


def open_connection(call: Call) -> Json:
    """apps.connections.open: the address of a socket, with a ticket for one connection."""
    return {
        "url": f"{call.socket_url}?ticket={call.workspace.delivery.sockets.ticket()}&app_id={call.workspace.app.id}"
    }


def validate(call: Call) -> Json:
    """blocks.validate: needs no token; checks exactly one of `blocks`, `message` and `view`."""
    given = [name for name in ("blocks", "message", "view") if call.args.get(name)]
    if len(given) != 1:
        raise SlackError("invalid_arguments", ["must provide exactly one of `blocks`, `view`, or `message`"])
    content = decoded(call.args, given[0], "invalid_arguments")
    if given[0] == "view" and isinstance(content, dict):
        lines = view_defects(content, str(content.get("type", "modal")))
    else:
        blocks = content.get("blocks", []) if isinstance(content, dict) else content
        lines = (
            message_defects(blocks) if isinstance(blocks, list) else ["[ERROR] must provide an array [json-pointer:]"]
        )
    if lines:
        raise SlackError("invalid_blocks", errors=[_as_error(line) for line in lines])
    return {}


def _as_error(line: str) -> Json:
    words, _, pointer = line.removeprefix("[ERROR] ").removesuffix("]").partition(" [json-pointer:")
    pointer = pointer.removeprefix("/view" if pointer.startswith("/view") else "/blocks")
    return {"pointer": pointer, "code": "failed_constraint", "message": words}


METHODS: dict[str, Method] = {
    "blocks.validate": validate,
    "apps.connections.open": open_connection,
    "views.open": open_view,
    "views.publish": publish_view,
    "views.push": push_view,
    "views.update": update_view,
}
