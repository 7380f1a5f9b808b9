"""Statements that are built once, with parameters.

Building a SELECT and its cache key takes SQLAlchemy ten times as long as running one. So the statements of every report
or request are built here, or are constants of their modules.
"""

from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

# "change": the rows are locked until the transaction ends. "read": others can only read them until then.
Lock = Literal["change", "read"] | None


@cache
def rows_with(
    table: Table, column: str, columns: tuple[str, ...] = (), *, order: tuple[str, ...] = (), lock: Lock = None
) -> Select[Any]:
    """The rows of a shop with one of some values in a column. Parameters: `shop_id`, and `values`, a list.

    Selects `columns`, by default all.
    """
    selected = [table.c[name] for name in columns or table.c.keys()]
    which = table.c[column].in_(bindparam("values", expanding=True))
    statement = select_of_shop(table, *selected).where(which).order_by(*(table.c[name] for name in order))
    return statement if lock is None else statement.with_for_update(read=lock == "read")


def select_of_shop(table: Table, *columns: Any) -> Select[Any]:
    """Columns of the rows of a shop, which is the parameter `shop_id`."""
    return select(*columns).where(table.c.shop_id == bindparam("shop_id"))


def without_index(column: ColumnElement[int]) -> ColumnElement[int]:
    """A column for comparisons that must not choose the index. SQLite has no statistics, and would begin with an index
    that most rows of a shop match, instead of the few rows of one person."""
    return column + literal_column("0", BigInteger())


@cache
def insert_into(table: Table) -> Insert:
    return insert(table)


@cache
def insert_returning_id(table: Table) -> ReturningInsert[Any]:
    return insert(table).returning(table.c.id)


@cache
def update_one(table: Table, key: str, changed: tuple[str, ...], also: tuple[str, ...] = ()) -> Update:
    """Changes columns of one row of a shop. Parameters: `shop`, `key`, `new_NAME` for each changed column, and
    `old_NAME` for each column in `also`, whose value must be that one."""
    statement = update(table).where(table.c.shop_id == bindparam("shop"), table.c[key] == bindparam("key"))
    statement = statement.where(*(table.c[name] == bindparam(f"old_{name}") for name in also))
    return statement.values({name: bindparam(f"new_{name}") for name in changed})
