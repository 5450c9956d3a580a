"""views.*, blocks.validate, apps.connections.open."""

from sandbox.slack.api.call import Call, Method
from sandbox.slack.model import Json


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


METHODS: dict[str, Method] = {
    "apps.connections.open": open_connection,
    "views.open": open_view,
    "views.publish": publish_view,
    "views.push": push_view,
    "views.update": update_view,
}
