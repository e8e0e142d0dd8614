"""caseflow in this application: the engine, and units of work in Django's own transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.db import close_old_connections, connection, transaction
from examples.django_app.petitions.directory import GroupsAsRoles
from examples.django_app.petitions.models import Petition
from sqlalchemy import URL

from caseflow import Engine, Work
from caseflow.engine import Entry, HostDriver
from caseflow.jobs import Job, Output
from caseflow.kernel import CaseCompleted

PROCESSES = Path(__file__).parents[2] / "petition"


@contextmanager
def unit_of_work(actor: str) -> Iterator[Work]:
    """Do things with cases in Django's transaction: they are kept with its rows, or not at all.

    Inside of ``atomic`` this joins the transaction that is open; outside it is one by itself.
    """
    with (
        transaction.atomic(),
        _driver().transaction() as host,
        engine().begin(host, actor=actor) as work,
    ):
        yield work


@cache
def engine() -> Engine:
    """Return the engine of this process, opened when it is first needed: behind any fork."""
    made = Engine(_url(), directory=GroupsAsRoles())
    made.handler("acknowledge", retries=5, timeout=10)(acknowledge)
    return made


@cache
def _driver() -> HostDriver:
    return HostDriver(connection.vendor, lambda: connection.connection)


def _url() -> str:
    """Say where Django's database is, so that it is written down once."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    places = {"host": told["HOST"], "port": str(told["PORT"])}
    return URL.create(
        "postgresql",
        username=told["USER"] or None,
        password=told["PASSWORD"] or None,
        database=told["NAME"],
        query={key: value for key, value in places.items() if value},  # a folder may be a host
    ).render_as_string(hide_password=False)


def acknowledge(job: Job) -> Output:
    """Tell the petitioner; a real one calls a gateway with the key, which may see it twice."""
    return {"receipt": f"told {job.input['to']} ({job.idempotency_key[-4:]})"}


def follow(entry: Entry) -> None:
    """Note on the petition how its case ended. It may be called twice, which changes nothing."""
    if not isinstance(entry.event, CaseCompleted):
        return
    close_old_connections()  # this is a thread of the worker, which Django does not look after
    with engine().read() as work:
        case = work.case(entry.case)
    Petition.objects.filter(number=case.business_key).update(state=case.outcome)
