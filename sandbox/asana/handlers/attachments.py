"""Files on tasks, and addresses of files elsewhere."""

from urllib.parse import unquote

from sandbox.asana.calls import EMPTY, Answer, Call, Route
from sandbox.asana.errors import refuse
from sandbox.asana.records import Attachment, Task

MAX_BYTES = 100 * 1024 * 1024


def _create(call: Call) -> Answer:
    data = call.data
    task = call.site.find(Task, data.get("parent"), "parent")
    if data.get("resource_subtype") == "external":
        name, url = data.get("name"), data.get("url")
        if not name or not url:
            refuse("An external attachment needs parent, name and url")
        return call.one(call.site.add_attachment(task, str(name), url=str(url)))
    upload = call.files.get("file")
    if upload is None:
        refuse("file: Missing input")
    if len(upload.content) > MAX_BYTES:
        refuse("file: May be at most 100 MB")  # a 400: the contract knows no 413
    name = str(data.get("name") or unquote(upload.name))
    return call.one(call.site.add_attachment(task, name, upload.content, upload.content_type))


def _list(call: Call) -> Answer:
    return call.page(call.site.find(Task, call.query.get("parent"), "parent").attachments)


def _get(call: Call) -> Answer:
    return call.one(call.site.find(Attachment, call.params["attachment"]))


def _delete(call: Call) -> Answer:
    attachment = call.site.find(Attachment, call.params["attachment"])
    attachment.task.attachments.remove(attachment)
    call.site.touch(attachment.task)
    del call.site.records[attachment.gid]
    return EMPTY


ROUTES = (
    Route("POST", "/attachments", "createAttachmentForObject", _create),
    Route("GET", "/attachments", "getAttachmentsForObject", _list),
    Route("GET", "/attachments/{attachment}", "getAttachment", _get),
    Route("DELETE", "/attachments/{attachment}", "deleteAttachment", _delete),
)
