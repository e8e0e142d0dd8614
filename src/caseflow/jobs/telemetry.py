"""Metrics for Prometheus and traces for OpenTelemetry: the extra ``telemetry``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from opentelemetry import trace
from opentelemetry.trace import Tracer
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from caseflow.jobs.watch import Ended
from caseflow.store import Backlog, LeasedJob

CONTENT_TYPE = CONTENT_TYPE_LATEST
"""Of the text that `Telemetry.metrics` returns."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Telemetry:
    """Counts what a worker does, and puts a span around every call of a handler."""

    def __init__(self, tracer: Tracer | None = None) -> None:
        """Trace with a tracer; with that of the host's tracer provider where none is given."""
        self._tracer = tracer if tracer is not None else trace.get_tracer("caseflow")
        self._registry = registry = CollectorRegistry()
        self._ended = Counter(
            "caseflow_jobs", "Calls of handlers, and refused results", ["topic", "how"],
            registry=registry,
        )  # fmt: skip
        self._took = Histogram(
            "caseflow_handler_seconds", "How long handlers took", ["topic"],
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._waited = Histogram(
            "caseflow_job_wait_seconds", "From when a job was ready to the call of its handler",
            ["topic"], buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._steps = Counter(
            "caseflow_due_steps", "Timers fired and messages delivered", registry=registry
        )
        self._backlog = Gauge(
            "caseflow_jobs_waiting", "Jobs that wait for a worker", ["topic"], registry=registry
        )
        self._unknown = Gauge(
            "caseflow_jobs_without_handler", "Of them, those this worker has no handler for",
            ["topic"], registry=registry,
        )  # fmt: skip

    def metrics(self) -> bytes:
        """Return the metrics as Prometheus reads them."""
        return generate_latest(self._registry)

    @contextmanager
    def doing(self, job: LeasedJob) -> Iterator[object]:
        """Put a span around the call of a handler."""
        with self._tracer.start_as_current_span(
            f"job {job.topic}",
            attributes={
                "caseflow.case": job.key.case,
                "caseflow.business_key": job.business_key,
                "caseflow.process": job.process,
                "caseflow.element": job.element,
                "caseflow.job": f"{job.key.case}:{job.key.number}",
                "caseflow.topic": job.topic,
                "caseflow.attempt": job.attempt,
            },
        ) as span:
            yield span

    def began(self, job: LeasedJob, *, now: datetime) -> None:
        """Note how long a job had waited."""
        self._waited.labels(job.topic).observe(max(0.0, (now - job.ready_at).total_seconds()))

    def ended(self, ended: Ended) -> None:
        """Count a call, and how long it took."""
        self._ended.labels(ended.topic, ended.how).inc()
        if ended.how != "refused":
            self._took.labels(ended.topic).observe(ended.seconds)

    def stepped(self, steps: int) -> None:
        """Count timers and messages."""
        self._steps.inc(steps)

    def looked(self, backlog: Sequence[Backlog], *, unknown: Sequence[Backlog]) -> None:
        """Note what waits now."""
        for gauge, found in ((self._backlog, backlog), (self._unknown, unknown)):
            gauge.clear()
            for one in found:
                gauge.labels(one.topic).set(one.jobs)
