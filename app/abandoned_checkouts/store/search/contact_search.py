"""Questions about the buyer, coupons and activities in SQL: what Wix's filters and searches ask beyond Shopify's.

Part of store/search/narrowing, which joins these conditions with all others.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from abandoned_checkouts.store.search.contact_text import (
    ESCAPE,
    escaped,
    is_contact_field,
    near_patterns,
    text_pattern,
    word_patterns,
)
from search_syntax import meaning as m

# Columns by the key of the field; GUIDs are in lower case.
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


# What an index finds few rows by.
_FEW = frozenset({"uuid", "contact_id", "visitor_id", "member_id", "contact_email"})


def finds_few(node: m.Expression) -> bool:
    """Whether an expression holds for the rows of a few values alone, of a field that has an index of its own."""
    if isinstance(node, m.AllOf):
        return any(map(finds_few, node.parts))
    # SQLite reads several values of one field as a list of them, and those of several fields by no index.
    fields = {_field_asked(part) for part in (node.parts if isinstance(node, m.AnyOf) else (node,))}
    return len(fields) == 1 and fields <= _FEW


def _field_asked(node: m.Expression) -> str:
    """The field that the node asks to be a value, or nothing for any other question."""
    if isinstance(node, m.OneOf):
        return node.field
    return node.field if isinstance(node, m.Range) and node.operator == "eq" else ""


class StatementWriter(Protocol):
    """The statement that is being written: `given` makes a parameter, `own` says whose rows a table's are."""

    sqlite: bool

    def given(self, value: Any) -> str: ...

    def own(self, table: str) -> str: ...


def contact_condition(node: m.Criterion, writer: StatementWriter) -> str:
    """The condition that a question about one of CONTACT_FIELDS is; it may be null where the row has no value."""
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
        # Elsewhere than for equality the order of Unicode has to be asked for: a database may have another one.
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
    """A code that the buyer gave, among the codes or among the discounts made by a code."""
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
