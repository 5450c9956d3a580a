"""The running bot: everything wired, started in order, stopped in the other."""

import asyncio
import contextlib
import signal
from collections.abc import Mapping
from datetime import timedelta

from slack_bolt.authorization import AuthorizeResult

from bot import log
from bot.bootstrap import Loadout, SystemClock, build_trackers, titles
from bot.config import Config
from bot.domain.errors import ConfigurationError
from bot.jobs import ticket
from bot.jobs.engine import Engine
from bot.metrics import BotMetrics
from bot.server import WebServer
from bot.settings import Environment
from bot.slack.app import SocketMode, build_app, identity
from bot.slack.channels import channel_ids
from bot.slack.desk import Acks, Desk
from bot.slack.files import SlackFiles
from bot.slack.forms import Forms
from bot.slack.gateway import Gateway, SlackRefused
from bot.slack.http import Signatures, SlackEndpoint
from bot.slack.notifier import SlackNotifier
from bot.slack.people import SlackPeople
from bot.store.sql_store import SqlStore
from bot.teams import ConfiguredTeams, ConfiguredTrackers
from bot.usecases.ports import Ports, SlackUnavailable

DRAFTS_KEPT = timedelta(days=30)
DRAIN = 15.0
"""Seconds that running work gets at a clean stop."""
RETRY_SLACK = 60.0
"""The longest pause between two tries to reach Slack at the start, in seconds."""

logger = log.get(__name__)


class Bot:
    """Everything that `devrequest run` keeps alive.

    Args:
        environment: the environment variables.
        loadout: configuration and request types, without problems.
        host: where the web server listens.
    """

    def __init__(self, environment: Environment, loadout: Loadout, host: str = "0.0.0.0") -> None:  # noqa: S104 (a container's only way in)
        if loadout.config is None or environment.slack_bot_token is None:
            raise ConfigurationError(["There is no configuration to run with."])
        self._environment = environment
        self._config: Config = loadout.config
        self._types = loadout.types
        self._host = host
        self._token = environment.slack_bot_token.get_secret_value()
        self._ready = False
        self._socket: SocketMode | None = None
        self._web: WebServer | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start all parts: store, engine, Slack, web server.

        Raises:
            ConfigurationError: another process uses the database, a token is refused.
        """
        environment = self._environment
        self.store = await asyncio.get_running_loop().run_in_executor(None, SqlStore.open, environment.database_url)
        self.engine = Engine(environment.database_url)
        self._trackers = build_trackers(self._config)
        self.teams = ConfiguredTeams(self._config, self._types)
        trackers = ConfiguredTrackers(self._trackers, titles())
        self.gateway = Gateway(self._token, environment.slack_api_url)
        self._files = SlackFiles(self._token, environment.slack_api_url)
        scopes = {name: settings for team in self.teams.all() for name, settings in team.trackers.items()}
        people = SlackPeople(self.gateway, trackers, self._config.people, scopes)
        forms = Forms(self.teams, trackers, self.store)
        acks = Acks()
        notifier = SlackNotifier(self.gateway, forms, people, acks)
        ports = Ports(SystemClock(), self.store, notifier, people, self._files, self.teams, trackers)
        ticket.register(self.engine, ports)
        await self.store.save_templates(tuple(self._types.values()))
        who = await self._identity()
        self.teams.resolve(await channel_ids(self.gateway, self._config))
        await self.engine.open()
        self.desk = Desk(ports, self.engine, self.gateway, forms, acks, slack_team=who.team_id or "")
        app = build_app(self.desk, who, self._token, environment.slack_api_url)
        endpoint = None
        if environment.mode == "http" and environment.slack_signing_secret:
            endpoint = SlackEndpoint(app, Signatures(environment.slack_signing_secret.get_secret_value()))
        self._web = WebServer(environment.port, self.ready, BotMetrics(self.engine), endpoint, self._host)
        self._serving = asyncio.create_task(self._web.serve())
        await self._listening()
        if environment.slack_app_token:
            self._socket = SocketMode(app, environment.slack_app_token.get_secret_value())
            await self._socket.start()
        self._ready = True
        logger.info("ready", mode=environment.mode, port=self._web.port, teams=len(self.teams.all()))

    async def stop(self) -> None:
        """Take nothing new, finish what runs, let go of everything."""
        self._ready = False
        if self._socket:
            await self._socket.stop()
        if self._web and self._serving:
            self._web.stop()
            await self._serving
        await self.desk.drain(3)
        await self.engine.close(DRAIN)
        for tracker in self._trackers.values():
            await tracker.close()
        await self._files.close()
        await self.gateway.close()
        self.store.close()
        logger.info("stopped")

    async def ready(self) -> Mapping[str, bool]:
        """What `/readyz` says."""
        connected = await self._socket.connected() if self._socket else True
        return {"started": self._ready, "slack": connected}

    @property
    def port(self) -> int:
        """Where the web server listens."""
        return self._web.port if self._web else 0

    async def _identity(self) -> AuthorizeResult:
        """Who the bot is in Slack; a token that Slack refuses ends the start, a Slack that is away does not."""
        pause = 1.0
        while True:
            try:
                return await identity(self.gateway)
            except SlackRefused as refused:
                raise ConfigurationError(
                    [f"Slack refuses SLACK_BOT_TOKEN ({refused.code}): install the app and copy its token again."]
                ) from refused
            except SlackUnavailable as error:
                logger.warning("Slack does not answer yet", reason=str(error), again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, RETRY_SLACK)

    async def _listening(self) -> None:
        """Until the web server listens, or the reason why it does not."""
        while self._web and self._serving and not self._web.started:
            if self._serving.done():
                self._serving.result()
                raise ConfigurationError([f"Port {self._environment.port} is taken: set PORT to another one."])
            await asyncio.sleep(0.01)


async def until_signal() -> None:
    """Wait for SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(sign, stop.set)
    await stop.wait()


async def run_until_signal(bot: Bot) -> None:
    """Start, wait for SIGTERM or SIGINT, stop."""
    await bot.start()
    await until_signal()
    await bot.stop()
