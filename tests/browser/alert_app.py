"""A tiny app on unchanged Bolt with an alert, a home tab and a picture, to try the page with before there is a bot."""

import struct
import time
import zlib
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SLACK_BOT_TOKEN

TICKETS = {"WEB-2": "acceptance criteria, tracking", "WEB-4": "goal"}


def bars(*heights: int) -> bytes:
    """A PNG of bars on white, 120 pixels high."""
    colours = {True: b"\x4f\x3f\xd1", False: b"\xff\xff\xff"}
    lines = b"".join(
        b"\0" + b"".join(colours[x < 22 and 120 - y < height] for height in heights for x in range(30))
        for y in range(120)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30 * len(heights), 120, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def plain(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def marked(words: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": words, "verbatim": True}


class AlertApp:
    """The app, and what it keeps.

    Attributes:
        done: ticket → what became of its line.
        heard: the actions, oldest first.
        updated: what chat.update answered last: `ok`, or Slack's error.
    """

    def __init__(self, url: str) -> None:
        self.client = AsyncWebClient(SLACK_BOT_TOKEN, base_url=f"{url}/slack/api/")
        self.app = AsyncApp(client=self.client, process_before_response=True)
        self.done: dict[str, str] = {}
        self.heard: list[dict[str, Any]] = []
        self.updated = ""
        self.app.action("fill")(self._fill)
        self.app.action("more")(self._more)
        self.app.view("gaps")(self._gaps)
        self.app.event("app_home_opened")(self._opened)

    def blocks(self) -> list[dict[str, Any]]:
        """The alert."""
        out = [{"type": "header", "text": plain("2 requests need something")}]
        for key, missing in TICKETS.items():
            words = self.done.get(key, f"missing: {missing}")
            section: dict[str, Any] = {"type": "section", "block_id": key, "text": marked(f"*{key}* {words}")}
            out.append(section)
            if key in self.done:
                continue
            confirm = {
                "title": plain("Not needed?"),
                "text": plain("The ticket says so then."),
                "confirm": plain("Yes"),
                "deny": plain("No"),
            }
            options = [("snooze", "Snooze for a day"), ("not_needed", "Not needed")]
            section["accessory"] = {
                "type": "overflow",
                "action_id": "more",
                "options": [{"text": plain(label), "value": f"{value} {key}"} for value, label in options],
                "confirm": confirm,
            }
            button = {"type": "button", "action_id": "fill", "text": plain("Fill in"), "value": key, "style": "primary",
                      "accessibility_label": f"Fill in {key}"}  # fmt: skip
            out.append({"type": "actions", "block_id": f"{key}-do", "elements": [button]})
        when = f"<!date^{int(time.time())}^Looked at {{date_short_pretty}} at {{time}}|a moment ago>"
        return [*out, {"type": "context", "elements": [marked(when)]}]

    def home(self) -> dict[str, Any]:
        """The home tab."""
        lines = [marked(f"*{key}* {self.done.get(key, 'waits on you')}") for key in TICKETS]
        button = {"type": "button", "action_id": "fill", "text": plain("Fill in WEB-4"), "value": "WEB-4"}
        sections = [{"type": "section", "text": line} for line in lines]
        head = {"type": "header", "text": plain("My requests")}
        return {"type": "home", "blocks": [head, *sections, {"type": "actions", "elements": [button]}]}

    async def post(self, channel: str) -> str:
        """Post the alert; its timestamp."""
        answer = await self.client.chat_postMessage(channel=channel, text="2 requests", blocks=self.blocks())
        return str(answer["ts"])

    async def picture(self, channel: str, thread_ts: str) -> None:
        """Share a picture into a thread, and show it in a block there."""
        chart = bars(40, 44, 52, 50, 61, 70)
        ticket = await self.client.files_getUploadURLExternal(
            filename="weeks.png", length=len(chart), alt_txt="Readiness rose from 40 to 70"
        )
        async with aiohttp.ClientSession() as http, http.post(ticket["upload_url"], data=chart) as answer:
            assert answer.status == 200
        await self.client.files_completeUploadExternal(
            files=[{"id": ticket["file_id"], "title": "Weeks"}], channel_id=channel, thread_ts=thread_ts
        )
        image = {"type": "image", "slack_file": {"id": ticket["file_id"]}, "alt_text": "Eight weeks"}
        await self.client.chat_postMessage(channel=channel, text="Weeks", blocks=[image], thread_ts=thread_ts)

    async def _fill(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        key = body["actions"][0]["value"]
        container = body["container"]
        place = "" if container["type"] == "view" else f"{container['channel_id']} {container['message_ts']}"
        asked = {"type": "plain_text_input", "action_id": "text", "multiline": True}
        block = {"type": "input", "block_id": "text", "label": plain("Acceptance criteria"), "element": asked}
        view = {"type": "modal", "callback_id": "gaps", "title": plain(f"Fill in {key}"), "submit": plain("Save"),
                "private_metadata": f"{key} {place}".strip(), "blocks": [block]}  # fmt: skip
        await self.client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _more(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        self.heard.append(body["actions"][0])
        what, key = body["actions"][0]["selected_option"]["value"].split()
        self.done[key] = "snoozed" if what == "snooze" else "not needed"
        await self._redraw(body["channel"]["id"], body["message"]["ts"])

    async def _gaps(self, ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        key, *place = view["private_metadata"].split()
        self.done[key] = "✅ ready"
        if place:
            await self._redraw(*place)
        await self.client.views_publish(user_id=body["user"]["id"], view=self.home())

    async def _redraw(self, channel: str, ts: str) -> None:
        try:
            await self.client.chat_update(channel=channel, ts=ts, text="2 requests", blocks=self.blocks())
            self.updated = "ok"
        except SlackApiError as refused:
            self.updated = str(refused.response["error"])

    async def _opened(self, event: dict[str, Any]) -> None:
        if event["tab"] == "home":
            await self.client.views_publish(user_id=event["user"], view=self.home())
