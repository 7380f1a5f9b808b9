"""The short lists of an app, which are searched and paged in memory.

The search is the reference implementation of search_syntax. The page is the same as in every connection.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from abandoned_checkouts.checkouts.moment import to_datetime, zone_named
from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.engine.rows import Row
from search_syntax import Field, FieldSet, Kind, check, parse, predicate, search_entry, too_long
from search_syntax.parsed import JsonObject

# Shopify: the filters of webhookSubscriptions and bulkOperations.
WEBHOOK_FIELDS = FieldSet(
    (
        Field("created_at", Kind.TIME, "When it was created."),
        Field("id", Kind.ID, "Its number.", global_id="WebhookSubscription"),
        Field("updated_at", Kind.TIME, "When it last changed."),
    )
)
BULK_FIELDS = FieldSet(
    (
        Field("created_at", Kind.TIME, "When it was created."),
        Field("id", Kind.ID, "Its number.", global_id="BulkOperation"),
        Field(
            "operation_type",
            Kind.ENUM,
            "Whether it runs a query or a mutation.",
            values=("query", "mutation"),
            source="type",
        ),
        Field(
            "status",
            Kind.ENUM,
            "Its status.",
            values=("canceled", "canceling", "completed", "created", "failed", "running"),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class FoundRows:
    """`entry` is the query's entry of extensions.search, without the path; None if there is none."""

    rows: list[Row]
    entry: JsonObject | None = None


def found_rows(request: Request, rows: Sequence[Row], fields: FieldSet, text: str | None) -> FoundRows:
    """The rows that match a query; all rows without a query.

    Raises Refusal for a text that is too long and for an invalid time. (Recorded: only searches by an index answer an
    invalid time with a warning.)
    """
    if text is None:
        return FoundRows(list(rows))
    problem = too_long(text)
    if problem is not None:
        raise Refusal(texts.SEARCH_REFUSED, problem=problem)
    zone, now = zone_named(request.shop.timezone), to_datetime(request.now)
    query = parse(text)
    meaning = check(query, fields, zone=zone, now=now)
    times = {field.name for field in fields if field.kind is Kind.TIME}
    for warning in meaning.warnings:
        if warning.field in times and warning.code == "invalid_value":
            raise Refusal(texts.INVALID_TIMESTAMP, field=warning.field)
    matches = predicate(meaning.root)
    entry = None
    if meaning.warnings or request.debug_search:
        entry = search_entry((), query, meaning, fields, zone=zone, now=now)
    return FoundRows([row for row in rows if matches(_record(row, fields))], entry)


def _record(row: Row, fields: FieldSet) -> dict[str, object]:
    record = {}
    for field in fields:
        value = row[field.key]
        record[field.key] = to_datetime(value) if field.kind is Kind.TIME and value is not None else value
    return record
