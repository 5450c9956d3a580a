"""Tags, and which tasks carry them."""

from sandbox.asana.calls import Answer, Call, Route
from sandbox.asana.errors import refuse
from sandbox.asana.records import Tag, Task, Workspace


def _tags(call: Call) -> Answer:
    gid = call.query.get("workspace")
    workspace = None if gid is None else call.site.find(Workspace, gid, "workspace")
    return call.page([tag for tag in call.site.all(Tag) if workspace is None or tag.workspace is workspace])


def _tags_of_workspace(call: Call) -> Answer:
    workspace = call.site.find(Workspace, call.params["workspace"])
    return call.page([tag for tag in call.site.all(Tag) if tag.workspace is workspace])


def _tags_of_task(call: Call) -> Answer:
    return call.page(call.site.find(Task, call.params["task"]).tags)


def _tag(call: Call) -> Answer:
    return call.one(call.site.find(Tag, call.params["tag"]))


def _create(call: Call) -> Answer:
    call.site.find(Workspace, call.data.get("workspace"), "workspace")
    return _made(call)


def _create_in_workspace(call: Call) -> Answer:
    call.site.find(Workspace, call.params["workspace"])
    return _made(call)


def _made(call: Call) -> Answer:
    name = call.data.get("name")
    if not isinstance(name, str) or not name.strip():
        refuse("name: Missing input")
    tag = call.site.add_tag(name)
    color, notes = call.data.get("color"), call.data.get("notes")
    tag.color = color if isinstance(color, str) else None
    tag.notes = notes if isinstance(notes, str) else ""
    return call.made(tag)


ROUTES = (
    Route("GET", "/tags", "getTags", _tags),
    Route("POST", "/tags", "createTag", _create),
    Route("GET", "/tags/{tag}", "getTag", _tag),
    Route("GET", "/tasks/{task}/tags", "getTagsForTask", _tags_of_task),
    Route("GET", "/workspaces/{workspace}/tags", "getTagsForWorkspace", _tags_of_workspace),
    Route("POST", "/workspaces/{workspace}/tags", "createTagForWorkspace", _create_in_workspace),
)
