"""What the browser tells the page: each request is something that a person did. Under `/sandbox/ui/`."""

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.page import at_asana, at_jira
from sandbox.page.strip import fault_of
from sandbox.slack.elements import Placed, placed
from sandbox.slack.errors import SlackError
from sandbox.slack.forms import ClientRefusedError, value_object
from sandbox.slack.model import Json, Message, View
from sandbox.slack.people import Outcome, Person

if TYPE_CHECKING:
    from sandbox.server import Sandbox

Doing = Callable[[Person, Json], Awaitable[Json]]
INVITE = {"command": "/invite", "description": "Bring somebody, or an app, into this channel"}
TOO_LATE = "That is no longer there."


class Hands:
    """The hands of whoever sits before the browser."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._workspace = sandbox.slack

    def routes(self) -> list[web.RouteDef]:
        """One address for each thing that can be done."""
        doings: dict[str, Doing] = {
            "post": self._post,
            "delete": self._delete,
            "command": self._command,
            "shortcut": self._shortcut,
            "message-shortcut": self._message_shortcut,
            "set": self._set,
            "act": self._act,
            "suggest": self._suggest,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "ticket": self._ticket,
            "fault": self._fault,
            "clock": self._clock,
        }
        made = [web.post(f"/sandbox/ui/{name}", self._handler(doing)) for name, doing in doings.items()]
        return [
            *made,
            web.post("/sandbox/ui/upload", self._upload),
            web.get("/sandbox/ui/commands", self._commands),
        ]

    def _handler(self, doing: Doing) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                body = await _body(request)
                answer = await doing(Person(self._workspace, str(body.get("user"))), body)
            except (ClientRefusedError, SlackError) as refused:
                return web.json_response({"ok": False, "notice": str(refused)})
            except (KeyError, TypeError, ValueError) as wrong:
                return web.json_response({"ok": False, "notice": f"not understood: {wrong}"}, status=400)
            self._workspace.changed()
            return web.json_response({"ok": True, **answer})

        return handle

    async def _post(self, person: Person, body: Json) -> Json:
        message = await person.post(
            body["channel"], body["text"], thread_ts=body.get("thread") or None,
            reply_broadcast=bool(body.get("broadcast")),
        )  # fmt: skip
        return {"ts": message.ts}

    async def _delete(self, person: Person, body: Json) -> Json:
        await person.delete(body["channel"], body["ts"])
        return {}

    async def _command(self, person: Person, body: Json) -> Json:
        return _told(await person.command(body["channel"], body["text"]))

    async def _shortcut(self, person: Person, body: Json) -> Json:
        return _told(await person.shortcut(body["callback"]))

    async def _message_shortcut(self, person: Person, body: Json) -> Json:
        return _told(await person.message_shortcut(body["callback"], body["channel"], body["ts"]))

    async def _set(self, person: Person, body: Json) -> Json:
        """Something was typed or chosen of which the bot does not hear yet."""
        view = self._where(person, body["where"])
        if not isinstance(view, View):
            raise ClientRefusedError(TOO_LATE)
        one = _element(view, body)
        view.values[one.block_id][one.action_id] = value_object(
            self._workspace, one.element, self._value(one, body.get("value")), self._offered(person, one)
        )
        view.errors.pop(one.block_id, None)
        return {}

    async def _act(self, person: Person, body: Json) -> Json:
        """Something was pressed or chosen of which the bot hears at once."""
        where = self._where(person, body["where"])
        one = _element(where, body)
        value = self._value(one, body.get("value"))
        if not one.is_input:
            return _told(await person.act(one.action_id, value, where=where, block_id=one.block_id))
        if not isinstance(where, View):
            raise ClientRefusedError(TOO_LATE)
        await self._set(person, body)
        # Nobody waits for the bot while they type: what it makes of it comes as a change of the view.
        self._workspace.delivery.spawn(person.fill({one.block_id: value}, where=where))
        return {}

    async def _suggest(self, person: Person, body: Json) -> Json:
        where = self._where(person, body["where"])
        options = await person.suggest(body["action"], str(body["typed"]), where=where, block_id=body["block"])
        return {"options": [_shown(option) for option in options]}

    async def _submit(self, person: Person, body: Json) -> Json:
        view = self._where(person, body["where"])
        if not isinstance(view, View):
            raise ClientRefusedError(TOO_LATE)
        outcome = await person.submit(where=view)
        return {"errors": outcome.errors}

    async def _close(self, person: Person, body: Json) -> Json:
        await (person.dismiss() if body.get("all") else person.cancel())
        return {}

    async def _home(self, person: Person, body: Json) -> Json:
        await person.open_home(str(body.get("tab", "home")))
        return {}

    async def _ticket(self, person: Person, body: Json) -> Json:
        """Something was changed at a tracker, without Slack."""
        tracker, _, key = str(body["ticket"]).partition(":")
        email = person.user.email
        if tracker == "jira" and (jira := at_jira.seat(self._sandbox.jira, email)):
            at_jira.AtJira(self._sandbox.jira, jira).do(key, body)
        elif tracker == "asana" and (asana := at_asana.seat(self._sandbox.asana, email)):
            at_asana.AtAsana(self._sandbox.asana, asana).do(key, body)
        else:
            raise ClientRefusedError(f"{person.user.real_name} has no seat there.")
        return {}

    async def _fault(self, _: Person, body: Json) -> Json:
        vendor = str(body["vendor"])
        for fault in self._sandbox.faults.active():
            if fault.vendor == vendor:
                self._sandbox.faults.remove(fault)
        if wanted := fault_of(vendor, str(body.get("state", ""))):
            self._sandbox.faults.add(wanted)
        return {}

    async def _clock(self, _: Person, body: Json) -> Json:
        self._sandbox.clock.move(float(body["seconds"]))
        return {}

    async def _commands(self, request: web.Request) -> web.Response:
        """What the composer suggests for `?typed=/…`: commands, then what the app suggests behind its command."""
        command, space, rest = request.query.get("typed", "").partition(" ")
        known = [*(self._workspace.app.commands or {}).values(), INVITE]
        if not space:
            found = [
                (one["command"], one.get("description", "")) for one in known if one["command"].startswith(command)
            ]
        else:
            texts = self._sandbox.suggestions.get(command, [])
            found = [(f"{command} {text}", about) for text, about in texts if text.startswith(rest) and text != rest]
        return web.json_response([{"text": text, "about": about} for text, about in found])

    async def _upload(self, request: web.Request) -> web.Response:
        """The body is the file; `?user=…&name=…` say whose it is and what it is called."""
        person = Person(self._workspace, request.query.get("user", ""))
        name = request.query.get("name", "file")
        file = person.upload(name, await request.read(), request.content_type)
        return web.json_response({"ok": True, "id": file.id, "name": file.name, "size": len(file.data or b"")})

    def _where(self, person: Person, where: object) -> Message | View:
        kind, _, rest = str(where).partition(":")
        found: Message | View | None
        if kind == "view":
            found = self._workspace.windows.find(rest)
            found = found if found is not None and found.user == person.user.id else None
        else:
            channel, _, ts = rest.partition(":")
            found = self._workspace.channel(channel).messages.get(ts)
        if found is None:
            raise ClientRefusedError(TOO_LATE)
        return found

    def _value(self, one: Placed, value: Any) -> Any:
        """File ids become files."""
        if one.type != "file_input":
            return value
        files = [self._workspace.files.get(str(file_id)) for file_id in value or []]
        return [file for file in files if file is not None]

    def _offered(self, person: Person, one: Placed) -> list[Json]:
        return self._workspace.offered.get((person.user.id, one.block_id, one.action_id), [])


async def _body(request: web.Request) -> Json:
    """The JSON object of a request from this page: another page's script cannot send this type unasked."""
    if request.content_type != "application/json":
        raise ValueError("send application/json")
    body = json.loads(await request.text())
    if not isinstance(body, dict):
        raise TypeError("send an object")
    return body


def _element(where: Message | View, body: Json) -> Placed:
    """What was pressed; also if the app drew everything anew just then, and its block has a new id."""
    same = [one for one in placed(where.blocks) if one.action_id == body["action"]]
    for one in same:
        if one.block_id == body["block"]:
            return one
    if len(same) == 1:
        return same[0]
    raise ClientRefusedError(TOO_LATE)


def _told(outcome: Outcome) -> Json:
    """What the person is told beside what they see anyway."""
    return {"notice": outcome.notice} if outcome.notice and not outcome.messages else {}


def _shown(option: Json) -> Json:
    description = option.get("description") or {}
    return {"value": option["value"], "label": option["text"]["text"], "description": description.get("text", "")}
