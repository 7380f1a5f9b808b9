"""Lists that are at hand whole, because they are an app's own and short: searched and cut without the database.

The search is the reference meaning of search_syntax itself; the page is the one that every connection has.
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
        Field("created_at", Kind.TIME, "When it was made."),
        Field("id", Kind.ID, "Its number.", global_id="WebhookSubscription"),
        Field("updated_at", Kind.TIME, "When it last changed."),
    )
)
BULK_FIELDS = FieldSet(
    (
        Field("created_at", Kind.TIME, "When it was asked for."),
        Field("id", Kind.ID, "Its number.", global_id="BulkOperation"),
        Field("operation_type", Kind.ENUM, "What it runs.", values=("query", "mutation"), source="type"),
        Field(
            "status",
            Kind.ENUM,
            "How far it is.",
            values=("canceled", "canceling", "completed", "created", "failed", "running"),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class FoundRows:
    """`entry` is what extensions.search says of the query, but for the path; None where there is nothing to say."""

    rows: list[Row]
    entry: JsonObject | None = None


def found_rows(request: Request, rows: Sequence[Row], fields: FieldSet, text: str | None) -> FoundRows:
    """The rows that a query finds; all of them without one.

    Raises Refusal for a text that is too long, and for a time that is none: these lists are not searched by an index,
    which would only warn (recorded).
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
