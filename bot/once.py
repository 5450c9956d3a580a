"""One job from the command line: put into the queue beside a running bot, or run here where none runs."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Literal

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

from bot.bootstrap import Loadout, build_bot
from bot.domain.errors import ConfigurationError
from bot.jobs.engine import LEASE, Client
from bot.jobs.lock import FileLock
from bot.jobs.run import Payload
from bot.running import Bot
from bot.settings import Environment
from bot.slack.app import identity
from bot.slack.channels import channel_ids
from bot.slack.gateway import SlackRefused
from bot.store.database import database_url
from bot.usecases.ports import JobState, SlackUnavailable, Team, Teams
from bot.usecases.read_changed import Watch, unwatched

LOOK_EVERY = 0.2
"""Seconds between two looks at a job."""
PATIENCE = 5.0
"""Seconds that a job may be in the queue before it counts as one that waits for later."""
Lane = Callable[[Payload], str]
Outcome = Literal["queued", "done", "failed", "waiting"]


async def submit_or_run(
    environment: Environment,
    loadout: Loadout,
    kind: str,
    key: str,
    payload: Mapping[str, Any],
    lane: Lane,
    *,
    serial: bool = False,
    watch: Watch = unwatched,
) -> Outcome:
    """Have a job done: by the bot that runs, or here.

    Args:
        environment: the environment variables.
        loadout: configuration and request types.
        kind: of the job.
        key: of the job.
        payload: of the job.
        lane: the lane of a payload.
        serial: whether jobs of one lane take turns.
        watch: told of what sweeps read that run here.

    Returns:
        `queued` beside a running bot; else how it ended, `waiting` if it will be tried again when the bot runs.

    Raises:
        ConfigurationError: the database or Slack cannot be used.
    """
    if is_running(environment.database_url):
        client = Client(environment.database_url, {kind: lane}, serial={kind} if serial else ())
        try:
            await client.submit(kind, key, payload)
        finally:
            client.close()
        return "queued"
    bot = build_bot(environment, loadout, host="127.0.0.1", watch=watch)
    try:
        await know_slack(bot)
        await bot.parts.engine.open()
        try:
            await bot.parts.engine.submit(kind, key, payload)
            state = await _ended(bot, key)
        finally:
            await bot.parts.engine.close(5.0)
    finally:
        await let_go(bot)
    return {"done": "done", "failed": "failed"}.get(state, "waiting")  # type: ignore[return-value]  # these are its words


def is_running(url: str) -> bool:
    """Whether a bot works on this database now."""
    parsed = database_url(url)
    if parsed.drivername == "sqlite":
        return FileLock(str(parsed.database)).held_elsewhere()
    engine = create_engine(parsed)
    alive = "select count(*) from bot_replica where beat > clock_timestamp() - make_interval(secs => :lease)"
    try:
        with engine.connect() as connection:
            return bool(connection.scalar(text(alive), {"lease": LEASE}))
    except DatabaseError:
        return False  # no tables yet: nobody ever ran
    finally:
        engine.dispose()


def team_named(known: Teams, wanted: str | None) -> list[Team]:
    """The team with this id or name; all of them without one.

    Raises:
        ConfigurationError: there is no such team.
    """
    teams = list(known.all())
    if wanted is None:
        return teams
    found = [team for team in teams if wanted.casefold() in {team.id.casefold(), team.name.casefold()}]
    if not found:
        ids = ", ".join(team.id for team in teams)
        raise ConfigurationError([f"There is no team {wanted!r}. Known are: {ids}."])
    return found


async def know_slack(bot: Bot) -> None:
    """What a start finds out about Slack: who the bot is, and which channels the configuration means.

    Raises:
        ConfigurationError: Slack refuses the token or does not answer, or two teams share a channel.
    """
    parts = bot.parts
    try:
        parts.desk.slack_team = (await identity(parts.desk.gateway)).team_id or ""
        parts.teams.resolve(await channel_ids(parts.desk.gateway, parts.config))
        parts.teams.must_not_share_channels()
    except SlackRefused as refused:
        fix = "install the app and copy its token again"
        raise ConfigurationError([f"Slack refuses SLACK_BOT_TOKEN ({refused.code}): {fix}."]) from refused
    except SlackUnavailable as error:
        raise ConfigurationError([f"Slack does not answer: {error}. Check SLACK_API_URL and the network."]) from error


async def _ended(bot: Bot, key: str) -> JobState:
    """How a job ended; one that waits to be tried again later is not waited for."""
    looks = 0
    while True:
        state = await bot.parts.engine.status(key)
        looks = looks + 1 if state == "queued" else 0
        if state in {"done", "failed"} or looks * LOOK_EVERY > PATIENCE:
            return state
        await asyncio.sleep(LOOK_EVERY)


async def let_go(bot: Bot) -> None:
    """Close everything that a bot holds which was built and not run."""
    parts = bot.parts
    await parts.desk.homes.close()
    for tracker in parts.trackers.values():
        await tracker.close()
    await parts.files.close()
    await parts.judging.close()
    await parts.desk.gateway.close()
    parts.store.close()
    parts.engine.release()
