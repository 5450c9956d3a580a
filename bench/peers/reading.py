"""One reading of a big project, in a process of its own: ours, or the vendor's SDK as it comes.

`python -m bench.peers.reading WAY URL READERS [SINCE]` prints what it took. WAY is `jira`, `asana`, `jira-ids`,
`asana-ids`, or `jira-sdk` and `asana-sdk`. Imports are not measured; making the client is.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import Any

import asana
from jira import JIRA

from adapters.asana.settings import AsanaEnvironment
from adapters.asana.tracker import AsanaTracker
from adapters.base import Scope, Tracker
from adapters.jira.settings import JiraEnvironment
from adapters.jira.tracker import JiraTracker
from bench.peers.big_projects import ASANA_PROJECT, FIRST
from bench.peers.memory import Memory
from bot.collector import spare_the_collector
from sandbox.asana.site import ASANA_ACCESS_TOKEN
from sandbox.jira.site import JIRA_API_TOKEN

ASANA_FIELDS = (
    "name,notes,html_notes,completed,due_on,created_at,modified_at,assignee,permalink_url,tags.name,custom_fields.gid,"
    "custom_fields.name,custom_fields.display_value,memberships.project,memberships.section.name"
)
"""What one would ask Asana for who needs no more than we do; its default is names only."""
UNLIMITED = 1_000_000
"""Calls a minute: the server has no limit, so ours is not what is measured."""


async def ours(tracker: Tracker, project: str, since: datetime | None, *, ids_only: bool) -> AsyncIterator[str]:
    """The ids of all tickets; each page is looked at, texts as well, as a sweep does, and dropped."""
    async for page in tracker.changed(Scope({"project": project}), since, ids_only=ids_only):
        for ticket in page:
            bool(ticket.document)  # it is parsed now
            yield ticket.ref.id
    await tracker.close()


def jira_sdk(url: str) -> Iterator[str]:
    """All issues by the SDK with its defaults."""
    client = JIRA(server=f"{url}/jira", basic_auth=("bot@example.com", JIRA_API_TOKEN))
    for issue in client.search_issues("project = WEB AND statusCategory != Done ORDER BY id", maxResults=False):
        yield issue.id


def asana_sdk(url: str) -> Iterator[str]:
    """All tasks by the SDK, one page after another, with the fields that are needed."""
    configuration = asana.Configuration()
    configuration.host, configuration.access_token = f"{url}/asana/api/1.0", ASANA_ACCESS_TOKEN
    client = asana.ApiClient(configuration)
    for task in asana.TasksApi(client).get_tasks({"project": ASANA_PROJECT, "limit": 100, "opt_fields": ASANA_FIELDS}):
        yield task["gid"]
    client.pool.close()


def jira_environment(url: str, readers: int) -> JiraEnvironment:
    """How to reach Jira."""
    return JiraEnvironment(url=f"{url}/jira", email="bot@example.com", api_token=JIRA_API_TOKEN, parallel_reads=readers)


async def numbers(way: str, url: str, readers: int, since: datetime | None) -> AsyncIterator[int]:
    """The numbers of what was read."""
    vendor, _, how = way.partition("-")
    if how == "sdk":
        for identity in {"jira": jira_sdk, "asana": asana_sdk}[vendor](url):
            yield int(identity) - FIRST
        return
    made: dict[str, Callable[[], tuple[Any, str]]] = {
        "jira": lambda: (JiraTracker(jira_environment(url, readers)), "WEB"),
        "asana": lambda: (
            AsanaTracker(
                AsanaEnvironment(
                    url=f"{url}/asana/api/1.0",
                    access_token=ASANA_ACCESS_TOKEN,
                    requests_per_minute=UNLIMITED,
                    parallel_reads=readers,
                )
            ),
            ASANA_PROJECT,
        ),
    }
    tracker, project = made[vendor]()
    async for identity in ours(tracker, project, since, ids_only=how == "ids"):
        yield int(identity) - FIRST


async def main(way: str, url: str, readers: int, since: datetime | None) -> None:
    """Read, and print seconds, CPU seconds, megabytes, and what came."""
    if not way.endswith("sdk"):
        spare_the_collector()
    seen = bytearray(100_000)
    count = 0
    with Memory() as memory:
        began, cpu = time.perf_counter(), time.process_time()
        async for number in numbers(way, url, readers, since):
            seen[number] = 1
            count += 1
        taken = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    print(json.dumps({**taken, "memory": memory.peak - memory.base, "count": count, "distinct": sum(seen)}))


if __name__ == "__main__":
    moment = datetime.fromisoformat(sys.argv[4]) if len(sys.argv) > 4 else None
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), moment))
