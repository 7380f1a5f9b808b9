"""A cache of compiled statements by shape. A shape is a query without its values.

SQLAlchemy compiles a shape once for each database, so most requests neither build nor compile an expression.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, ClauseElement, SelectBase

from abandoned_checkouts.store.engine.dialects import compiler_dialect
from abandoned_checkouts.store.reading.joined_tables import ANY_COLUMNS, with_columns
from abandoned_checkouts.store.reading.pages import Listing
from abandoned_checkouts.store.reading.queries import ChildrenQuery, PageQuery, RowsQuery

# SQL text and its parameters, in order.
Statement: TypeAlias = tuple[str, Sequence[object]]

MOST_BYTES = 16 * 2**20
# Statements that are longer than this are not cached.
_LONGEST = 20_000
# The bytes for a cached statement with its key, and for each character of its text. Measured: 4.6 kB for 380
# characters.
_SHAPE_BYTES, _BYTES_PER_CHARACTER = 6_000, 8


class StatementShape:
    """The text of a statement, and the source of each parameter: the name of one of the query's values, or an index
    into the values of the list's conditions.

    `_fixed` has the parameters in order, with None for those that come from a query. `_named` and `_own` have the
    places of the latter, with their names and indexes.
    """

    __slots__ = ("_fixed", "_named", "_own", "sql")

    def __init__(self, statement: SelectBase, own: Sequence[BindParameter[object]], dialect: str) -> None:
        compiled = statement.compile(dialect=compiler_dialect(dialect))
        self.sql = str(compiled)
        places: dict[str, int] = {}
        for place, parameter in enumerate(own):
            places.setdefault(compiled.bind_names.get(parameter, parameter.key), place)
        # SQLAlchemy makes `params` from all parameters each time that it is read.
        names, params = compiled.positiontup or (), compiled.params
        # Parameters that SQLAlchemy adds by itself, for example an OFFSET of 0.
        self._fixed: list[object] = [params.get(name) for name in names]
        self._named = tuple(
            (at, name) for at, name in enumerate(names) if name not in places and self._fixed[at] is None
        )
        self._own = tuple((at, places[name]) for at, name in enumerate(names) if name in places)

    def with_sql(self, sql: str) -> "StatementShape":
        """Another text with the same parameters."""
        other = StatementShape.__new__(StatementShape)
        other.sql, other._fixed, other._named, other._own = sql, self._fixed, self._named, self._own
        return other

    def filled(self, given: Mapping[str, object], own: Sequence[BindParameter[object]]) -> Statement:
        values = self._fixed.copy()
        for at, name in self._named:
            values[at] = given[name]
        for at, source in self._own:
            values[at] = own[source].value
        return self.sql, values


class StatementShapes(dict[Hashable, StatementShape]):
    """The cached shapes, and roughly the number of `bytes` that they take."""

    bytes = 0

    def keep(self, key: Hashable, shape: StatementShape) -> None:
        """Cache a shape, unless it is very long. If the cache would become too large, it is emptied first."""
        if len(shape.sql) > _LONGEST:
            return
        size = _SHAPE_BYTES + _BYTES_PER_CHARACTER * len(shape.sql)
        if self.bytes + size > MOST_BYTES:
            self.clear()
            self.bytes = 0
        self[key] = shape
        self.bytes += size


SHAPES = StatementShapes()


def conditions_shape(listing: Listing) -> tuple[Hashable, list[BindParameter[object]]]:
    """A key for the conditions of a list without their values, and the values."""
    kept: tuple[Hashable, list[BindParameter[object]]] | None = listing.kept.get("shape")
    if kept is None:
        kept = listing.kept["shape"] = _conditions_shape(listing)
    return kept


def uses_full_text(listing: Listing) -> bool:
    """Whether the conditions of a list read the full-text index."""
    found: bool | None = listing.kept.get("full text")
    if found is None:
        clauses = [*listing.conditions, listing.rank, listing.joined]
        found = listing.kept["full text"] = any("checkout_text" in str(each) for each in clauses if each is not None)
    return found


def _conditions_shape(listing: Listing) -> tuple[Hashable, list[BindParameter[object]]]:
    parts: list[ClauseElement] = [*listing.conditions]
    if listing.rank is not None:
        parts.append(listing.rank)
    if listing.joined is not None:
        parts.append(listing.joined)
    known: list[Hashable] = []
    own: list[BindParameter[object]] = []
    for part in parts:
        key = part._generate_cache_key()
        if key is None:
            raise TypeError(f"a condition without a cache key: {part}")
        known.append(key.key)
        own += key.bindparams
    for search in (listing.text_search, listing.state_search):
        if search is not None:
            known.append(search.shape)
            own += search.parameters
    if listing.ranked_text is not None:
        known.append(listing.ranked_text.matches)
        own += listing.ranked_text.parameters
    return tuple(known), own


def shape_of_columns(
    key: Hashable,
    query: PageQuery | RowsQuery | ChildrenQuery,
    table: str,
    own: Sequence[BindParameter[object]],
    dialect: str,
    select: Callable[[Any], SelectBase],
    *,
    as_json: bool = False,
) -> StatementShape:
    """The shape of a query, which `select` builds. `key` has everything except the columns and joined tables, and
    whether a row is a JSON array.

    SQLAlchemy compiles the statement once for all columns, and this inserts them into its text.
    """
    whole = (key, query.columns, query.joins, as_json)
    shape = SHAPES.get(whole)
    if shape is None:
        frame = SHAPES.get((key, ANY_COLUMNS))
        if frame is None:
            frame = new_shape(
                (key, ANY_COLUMNS), select(replace(query, columns=(ANY_COLUMNS,), joins=())), own, dialect
            )
        sql = with_columns(frame.sql, table, query.columns, query.joins, compiler_dialect(dialect), as_json=as_json)
        shape = frame.with_sql(sql)
        SHAPES.keep(whole, shape)
    return shape


def new_shape(
    key: Hashable, statement: SelectBase, own: Sequence[BindParameter[object]], dialect: str
) -> StatementShape:
    """Compile a shape and cache it under its key. `own` are the parameters of the list's conditions."""
    shape = StatementShape(statement, own, dialect)
    SHAPES.keep(key, shape)
    return shape
