"""Writes the SQL of conditions on the buyer, coupons and activities, which only Wix's filters and searches have.

store/search/conditions calls this for the fields in CONTACT_FIELDS.
"""

from collections.abc import Iterable
from typing import Protocol

from abandoned_checkouts.store.search.contact_text import (
    ESCAPE,
    escaped,
    is_contact_field,
    near_patterns,
    text_pattern,
    word_patterns,
)
from search_syntax import meaning as m

# The column of each field. GUIDs are stored in lower case.
_COLUMNS = {
    "uuid": "uuid",
    "contact_id": "contact_id",
    "visitor_id": "visitor_id",
    "member_id": "member_id",
    "user_id": "user_id",
    "contact_email": "email",
    "contact_first_name": "contact_first_name",
    "contact_last_name": "contact_last_name",
}
CONTACT_FIELDS = frozenset({*_COLUMNS, "coupon_code", "activity_type"})
_SIGNS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "eq": "="}


# Fields with an index that finds few rows for a value.
_FEW = frozenset({"uuid", "contact_id", "visitor_id", "member_id", "contact_email"})


def finds_few(node: m.Expression) -> bool:
    """Whether an expression selects few rows by an index."""
    if isinstance(node, m.AllOf):
        return any(map(finds_few, node.parts))
    # The parts must be about one field: SQLite uses an index for several values of one field, not for several fields.
    fields = {_equality_field(part) for part in (node.parts if isinstance(node, m.AnyOf) else (node,))}
    return len(fields) == 1 and fields <= _FEW


def _equality_field(node: m.Expression) -> str:
    """The field that the node compares for equality, or "" if it is another kind of node."""
    if isinstance(node, m.OneOf):
        return node.field
    return node.field if isinstance(node, m.Range) and node.operator == "eq" else ""


class StatementWriter(Protocol):
    """Writes a statement: `given` adds a parameter; `own` returns the condition for the shop's rows of a table."""

    sqlite: bool

    def given(self, value: object) -> str: ...

    def own(self, table: str) -> str: ...


def contact_condition(node: m.Criterion, writer: StatementWriter) -> str:
    """The condition for a node about one of CONTACT_FIELDS. It can be null for rows without a value."""
    if node.field == "activity_type":
        return _has_activity(node, writer)
    if node.field == "coupon_code":
        return _has_coupon(node, writer)
    column = f"abandoned_checkouts.{_COLUMNS[node.field]}"
    if isinstance(node, m.HasValue):
        return f"({column} IS NOT NULL AND {column} <> '')"
    if isinstance(node, m.OneOf):
        return f"{column} IN ({', '.join(map(writer.given, node.values))})"
    if isinstance(node, m.Range):
        # Compare by code point, because a PostgreSQL database can have another order.
        ordered = column if writer.sqlite or node.operator == "eq" else f'{column} COLLATE "C"'
        return f"{ordered} {_SIGNS[node.operator]} {writer.given(node.value)}"
    if isinstance(node, m.Exact):
        if not is_contact_field(node.field):
            start, end = "%" if node.suffix else "", "%" if node.prefix else ""
            return _like(column, f"{start}{escaped(node.value)}{end}", writer)
        pattern = text_pattern(node.field, node.value, node.prefix, node.suffix)
        return f"({column} IS NOT NULL AND {_found([pattern], writer)})"
    if isinstance(node, m.Words):
        patterns = word_patterns(node.field, node.tokens, node.prefix, node.phrase)
        return f"({' AND '.join(_found([pattern], writer) for pattern in patterns)})"
    if isinstance(node, m.Near):
        likely, forms = near_patterns(node.field, node.token)
        return f"({_found(likely, writer)} AND {_found(forms, writer)})"
    raise TypeError(node)


def _found(patterns: Iterable[str], writer: StatementWriter) -> str:
    found = [_like("abandoned_checkouts.contact_text", pattern, writer) for pattern in patterns]
    return f"({' OR '.join(found)})"


def _like(column: str, pattern: str, writer: StatementWriter) -> str:
    return f"{column} LIKE {writer.given(pattern)} ESCAPE '{ESCAPE}'"


def _has_activity(node: m.Criterion, writer: StatementWriter) -> str:
    kinds = ""
    if isinstance(node, m.OneOf):
        kinds = f" AND lower(activities.activity_type) IN ({', '.join(map(writer.given, node.values))})"
    return (
        f"EXISTS (SELECT 1 FROM activities WHERE {writer.own('activities')} "
        f"AND activities.abandonment_id = abandoned_checkouts.id{kinds})"
    )


def _has_coupon(node: m.Criterion, writer: StatementWriter) -> str:
    """Whether the buyer entered this code: among the discount codes, or among the discounts of kind code."""
    code = f"= {writer.given(node.value)}" if isinstance(node, m.Range) else "<> ''"
    if writer.sqlite:
        given = f"json_each(abandoned_checkouts.discount_codes) AS item WHERE item.value ->> 'code' {code}"
        made = (
            "json_each(abandoned_checkouts.discount_applications) AS item "
            f"WHERE item.value ->> 'kind' = 'code' AND item.value ->> 'code' {code}"
        )
    else:
        given = (
            "json_array_elements(CAST(abandoned_checkouts.discount_codes AS JSON)) AS item "
            f"WHERE item.value ->> 'code' {code}"
        )
        made = (
            "json_array_elements(CAST(abandoned_checkouts.discount_applications AS JSON)) AS item "
            f"WHERE item.value ->> 'kind' = 'code' AND item.value ->> 'code' {code}"
        )
    return f"(EXISTS (SELECT 1 FROM {given}) OR EXISTS (SELECT 1 FROM {made}))"
