"""What `/metrics` shows, read when it is asked for."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot import log
from bot.jobs.engine import Engine
from bot.jobs.operations import Gauges
from bot.usecases.sweep_gauges import SweepGauges

logger = log.get(__name__)
LookAtSweeps = Callable[[], Awaitable[Sequence[SweepGauges]]]
SWEEPS = (
    ("sweep_age", "swept_ago", "Seconds since a team's tickets in a tracker were last read to the end."),
    ("tracker_unread", "unread_for", "Seconds for which a tracker cannot be read; 0 while it can."),
    ("tickets_frozen", "frozen", "Whether nothing is called gone, since too much is missing at once."),
    ("tickets_open", "open", "Open tickets of a team in a tracker."),
    ("tickets_incomplete", "asking", "Those of them that lack something and that nobody works on."),
)
"""Metric, attribute of `SweepGauges`, description."""


class BotMetrics(Collector):
    """Counters of the engine, and gauges of engine and sweeps as of the latest `refresh`."""

    def __init__(self, engine: Engine, sweeps: LookAtSweeps | None = None) -> None:
        self._engine = engine
        self._look_at_sweeps = sweeps
        self._gauges: Gauges | None = None
        self._sweeps: Sequence[SweepGauges] = ()

    async def refresh(self) -> None:
        """Read the gauges; the exposition itself may not wait for a database.

        Without a database the counters are still worth showing, and the gauges are left out.
        """
        self._gauges, self._sweeps = None, ()
        try:
            async with asyncio.timeout(2):
                self._gauges = await self._engine.gauges()
                self._sweeps = await self._look_at_sweeps() if self._look_at_sweeps else ()
        except Exception:  # the last line of defence: metrics must say most when least works
            logger.exception("gauges not read")

    def collect(self) -> Iterator[Metric]:
        """Every metric, in the format of Prometheus."""
        yield CounterMetricFamily("devrequest_jobs_stored", "Jobs that were stored.", value=self._engine.stored)
        yield CounterMetricFamily(
            "devrequest_jobs_not_stored", "Jobs that could not be stored in time.", value=self._engine.not_stored
        )
        yield CounterMetricFamily(
            "devrequest_steps_broken", "Steps that failed in a way nobody foresaw.", value=self._engine.broken
        )
        replicas = self._engine.replicas
        yield GaugeMetricFamily(
            "devrequest_heartbeat_age", "Seconds since this replica's last heartbeat.", value=replicas.silence
        )
        yield CounterMetricFamily("devrequest_replicas_reaped", "Dead replicas taken over.", value=replicas.reaped)
        yield CounterMetricFamily("devrequest_jobs_recovered", "Jobs taken over from them.", value=replicas.recovered)
        yield from self._of_sweeps()
        if self._gauges is None:
            return
        for name, text in (
            ("oldest_queued", "Seconds since the oldest queued job was stored."),
            ("oldest_running", "Seconds since the oldest running job was started."),
            ("waiting", "Jobs that wait to be tried again."),
            ("failed", "Jobs that ended in an error."),
            ("gave_up", "Jobs that were interrupted too often."),
        ):
            yield GaugeMetricFamily(f"devrequest_jobs_{name}", text, value=getattr(self._gauges, name))

    def _of_sweeps(self) -> Iterator[Metric]:
        for name, attribute, text in SWEEPS if self._sweeps else ():
            metric = GaugeMetricFamily(f"devrequest_{name}", text, labels=("team", "tracker"))
            for sweep in self._sweeps:
                if (value := getattr(sweep, attribute)) is not None:
                    metric.add_metric((sweep.team, sweep.tracker), value)
            yield metric
