"""What the effects of one command do to the rows of a case: which go, and which come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, assert_never

from sqlalchemy import Table

from caseflow.kernel import (
    BroadcastSignal,
    CancelJob,
    CancelTimer,
    Case,
    ClearIncident,
    Effect,
    FindNewest,
    FindUnit,
    HideTask,
    Incident,
    Job,
    RaiseIncident,
    SendMessage,
    ShowTask,
    StartJob,
    StartTimer,
    Subscribe,
    Subscription,
    SubscriptionKind,
    Task,
    Timer,
    Unsubscribe,
    dump_values,
    missing,
)
from caseflow.store.messages import MessageState
from caseflow.store.tables import (
    CANDIDATES,
    INCIDENTS,
    JOBS,
    SUBSCRIPTIONS,
    TASKS,
    TIMERS,
)

END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
"""Where tasks without a due time stand in the order of the worklist, and stuck jobs wait."""

OF_CASES = (TASKS, CANDIDATES, JOBS, TIMERS, SUBSCRIPTIONS, INCIDENTS)
"""What cases wait for, by the number of the token or of the row itself."""


class Rows:
    """The rows that the effects of one command take out and put in, table by table.

    And the tasks that they change, by their numbers.
    """

    def __init__(self, before: Case | None) -> None:
        """Begin with the case as it was, whose rows are there already."""
        self._known: dict[Table, Mapping[int, object]] = {}
        self._tasks: Mapping[int, Task] = {} if before is None else before.tasks
        if before is not None:
            self._known = {
                TASKS: before.tasks,
                CANDIDATES: before.tasks,
                JOBS: before.jobs,
                TIMERS: before.timers,
                SUBSCRIPTIONS: before.subscriptions,
                INCIDENTS: before.incidents,
            }
        self.gone: dict[Table, list[int]] = {table: [] for table in OF_CASES}
        self.new: dict[Table, list[dict[str, Any]]] = {table: [] for table in OF_CASES}
        self.changed: dict[int, dict[str, Any]] = {}
        self.messages: list[dict[str, Any]] = []

    def add(  # noqa: C901 - one case an effect
        self, effect: Effect, *, case: Case, at: datetime, position: int
    ) -> None:
        """Add what one effect asks for."""
        match effect:
            case ShowTask(task=task):
                self._put_task(task, case.business_key)
            case StartJob(job=job):
                self._put(JOBS, job.id, [_job_row(job)])
            case StartTimer(timer=timer):
                self._put(TIMERS, timer.id, [_timer_row(timer)])
            case Subscribe(subscription=wanted):
                self._put(SUBSCRIPTIONS, wanted.id, [_subscription_row(wanted)])
            case RaiseIncident(incident=incident):
                self._put(INCIDENTS, incident.id, [_incident_row(incident)])
            case HideTask() | CancelJob() | CancelTimer() | Unsubscribe() | ClearIncident():
                for table in _TABLES_OF[type(effect)]:
                    self.gone[table].append(effect.id)
            case SendMessage() | BroadcastSignal():
                self.messages.append(_message_row(case, effect, at=at, position=position))
            case FindNewest() | FindUnit():
                pass  # the engine answers it before anything is stored
            case _:
                assert_never(effect)

    def _put_task(self, task: Task, key: str) -> None:
        """Put a task in, or change what is new of one that is there already."""
        known = self._tasks.get(task.id)
        if known is None:
            self._put(TASKS, task.id, [_task_row(task, key)])
        else:
            self.changed[task.id] = _task_row(task, key)
        candidates = _candidate_rows(task)
        if known is None or _candidate_rows(known) != candidates:
            self._put(CANDIDATES, task.id, candidates)

    def _put(self, table: Table, number: int, rows: Iterable[dict[str, Any]]) -> None:
        """Put rows in, for those that are there under this number."""
        if number in self._known.get(table, ()):
            self.gone[table].append(number)
        self.new[table].extend({"number": number, **row} for row in rows)


_TABLES_OF: Mapping[type[Effect], tuple[Table, ...]] = {
    HideTask: (TASKS, CANDIDATES),
    CancelJob: (JOBS,),
    CancelTimer: (TIMERS,),
    Unsubscribe: (SUBSCRIPTIONS,),
    ClearIncident: (INCIDENTS,),
}


def _task_row(task: Task, business_key: str) -> dict[str, Any]:
    return {
        "process_id": task.process,
        "element": task.element,
        "name": task.name,
        "assignee": task.assignee,
        "unit": task.unit,
        "priority": task.priority,
        "created_at": task.created_at,
        "due_at": task.due_at,
        "order_at": task.due_at or END_OF_TIME,
        "limit_name": task.limit,
        "follow_up_at": task.follow_up_at,
        "form": task.form,
        "owner": task.owner,
        "urged": task.urged,
        "named": json.dumps(_named(task), ensure_ascii=False, sort_keys=True),
        "business_key": business_key,
    }


def _candidate_rows(task: Task) -> list[dict[str, Any]]:
    place = {"unit": task.unit, "order_at": task.due_at or END_OF_TIME}
    return [
        {"kind": kind, "name": name, **place}
        for kind, names in _named(task).items()
        for name in names
    ]


def _named(task: Task) -> dict[str, list[str]]:
    """Return who has something to do with a task, by kind and each once."""
    owner = () if task.owner is None else (task.owner,)
    named = {
        "role": task.roles,
        "person": task.people,
        "signer": missing(task),
        "owner": owner,
        "not": task.excluded,
    }
    return {kind: sorted(set(names)) for kind, names in named.items() if names}


def _job_row(job: Job) -> dict[str, Any]:
    return {
        "process_id": job.process,
        "element": job.element,
        "topic": job.topic,
        "tries_left": job.tries_left,
        "attempt": job.attempt,
        "rank": -job.priority,
        "created_at": job.created_at,
        "ready_at": END_OF_TIME if job.tries_left == 0 else job.not_before or job.created_at,
        "owner": None,
        "taken": 0,
        "announced_at": None,
        "input": dump_values(job.input),
    }


def _timer_row(timer: Timer) -> dict[str, Any]:
    return {"process_id": timer.process, "element": timer.element, "due_at": timer.due_at}


def _subscription_row(subscription: Subscription) -> dict[str, Any]:
    return {
        "kind": subscription.kind.value,
        "name": subscription.name,
        "key": subscription.key,
    }


def _incident_row(incident: Incident) -> dict[str, Any]:
    return {
        "process_id": incident.process,
        "element": incident.element,
        "message": incident.message,
        "raised_at": incident.raised_at,
    }


def _message_row(
    case: Case, effect: SendMessage | BroadcastSignal, *, at: datetime, position: int
) -> dict[str, Any]:
    is_message = isinstance(effect, SendMessage)
    kind = SubscriptionKind.MESSAGE if is_message else SubscriptionKind.SIGNAL
    return {
        # What was sent at one moment is delivered in the order of these names.
        "message_id": f"{case.id}:{case.version:010}:{position:06}",
        "kind": kind.value,
        "name": effect.name,
        "key": effect.key if isinstance(effect, SendMessage) else "",
        "payload": dump_values({"payload": effect.payload}),
        "source_case": case.id,
        "sent_at": at,
        "expires_at": effect.expires_at if isinstance(effect, SendMessage) else None,
        "state": MessageState.SENT.value,
        "reached": "",
        "only_case": None,
        "only_process": None,
        "problem": None,
    }
