"""Runs statements that a program uses again and again, without SQLAlchemy's work for each execution. For SQLite only.

For a short statement, SQLAlchemy's cache key, context and result take ten times as long as SQLite. So a statement that
is executed for the second time is compiled once: to its SQL, to the order of its parameters, and to the conversions of
its values. A statement that is built for each execution never gets here, because it is gone by then. The rows are
SQLAlchemy's, and so are the errors.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Delete, Executable, Insert, Select, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
Processor = Callable[[Any], Any]
# The names of the parameters, and the length of each list.
Shape = tuple[tuple[str, int | None], ...]


class CachedResult(IteratorResult[Any]):
    """The rows of a statement, and how many it changed."""

    def __init__(self, metadata: SimpleResultMetaData, rows: list[Any], rowcount: int) -> None:
        super().__init__(metadata, iter(rows))
        self.rowcount = rowcount

    def scalar(self) -> Any:
        """The first value of the first row, or None. Other rows are dropped."""
        for row in self.iterator:
            return row[0]
        return None


class StatementCache:
    """The compiled statements of one connection. Statements are kept as long as the program keeps them."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: WeakKeyDictionary[Executable, dict[Shape, _Compiled | None] | None] = WeakKeyDictionary()

    def run(
        self, raw: sqlite3.Connection, statement: Executable, values: Values | Sequence[Values] | None
    ) -> CachedResult | None:
        """The result of a statement, or None if SQLAlchemy must execute it: the first time, and if it is not one of the
        simple kinds. Raises SQLAlchemy's DBAPIError."""
        shapes = self._known.get(statement)
        if shapes is None:
            if not isinstance(statement, (Select, Insert, Update, Delete)):
                return None
            if statement in self._known:
                self._known[statement] = shapes = {}
            else:
                self._known[statement] = None
                return None
        # A dict in most cases; to ask whether something is a Mapping takes longer than all the rest.
        is_one = type(values) is dict or not values or isinstance(values, Mapping)
        first: Values = (values or {}) if is_one else values[0]  # type: ignore[assignment,index]
        shape = tuple([(name, len(value) if type(value) is list else None) for name, value in first.items()])
        try:
            compiled = shapes[shape]
        except KeyError:
            compiled = shapes[shape] = _compiled(statement, self._dialect, first)
        if compiled is None:
            return None
        many: Any = None if is_one else values
        if many is not None and (compiled.has_lists or compiled.returns_rows):
            return None
        return compiled.run(raw, self._dialect, first, many)


def run_text(raw: sqlite3.Connection, dialect: Dialect, sql: str, values: Any) -> CachedResult:
    """The result of a statement in SQL. `values` are a tuple, or a list of tuples, each for one execution. Raises
    SQLAlchemy's DBAPIError."""
    try:
        cursor = raw.executemany(sql, values) if isinstance(values, list) else raw.execute(sql, values or ())
        columns = cursor.description
        rows = cursor.fetchall() if columns else []
    except sqlite3.Error as problem:
        raise _error(problem, dialect, sql, values) from problem
    metadata = _columns_named(tuple([column[0] for column in columns])) if columns else _NO_COLUMNS
    return CachedResult(metadata, rows, cursor.rowcount)


_NO_COLUMNS = SimpleResultMetaData([])


@lru_cache(maxsize=256)
def _columns_named(names: tuple[str, ...]) -> SimpleResultMetaData:
    return SimpleResultMetaData(names)


def _error(problem: sqlite3.Error, dialect: Dialect, sql: str, values: Any) -> BaseException:
    """SQLAlchemy's error for one of the driver."""
    return DBAPIError.instance(sql, values, problem, sqlite3.Error, dialect=dialect)


class _Compiled:
    """A statement with the parameters of one shape."""

    def __init__(self, sql: str, binds: list[tuple[str, bool, Any, Processor | None]], types: list[Any]) -> None:
        self._sql = sql
        # For each parameter: its name, whether it is a list, the value if it is a constant, and its conversion.
        self._binds = binds
        self._types = types
        self._metadata: SimpleResultMetaData | None = None
        # The conversion of each column that has one, by its place.
        self._processors: list[tuple[int, Processor]] = []
        self.returns_rows = bool(types)
        self.has_lists = any(is_list for _, is_list, _, _ in binds)

    def run(
        self, raw: sqlite3.Connection, dialect: Dialect, values: Values, many: Sequence[Values] | None
    ) -> CachedResult | None:
        try:
            if many is not None:
                cursor = raw.executemany(self._sql, [self._positional(each) for each in many])
            else:
                cursor = raw.execute(self._sql, self._positional(values))
            rows = cursor.fetchall() if cursor.description else []
        except sqlite3.Error as problem:
            raise _error(problem, dialect, self._sql, values) from problem
        metadata = self._metadata or self._described(cursor, dialect)
        if self._processors:
            rows = [self._converted(row) for row in rows]
        return CachedResult(metadata, rows, cursor.rowcount)

    def _positional(self, values: Values) -> list[Any]:
        found: list[Any] = []
        for name, is_list, constant, process in self._binds:
            value = values.get(name, constant)
            if is_list:
                found += value if process is None else map(process, value)
            else:
                found.append(value if process is None else process(value))
        return found

    def _described(self, cursor: sqlite3.Cursor, dialect: Dialect) -> SimpleResultMetaData:
        """The names of the columns are known with the first result."""
        self._metadata = SimpleResultMetaData([column[0] for column in cursor.description or ()])
        processors = [each.dialect_impl(dialect).result_processor(dialect, None) for each in self._types]
        self._processors = [(place, each) for place, each in enumerate(processors) if each is not None]
        return self._metadata

    def _converted(self, row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for place, process in self._processors:
            values[place] = process(values[place])
        return tuple(values)


def _compiled(statement: Any, dialect: Dialect, values: Values) -> _Compiled | None:
    """None if the statement needs more than its parameters, for example the defaults of columns."""
    compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=sorted(values))
    if compiled.insert_prefetch or compiled.update_prefetch or compiled.literal_execute_params:
        return None
    is_select = isinstance(statement, Select)
    columns = list(statement.selected_columns if is_select else statement.exported_columns)
    if len({column.name for column in columns}) != len(columns):
        return None
    used = [compiled.binds[name] for name in compiled.positiontup or ()]
    if any(bind.callable or (bind.required and bind.key not in values) for bind in used):
        return None
    state = compiled.construct_expanded_state(values)
    lists = {compiled.binds[name].key for name in state.parameter_expansion}
    if any(name in values and type(values[name]) is not list for name in lists):
        return None
    binds: list[tuple[str, bool, Any, Processor | None]] = [
        (bind.key, bind.key in lists, bind.effective_value, bind.type.dialect_impl(dialect).bind_processor(dialect))
        for bind in used
    ]
    return _Compiled(state.statement, binds, [column.type for column in columns])
