"""The meaning of a search as SQL: the same seven questions that search_syntax.predicate asks of a record.

Every question answers yes or no, never null, so that NOT is the complement: a row without a value matches `-field:x`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Float, FromClause, and_, false, func, literal, not_, or_, select, true
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql.expression import cast, column, table

from app.checkouts.moment import from_datetime
from app.store.full_text import match_text, query_text, shop_token
from app.store.pages import Listing
from app.store.tables import abandoned_checkouts
from search_syntax import meaning as m
from search_syntax.tree import fold, postorder

Condition = ColumnElement[bool]

# SQLite refuses expressions of more than 1,000 levels; a search that people write has a handful.
DEEPEST = 200

_COMPARE: dict[str, Callable[[Any, Any], Condition]] = {
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
    "eq": lambda left, right: left == right,
}

_text = table("checkout_text", column("rowid"), column("shop_id"), column("document_id"), column("tokens"))


class SearchTooDeepError(ValueError):
    """A search with more levels of parentheses than any database takes."""


def narrowed(listing: Listing, root: m.Expression, *, dialect: str, ranked: bool = False) -> Listing:
    """The rows of a list of abandoned checkouts for which the meaning holds.

    With `ranked` the list is ordered by how well rows fit the words, if there are any. Raises SearchTooDeepError.
    """
    if isinstance(root, m.Everything):
        return listing
    if _depth(root) > DEEPEST:
        raise SearchTooDeepError(f"the search nests more than {DEEPEST} levels of parentheses")
    writer = _Writer(listing.shop_id, dialect)
    condition = fold(root, writer.question, writer.joined)
    narrower = replace(listing, conditions=(*listing.conditions, condition))
    words = [node for node in postorder(root) if isinstance(node, m.Words)]
    if ranked and words:
        ranks = writer.ranks(words)
        rank = func.coalesce(ranks.c.rank, literal(0.0, Float))
        source = abandoned_checkouts.outerjoin(ranks, ranks.c.document_id == abandoned_checkouts.c.document_id)
        return replace(narrower, rank=rank, joined=source)
    return narrower


class _Writer:
    def __init__(self, shop_id: int, dialect: str) -> None:
        self._shop_id = shop_id
        self._sqlite = dialect == "sqlite"

    def question(self, node: m.Expression) -> Condition:
        if isinstance(node, m.Words):
            return abandoned_checkouts.c.document_id.in_(self._documents([node]))
        if isinstance(node, m.Everything):
            return true()
        if isinstance(node, m.Nothing):
            return false()
        subject = _columns()[node.field]  # type: ignore[union-attr]
        if isinstance(node, m.OneOf):
            return _surely(subject, subject.in_(node.values))
        if isinstance(node, m.Range):
            return _surely(subject, _COMPARE[node.operator](subject, _stored(node.value)))
        if isinstance(node, m.Within):
            start, end = from_datetime(node.start), from_datetime(node.end)
            return _surely(subject, and_(subject >= start, subject < end))
        if isinstance(node, m.Exists):
            return and_(subject.is_not(None), subject != "") if _is_text(subject) else subject.is_not(None)
        raise TypeError(node)

    def joined(self, node: m.Expression, parts: Sequence[Condition]) -> Condition:
        if isinstance(node, m.Not):
            return not_(parts[0])
        return and_(*parts) if isinstance(node, m.And) else or_(*parts)

    def _documents(self, words: Sequence[m.Words]) -> Any:
        if self._sqlite:
            return select(_text.c.rowid).where(column("checkout_text").op("MATCH")(self._match(words)))
        return select(_text.c.document_id).where(
            _text.c.shop_id == self._shop_id, _text.c.tokens.op("@@")(self._query(words))
        )

    def ranks(self, words: Sequence[m.Words]) -> FromClause:
        """Each document that has any of the words, with a rank that is the lower the better it fits."""
        if self._sqlite:
            rank = func.bm25(column("checkout_text"), type_=Float).label("rank")
            chosen = select(_text.c.rowid.label("document_id"), rank)
            return chosen.where(column("checkout_text").op("MATCH")(self._match(words))).subquery()
        query = self._query(words)
        rank = (-func.ts_rank(_text.c.tokens, query, type_=Float)).label("rank")
        chosen = select(_text.c.document_id, rank)
        return chosen.where(_text.c.shop_id == self._shop_id, _text.c.tokens.op("@@")(query)).subquery()

    def _match(self, words: Sequence[m.Words]) -> str:
        either = " OR ".join(match_text(node.tokens, node.prefix, node.phrase) for node in words)
        return f'"{shop_token(self._shop_id)}" AND ({either})'

    def _query(self, words: Sequence[m.Words]) -> ColumnElement[Any]:
        either = " | ".join(query_text(node.tokens, node.prefix, node.phrase) for node in words)
        return cast(literal(either), TSQUERY)


def _columns() -> dict[str, ColumnElement[Any]]:
    c = abandoned_checkouts.c
    return {name: c[name] for name in ("created_at", "email_state", "id", "recovery_state", "status", "updated_at")}


def _surely(subject: ColumnElement[Any], condition: Condition) -> Condition:
    """No instead of null where the row has no value."""
    return and_(subject.is_not(None), condition) if getattr(subject, "nullable", True) else condition


def _stored(value: int | Decimal | datetime) -> int | Decimal:
    """A value as the column keeps it: moments as microseconds."""
    return from_datetime(value) if isinstance(value, datetime) else value


def _is_text(subject: ColumnElement[Any]) -> bool:
    return subject.type.python_type is str


def _depth(root: m.Expression) -> int:
    deepest = 0
    waiting: list[tuple[m.Expression, int]] = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(part, depth + 1) for part in node.operands]
    return deepest


