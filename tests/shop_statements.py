"""The rule that lets a distributed database run our statements: each statement is about the rows of one shop.

- A statement that locks, updates or deletes rows of a shop's table compares its `shop_id` with a value.
- A statement never joins rows of two shops: its tables have the same `shop_id`, by comparisons with each other or with
  values.
- If it compares shops with several parameters, they have the same value in each execution.

`problems_of` checks one statement of PostgreSQL. Each test checks those that it causes for the first time, and the
values of all executions.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from typing import Any

import asyncpg
import sqlglot
from asyncpg.protocol import Protocol
from sqlglot import exp

from abandoned_checkouts.store.tables import metadata
from tests.places import ROOT, TESTS
from tests.store.tables.test_columns import OF_NO_SHOP, REFERENCES

OF_SHOPS = frozenset(
    name for name, table in metadata.tables.items() if "shop_id" in table.c and name not in REFERENCES | OF_NO_SHOP
)
# Statements that create or copy a whole store, and those that tests write themselves.
_READS_OR_WRITES = re.compile(r"\s*(WITH|SELECT|UPDATE|DELETE|INSERT)\b", re.IGNORECASE)
_CODE, _TESTS = str(ROOT / "app"), str(TESTS)
# Packages that create, copy or upgrade a whole store. No worker and no request uses them.
_WHOLE_STORE = tuple(
    str(ROOT / "app" / "abandoned_checkouts" / "store" / name)
    for name in ("migrations", "moving", "twin", "engine/online_upgrade.py")
)
# Migrations run in another greenlet, so the stack has only the function that calls them.
_UPGRADE = "_bring_up_to_date"
# A list of values that grows with the rows.
_MANY = re.compile(r"(\$\d+(::\w+)?)(, \$\d+(::\w+)?){9,}")
_NAMES = re.compile(rf"\b({'|'.join(sorted(OF_SHOPS, key=len, reverse=True))})\b")


def problems_of(statement: str) -> list[str]:
    """The ways in which a statement breaks the rule."""
    if not _READS_OR_WRITES.match(statement) or not _NAMES.search(statement):
        return []
    return list(_problems(_MANY.sub(r"\1", statement)))


@cache
def _problems(statement: str) -> tuple[str, ...]:
    tree = sqlglot.parse_one(statement, read="postgres")
    tables = {_name(each): each.name for each in tree.find_all(exp.Table) if each.name in OF_SHOPS}
    groups = _Groups(tree, tables)
    found = [f"{groups.names(each)} is not limited to one shop" for each in _changed(tree) if not groups.is_one(each)]
    return (*found, *_joined(tree, tables, groups))


@cache
def shop_parameters(statement: str) -> tuple[int, ...]:
    """The numbers, from 1, of the parameters with which a statement compares the shop of its rows."""
    if statement.count("shop_id") + statement.count("shops.id") < 2 or not _READS_OR_WRITES.match(statement):
        return ()
    tree = sqlglot.parse_one(_MANY.sub(r"\1", statement), read="postgres")
    groups = _Groups(tree, {_name(each): each.name for each in tree.find_all(exp.Table) if each.name in OF_SHOPS})
    return tuple(sorted(groups.parameters))


def _name(table: exp.Table) -> str:
    return str(table.alias_or_name)


def _changed(tree: exp.Expression) -> Iterator[str]:
    """The names of the shops' tables whose rows a statement locks, updates or deletes."""
    for each in tree.find_all(exp.Update, exp.Delete):
        if isinstance(each.this, exp.Table) and each.this.name in OF_SHOPS:
            yield _name(each.this)
    for lock in tree.find_all(exp.Lock):
        select = lock.find_ancestor(exp.Select)
        named = [str(each.name) for each in lock.expressions]
        for table in _tables_of(select):
            if table.name in OF_SHOPS and (not named or _name(table) in named):
                yield _name(table)


def _tables_of(select: exp.Expression | None) -> Iterator[exp.Table]:
    """The tables of a SELECT, without those of its subqueries."""
    if select is not None:
        for table in select.find_all(exp.Table):
            if table.parent_select is select:
                yield table


def _joined(tree: exp.Expression, tables: dict[str, str], groups: "_Groups") -> Iterator[str]:
    """The pairs of tables that may be rows of two shops."""
    for select in tree.find_all(exp.Select):
        names = [_name(table) for table in _tables_of(select) if table.name in OF_SHOPS]
        for first, second in pairwise(names):
            if not groups.is_same(first, second):
                yield f"{tables[first]} and {tables[second]} may be of two shops"


class _Groups:
    """The tables of a statement that have the same shop, by their names in it."""

    def __init__(self, tree: exp.Expression, tables: dict[str, str]) -> None:
        self._tables, self._parents = tables, dict[str, str]()
        # The numbers of the parameters that shops are compared with.
        self.parameters: set[int] = set()
        for condition in tree.find_all(exp.EQ):
            if _is_required(condition):
                self._compare(condition, tree)

    def _compare(self, condition: exp.EQ, tree: exp.Expression) -> None:
        first, second = (self._side(side, condition, tree) for side in (condition.left, condition.right))
        if first is not None and second is not None:
            self._parents[self._root(first)] = self._root(second)
            self.parameters |= {_number(each) for each in condition.find_all(exp.Parameter)}

    def _side(self, side: Any, condition: exp.EQ, tree: exp.Expression) -> str | None:
        while isinstance(side, exp.Cast | exp.Paren):
            side = side.this
        if isinstance(side, exp.Parameter | exp.Literal | exp.Placeholder):
            return "a value"
        if not isinstance(side, exp.Column):
            return None
        table = side.table or self._only_table(condition, tree)
        if side.name == "shop_id":
            return table
        return "a value" if side.name == "id" and table == "shops" else None

    def _only_table(self, condition: exp.EQ, tree: exp.Expression) -> str:
        scope = condition.find_ancestor(exp.Select, exp.Update, exp.Delete) or tree
        if isinstance(scope, exp.Update | exp.Delete):
            return _name(scope.this)
        return next((_name(table) for table in _tables_of(scope)), "")

    def _root(self, name: str) -> str:
        while name in self._parents and self._parents[name] != name:
            name = self._parents[name]
        return name

    def is_same(self, first: str, second: str) -> bool:
        return self._root(first) == self._root(second)

    def is_one(self, name: str) -> bool:
        return self.is_same(name, "a value")

    def names(self, name: str) -> str:
        return self._tables.get(name, name)


def _number(parameter: exp.Parameter) -> int:
    return int(parameter.this.name)


def _is_required(condition: exp.Expression) -> bool:
    """Whether each row of the result meets the condition: only AND is around it."""
    around = condition.parent
    while isinstance(around, exp.And | exp.Paren):
        around = around.parent
    return isinstance(around, exp.Where | exp.Join)


# The functions of the driver that send values, of one execution and of many.
_SEND_MANY = "bind_execute_many"
_SENDS = ("bind_execute", "bind", _SEND_MANY)


class Recorder:
    """Records each text that our code sends to PostgreSQL, once, and checks the values of each execution. Those that a
    test sends itself are not recorded."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._new: list[str] = []
        self._shops: dict[str, tuple[int, ...]] = {}
        self._mixed: list[str] = []

    def record(self, statement: str) -> None:
        if statement not in self._seen and not _is_sent_by_a_test():
            self._seen.add(statement)
            self._new.append(statement)

    def record_values(self, statement: str, values: Sequence[Any]) -> None:
        """`values` are those of one execution."""
        numbers = self._shops.get(statement)
        if numbers is None:
            if _is_sent_by_a_test():
                return
            numbers = self._shops[statement] = shop_parameters(statement)
        if len(numbers) > 1 and len({values[number - 1] for number in numbers}) > 1:
            shown = ", ".join(f"${number} is {values[number - 1]}" for number in numbers)
            self._mixed.append(f"shops of different numbers, {shown}: {statement}")

    def new_problems(self) -> list[str]:
        """The problems of the statements and executions that were recorded since the last call."""
        new, self._new = self._new, []
        mixed, self._mixed = self._mixed, []
        return [f"{problem}: {statement}" for statement in new for problem in problems_of(statement)] + mixed


def _is_sent_by_a_test() -> bool:
    """Whether a test sends the statement itself, or it creates, copies or upgrades a whole store."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(_CODE):
            return file.startswith(_WHOLE_STORE) or frame.f_code.co_name == _UPGRADE
        if file.startswith(_TESTS) and file != __file__:
            return True
        frame = frame.f_back
    return False


@contextmanager
def recorded_statements() -> Iterator[Recorder]:
    """Records while the block runs, where the driver prepares a statement and where it sends values."""
    recorder, prepare = Recorder(), asyncpg.Connection._get_statement
    send = {name: getattr(Protocol, name) for name in _SENDS}

    async def recorded(self: Any, query: str, *arguments: Any, **options: Any) -> Any:
        recorder.record(query)
        return await prepare(self, query, *arguments, **options)

    def recorded_values(name: str) -> Any:
        def sent(self: Any, state: Any, args: Any, *rest: Any, **options: Any) -> Any:
            executions = args = list(args)
            for values in executions if name == _SEND_MANY else [args]:
                recorder.record_values(state.query, values)
            return send[name](self, state, args, *rest, **options)

        return sent

    asyncpg.Connection._get_statement = recorded
    for name in _SENDS:
        setattr(Protocol, name, recorded_values(name))
    try:
        yield recorder
    finally:
        asyncpg.Connection._get_statement = prepare
        for name in _SENDS:
            delattr(Protocol, name)
