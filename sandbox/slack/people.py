"""The hands of the workspace's users: what they type, press, fill in and send off, for tests and for the page.

    mara = Person(workspace, "U0MARA")
    await mara.command("C0WEB", "/devrequest landing-page New pricing page")
    await mara.fill({"audience": "Shop owners", "launch_date": "2027-03-01"})
    outcome = await mara.submit()

Every action sends the payload that Slack would send and gives back an `Outcome`. What a person has open is in
`workspace.windows`, what they read in `workspace.visible_messages`.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from sandbox.slack import payloads, posting, responses, submission
from sandbox.slack.delivery import Answer, Kind
from sandbox.slack.elements import STATE, TYPED, Placed, options_of, placed
from sandbox.slack.errors import SlackError
from sandbox.slack.forms import ClientRefusedError, value_object
from sandbox.slack.model import Channel, Json, Message, View
from sandbox.slack.submission import TROUBLE, Outcome
from sandbox.slack.talking import Talker
from sandbox.slack.typed import encoded
from sandbox.slack.uploads import File

__all__ = ["TROUBLE", "ClientRefusedError", "Outcome", "Person"]
NOT_INTERACTIVE = "This app is not configured to handle interactive responses."
"""What Slack's client says to whoever presses a button of an app whose manifest has no interactivity."""


class Person(Talker):
    """One user of the workspace and their hands."""

    # What they see.

    @property
    def modal(self) -> View | None:
        """The modal on top, None if there is none."""
        return self.workspace.windows.top(self.user.id)

    # What they start.

    async def command(self, channel_id: str, line: str, *, times: int = 1) -> Outcome:
        """Type a slash command, such as `/devrequest help`, into a channel or DM.

        A text or JSON answer appears as a message (ephemeral unless `response_type: in_channel`); no or a bad answer
        appears as an ephemeral message of Slackbot: `/devrequest failed with the error "operation_timeout"`.
        `times` sends the very same payload that often, at once.
        """
        channel, workspace = self._in(channel_id), self.workspace
        command, _, text = (part.strip() for part in line.strip().partition(" "))
        if command == "/invite":
            return self._invite(channel, text)
        known = workspace.app.commands
        if known is not None and command not in known:
            message = self._slackbot(channel, f"`{command}` is not a valid command.")
            return Outcome(acknowledged=False, problem="invalid_command", notice=message.text, messages=[message])
        if (known or {}).get(command, {}).get("should_escape"):
            text = encoded(workspace, text)
        payload = payloads.slash_command(workspace, self.user, channel, command, text)
        answer = await self._deliver("slash_commands", payload, times)
        outcome = Outcome.of(answer, payload)
        problem = answer.problem
        if answer.acknowledged and answer.body:
            body = answer.body if isinstance(answer.body, dict) else {"text": str(answer.body)}
            url = workspace.issued.response_urls[payload["response_url"].partition("/response/")[2]]
            try:
                content = posting.content_of(workspace, body, capped=False)
                outcome.messages.append(responses.answer(workspace, url, body, content))
            except SlackError as error:
                workspace.complain(f"answer to {command}", error)
                problem = "invalid_command_response"
        if problem:
            outcome.problem = problem
            outcome.notice = f'{command} failed with the error "{problem}"'
            outcome.messages.append(self._slackbot(channel, outcome.notice))
        return outcome

    async def shortcut(self, callback_id: str, *, times: int = 1) -> Outcome:
        """Pick a global shortcut."""
        self._offered_shortcut(callback_id, "global")
        return await self._interact(payloads.shortcut(self.workspace, self.user, callback_id), times)

    async def message_shortcut(self, callback_id: str, channel_id: str, ts: str, *, times: int = 1) -> Outcome:
        """Pick a shortcut from the menu of a message."""
        self._offered_shortcut(callback_id, "message")
        channel = self._in(channel_id)
        message = channel.messages.get(ts)
        if message is None or message.ephemeral_to is not None:
            raise ClientRefusedError("no such message")
        payload = payloads.message_action(self.workspace, self.user, channel, message, callback_id)
        return await self._interact(payload, times)

    # What they press and fill in. `where` is a message, a modal or the home tab; default: the modal on top.

    async def act(
        self,
        action_id: str,
        value: Any = None,
        *,
        where: Message | View | None = None,
        block_id: str | None = None,
        times: int = 1,
    ) -> Outcome:
        """Press a button or choose something in an actions block or a section's accessory: sends block_actions.

        Args:
            action_id: which element.
            value: what is chosen: an option's value, a user, channel or conversation id, a date `2027-03-01`, a time
                `09:00`, a number, a text; a list for elements of many values. Nothing for a button.
            where: a message or view; default: the modal on top.
            block_id: needed if the action id is not unique there.
            times: how often the same payload is sent, at once.

        Raises:
            ClientRefusedError: no such element, or no such option.
        """
        where = self._where(where)
        one = self._element(where, action_id, block_id)
        if one.is_input and not one.block.get("dispatch_action"):
            raise ClientRefusedError(f"{action_id} is an input without dispatch_action: fill it in")
        return await self._act(where, one, value, times)

    async def fill(self, values: Mapping[str, Any], *, where: View | None = None) -> list[Outcome]:
        """Fill inputs in, `{block_id: value}`, values as in `act` (None empties; a file input takes a list of `File`).

        Sends block_actions for each input with `dispatch_action` (for typed text too, as pressing Enter does); their
        outcomes are returned in order.

        Raises:
            ClientRefusedError: no such input, or a value it cannot take.
        """
        view = self._where(where)
        outcomes = []
        for block_id, value in values.items():
            found = [one for one in placed(view.blocks) if one.is_input and one.block_id == block_id]
            if not found or not isinstance(view, View):
                raise ClientRefusedError(f"no input {block_id!r}: {[o.block_id for o in placed(view.blocks)]}")
            if found[0].block.get("dispatch_action"):
                outcomes.append(await self._act(view, found[0], value, 1))
            else:
                self._set(view, found[0], value)
        self.workspace.changed()
        return outcomes

    async def suggest(
        self, action_id: str, typed: str, *, where: Message | View | None = None, block_id: str | None = None
    ) -> list[Json]:
        """The options that an external select offers for what was typed (option groups are flattened)."""
        where = self._where(where)
        one = self._element(where, action_id, block_id)
        if len(typed) < one.element.get("min_query_length", 3):
            return []
        payload = payloads.block_suggestion(self.workspace, self.user, where, one.block_id, action_id, typed)
        answer = await self._deliver("interactive", payload, 1)
        options = submission.suggested(self.workspace, answer)
        self.workspace.offered[self.user.id, one.block_id, one.action_id] = options_of(options)
        return options_of(options)

    def upload(self, name: str, data: bytes, mimetype: str = "application/octet-stream") -> File:
        """Upload a file, to be given to `fill` for a file input."""
        return self.workspace.add_file(self.user.id, name, data, mimetype)

    async def submit(self, *, where: View | None = None, times: int = 1) -> Outcome:
        """Press Submit. The client first checks required inputs, lengths, numbers, URLs, e-mails, dates.

        The answer is carried out: errors appear at the inputs (a key that is no input block gives the general
        notice), update and push change the stack, clear and an empty answer close. `times` sends the same payload
        that often, at once, as a retry would; the first answer counts.
        """
        view = self._where(where)
        if not isinstance(view, View) or view is not self.modal or not view.content.get("submit"):
            raise ClientRefusedError("there is no Submit button")
        payload = submission.payload(self.workspace, self.user, view)
        if payload is None:
            return Outcome(acknowledged=False, errors=dict(view.errors))
        answer = await self._deliver("interactive", payload, times)
        await asyncio.sleep(self.workspace.delivery.shows_after)
        return submission.carry_out(self.workspace, view, answer, payload)

    async def cancel(self) -> Outcome:
        """Press Cancel (or Back): closes the modal on top. view_closed is sent if it has notify_on_close."""
        return await self._close(cleared=False)

    async def dismiss(self) -> Outcome:
        """Press the X: closes the whole stack. view_closed of the root view with is_cleared is sent if it wants it."""
        return await self._close(cleared=True)

    async def send_again(self, outcome: Outcome) -> Outcome:
        """Deliver the payload of an earlier action once more, as a retry does; the answer changes nothing on screen."""
        if outcome.payload is None:
            raise ClientRefusedError("nothing was sent the first time")
        kind: Kind = "slash_commands" if "command" in outcome.payload else "interactive"
        if outcome.payload.get("type") == "event_callback":
            kind = "events_api"
        return Outcome.of(await self.workspace.delivery.deliver(kind, outcome.payload), outcome.payload)

    async def _close(self, *, cleared: bool) -> Outcome:
        stack = self.workspace.windows.stacks.get(self.user.id, [])
        if not stack:
            raise ClientRefusedError("no modal is open")
        view = stack[0] if cleared else stack[-1]
        payload = payloads.view_closed(self.workspace, self.user, view, cleared=cleared)
        if cleared:
            self.workspace.windows.clear(self.user.id)
        else:
            self.workspace.windows.close(view, by_button=True)
        if not view.content.get("notify_on_close"):
            return Outcome(acknowledged=True)
        return Outcome.of(await self._deliver("interactive", payload, 1), payload)

    async def _act(self, where: Message | View, one: Placed, value: Any, times: int) -> Outcome:
        action: Json = {"type": one.type, "action_id": one.action_id, "block_id": one.block_id}
        for key in ("text", "value", "style", "placeholder", "confirm"):
            if key in one.element:
                action[key] = one.element[key]
        if one.type in STATE:
            action |= self._set(where, one, value)
            if one.type in TYPED:
                action.pop("placeholder", None)
        elif one.type == "overflow":
            offered = [option for option in one.element["options"] if option.get("value") == value]
            if not offered:
                raise ClientRefusedError(f"{value!r} is not offered")
            action["selected_option"] = offered[0]
        action["action_ts"] = self.workspace.issued.new_ts()
        payload = payloads.block_actions(self.workspace, self.user, where, [action])
        outcome = await self._interact(payload, times)
        if isinstance(where, View):
            where.notice = outcome.notice
        return outcome

    def _set(self, where: Message | View, one: Placed, value: Any) -> Json:
        offered = self.workspace.offered.get((self.user.id, one.block_id, one.action_id), [])
        chosen = value_object(self.workspace, one.element, value, offered)
        if isinstance(where, View):
            where.values[one.block_id][one.action_id] = chosen
            where.errors.pop(one.block_id, None)
        else:
            self.workspace.chosen.setdefault(where.ts, {}).setdefault(one.block_id, {})[one.action_id] = chosen
        return chosen

    async def _interact(self, payload: Json, times: int) -> Outcome:
        outcome = Outcome.of(await self._deliver("interactive", payload, times), payload)
        if not outcome.acknowledged:
            outcome.notice = TROUBLE if self.workspace.app.interactive else NOT_INTERACTIVE
        self.workspace.changed()
        return outcome

    async def _deliver(self, kind: Kind, payload: Json, times: int) -> Answer:
        if kind == "interactive" and not self.workspace.app.interactive:
            return Answer(acknowledged=False, problem="interactivity_not_enabled")
        answers = await asyncio.gather(*(self.workspace.delivery.deliver(kind, payload) for _ in range(times)))
        return answers[0]

    def _where(self, where: Message | View | None) -> Message | View:
        found = where or self.modal
        if found is None:
            raise ClientRefusedError("no modal is open")
        if isinstance(found, View):
            if self.workspace.windows.find(found.id) is not found or found.user != self.user.id:
                raise ClientRefusedError("that view is gone")
        elif found not in self.messages(found.channel, found.thread_ts):
            raise ClientRefusedError("that message is gone")
        return found

    def _element(self, where: Message | View, action_id: str, block_id: str | None) -> Placed:
        all_of_them = list(placed(where.blocks))
        found = [o for o in all_of_them if o.action_id == action_id and block_id in (None, o.block_id)]
        if len(found) != 1:
            known = [(one.block_id, one.action_id) for one in all_of_them]
            raise ClientRefusedError(f"{len(found)} elements {action_id!r} among {known}")
        return found[0]

    def _invite(self, channel: Channel, text: str) -> Outcome:
        names = [name.lstrip("@") for name in text.split()]
        invited = [user.id for user in self.workspace.users.values() if user.name in names]
        for user_id in invited:
            self.invite(channel.id, user_id)
        return Outcome(acknowledged=bool(invited), problem=None if invited else "user_not_found")

    def _offered_shortcut(self, callback_id: str, kind: str) -> None:
        known = self.workspace.app.shortcuts
        if known is not None and known.get(callback_id) != kind:
            raise ClientRefusedError(f"no {kind} shortcut {callback_id!r}")
