"""The tables as the migrations make them, on every database, and as the code knows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text
from tests.contract.diagrams import one_task

from caseflow.engine import Engine as Caseflow
from caseflow.errors import StoreError
from caseflow.store import METADATA, migrate
from caseflow.store.tables import REVISION, VERSION_TABLE


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without tables."""
    file = f"sqlite:///{tmp_path / 'cases.db'}"
    is_file = request.param == "file"
    engine = create_engine(file if is_file else request.getfixturevalue("bare_postgres_url"))
    yield engine
    engine.dispose()


def test_the_migrations_make_the_tables_that_the_code_knows(host: Engine) -> None:
    with host.begin() as connection:
        migrate(connection)
        migrate(connection)  # a second time, nothing is left to do

        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "compare_server_default": True,
                "include_name": lambda name, kind, _parents: kind != "table" or name in METADATA,
            },
        )
        found = compare_metadata(context, METADATA)
        revision = context.get_current_revision()

    assert (found, revision) == ([], REVISION)


def test_the_host_can_take_the_tables_back(host: Engine) -> None:
    with host.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        migrate(connection)
        connection.rollback()

    with Caseflow(host) as engine, engine.read() as work:
        assert work.processes() == ()


def test_tables_of_a_newer_release_are_refused(host: Engine) -> None:
    with host.begin() as connection:
        migrate(connection)
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))  # noqa: S608

    with pytest.raises(StoreError, match=f"revision 9999, this release knows up to {REVISION}"):
        Caseflow(host)


@pytest.mark.postgres
def test_keys_are_compared_by_bytes_whatever_the_language_of_the_server(
    bare_postgres_url: str,
) -> None:
    Caseflow(bare_postgres_url).close()
    engine = create_engine(bare_postgres_url)
    with engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT DISTINCT collation_name FROM information_schema.columns "
                "WHERE table_name LIKE 'caseflow%' AND data_type = 'character varying' "
                "AND table_name <> 'caseflow_schema'"
            )
        ).scalars()

        assert list(found) == ["C"]
    engine.dispose()


def test_processes_stand_in_the_order_of_their_bytes(host: Engine) -> None:
    names = ["request", "Request", "_request", "a-b", "ab", "é", "民", "Z"]

    with Caseflow(host) as engine:
        engine.deploy({f"{name}.bpmn": one_task(name) for name in names})
        with engine.read() as work:
            listed = [one.id for one in work.processes()]

    assert listed == sorted(names)
