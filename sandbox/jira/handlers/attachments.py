"""Files of an issue."""

import mimetypes

from aiohttp import web

from sandbox.jira.answers import ApiError
from sandbox.jira.handlers.reading import issue_of, route, view_of
from sandbox.jira.model import Attachment, Change, Issue
from sandbox.jira.multipart import read_parts
from sandbox.jira.view import View
from sandbox.jira.writes import record, require_permission

FILES_A_REQUEST = 60
FILES_AN_ISSUE = 2_000


async def add(request: web.Request) -> web.Response:
    """Attach the files of a multipart form; each part is called `file`."""
    view, issue = view_of(request), issue_of(request)
    if request.headers.get("X-Atlassian-Token", "").lower() not in ("no-check", "nocheck"):
        raise ApiError(403, "XSRF check failed")
    require_permission(view, "CREATE_ATTACHMENTS", view.site.project_of(issue))
    if request.content_type != "multipart/form-data":
        raise ApiError(415, "Unsupported Media Type")
    files = await _files(request, view)
    if not files:
        raise ApiError(400, "No file part was found in the request.")
    if len(issue.attachments) + len(files) > FILES_AN_ISSUE:
        raise ApiError(413, "This issue has reached the limit of 2,000 attachments.")
    with view.site.changing(issue):
        issue.attachments.extend(files)
        record(view, issue, [_change(None, file) for file in files])
    return web.json_response([view.attachment_json(file) for file in files])


async def _files(request: web.Request, view: View) -> list[Attachment]:
    found: list[Attachment] = []
    try:
        parts = read_parts(request.headers["Content-Type"], await request.read())
    except ValueError as error:
        raise ApiError(400, "The multipart request could not be read.", hint=str(error)) from error
    for part in parts:
        if part.name != "file" or part.filename is None:
            continue
        if len(part.content) > view.site.upload_limit:
            raise ApiError(413, f"The file '{part.filename}' exceeds the maximum size for attachments.")
        mime = part.content_type
        if mime in (None, "application/octet-stream"):
            mime = mimetypes.guess_type(part.filename)[0] or "application/octet-stream"
        author, now = view.user.account_id, view.site.now()
        found.append(Attachment(view.site.next_id(), part.filename, str(mime), part.content, author, now))
    if len(found) > FILES_A_REQUEST:
        raise ApiError(413, f"At most {FILES_A_REQUEST} files can be attached in one request.")
    return found


def _change(old: Attachment | None, new: Attachment | None) -> Change:
    before = (old.id, old.filename) if old else (None, None)
    after = (new.id, new.filename) if new else (None, None)
    return Change("Attachment", "attachment", False, *before, *after)


def _found(request: web.Request) -> tuple[Issue, Attachment]:
    view, wanted = view_of(request), request.match_info["id"]
    found = view.site.find_attachment(wanted)
    if found is None or not view.site.can_see(view.user, found[0]):
        raise ApiError(404, f"The attachment with id '{wanted}' does not exist")
    return found


async def settings(request: web.Request) -> web.Response:
    """Whether files may be attached, and how big."""
    return web.json_response({"enabled": True, "uploadLimit": view_of(request).site.upload_limit})


async def metadata(request: web.Request) -> web.Response:
    """A file without its content; here the id is a number."""
    shown = view_of(request).attachment_json(_found(request)[1])
    return web.json_response(shown | {"id": int(request.match_info["id"])})


async def content(request: web.Request) -> web.Response:
    """A file's content. Jira redirects to where the file is kept unless `redirect=false`; here it is at hand."""
    attachment = _found(request)[1]
    name = attachment.filename.replace("\\", "\\\\").replace('"', '\\"').encode("ascii", "replace").decode()
    disposition = f'attachment; filename="{name.translate(dict.fromkeys(range(32)))}"'
    headers = {"Content-Disposition": disposition, "Content-Type": attachment.mime_type}
    return web.Response(body=attachment.content, headers=headers)


async def remove(request: web.Request) -> web.Response:
    """Delete a file."""
    view = view_of(request)
    issue, attachment = _found(request)
    with view.site.changing(issue):
        issue.attachments.remove(attachment)
        record(view, issue, [_change(attachment, None)])
    return web.Response(status=204)


def routes() -> list[web.RouteDef]:
    """The operations of this group."""
    return [
        route("POST", "issue/{key}/attachments", add, "addAttachment"),
        route("GET", "attachment/meta", settings, "getAttachmentMeta"),
        route("GET", "attachment/content/{id}", content, "getAttachmentContent"),
        route("GET", "attachment/{id}", metadata, "getAttachment"),
        route("DELETE", "attachment/{id}", remove, "removeAttachment"),
    ]
