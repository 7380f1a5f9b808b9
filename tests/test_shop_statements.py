"""The rule about statements and shops, on statements that follow it and on others."""

from typing import Any

import pytest

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.engine.raw_postgresql import RawPool
from tests.databases import Databases
from tests.places import ROOT
from tests.shop_statements import Recorder, problems_of, shop_parameters

OF_ONE_SHOP = [
    "SELECT * FROM events WHERE shop_id = $1 AND dispatched_at IS NULL FOR UPDATE SKIP LOCKED",
    "SELECT shop_id FROM events WHERE dispatched_at IS NULL",
    "UPDATE events SET dispatched_at = $1 WHERE events.shop_id = $2::BIGINT AND events.id IN ($3, $4)",
    "DELETE FROM carts WHERE carts.shop_id = 5",
    "SELECT shops.settings FROM shops WHERE shops.id = $1 FOR UPDATE",
    "SELECT a.id FROM events a JOIN deliveries d ON d.shop_id = a.shop_id AND d.event_id = a.id",
    "SELECT a.id FROM events a, deliveries d WHERE a.shop_id = $1 AND d.shop_id = $2",
    "SELECT a.id FROM events a WHERE a.shop_id = $1 AND EXISTS (SELECT 1 FROM events b WHERE b.shop_id = a.shop_id) "
    "FOR UPDATE OF a",
    "INSERT INTO carts (shop_id, token) VALUES ($1, $2)",
    "CREATE INDEX an_index ON events (shop_id)",
]
OF_SEVERAL = {
    "SELECT * FROM events WHERE dispatched_at IS NULL FOR UPDATE": "events is not limited to one shop",
    "SELECT * FROM events WHERE shop_id = $1 OR id = $2 FOR UPDATE": "events is not limited to one shop",
    "SELECT * FROM events WHERE NOT shop_id = $1 FOR SHARE": "events is not limited to one shop",
    "UPDATE events SET dispatched_at = $1 WHERE id = $2": "events is not limited to one shop",
    "UPDATE events SET shop_id = $1 WHERE id = $2": "events is not limited to one shop",
    "DELETE FROM carts WHERE seen_at < $1": "carts is not limited to one shop",
    "WITH old AS (SELECT id FROM carts) DELETE FROM events WHERE id = 1": "events is not limited to one shop",
    "SELECT a.id FROM events a JOIN deliveries d ON d.event_id = a.id WHERE a.shop_id = $1": (
        "events and deliveries may be of two shops"
    ),
    "SELECT a.id FROM events a, deliveries d WHERE d.event_id = a.id": "events and deliveries may be of two shops",
}


@pytest.mark.parametrize("statement", OF_ONE_SHOP)
def test_a_statement_of_one_shop_has_no_problem(statement: str) -> None:
    assert problems_of(statement) == []


@pytest.mark.parametrize(("statement", "problem"), OF_SEVERAL.items())
def test_a_statement_of_several_shops_is_found(statement: str, problem: str) -> None:
    assert problems_of(statement) == [problem]


@pytest.mark.parametrize(
    ("statement", "numbers"),
    [
        (
            "SELECT a.id FROM events a, deliveries d WHERE a.shop_id = $1::BIGINT AND $3 = d.shop_id AND a.id = $2",
            (1, 3),
        ),
        (
            "UPDATE carts SET token = $1 WHERE shop_id = $2 AND NOT EXISTS (SELECT 1 FROM events WHERE shop_id = $4)",
            (2, 4),
        ),
        ("SELECT shops.id FROM shops, carts WHERE shops.id = $1 AND carts.shop_id = $2", (1, 2)),
        ("SELECT id FROM events WHERE shop_id = $1 AND NOT (shop_id = $2 AND id = $3)", (1,)),
        ("SELECT id FROM events WHERE id = $1", ()),
    ],
)
def test_the_parameters_with_shops_are_found(statement: str, numbers: tuple[int, ...]) -> None:
    assert shop_parameters(statement) == numbers


# As if a module of the program sent it, because statements of tests are not recorded.
_OF_THE_PROGRAM = """
from sqlalchemy import text

STATEMENT = (
    "SELECT carts.token FROM carts, events "
    "WHERE carts.shop_id = CAST({0} AS bigint) AND events.shop_id = CAST({1} AS bigint)"
)

async def one(connection, pairs):
    for first, second in pairs:
        await connection.execute(text(STATEMENT.format(":first", ":second")), {"first": first, "second": second})

async def many(connection, pairs):
    delete = text("DELETE FROM carts WHERE shop_id = :first AND EXISTS (SELECT 1 FROM events WHERE shop_id = :second)")
    await connection.execute(delete, [{"first": first, "second": second} for first, second in pairs])

async def direct(connection, pairs):
    for pair in pairs:
        await connection.fetch(STATEMENT.format("$1", "$2"), *pair)
"""


async def test_an_execution_with_two_shops_is_found(databases: Databases, recorder: Recorder) -> None:
    program: dict[str, Any] = {}
    exec(compile(_OF_THE_PROGRAM, str(ROOT / "app" / "example.py"), "exec"), program)
    store = await open_database(databases.new("postgresql"))
    pool = RawPool(store, 1)
    recorder.new_problems()
    for pairs, found in (([(5, 5), (6, 6)], []), ([(5, 5), (5, 6)], ["$1 is 5, $2 is 6"])):
        async with store.begin() as connection:
            await program["one"](connection, pairs)
            await program["many"](connection, pairs)
        await pool.run(lambda direct, pairs=pairs: program["direct"](direct, pairs))
        problems = recorder.new_problems()
        assert len(problems) == 3 * len(found), problems
        assert all(found[0] in each for each in problems)
    await pool.close()
    await store.close()
