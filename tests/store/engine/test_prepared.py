"""The statements about one person read the rows of that person, not those of the whole shop.

A flow asks them before each step. When they read the shop's rows, the time for a person grew with the number of people.
"""

import pytest
from sqlalchemy import SelectBase
from sqlalchemy.dialects import sqlite

from abandoned_checkouts.store.checkouts import people
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.flows import discount_codes, flow_people, person_mails

VALUES = {
    "shop_id": 1, "person": [5, 6], "key": "k", "flow": 1, "checkout": 7, "number": 7, "recipient": "r", "at": 9,
    "since": 9, "begun_at": 9, "end": 10, "source": "s",
}  # fmt: skip
STATEMENTS: dict[str, SelectBase] = {
    "open abandonments": people._open_at(False),
    "open abandonments at a moment": people._open_at(True),
    "purchases": people._NOTED,
    "completed checkouts": people._COMPLETED,
    "checkouts": people._CHECKOUTS,
    "mails": person_mails._MAILS_SINCE,
    "the flow that waits": person_mails._EARLIER,
    "the group of a hold-out": flow_people._HELD_OUT,
    "the last code": discount_codes._LAST_CODE,
}


@pytest.mark.parametrize("name", STATEMENTS)
async def test_rows_of_one_person_are_found_by_index(name: str, sqlite_url: str) -> None:
    statement = STATEMENTS[name]
    options = {"render_postcompile": True, "literal_binds": True}
    known = {key: value for key, value in VALUES.items() if key in statement.compile().params}
    sql = str(statement.params(known).compile(dialect=sqlite.dialect(), compile_kwargs=options))
    database = await open_database(sqlite_url)
    async with database.read() as connection:
        plan = [str(row[3]) for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    await database.close()
    searches = [line for line in plan if line.startswith(("SEARCH", "SCAN")) and "CONSTANT ROW" not in line]
    assert searches
    for line in searches:
        # shop_id and at least one more column that only this person's rows have.
        assert "shop_id=? AND" in line, f"{sql}\n{plan}"
        assert not any(f"AND {name}" in line for name in ("completed_at", "abandoned_at", "created_at")), plan
