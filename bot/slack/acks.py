"""What windows show after Submit: our answer first, then what came of it, however long Slack takes over the answer."""

import asyncio
import weakref
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot import log
from bot.slack.gateway import Gateway, SlackRefused
from bot.usecases.ports import SlackUnavailable

SETTLE = 0.03
"""Seconds between our answer and a change of the same view, so that Slack mostly sees them in that order."""
AGAIN = 1.5
"""Seconds after our answer at which what was drawn meanwhile is drawn once more: Slack may have been slower."""
HELD_AT_MOST = 3.0
"""Seconds; Slack itself waits no longer for an answer."""
IN_TURN = 1.0
"""Seconds that a change of a view waits for the one before it."""
TRIES = 3
LONGEST_PAUSE = 3.0
REMEMBERED = 1000
"""Windows of which it is known which of their forms were handed in."""

View = dict[str, Any]
Drawn = View | Callable[[], Awaitable[View | None]]
"""A view, or what makes it when its turn has come; None draws nothing."""

logger = log.get(__name__)


def form_of(view: Mapping[str, Any]) -> str:
    """What tells a form from the one before and after it in the same window."""
    return "\n".join(str(view.get(key) or "") for key in ("hash", "callback_id", "private_metadata"))


@dataclass(slots=True, eq=False)
class _Answer:
    """Our answer to a submission, from its arrival until Slack has certainly shown it.

    Attributes:
        form: the form that was handed in, see `form_of`.
        held: so many deliveries of the submission are not answered yet; Slack may send it twice.
        out: all answers are on their way.
        changes: of the window since, begun so far.
        drawn: what was put into the window since.
        hash: Slack's, of that.
        again: draws it once more.
    """

    form: str
    held: int = 0
    out: asyncio.Event = field(default_factory=asyncio.Event)
    changes: int = 0
    drawn: View | None = None
    hash: str = ""
    again: asyncio.TimerHandle | None = None


class Acks:
    """Answers submissions and draws windows, so that the window ends with what is newest.

    The answer to a submission puts "Creating your ticket" into the window. The ticket can be there sooner than Slack
    shows that answer, which would then stay for ever: so changes wait until the answer is out, and what is drawn soon
    after it is drawn once more, unless the window has moved on.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._answers: dict[str, _Answer] = {}
        self._left: OrderedDict[str, str] = OrderedDict()
        self._turns: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    async def answer(self, ack: AsyncAck, view: Mapping[str, Any], answering: Awaitable[dict[str, Any]]) -> None:
        """Answer a submission; changes of its window wait until that is out.

        Args:
            ack: Bolt's.
            view: that was handed in.
            answering: gives what the submission is answered with.
        """
        view_id, form = str(view["id"]), form_of(view)
        self.hold(view_id, form)
        try:
            said = await answering
            if said.get("response_action") == "update":
                self._left[view_id] = form
                self._left.move_to_end(view_id)
                while len(self._left) > REMEMBERED:
                    self._left.popitem(last=False)
            await ack(**said)
        finally:
            self.release(view_id)

    def hold(self, view_id: str, form: str = "") -> None:
        """From now on changes of this view wait.

        Args:
            view_id: the window.
            form: what was handed in; the same one again is the same submission, delivered twice.
        """
        before = self._answers.get(view_id)
        if before is None or before.form != form:
            if before:
                before.drawn = None
            self._answers[view_id] = _Answer(form)
        answer = self._answers[view_id]
        answer.held += 1
        answer.out.clear()

    def release(self, view_id: str) -> None:
        """The answer is on its way."""
        if answer := self._answers.get(view_id):
            loop = asyncio.get_running_loop()
            loop.call_later(SETTLE, self._settle, answer)
            if answer.again:
                answer.again.cancel()
            answer.again = loop.call_later(AGAIN, self._begin_again, view_id, answer)

    async def wait(self, view_id: str) -> None:
        """Until the view may be changed; Slack itself waits three seconds at most."""
        answer = self._answers.get(view_id)
        if answer and answer.held:
            with suppress(TimeoutError):
                async with asyncio.timeout(HELD_AT_MOST):
                    await answer.out.wait()

    async def show(self, view_id: str, view: View) -> None:
        """Put what came of a submission into its window: as soon as the answer is out, and soon once more.

        Raises:
            SlackRefused: the window was closed, say.
            SlackUnavailable: it is to be tried again.
        """
        await self.wait(view_id)
        answer = self._answers.get(view_id)
        this = answer.changes + 1 if answer else 0
        said = await self.draw(view_id, view)
        if answer and answer.changes == this and self._answers.get(view_id) is answer:
            answer.drawn, answer.hash = view, str((said.get("view") or {}).get("hash") or "")

    async def draw(self, view_id: str, view: Drawn, only: str | None = None) -> dict[str, Any]:
        """Change a window, one change after the other; what was to be drawn once more is old by that.

        Args:
            view_id: the window.
            view: what it is to show.
            only: a hash; the window is changed only if it still shows that.

        Raises:
            SlackRefused: the window was closed, or shows something else.
            SlackUnavailable: it is to be tried again.
        """
        if not only and (answer := self._answers.get(view_id)):
            answer.changes += 1
            answer.drawn = None
        async with self._in_turn(view_id):
            made = await view() if callable(view) else view
            if made is None:
                return {}
            return await self._gateway.call("views.update", view_id=view_id, hash=only or None, view=made)

    def touched(self, body: Mapping[str, Any]) -> None:
        """Somebody pressed something: in a window that shows what was drawn last, it is going to show something else.

        A press in the form that was handed in, which only arrives later, is none.
        """
        view = body.get("view") or {}
        view_id = str(view.get("id") or "")
        if view_id and not self.has_left(view):
            self._left.pop(view_id, None)
        answer = self._answers.get(view_id)
        if answer and answer.hash and view.get("hash") == answer.hash:
            answer.drawn = None

    def has_left(self, view: Mapping[str, Any]) -> bool:
        """Whether a payload comes from a form that was handed in, and gave way to something else, before it arrived.

        Only a keystroke on its way does. What it holds was handed in with the form.
        """
        return self._left.get(str(view["id"])) == form_of(view)

    async def close(self) -> None:
        """Draw nothing more."""
        for answer in self._answers.values():
            answer.drawn = None
            if answer.again:
                answer.again.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @staticmethod
    def _settle(answer: _Answer) -> None:
        answer.held -= 1
        if not answer.held:
            answer.out.set()

    def _begin_again(self, view_id: str, answer: _Answer) -> None:
        task = asyncio.get_running_loop().create_task(self._again(view_id, answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _again(self, view_id: str, answer: _Answer) -> None:
        for _ in range(TRIES):
            if answer.held:
                return  # it was delivered once more: then it is drawn after that answer
            try:
                async with self._in_turn(view_id):
                    if answer.drawn is not None:
                        await self._gateway.call("views.update", view_id=view_id, view=answer.drawn)
            except SlackUnavailable as error:
                await asyncio.sleep(min(error.after, LONGEST_PAUSE))
            except SlackRefused as refused:
                logger.info("not drawn once more", code=refused.code)
                break
            else:
                break
        if self._answers.get(view_id) is answer and not answer.held:
            del self._answers[view_id]

    @asynccontextmanager
    async def _in_turn(self, view_id: str) -> AsyncIterator[None]:
        """After the change before; not for long, since that may be lost on its way to Slack."""
        turn = self._turns.setdefault(view_id, asyncio.Lock())
        try:
            async with asyncio.timeout(IN_TURN):
                await turn.acquire()
        except TimeoutError:
            yield
            return
        try:
            yield
        finally:
            turn.release()
