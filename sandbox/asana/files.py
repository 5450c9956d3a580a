"""Where `download_url` leads: the content of attachments, without a token, as from Asana's file store."""

from aiohttp import web

from sandbox.asana.records import Attachment
from sandbox.asana.site import AsanaSite

SITE = web.AppKey("files_site", AsanaSite)


def build_files_app(site: AsanaSite) -> web.Application:
    """An application that serves `/{gid}`; mount it where `site.files_url` points."""
    app = web.Application()
    app[SITE] = site
    app.router.add_get("/{gid}", _file)
    return app


async def _file(request: web.Request) -> web.Response:
    record = request.app[SITE].records.get(request.match_info["gid"])
    if not isinstance(record, Attachment) or record.url is not None:
        raise web.HTTPNotFound
    # Never shown in place: what was uploaded is nobody's page.
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=record.content, content_type=record.content_type, headers=headers)
