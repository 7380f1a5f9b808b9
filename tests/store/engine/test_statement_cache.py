"""A statement that is run again and again has the results and the errors that SQLAlchemy's execution has."""

import gc
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Integer, MetaData, Table, Text, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from abandoned_checkouts.store.engine import driver_thread
from abandoned_checkouts.store.engine.database import Connection, Database, open_database
from abandoned_checkouts.store.engine.statement_cache import StatementCache

pytestmark = pytest.mark.anyio

TABLE = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text),
    Column("is_new", Boolean),
    Column("made_by", Text, default="python"),
)
INSERT = insert(TABLE).values(made_by="")
BY_IDS = select(TABLE).where(TABLE.c.id.in_(bindparam("ids", expanding=True))).order_by(TABLE.c.id)
COUNT = select(func.count()).select_from(TABLE)
RENAME = update(TABLE).where(TABLE.c.id == bindparam("which")).values(name=bindparam("new"))
DELETE = delete(TABLE).where(TABLE.c.is_new == bindparam("flag"))
RETURNING = insert(TABLE).values(made_by="").returning(TABLE.c.id)


async def story(connection: Connection) -> list[Any]:
    """The results of statements of every kind, each run three times."""
    found: list[Any] = []
    for turn in range(3):
        rows = [{"id": 10 * turn + each, "name": f"n{each}", "is_new": each == 1} for each in range(1, 4)]
        await connection.execute(INSERT, rows)
        await connection.execute(INSERT, {"id": 10 * turn + 9, "name": None, "is_new": None})
        for ids in ([1, 2], [1], [], [1, 2, 3]):
            result = await connection.execute(BY_IDS, {"ids": ids})
            found += [dict(row) for row in result.mappings()]
            found += [(row.id, row[1], row.is_new) for row in await connection.execute(BY_IDS, {"ids": ids})]
        found.append((await connection.execute(COUNT)).scalar_one())
        found.append((await connection.execute(RENAME, {"which": 1, "new": f"turn {turn}"})).rowcount)
        found.append((await connection.execute(RENAME, {"which": 99, "new": ""})).rowcount)
        found.append((await connection.execute(RETURNING, {"id": 10 * turn + 7, "is_new": True})).scalar_one())
        found.append((await connection.execute(DELETE, {"flag": True})).rowcount)
        found.append((await connection.exec_driver_sql("SELECT id, name FROM things WHERE id > ?", (1,))).all())
    return found


@pytest.fixture
async def database(sqlite_url: str) -> Any:
    opened = await open_database(sqlite_url)
    async with opened.begin() as connection:
        await connection.run_sync(TABLE.metadata.create_all)
    yield opened
    await opened.close()


async def test_the_results_are_those_of_sqlalchemy(database: Database) -> None:
    async with database.begin() as connection:
        transaction = await connection.begin_nested()
        expected = await story(connection)
        await transaction.rollback()
    assert expected
    assert await database.write(story) == expected


async def test_a_statement_is_compiled_with_its_second_execution(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered: list[bool] = []

    class Spy(StatementCache):
        def run(self, *arguments: Any) -> Any:
            found = super().run(*arguments)
            answered.append(found is not None)
            return found

    monkeypatch.setattr(driver_thread, "StatementCache", Spy)

    async def count(connection: Connection) -> None:
        for _ in range(3):
            await connection.execute(COUNT)
        # Built for each execution, so never known.
        for _ in range(3):
            await connection.execute(select(func.count()).select_from(TABLE))
            gc.collect()

    await database.write(count)
    assert answered == [False, True, True, False, False, False]


async def test_defaults_of_columns_are_still_set(database: Database) -> None:
    plain = insert(TABLE)

    async def makers(connection: Connection) -> list[str]:
        for number in range(3):
            await connection.execute(plain, {"id": number})
        return list((await connection.execute(select(TABLE.c.made_by))).scalars())

    assert await database.write(makers) == ["python"] * 3


async def test_errors_are_those_of_sqlalchemy(database: Database) -> None:
    async def twice(connection: Connection) -> None:
        for number in (1, 2, 1):
            await connection.execute(INSERT, {"id": number})

    with pytest.raises(IntegrityError, match="UNIQUE constraint failed"):
        await database.write(twice)

    async def wrong(connection: Connection) -> None:
        with pytest.raises(OperationalError, match="no such table"):
            await connection.exec_driver_sql("SELECT * FROM missing")

    await database.write(wrong)
