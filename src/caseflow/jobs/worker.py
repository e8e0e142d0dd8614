"""The worker: takes jobs, calls their handlers in threads, and lets time pass."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Self

from caseflow.errors import HandlerRefused, StaleCase, StoreError
from caseflow.jobs.bulkhead import Bulkhead, Run
from caseflow.jobs.calling import Caller, Failed
from caseflow.jobs.errand import CRASHES, LOG, MAX_PAYLOAD, Errands, about, new_name
from caseflow.jobs.handlers import Handler, Handlers, at_least_one
from caseflow.jobs.spans import Span, span_of
from caseflow.jobs.watch import Unwatched, Watch
from caseflow.jobs.workplace import Wanted, Workplace
from caseflow.store import Backlog, LeasedJob

_STEPS = 50  # timers and messages between two looks at whether to stop
_SHORTEST = 0.01  # seconds between two looks at an idle table just after something happened
_RENEWED = 3  # times in the length of a lease


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """How a worker works.

    Attributes:
        queues: the topics whose jobs it does; those of all its handlers where none is named.
        threads: jobs of one topic at a time, where their handler does not say.
        poll: the longest time between two looks at the table.
        lease: after how long without a word of it others take its jobs.
        sweep: between two reports of what waits.
        patience: after which a task engine is told again of a job that is not done.
        max_payload: bytes of what a handler is given or returns.
        crashes: workers in a row that may vanish with a job.
        has_time: whether it fires timers and delivers messages, too.
    """

    queues: Collection[str] = ()
    threads: int = 4
    poll: Span = 1.0
    lease: Span = 30.0
    sweep: Span = 30.0
    patience: Span = 60.0
    max_payload: int = MAX_PAYLOAD
    crashes: int = CRASHES
    has_time: bool = True

    def __post_init__(self) -> None:
        for name in ("poll", "lease", "sweep", "patience"):
            span_of(getattr(self, name), name=name)
        for name in ("threads", "max_payload", "crashes"):
            at_least_one(getattr(self, name), name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a worker is: what it does, and what keeps it from it.

    ``hung``: by topic, how many handlers run on after their time. ``problem``: why the
    database could not be reached at the last look, or nothing.
    """

    is_running: bool
    is_draining: bool
    running: int
    hung: dict[str, int] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    problem: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether it can take jobs."""
        return self.is_running and not self.is_draining and not self.problem


class Worker:
    """Does the jobs of one engine until it is stopped.

    Each topic has threads of its own, so that a handler that is slow or hangs holds up
    nothing but its own topic. One thread more takes jobs and keeps leases alive, and one
    fires timers and delivers messages.

    ::

        with engine.worker():
            serve()
    """

    def __init__(
        self,
        place: Workplace,
        handlers: Handlers,
        options: WorkerOptions | None = None,
        *,
        is_polling: bool = True,
        watch: Watch | None = None,
    ) -> None:
        """Prepare a worker; `start` starts its threads.

        Raises:
            HandlerRefused: a queue is named that no handler works on.
        """
        self.name = new_name()
        self._options = options or WorkerOptions()
        self._place = place
        self._handlers = handlers
        self._is_polling = is_polling
        self._watch = watch or Unwatched()
        self._lease = span_of(self._options.lease, name="lease")
        self._poll = span_of(self._options.poll, name="poll").total_seconds()
        self._errands = Errands(
            place=place,
            caller=Caller(max_payload=self._options.max_payload),
            watch=self._watch,
            crashes=self._options.crashes,
        )
        self._bulkheads: dict[str, Bulkhead] = {}
        self._news, self._is_due = threading.Event(), threading.Event()
        self._is_draining, self._is_over = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []
        self._counter = 0
        self._renewed_at = 0.0
        self._problems: dict[str, str] = {}
        self._unknown: tuple[str, ...] = ()
        self._check_queues()

    # Life

    def start(self) -> Self:
        """Start the threads, and return at once."""
        if self._threads:
            raise HandlerRefused("a worker starts once: make another")
        kept = [("caseflow-jobs", self._keep)]
        if self._options.has_time:
            kept.append(("caseflow-time", self._let_time_pass))
        for name, target in kept:
            thread = threading.Thread(target=target, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()
        LOG.info("worker started", extra={"action": "worker_started", "worker": self.name})
        return self

    def stop(self, *, grace: Span = 30.0) -> int:
        """Take nothing more, wait for what runs, and hand back what was not begun.

        Returns:
            How many jobs still run after ``grace``; their leases end by themselves.
        """
        self._is_draining.set()
        self._ring()
        ends = time.monotonic() + span_of(grace, name="grace").total_seconds()
        self._hand_back([one for bulkhead in self._bulkheads.values() for one in bulkhead.close()])
        while self._unfinished() and time.monotonic() < ends:
            self._is_over.wait(_SHORTEST)
        self._is_over.set()
        self._ring()
        for thread in self._threads:
            thread.join(max(0.1, ends - time.monotonic()))
        left = self._unfinished()
        self._errands.caller.close()
        LOG.info(
            "worker stopped, %d jobs unfinished",
            left,
            extra={"action": "worker_stopped", "worker": self.name, "unfinished": left},
        )
        return left

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def wake(self) -> None:
        """Look at once whether there is something to do."""
        self._ring()

    def status(self) -> Status:
        """Return how it is."""
        return Status(
            is_running=any(thread.is_alive() for thread in self._threads),
            is_draining=self._is_draining.is_set(),
            running=sum(
                len(bulkhead.running) - bulkhead.hung for bulkhead in self._bulkheads.values()
            ),
            hung={
                topic: bulkhead.hung
                for topic, bulkhead in self._bulkheads.items()
                if bulkhead.hung
            },
            unknown=self._unknown,
            problem=next(iter([*self._problems.values()]), ""),
        )

    def run_ready(self, *, limit: int | None = None) -> int:
        """Do what is ready now, one job after the other in this thread, and return how many.

        For tests and scripts: no thread is started, and a handler that hangs hangs here.
        """
        done = 0
        while limit is None or done < limit:
            taken = self._place.take([self._wanted(handler, 1) for handler in self._mine()])
            if not taken:
                return done
            for lease in taken:
                handler = self._handlers.get(lease.topic)
                if handler is not None:
                    self._do(handler, lease)
                    done += 1
        return done

    # The thread that takes jobs

    def _keep(self) -> None:
        pause = self._poll
        while not self._is_over.is_set():
            self._news.clear()
            took = 0
            try:
                self._tend()
                took = 0 if self._is_draining.is_set() else self._take()
            except Exception as failure:  # noqa: BLE001 - a worker goes on, and says so
                self._stumbled("jobs", failure)
            else:
                self._problems.pop("jobs", None)
            pause = _SHORTEST if took else min(2 * pause, self._poll, self._beat())
            if self._news.wait(pause):
                pause = _SHORTEST

    def _beat(self) -> float:
        """Return the seconds between two looks at leases and hung handlers."""
        return self._lease.total_seconds() / _RENEWED / 2

    def _take(self) -> int:
        """Lease as much as there is room for, and hand it to the threads."""
        if not self._is_polling:
            return 0
        wanted = []
        for handler in self._mine():
            bulkhead = self._bulkhead(handler)
            if room := bulkhead.room:
                wanted.append(self._wanted(handler, room))
        taken = self._place.take(wanted) if wanted else []
        for lease in taken:
            bulkhead = self._bulkheads[lease.topic]
            if bulkhead.offer(lease):
                threading.Thread(
                    target=self._work,
                    args=(bulkhead,),
                    name=f"caseflow-{bulkhead.handler.topic}",
                    daemon=True,
                ).start()
        return len(taken)

    def _tend(self) -> None:
        """Keep the leases alive of what waits and runs, and give up on what hangs."""
        for bulkhead in self._bulkheads.values():
            for run in bulkhead.abandon_hung():
                self._give_up(bulkhead, run)
        if time.monotonic() < self._renewed_at + self._lease.total_seconds() / _RENEWED:
            return
        self._renewed_at = time.monotonic()
        held = [one for bulkhead in self._bulkheads.values() for one in bulkhead.leases]
        for lost in self._place.renew(held, lease=self._lease) if held else []:
            self._bulkheads[lost.topic].drop(lost)

    def _give_up(self, bulkhead: Bulkhead, run: Run) -> None:
        seconds = bulkhead.handler.timeout.total_seconds()
        LOG.error(
            "handler of %s hangs: its thread is lost until it ends",
            bulkhead.handler.topic,
            extra=about(run.lease, "hung"),
        )
        failure = Failed(message=f"the handler did not end within {seconds:g} s")
        self._errands.settle(bulkhead.handler, run.lease, failure, within=timedelta(0))

    def _stumbled(self, thread: str, failure: Exception) -> None:
        """Note why a thread cannot work; each says so once, and for itself when it can again."""
        if thread not in self._problems:
            LOG.error("worker cannot work: %s", failure, extra={"action": "worker_stumbled"})
        self._problems[thread] = f"{failure}"

    # The threads of a bulkhead

    def _work(self, bulkhead: Bulkhead) -> None:
        while (run := bulkhead.begin()) is not None:
            try:
                result = self._errands.call(bulkhead.handler, run.lease)
                if bulkhead.finish(run):
                    self._errands.settle(bulkhead.handler, run.lease, result, within=self._lease)
            except Exception:  # noqa: BLE001 - one job never ends the threads of the others
                LOG.exception("worker stumbled over a job", extra=about(run.lease, "stumbled"))
            finally:
                bulkhead.leave(run)
                self._news.set()

    def _do(self, handler: Handler, lease: LeasedJob) -> None:
        result = self._errands.call(handler, lease)
        self._errands.settle(handler, lease, result, within=self._lease)

    # The thread that lets time pass

    def _let_time_pass(self) -> None:
        looked_at = float("-inf")
        while not self._is_draining.is_set():
            self._is_due.clear()
            steps = 0
            try:
                steps = self._place.run_due(limit=_STEPS)
                self._watch.stepped(steps)
                steps += self._place.announce(
                    patience=span_of(self._options.patience, name="patience")
                )
                if looked_at + span_of(self._options.sweep, name="sweep").total_seconds() < (
                    time.monotonic()
                ):
                    looked_at = time.monotonic()
                    self._look()
            except StaleCase:  # another worker has done the same step
                steps = 1
            except Exception as failure:  # noqa: BLE001 - a worker goes on, and says so
                self._stumbled("time", failure)
            else:
                self._problems.pop("time", None)
            if not steps:
                self._is_due.wait(self._until_due())

    def _until_due(self) -> float:
        """Return how long to sleep: until the next timer, but no longer than between two looks."""
        try:
            following = self._place.next_due()
            if following is None:
                return self._poll
            return min(max((following - self._place.now()).total_seconds(), _SHORTEST), self._poll)
        except StoreError:
            return self._poll

    def _look(self) -> None:
        """Report what waits, above all what this worker has no handler for."""
        backlog = self._place.backlog()
        unknown = [one for one in backlog if self._handlers.get(one.topic) is None]
        self._watch.looked(backlog, unknown=unknown)
        self._unknown = tuple(one.topic for one in unknown)
        for one in unknown:
            _say_unknown(one)
        expired = self._place.count_expired()
        if expired:
            LOG.warning(
                "%d leases have ended without a word of their worker",
                expired,
                extra={"action": "leases_expired", "leases": expired},
            )

    # Parts

    def _mine(self) -> list[Handler]:
        queues = self._options.queues
        return [one for one in self._handlers if not queues or one.topic in queues]

    def _check_queues(self) -> None:
        missing = [one for one in self._options.queues if self._handlers.get(one) is None]
        if missing:
            raise HandlerRefused(
                f"no handler works on {', '.join(missing)}: those of this engine work on "
                f"{', '.join(one.topic for one in self._handlers) or 'nothing'}"
            )

    def _bulkhead(self, handler: Handler) -> Bulkhead:
        if handler.topic not in self._bulkheads:
            limit = handler.limit or self._options.threads
            self._bulkheads = {**self._bulkheads, handler.topic: Bulkhead(handler, limit=limit)}
        return self._bulkheads[handler.topic]

    def _wanted(self, handler: Handler, count: int) -> Wanted:
        first = self._counter + 1
        self._counter += count
        owners = [f"{self.name}/{number}" for number in range(first, first + count)]
        return Wanted(topic=handler.topic, owners=owners, lease=self._lease)

    def _unfinished(self) -> int:
        return sum(len(bulkhead.running) - bulkhead.hung for bulkhead in self._bulkheads.values())

    def _hand_back(self, leases: list[LeasedJob]) -> None:
        try:
            if leases:
                self._place.hand_back(leases)
        except StoreError as failure:  # the leases end by themselves
            LOG.warning("leases were not handed back: %s", failure)

    def _ring(self) -> None:
        self._news.set()
        self._is_due.set()


def _say_unknown(one: Backlog) -> None:
    LOG.log(
        logging.WARNING,
        "%d jobs wait for topic %s, for which this worker has no handler",
        one.jobs,
        one.topic,
        extra={"action": "topic_unknown", "topic": one.topic, "jobs": one.jobs},
    )
