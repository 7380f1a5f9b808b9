"""Writes the SQL condition of each node of a search, for SQLite or PostgreSQL.

store/search/narrowing calls it for every node, from the leaves up and without recursion. The SQL must stay within the
limits of both databases' parsers. Long chains of AND and OR are therefore divided into groups, and a deeply nested
condition becomes a table of ids (WITH).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal, cast

from sqlalchemy import BigInteger, BindParameter, Boolean, ColumnElement, Float, Text, bindparam, func, text

from abandoned_checkouts.checkouts.moment import from_datetime
from abandoned_checkouts.store.reading.pages import Listing, RankedText
from abandoned_checkouts.store.search.coded_prefixes import may_have
from abandoned_checkouts.store.search.contact_search import CONTACT_FIELDS, contact_condition
from abandoned_checkouts.store.search.full_text import shop_token
from abandoned_checkouts.store.search.index_queries import IndexQueries, IndexQuery
from abandoned_checkouts.store.search.index_terms import has_token, keyword_prefix, keyword_token, word_token
from abandoned_checkouts.store.search.report_search import REPORT_NAMES, action_condition, action_kind, report_condition
from abandoned_checkouts.store.tables import abandoned_checkouts
from search_syntax import meaning as m
from search_syntax.tokens import UNSTORABLE

DatabaseKind = Literal["sqlite", "postgresql"]

# Fields that are columns; all others are in the full-text index.
COLUMNS = frozenset(
    {
        "id",
        "created_at",
        "updated_at",
        "completed_at",
        "abandoned_at",
        "status",
        "recovery_state",
        "email_state",
        "buyer_accepts_marketing",
        "customer_id",
        "total_price",
        "subtotal_price",
    }
)
# Its row in the table of what the source of a copy has. The key is Shopify's number or Wix's GUID.
GONE_AT = (
    "(SELECT synced_checkouts.gone_at FROM synced_checkouts "
    "WHERE synced_checkouts.shop_id = abandoned_checkouts.shop_id AND synced_checkouts.source_key = "
    "CASE abandoned_checkouts.platform WHEN 'wix' THEN abandoned_checkouts.uuid "
    "ELSE CAST(abandoned_checkouts.id AS TEXT) END)"
)
LINE_COLUMNS = frozenset({"product_id", "variant_id"})
AMOUNTS = frozenset({"total_price", "subtotal_price"})
SIGNS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "eq": "="}
LARGEST = 2**63 - 1
AMOUNT_SCALE = 10_000
DEEPEST = 12  # levels of brackets in one condition; SQLite's parser takes about a hundred
LONGEST = 40  # parts of one AND or OR; SQLite counts each as a level of at most a thousand


@dataclass(frozen=True, slots=True)
class Condition:
    """A part of a WHERE clause. If it needs only the full-text index, `matches` is set instead of `sql`."""

    sql: str = ""
    matches: IndexQuery | None = None
    depth: int = 0


class ConditionWriter:
    """Writes the SQL of one search. The names of its parameters differ from those of the list's other conditions."""

    def __init__(self, listing: Listing, dialect: DatabaseKind) -> None:
        self.shop_id = listing.shop_id
        self.sqlite = dialect == "sqlite"
        self.queries = IndexQueries(self.sqlite)
        self.order = listing.order.column
        self.prefix = f"search{len(listing.conditions)}_"
        self.parameters: list[BindParameter[object]] = []
        self.names: dict[tuple[type, object], str] = {}
        self.questions: dict[tuple[str, ...], str] = {}
        self.tables: list[str] = []

    def condition(self, found: Condition, *, of_documents: bool = False) -> ColumnElement[bool]:
        """The condition for WHERE. `of_documents` is whether the rows are found by their documents. A plus sign then
        keeps SQLite from using an index for the condition (see text_search)."""
        sql = self.finished(found, asks=True).sql
        if self.tables:
            sql = (
                f"abandoned_checkouts.id IN (WITH {', '.join(self.tables)} SELECT abandoned_checkouts.id "
                f"FROM abandoned_checkouts WHERE {self.own('abandoned_checkouts')} AND ({sql}))"
            )
        # SQLAlchemy's type hints do not allow a text here, but WHERE accepts it.
        opaque = "+" if of_documents and self.sqlite else ""
        return cast(ColumnElement[bool], text(f"{opaque}({sql})").bindparams(*self.parameters))

    def given(self, value: object) -> str:
        """Add a parameter and return its name in SQL. Characters that a database cannot store are replaced, as in
        stored texts."""
        if isinstance(value, str):
            value = UNSTORABLE.sub("\ufffd", value)
        known = self.names.get((type(value), value))
        if known is not None:
            return known
        name = f"{self.prefix}{len(self.parameters)}"
        kind = Boolean() if isinstance(value, bool) else BigInteger() if isinstance(value, int) else Text()
        self.parameters.append(bindparam(name, value, type_=kind))
        self.names[type(value), value] = f":{name}"
        return f":{name}"

    def own(self, table: str) -> str:
        return f"{table}.shop_id = {self.given(self.shop_id)}"

    # Joining

    def branch(self, node: m.AllOf | m.AnyOf | m.NoneOf, parts: list[Condition]) -> Condition:
        parts = [self.cut(part) if part.depth >= DEEPEST else part for part in parts]
        if isinstance(node, m.AnyOf):
            parts = self.listed(node.parts, parts)
        elif isinstance(node, m.AllOf) and node.parts:
            parts = self.of_one_action(node.parts, parts)
        depth = 1 + max(part.depth for part in parts)
        if isinstance(node, m.NoneOf):
            # NOT must also be true for rows where the condition is null.
            return Condition(f"({self.finished(parts[0]).sql}) IS NOT TRUE", depth=depth)
        word: Literal["AND", "OR"] = "AND" if isinstance(node, m.AllOf) else "OR"
        # Repeated conditions are written once.
        matches = list(dict.fromkeys(part.matches for part in parts if part.matches))
        others = list(dict.fromkeys(part.sql for part in parts if part.sql))
        if matches:
            together = Condition(matches=self.queries.joined(matches, word), depth=depth)
            if not others:
                return together
            others.append(self.finished(together).sql)
        return Condition(bracketed(others, word), depth=depth)

    def of_one_action(self, nodes: Sequence[m.Expression], parts: list[Condition]) -> list[Condition]:
        """The parts of an AND, where criteria about actions of the same kind, such as sent mails, hold for the same
        action: each of their parts becomes the condition of all."""
        by_kind: dict[str, list[m.Criterion]] = {}
        for node in nodes:
            if kind := action_kind(node):
                by_kind.setdefault(kind, []).append(cast(m.Criterion, node))
        joined = {kind: Condition(action_condition(found, self)) for kind, found in by_kind.items() if len(found) > 1}
        return [joined.get(action_kind(node) or "", part) for node, part in zip(nodes, parts, strict=True)]

    def listed(self, nodes: Sequence[m.Expression], parts: Sequence[Condition]) -> list[Condition]:
        """Turns `id:1 OR id:2 OR …` into one IN list, so that a row is not compared with every number."""
        numbers: dict[str, dict[int, Condition]] = {}
        rest = []
        for node, part in zip(nodes, parts, strict=True):
            number = None
            if isinstance(node, m.Range) and node.operator == "eq" and node.field in COLUMNS:
                _, number = stored_limit(node)
            if number is None:
                rest.append(part)
            else:
                numbers.setdefault(cast(m.Range, node).field, {})[number] = part
        return rest + [self.one_of(field, found) for field, found in numbers.items()]

    def one_of(self, field: str, numbers: dict[int, Condition]) -> Condition:
        if len(numbers) == 1:
            return next(iter(numbers.values()))
        column = f"abandoned_checkouts.{field}"
        given = ", ".join(map(self.given, numbers))
        if field == self.order:  # limits the part of the index that is read
            low, high = self.given(min(numbers)), self.given(max(numbers))
            return Condition(f"({column} IN ({given}) AND {column} >= {low} AND {column} <= {high})")
        return Condition(f"{'+' if self.sqlite else ''}{column} IN ({given})")

    def finished(self, part: Condition, *, asks: bool = False) -> Condition:
        """The condition on rows of abandoned_checkouts. A query of the full-text index becomes a subquery. `asks` is
        whether it may ask the index for coded prefixes (see store/search/coded_prefixes). Within other conditions it
        may not: the stack of SQLite's parser has 100 entries, and a question takes half of them."""
        if not part.matches:
            return part
        number = "rowid" if self.sqlite else "document_id"
        documents = f"SELECT {number} FROM checkout_text WHERE {self.found(part.matches, asks=asks)}"
        return Condition(f"abandoned_checkouts.document_id IN ({documents})", depth=part.depth)

    def found(self, matches: IndexQuery, *, asks: bool = True) -> str:
        """The condition for the shop's documents that match. SQLite's index has the documents of all shops, so the
        query includes the token of the shop. If there is only one shop, the token is omitted, which is faster."""
        if not self.sqlite:
            return f"{self.own('checkout_text')} AND tokens @@ {self.tsquery(matches)}"
        shop = self.given(self.shop_id)
        others = (f"EXISTS (SELECT 1 FROM abandoned_checkouts WHERE shop_id {sign} {shop})" for sign in "<>")
        if matches.coded and asks:
            of_shop, usual, whole = map(self.given, (f'"{shop_token(self.shop_id)}" AND ', matches.text, matches.whole))
            words = f"'(' || CASE WHEN {self.may_have(matches)} THEN {usual} ELSE {whole} END || ')'"
            return f"checkout_text MATCH CASE WHEN {' OR '.join(others)} THEN {of_shop} ELSE '' END || {words}"
        of_shop, of_all = self.given(f'"{shop_token(self.shop_id)}" AND ({matches})'), self.given(str(matches))
        return f"checkout_text MATCH CASE WHEN {' OR '.join(others)} THEN {of_shop} ELSE {of_all} END"

    def may_have(self, matches: IndexQuery) -> str:
        """Whether the index may have a token with one of the coded prefixes."""
        known = self.questions.get(matches.coded)
        if known is None:
            known = self.questions[matches.coded] = may_have(matches.coded, self.given)
        return known

    def tsquery(self, query: IndexQuery) -> str:
        return f"CAST(CAST({self.given(str(query))} AS TEXT) AS TSQUERY)"

    def cut(self, part: Condition) -> Condition:
        """Move a condition into a table of the ids that it finds. Returns the condition that the id is in this
        table."""
        name = f"{self.prefix}table{len(self.tables)}"
        self.tables.append(
            f"{name} (id) AS MATERIALIZED (SELECT abandoned_checkouts.id FROM abandoned_checkouts "
            f"WHERE {self.own('abandoned_checkouts')} AND ({self.finished(part).sql}))"
        )
        return Condition(f"abandoned_checkouts.id IN (SELECT id FROM {name})")

    # Leaves

    def leaf(self, node: m.MatchAll | m.Nothing | m.Criterion) -> Condition:
        if isinstance(node, m.MatchAll | m.Nothing):
            return Condition("TRUE" if isinstance(node, m.MatchAll) else "FALSE")
        if node.field in CONTACT_FIELDS:
            return Condition(contact_condition(node, self))
        if node.field in REPORT_NAMES:
            return Condition(report_condition(node, self))
        if isinstance(node, m.Words):
            return Condition(matches=self.queries.words(node))
        if isinstance(node, m.Exact):
            token = (keyword_prefix if node.prefix else keyword_token)(node.field, node.value)
            return Condition(matches=self.queries.phrase([token], node.prefix))
        assert not isinstance(node, m.Near), node  # only for fields of contacts
        if node.field in COLUMNS:
            if isinstance(node, m.HasValue) and not abandoned_checkouts.c[node.field].nullable:
                return Condition("TRUE")  # with a constant -created_at:* reads nothing
            return Condition(self.compared(f"{self.walked(node)}abandoned_checkouts.{node.field}", node))
        if node.field == "gone_at":
            return Condition(self.compared(GONE_AT, node))
        if isinstance(node, m.Range) and node.field in LINE_COLUMNS and node.operator == "eq":
            return Condition(matches=self.queries.phrase([word_token(node.field, str(node.value))]))
        if isinstance(node, m.Range) and node.field in LINE_COLUMNS:
            compared = self.compared(f"line_items.{node.field}", node)
            return Condition(
                "abandoned_checkouts.id IN (SELECT line_items.checkout_id FROM line_items "
                f"WHERE {self.own('line_items')} AND {compared})"
            )
        assert isinstance(node, m.HasValue), node  # the only other condition on a text
        return Condition(matches=self.queries.phrase([has_token(node.field)], prefix=False))

    def walked(self, node: m.Expression) -> str:
        """A plus sign before a column makes SQLite use the index in the order of the page, which has the compared
        columns too.

        Without it, SQLite assumes that every range has few rows, uses the index of that column, and sorts all rows of
        the range for one page. PostgreSQL does not need it: it decides by its statistics.
        """
        if not self.sqlite or not isinstance(node, m.Range | m.Within) or node.field == self.order:
            return ""
        return "" if isinstance(node, m.Range) and node.operator == "eq" else "+"

    def compared(self, column: str, node: m.OneOf | m.Range | m.Within | m.HasValue) -> str:
        if isinstance(node, m.HasValue):
            return f"{column} IS NOT NULL"
        if isinstance(node, m.OneOf):
            return f"{column} IN ({', '.join(self.given(value) for value in node.values)})"
        if isinstance(node, m.Within):
            start, end = from_datetime(node.start), from_datetime(node.end)
            return f"({column} >= {self.given(start)} AND {column} < {self.given(end)})"
        sign, limit = stored_limit(node)
        if limit is None:
            return f"{column} IS NOT NULL" if sign else "FALSE"
        return f"{column} {sign} {self.given(limit)}"

    # Relevance

    def ranked(self, listing: Listing, words: Sequence[m.Words], matches: IndexQuery | None = None) -> Listing:
        """The list, sorted by rank. With `matches`, it has only rows that match; otherwise rows without the words have
        rank 0."""
        self.parameters.clear()
        self.names.clear()
        self.questions.clear()
        self.prefix += "rank_"
        ranking = self.queries.any_of([self.queries.words(node) for node in words])
        found = matches or ranking
        if self.sqlite:
            # LIMIT prevents SQLite from merging the two SELECTs; bm25 does not work in the merged one.
            match = self.given(f'"{shop_token(self.shop_id)}" AND ({found})')
            scores = (
                "SELECT rowid AS document_id, bm25(checkout_text) AS score FROM checkout_text "
                f"WHERE checkout_text MATCH {match} LIMIT -1 OFFSET 0"
            )
            if not matches:
                # SQLite expects 25 documents, and would compare all of them with each row instead of making an index
                # of their numbers. The second SELECT finds no row, but SQLite expects many.
                more = "SELECT document_id, 0.0 FROM abandoned_checkouts WHERE shop_id < 0"
                scores = f"SELECT document_id, score FROM ({scores}) UNION ALL {more}"
        else:
            ranks, finds = self.tsquery(ranking), self.tsquery(found)
            scores = (
                f"SELECT document_id, -CAST(ts_rank(tokens, {ranks}) AS DOUBLE PRECISION) AS score FROM checkout_text "
                f"WHERE {self.own('checkout_text')} AND tokens @@ {finds}"
            )
        table = (
            text(scores)
            .bindparams(*self.parameters)
            .columns(document_id=BigInteger(), score=Float())
            .subquery(f"{self.prefix}scores")
        )
        of = table.c.document_id == abandoned_checkouts.c.document_id
        if matches:
            listing = replace(listing, rank=table.c.score, joined=table.join(abandoned_checkouts, of))
            if not self.sqlite:
                return replace(listing, scores=table)
            return replace(listing, ranked_text=RankedText(self.found(matches), tuple(self.parameters)))
        rank = func.coalesce(table.c.score, 0.0, type_=Float())
        return replace(listing, rank=rank, joined=abandoned_checkouts.outerjoin(table, of))


def bracketed(parts: Sequence[str], word: str) -> str:
    """The parts, joined by AND or OR. Many parts are divided into nested groups."""
    while len(parts) > LONGEST:
        parts = [f"({f' {word} '.join(parts[start : start + LONGEST])})" for start in range(0, len(parts), LONGEST)]
    return f"({f' {word} '.join(parts)})" if len(parts) > 1 else parts[0]


def stored_limit(node: m.Range) -> tuple[str, int | None]:
    """The operator, and the whole number with which the column is compared.

    If the number is None, the comparison is true for every value ("=") or for no value ("").
    """
    sign, value = SIGNS[node.operator], node.value
    if isinstance(value, datetime):
        return sign, from_datetime(value)
    exact = Decimal(value) * (AMOUNT_SCALE if node.field in AMOUNTS else 1)
    limit = int(exact.to_integral_value(ROUND_FLOOR))
    if limit != exact:  # a limit between two possible amounts
        if sign == "=":
            return "", None
        sign = "<=" if sign[0] == "<" else ">="
        limit = int(exact.to_integral_value(ROUND_FLOOR if sign == "<=" else ROUND_CEILING))
    if abs(limit) > LARGEST:
        return ("=" if (limit > 0) == (sign[0] == "<") and sign != "=" else ""), None
    return sign, limit
