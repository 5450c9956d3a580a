"""A dry run: everything can be read, on a copy of the database; nothing is posted."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.bootstrap import Loadout, build_bot
from bot.domain.messages import Address, Message, Posted, Unreachable
from bot.domain.request import Draft
from bot.once import know_slack, let_go
from bot.settings import Environment
from bot.store.snapshot import copy_tables
from bot.usecases.ports import Ports


@asynccontextmanager
async def looking_only(environment: Environment, loadout: Loadout) -> AsyncIterator[Ports]:
    """Everything that use cases may be given, on a copy of the database and with a Slack that takes no messages.

    Raises:
        ConfigurationError: the database or Slack cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="devrequest-") as folder:
        with ThreadPoolExecutor(1) as own:  # the engine takes the loop's default one with it when it stops
            target = Path(folder) / "copy.sqlite"
            copy = await asyncio.get_running_loop().run_in_executor(own, copy_tables, environment.database_url, target)
        bot = build_bot(environment.model_copy(update={"database_url": copy}), loadout, host="127.0.0.1")
        try:
            await bot.parts.store.save_templates(tuple(bot.parts.types.values()))
            await know_slack(bot)
            yield replace(bot.parts.desk.ports, notifier=Silent(), pictures=None)
        finally:
            await let_go(bot)


class Silent:
    """The port `Notifier` of a dry run: nothing is posted, edited or shown."""

    async def post(self, key: str, to: Address, message: Message, *, may_exist: bool) -> Posted | Unreachable:
        """Takes nothing."""
        del key, to, message, may_exist
        return Unreachable("", "dry run")

    async def find(self, key: str, to: Address, since: datetime) -> Posted | Unreachable | None:
        """Finds nothing."""
        del key, to, since
        return None

    async def edit(self, posted: Posted, message: Message) -> bool:
        """Changes nothing."""
        del posted, message
        return True

    async def show(self, view_id: str, message: Message) -> bool:
        """Shows nothing."""
        del view_id, message
        return False

    async def show_form(self, view_id: str, draft: Draft, problems: Mapping[str, str]) -> bool:
        """Shows nothing."""
        del view_id, draft, problems
        return False

    def home_changed(self, slack_team: str, user: str) -> None:
        """Publishes nothing."""
