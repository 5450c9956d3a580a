"""The only place where things are wired. Tests pass fakes here."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from adapters.base import Capabilities, Ticket, Tracker
from adapters.registry import KINDS
from bot.config import Config
from bot.config_loader import load_config, places, unknown_types
from bot.domain.errors import ConfigurationError
from bot.domain.problems import Problem
from bot.domain.quality.finding import Dictionary
from bot.domain.template import RequestType
from bot.domain.template_loader import Loaded, load
from bot.drawing import draw
from bot.files_on_disk import configuration_text, read_dictionary, shipped_folder, template_files
from bot.jobs import fill, reply, retention, sweep, sync, sync_word, ticket
from bot.jobs.engine import Engine
from bot.jobs.schedules import Schedules
from bot.jobs.waits import Waits
from bot.judging.second_process import SecondProcess
from bot.running import Bot, Parts
from bot.settings import Environment
from bot.slack.acks import Acks
from bot.slack.desk import Desk
from bot.slack.files import SlackFiles
from bot.slack.forms import Forms
from bot.slack.gateway import Gateway
from bot.slack.home_tabs import HomeTabs
from bot.slack.ids import COMMAND
from bot.slack.manifest import manifest
from bot.slack.notifier import SlackNotifier
from bot.slack.people import SlackPeople
from bot.slack.pictures import SlackPictures
from bot.slack.views.form import unshowable
from bot.store.sql_store import SqlStore
from bot.teams import ConfiguredTeams, ConfiguredTrackers
from bot.tracker_variables import variable_problems
from bot.usecases.ports import Clock, Ports
from bot.usecases.read_changed import Watch, unwatched

if TYPE_CHECKING:
    from sandbox.server import Sandbox


@dataclass(frozen=True, slots=True)
class Loadout:
    """Configuration and request types, as found on disk.

    Attributes:
        config: None if the file is missing or wrong.
        types: the request types without errors.
        problems: all errors.
        notes: what is worth knowing.
        dictionary: the events and parameters that are known; None if the configuration names no dictionary.
        files: key of a request type → the file that it stands in.
    """

    config: Config | None
    types: Mapping[str, RequestType]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()
    dictionary: Dictionary | None = None
    files: Mapping[str, str] = field(default_factory=dict)


class SystemClock:
    """The port `Clock`: real time."""

    def now(self) -> datetime:
        """In UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait, for real."""
        await asyncio.sleep(seconds)


def team_models() -> dict[str, type[BaseModel]]:
    """Tracker name → what a team may say about it."""
    return {name: kind.team_settings for name, kind in KINDS.items()}


def template_models() -> dict[str, type[BaseModel]]:
    """Tracker name → what a template may say about it."""
    return {name: kind.template_settings for name, kind in KINDS.items()}


def tracker_environments() -> dict[str, type[BaseModel]]:
    """Tracker name → its environment variables, for the documentation."""
    return {name: kind.environment for name, kind in KINDS.items()}


def capabilities() -> dict[str, Capabilities]:
    """Tracker name → what it can do, for the documentation; the trackers are made with empty environments."""
    return {name: kind.factory(kind.environment.model_construct()).capabilities for name, kind in KINDS.items()}


def payload_reader(name: str) -> Callable[[Mapping[str, Any]], Ticket]:
    """What makes a ticket of one REST payload of this tracker; it raises ValueError for anything else.

    Raises:
        ConfigurationError: there is no such tracker.
    """
    if name not in KINDS:
        raise ConfigurationError([f"There is no tracker {name!r}; known are {', '.join(KINDS)}."])
    return KINDS[name].read_payload


def load_templates(places: list[Path]) -> Loaded:
    """The request types in these folders and files.

    Raises:
        ConfigurationError: a place cannot be read.
    """
    return load(template_files(places), template_models())


def load_everything(config_file: Path) -> Loadout:
    """Configuration and request types, with every problem at once.

    Raises:
        ConfigurationError: a file is not there or cannot be read.
    """
    name, text = str(config_file), configuration_text(config_file)
    config, problems = load_config(name, text, team_models())
    where = places(name, text)
    folders = [shipped_folder()] if where.shipped else []
    for position, folder in enumerate(where.folders):
        if (config_file.parent / folder).exists():
            folders.append(config_file.parent / folder)
        else:
            problems.append(Problem(name, where.line, f"templates[{position}]", f"there is no folder {folder!r}"))
    loaded = load_templates(folders)
    problems += unknown_types(name, text, loaded.files)
    dictionary, faults = read_dictionary(config_file, where.dictionary, where.dictionary_line)
    problems += [fault for fault in faults if fault.file == name]
    problems.sort(key=lambda problem: problem.line)
    problems += [fault for fault in faults if fault.file != name]
    return Loadout(config, loaded.types, (*problems, *loaded.problems), tuple(loaded.notes), dictionary, loaded.files)


def tracker_problems(config: Config) -> list[str]:
    """What is wrong with the environment variables of the trackers that teams use."""
    used = {name for team in config.teams for name in team.trackers}
    kinds = [kind for name, kind in KINDS.items() if name in used]
    prefixes = [kind.environment.model_config.get("env_prefix", "") for kind in kinds]
    return [
        problem
        for kind, prefix in zip(kinds, prefixes, strict=True)
        for problem in variable_problems(kind.title, kind.environment, prefix)
    ]


def build_trackers(config: Config) -> dict[str, Tracker]:
    """The trackers that teams use, made from their environment variables.

    Raises:
        ConfigurationError: a team uses a tracker whose variables are not set, or wrong.
    """
    if problems := tracker_problems(config):
        raise ConfigurationError(problems)
    used = {name for team in config.teams for name in team.trackers}
    return {name: kind.factory(kind.environment()) for name, kind in KINDS.items() if name in used}


def titles() -> dict[str, str]:
    """Tracker name → its name as people write it."""
    return {name: kind.title for name, kind in KINDS.items()}


def checked(environment: Environment, *, trackers: bool = False) -> Loadout:
    """Environment, configuration and request types, fit to run.

    Args:
        environment: the bot's own environment variables.
        trackers: whether those of the trackers must be right, too.

    Raises:
        ConfigurationError: anything is wrong; all of it is said.
    """
    problems = environment.problems()
    try:
        loadout = load_everything(Path(environment.devrequest_config))
    except ConfigurationError as error:
        raise ConfigurationError([*problems, *error.problems]) from error
    if trackers and loadout.config is not None:
        problems += tracker_problems(loadout.config)
    problems += [str(problem) for problem in loadout.problems]
    problems += [f"{key}: {reason}" for key, kind in loadout.types.items() for reason in unshowable(kind)]
    if loadout.config is not None and not loadout.types:
        problems.append("There is no request type: add a folder with templates, or set shipped_templates: true.")
    if problems:
        raise ConfigurationError(problems)
    return loadout


def build_bot(
    environment: Environment,
    loadout: Loadout,
    *,
    trackers: Mapping[str, Tracker] | None = None,
    clock: Clock | None = None,
    waits: Waits | None = None,
    host: str = "0.0.0.0",  # noqa: S104 (a container's only way in)
    watch: Watch = unwatched,
) -> Bot:
    """Wire a bot.

    Args:
        environment: the environment variables.
        loadout: configuration and request types, without problems.
        trackers: instead of those that the environment describes.
        clock: instead of real time.
        waits: how long jobs wait before they try again.
        host: where the web server listens.
        watch: told of what sweeps read.

    Raises:
        ConfigurationError: the database is in use or cannot be opened, or a tracker's variables are wrong.
    """
    if loadout.config is None or environment.slack_bot_token is None:
        raise ConfigurationError(["There is no configuration to run with."])
    config, token = loadout.config, environment.slack_bot_token.get_secret_value()
    in_use = dict(trackers) if trackers is not None else build_trackers(config)
    engine = Engine(environment.database_url)
    store = _opened(engine, environment.database_url)
    teams = ConfiguredTeams(config, loadout.types, dictionary=loadout.dictionary)
    named = ConfiguredTrackers(in_use, titles())
    gateway = Gateway(token, environment.slack_api_url)
    files = SlackFiles(token, environment.slack_api_url)
    scopes = {name: settings for team in teams.all() for name, settings in team.trackers.items()}
    people = SlackPeople(gateway, named, config.people, scopes)
    forms = Forms(teams, named, store)
    acks = Acks(gateway)
    homes = HomeTabs(gateway)
    notifier = SlackNotifier(gateway, forms, people, acks, homes)
    judging = SecondProcess()
    ports = Ports(
        clock or SystemClock(),
        store,
        notifier,
        people,
        files,
        teams,
        named,
        store.tickets,
        store.syncs,
        SlackPictures(gateway, draw),
        judging,
    )
    homes.serve(ports)
    ticket.register(engine, ports, waits)
    reply.register(engine, ports, waits)
    fill.register(engine, ports, waits)
    sync_word.register(engine, ports, waits)
    schedules = Schedules(store.schedule_first_seen, ports.clock.now)
    kept = config.retention
    retention.register(engine, schedules, ports, store, requests=kept.requests, failed=kept.failed)
    sweep.register(engine, schedules, ports, waits, watch)
    sync.register(engine, schedules, ports, waits)
    desk = Desk(ports, engine, gateway, forms, acks, homes)
    parts = Parts(
        environment, config, loadout.types, store, engine, schedules, teams, in_use, files, judging, desk, host
    )
    return Bot(parts)


def _opened(engine: Engine, url: str) -> SqlStore:
    """The store, locked before its tables are brought up to date: another process may run on them."""
    engine.claim()
    try:
        return SqlStore.open(url)
    except BaseException:
        engine.release()
        raise


WORDS = (
    ("help", "How it works"),
    ("sync", "The weekly sync as it is now, for you alone"),
    ("sync now", "Post the weekly sync"),
)
"""What the sandbox suggests behind the command, beside the request types."""


def build_sandbox() -> tuple["Sandbox", str]:
    """The stand-ins with their seeded company and our app, and a bot's configuration; imported only when wanted."""
    from sandbox.company import demo_config, seed
    from sandbox.server import Sandbox

    made = Sandbox(seed)
    types = load_templates([shipped_folder()]).types
    words = [*WORDS, *((key, kind.name) for key, kind in types.items())]
    made.install(manifest("socket"), {COMMAND: words})
    return made, demo_config()


async def open_form(sandbox: "Sandbox", key: str) -> None:
    """Open the form of a request type in the sandbox, for whoever looks at its page."""
    from sandbox.company import type_command

    await type_command(sandbox, f"/devrequest {key}")
