"""The running bot: its parts are started in order and stopped in the other."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from adapters.base import Tracker
from bot import log
from bot.config import Config
from bot.domain.errors import ConfigurationError
from bot.domain.template import RequestType
from bot.jobs.engine import Engine
from bot.jobs.schedules import Schedules
from bot.judging.second_process import SecondProcess
from bot.metrics import BotMetrics
from bot.server import WebServer
from bot.settings import Environment
from bot.slack.app import SocketMode, build_app, identity
from bot.slack.channels import channel_ids
from bot.slack.desk import Desk
from bot.slack.files import SlackFiles
from bot.slack.gateway import SlackRefused
from bot.slack.http import Signatures, SlackEndpoint
from bot.store.sql_store import SqlStore
from bot.teams import ConfiguredTeams
from bot.usecases.ports import SlackUnavailable
from bot.usecases.sweep_gauges import sweep_gauges

T = TypeVar("T")

DRAIN = 5.0
"""Seconds that running work gets at a clean stop; what is not done then goes on at the next start."""
STOP_WITHIN = 20.0
"""Seconds after which a part that does not stop is left behind."""
RETRY_SLACK = 60.0
"""The longest pause between two tries to reach Slack at the start, in seconds."""

logger = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What `bot.bootstrap` has wired."""

    environment: Environment
    config: Config
    types: Mapping[str, RequestType]
    store: SqlStore
    engine: Engine
    schedules: Schedules
    teams: ConfiguredTeams
    trackers: Mapping[str, Tracker]
    files: SlackFiles
    judging: SecondProcess
    desk: Desk
    host: str


class Bot:
    """Everything that `devrequest run` keeps alive."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._ready = False
        self._socket: SocketMode | None = None
        self._web: WebServer | None = None
        self._serving: asyncio.Task[None] | None = None
        self._opened = False

    async def start(self) -> None:
        """Start all parts: store, Slack, engine, web server, and last of all the way in.

        Raises:
            ConfigurationError: another process uses the database, a token is refused, the port is taken.
        """
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        logger.info("ready", mode=self.parts.environment.mode, port=self.port, teams=len(self.parts.teams.all()))

    async def _start(self) -> None:
        parts, environment = self.parts, self.parts.environment
        parts.engine.claim()  # before anything is written, and before Slack is waited for
        await parts.store.save_templates(tuple(parts.types.values()))
        who = await _patiently("SLACK_BOT_TOKEN", lambda: identity(parts.desk.gateway))
        parts.desk.slack_team = who.team_id or ""
        parts.teams.resolve(await _patiently("SLACK_BOT_TOKEN", lambda: channel_ids(parts.desk.gateway, parts.config)))
        parts.teams.must_not_share_channels()
        await parts.engine.open()
        self._opened = True
        token = environment.slack_bot_token.get_secret_value() if environment.slack_bot_token else ""
        app = build_app(parts.desk, who, token, environment.slack_api_url)
        endpoint = None
        if environment.mode == "http" and environment.slack_signing_secret:
            endpoint = SlackEndpoint(app, Signatures(environment.slack_signing_secret.get_secret_value()))
        self._web = WebServer(
            environment.port,
            self.ready,
            BotMetrics(parts.engine, lambda: sweep_gauges(parts.desk.ports)),
            endpoint,
            parts.host,
        )
        self._listen(self._web)
        if environment.slack_app_token:
            self._socket = SocketMode(app, environment.slack_app_token.get_secret_value(), environment.slack_api_url)
            await _patiently("SLACK_APP_TOKEN", self._socket.start)
        parts.schedules.start()
        self._ready = True

    async def stop(self) -> None:
        """Take nothing new, finish what runs, let go of everything; also of a bot that never quite started.

        A part that fails to stop, or takes too long, is logged and keeps no other from stopping.
        """
        self._ready = False
        for together in self._endings():
            await asyncio.gather(*(_end(name, end) for name, end in together.items()))
        logger.info("stopped")

    def _endings(self) -> Iterator[dict[str, Callable[[], Awaitable[None]]]]:
        """What is to be stopped, in order: the ways in first, the store last of all."""
        parts = self.parts
        if self._socket:
            yield {"socket": self._socket.stop}
        if self._web and self._serving:
            yield {"web server": partial(_end_serving, self._web, self._serving)}
        yield {"schedules": _soon(parts.schedules.stop)}
        yield {"work in hand": partial(parts.desk.drain, 3)}
        if self._opened:
            yield {"engine": partial(parts.engine.close, DRAIN)}
        else:
            yield {"lock": _soon(parts.engine.release)}
        yield {"second process": parts.judging.close}
        yield {"windows": parts.desk.acks.close}
        yield {"home tabs": parts.desk.homes.close}
        yield {name: tracker.close for name, tracker in parts.trackers.items()}  # each may wait for its calls
        yield {"files": parts.files.close}
        yield {"gateway": parts.desk.gateway.close}
        yield {"store": _soon(parts.store.close)}

    async def start_over(self) -> None:
        """Forget everything that was handed in, read and posted: the demo begins anew."""
        parts = self.parts
        await parts.engine.forget_everything()  # first: what runs may yet write to the store
        await parts.store.forget_everything()
        parts.schedules.forget()
        await parts.schedules.tick()

    async def ready(self) -> Mapping[str, bool]:
        """What `/readyz` says."""
        connected = await self._socket.connected() if self._socket else True
        return {"started": self._ready, "slack": connected, "database": await self.parts.store.is_there()}

    @property
    def port(self) -> int:
        """Where the web server listens."""
        return self._web.port if self._web else 0

    def _listen(self, web: WebServer) -> None:
        """From here on requests are answered, or wait at the socket until they are.

        Raises:
            ConfigurationError: the port is taken.
        """
        try:
            web.listen()
        except OSError as error:
            port = self.parts.environment.port
            raise ConfigurationError(
                [f"Port {port} is not free ({error.strerror}): set PORT to another one."]
            ) from error
        self._serving = asyncio.create_task(web.serve())


async def _end(name: str, end: Callable[[], Awaitable[None]]) -> None:
    try:
        async with asyncio.timeout(STOP_WITHIN):
            await end()
    except Exception as error:
        logger.exception("a part did not stop", part=name, reason=type(error).__name__)


async def _end_serving(web: WebServer, serving: "asyncio.Task[None]") -> None:
    web.stop()
    await serving


def _soon(end: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    """What stops at once, among things that are waited for."""

    async def ended() -> None:
        end()

    return ended


async def _patiently(token: str, ask: Callable[[], Awaitable[T]]) -> T:
    """What Slack answers at the start; a token that it refuses ends the start, a Slack that is away does not.

    Raises:
        ConfigurationError: the token is refused.
    """
    pause = 1.0
    while True:
        try:
            return await ask()
        except SlackRefused as refused:
            fix = "install the app and copy its token again"
            raise ConfigurationError([f"Slack refuses {token} ({refused.code}): {fix}."]) from refused
        except SlackUnavailable as error:
            wait = max(pause, error.after)
            logger.warning("Slack does not answer yet", reason=str(error), again_in=wait)
            await asyncio.sleep(wait)
            pause = min(pause * 2, RETRY_SLACK)
