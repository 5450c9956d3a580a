"""What `/metrics` shows, read when it is asked for."""

import asyncio
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot import log
from bot.jobs.engine import Engine
from bot.jobs.operations import Gauges

logger = log.get(__name__)


class BotMetrics(Collector):
    """Counters of the engine, and its gauges as of the latest `refresh`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._gauges: Gauges | None = None

    async def refresh(self) -> None:
        """Read the gauges; the exposition itself may not wait for a database.

        Without a database the counters are still worth showing, and the gauges are left out.
        """
        self._gauges = None
        try:
            async with asyncio.timeout(2):
                self._gauges = await self._engine.gauges()
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
