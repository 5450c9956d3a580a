"""One weekly sync over both trackers, in a process of its own: from the job to its message in the channel.

`python -m bench.peers.syncing URL FOLDER DAY WHAT` prints what it took; WHAT is `sync`, or `sweep` for what comes
before. The database is in FOLDER, and stays there for the next process. What the bot imports when it reads for the
first time is imported before.
"""

import asyncio
import json
import random
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import adapters.asana.sdk
import adapters.jira.sdk  # noqa: F401
from bench.peers.big_projects import ASANA_PROJECT
from bench.peers.memory import Memory
from bot.bootstrap import build_bot, checked
from bot.collector import spare_the_collector
from bot.jobs.sweep import KIND, asked as swept
from bot.running import Bot
from bot.settings import Environment
from bot.usecases.post_sync import JOB, asked

CONFIG = """
teams:
  - name: Web
    channel: C0WEB
    default_tracker: jira
    trackers: {{jira: {{project: WEB}}, asana: {{project: "{project}"}}}}
"""
WEEKS = 7
"""Weeks before this one of which the thread shows readiness."""
UNDER_WAY = 2.0
"""Seconds until a bot that was opened looks after its queues as one does that has run for a day."""
PHASE = 0.5
"""Up to so many seconds later the sync begins: nobody asks for one always just after a look at the queue."""
LOOK_EVERY = 0.25
"""Seconds between two looks at the job, each of which takes time away from it."""


def build(url: str, folder: Path) -> Bot:
    """The bot, on the folder's database and the server's vendors."""
    config = folder / "devrequest.yaml"
    config.write_text(CONFIG.format(project=ASANA_PROJECT), encoding="utf-8")
    environment = Environment(
        slack_bot_token="xoxb-sandbox",  # type: ignore[arg-type]
        slack_app_token="xapp-sandbox",  # type: ignore[arg-type]
        slack_api_url=f"{url}/slack/api/",
        database_url=f"sqlite:///{folder / 'bot.sqlite'}",
        devrequest_config=str(config),
    )
    return build_bot(environment, checked(environment, trackers=True))


async def main(url: str, folder: Path, day: date, what: str) -> None:
    """Sweep, or post; print seconds until the message was there, megabytes, and what was read and listed."""
    bot = build(url, folder)
    store, engine = bot.parts.store, bot.parts.engine
    for weeks in range(1, WEEKS + 1):
        await store.tickets.save_readiness("web", day - timedelta(weeks=weeks), {"open": 100.0, "ready": 10.0 * weeks})
    await engine.open()
    spare_the_collector()
    await asyncio.sleep(UNDER_WAY + random.uniform(0.0, PHASE))
    now, [team] = bot.parts.desk.ports.clock.now(), bot.parts.teams.all()
    kind, (key, payload) = (KIND, swept(team, now)) if what == "sweep" else (JOB, asked(team, day, now))
    with Memory() as memory:
        began = time.time()
        await engine.submit(kind, key, payload)
        while await engine.status(key) not in {"done", "failed"}:  # noqa: ASYNC110 (its store sets no event)
            await asyncio.sleep(LOOK_EVERY)
    tickets = [one.ticket async for page in store.tickets.of_team("web", "all") for one in page]
    read = {name: sum(one.tracker == name and one.seen_at >= began for one in tickets) for name in team.trackers}
    taken = {"memory": memory.peak - memory.base, "read": read}
    if post := await store.syncs.post(f"{JOB}:web:{day.isoformat()}"):
        taken |= {"seconds": float(post.ts) - began, "listed": len(post.dues)}
    print(json.dumps(taken))
    await engine.close(5.0)
    await bot.parts.judging.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), date.fromisoformat(sys.argv[3]), sys.argv[4]))
