"""The teams of the configuration and the request types on disk, as the use cases see them."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.base import Tracker
from bot.config import Config, Sync, TeamConfig
from bot.domain.alerting import AlertPolicy
from bot.domain.errors import ConfigurationError
from bot.domain.quality.finding import Dictionary
from bot.domain.sync_policy import SyncPolicy
from bot.domain.template import RequestType
from bot.domain.working_time import WorkingTime
from bot.files_on_disk import judging_code
from bot.public_holidays import holidays_of
from bot.usecases.ports import Team

OWN_CHANNEL = "Give each team a channel of its own in the configuration."


class ConfiguredTeams:
    """The port `Teams`.

    Args:
        config: the configuration file.
        types: request types by key, in the order in which they are offered.
        channels: `#name` → channel id, for channels that the configuration names.
        dictionary: the events and parameters that are tracked already.
    """

    def __init__(
        self,
        config: Config,
        types: Mapping[str, RequestType],
        channels: Mapping[str, str] | None = None,
        dictionary: Dictionary | None = None,
    ) -> None:
        self._types = dict(types)
        self._former = {kind.was: kind for kind in types.values() if kind.was}
        self._config = config
        self._dictionary = dictionary
        self._teams: tuple[Team, ...] = ()
        self._offered: dict[tuple[str, ...], tuple[RequestType, ...]] = {}
        self.ops_channel: str | None = None
        self.resolve(channels or {})

    def resolve(self, channels: Mapping[str, str]) -> None:
        """Put ids in the place of `#name`s; a name that is not among them stays, and Slack will say so."""
        types = tuple(self._types)
        self._teams = tuple(_team(team, channels, types, self._dictionary) for team in self._config.teams)
        ops = self._config.ops_channel
        self.ops_channel = channels.get(ops.lstrip("#"), ops) if ops else None

    def shared_channels(self) -> list[str]:
        """Channels that several teams have, one sentence each; an id and a `#name` may turn out to be the same one."""
        by_channel: dict[str, list[TeamConfig]] = {}
        for team, said in zip(self._teams, self._config.teams, strict=True):
            by_channel.setdefault(team.channel, []).append(said)
        return [
            f"The teams {' and '.join(f'{said.name} (channel: {said.channel})' for said in several)} have one and the "
            f"same channel, {channel}."
            for channel, several in by_channel.items()
            if len(several) > 1
        ]

    def must_not_share_channels(self) -> None:
        """For a bot that is to run: what is said in a shared channel would be the first team's.

        Raises:
            ConfigurationError: two teams have the same channel.
        """
        if shared := self.shared_channels():
            raise ConfigurationError([f"{problem} {OWN_CHANNEL}" for problem in shared])

    def all(self) -> Sequence[Team]:
        """In file order."""
        return self._teams

    def get(self, team_id: str) -> Team | None:
        """By the stable id."""
        return next((team for team in self._teams if team.id == team_id), None)

    def of_channel(self, channel: str) -> Team | None:
        """The team whose channel that is."""
        return next((team for team in self._teams if team.channel == channel), None)

    def request_types(self, team: Team | None = None) -> Sequence[RequestType]:
        """Those that a team offers, or all."""
        keys = team.request_types if team else tuple(self._types)
        if keys not in self._offered:  # asked for several times whenever a form opens
            self._offered[keys] = tuple(self._types[key] for key in keys if key in self._types)
        return self._offered[keys]

    def request_type(self, key: str) -> RequestType | None:
        """By its key, or by the key that it had before."""
        return self._types.get(key) or self._former.get(key)

    def judged_by(self) -> str:
        """The digest of our own code."""
        return judging_code()


class ConfiguredTrackers:
    """The port `Trackers`."""

    def __init__(self, trackers: Mapping[str, Tracker], titles: Mapping[str, str]) -> None:
        self._trackers = trackers
        self._titles = titles

    def get(self, name: str) -> Tracker:
        """Raises `KeyError` for one that is not configured."""
        return self._trackers[name]

    def title(self, name: str) -> str:
        """As people write it; the name itself of a tracker that there is no longer."""
        return self._titles.get(name, name)

    def names(self) -> Sequence[str]:
        """In the order of the registry."""
        return tuple(self._trackers)


def _team(team: TeamConfig, channels: Mapping[str, str], types: tuple[str, ...], dictionary: Dictionary | None) -> Team:
    return Team(
        id=team.id,
        name=team.name,
        channel=channels.get(team.channel.lstrip("#"), team.channel),
        time_zone=team.time_zone,
        request_types=team.request_types or types,
        trackers=_with_estimate(team.trackers, team.sync.quick_win.estimate_field),
        default_tracker=team.tracker,
        guests=team.guests,
        checks_off={key: said.get("off", ()) for key, said in team.checks.items()},
        language=team.language,
        alerts=_alert_policy(team),
        observe=team.alerts.mode == "observe",
        sweep_every=team.alerts.every,
        sync=_sync_policy(team.sync),
        dictionary=dictionary,
    )


def _with_estimate(trackers: dict[str, dict[str, Any]], estimate_field: str) -> dict[str, dict[str, Any]]:
    """Settings of trackers, with the estimate's field that the sync names where they name none themselves."""
    if not estimate_field.strip():
        return trackers
    return {name: {"estimate_field": estimate_field, **settings} for name, settings in trackers.items()}


def _sync_policy(said: Sync) -> SyncPolicy:
    return SyncPolicy(
        day=said.day,
        at=said.at,
        meeting=said.meeting,
        horizon_weeks=said.horizon_weeks,
        every_weeks=said.every_weeks,
        skip=frozenset(said.skip),
        on_holiday=said.on_holiday,
        grace=said.grace,
        reminder=said.reminder,
        small=said.quick_win.at_most,
    )


def _alert_policy(team: TeamConfig) -> AlertPolicy:
    said = team.alerts
    return AlertPolicy(
        working=WorkingTime.of(said.hours, said.days, team.time_zone, holidays_of(team.holidays)),
        first_after=said.first_after,
        repeat_every=said.repeat_every,
        at_most=said.at_most,
        per_day=said.per_day,
        escalate_to=said.escalate_to,
        mute=frozenset(said.mute),
        is_on=said.mode != "off",
    )
