"""Separates a text search from the other conditions of a list, for store/reading/text_pages."""

from collections.abc import Collection, Sequence

from abandoned_checkouts.checkouts.moment import from_datetime
from abandoned_checkouts.store.reading.pages import TextSearch
from abandoned_checkouts.store.search.conditions import COLUMNS, Condition, ConditionWriter, bracketed, stored_limit
from abandoned_checkouts.store.search.index_queries import IndexQuery
from abandoned_checkouts.store.search.state_ranges import state_ranges
from abandoned_checkouts.store.tables.checkouts import FILTERED
from search_syntax import meaning as m

# Columns whose index finds the rows of a short range quickly.
_INDEXED = frozenset({"created_at", "updated_at", "completed_at", "abandoned_at", "total_price", "subtotal_price"})


def text_search(
    writer: ConditionWriter, matches: IndexQuery, others: Sequence[Condition], nodes: Sequence[m.Expression]
) -> TextSearch:
    """The search of a list with the text search `matches` and the conditions `others`, whose expressions are
    `nodes`."""
    unique = list(dict.fromkeys(each.sql for each in others))
    filters = list(dict.fromkeys(_filter(writer, node, each.sql) for each, node in zip(others, nodes, strict=True)))
    whole = [*unique, writer.finished(Condition(matches=matches), asks=True).sql]
    return TextSearch(
        matches=writer.found(matches),
        asks=writer.may_have(matches) if matches.coded else "",
        test=matches.test("checkout_text_content.c0", writer.given) if writer.sqlite else "",
        has_prefix=matches.prefix,
        others=bracketed(filters, "AND") if filters else "",
        bounds=tuple(_bounds(writer, nodes, "id")),
        created=tuple(_bounds(writer, nodes, "created_at")) if writer.sqlite else (),
        created_range=_ranges(writer, nodes, ("created_at",)) if writer.sqlite else "",
        narrow=_narrow(writer, nodes),
        states=state_ranges(writer, nodes) if writer.sqlite else (),
        range_by_id=_ranges(writer, nodes, FILTERED, "+"),
        range_in_order=_ranges(writer, nodes, _INDEXED & {writer.order}),
        is_wide=all(map(_is_wide, nodes)),
        conditions=bracketed(whole, "AND"),
        parameters=tuple(writer.parameters),
    )


def _filter(writer: ConditionWriter, node: m.Expression, sql: str) -> str:
    """The condition `sql` of the node, for rows that are found by their documents.

    SQLite reads such a row by one index, with both limits on its id. Without a plus sign, it may use the index of
    another condition: a range of ids, a list of ids, or a part of an OR. Then it would read all rows of that condition
    again for each document.
    """
    if not writer.sqlite or isinstance(node, m.NoneOf):
        return sql
    if numbers := _listed_ids(node):
        return f"+abandoned_checkouts.id IN ({', '.join(map(writer.given, numbers))})"
    if isinstance(node, m.Range) and node.field == "id" and node.operator != "eq":
        return writer.compared("+abandoned_checkouts.id", node)
    is_column = isinstance(node, m.Range | m.Within | m.OneOf | m.HasValue) and node.field in COLUMNS
    return sql if is_column else f"+({sql})"


def _listed_ids(node: m.Expression) -> list[int]:
    """The ids of a search such as `id:1,2`, at least two. Empty for other nodes."""
    if not isinstance(node, m.AnyOf):
        return []
    parts = [part for part in node.parts if isinstance(part, m.Range) and part.field == "id" and part.operator == "eq"]
    numbers = [number for _, number in map(stored_limit, parts) if number is not None]
    return numbers if len(numbers) == len(node.parts) else []


def _bounds(writer: ConditionWriter, nodes: Sequence[m.Expression], field: str) -> list[tuple[str, str]]:
    """The operators and limits of the conditions on the field."""
    limits: list[tuple[str, int | None]] = []
    for node in nodes:
        if isinstance(node, m.Range) and node.field == field:
            limits.append(stored_limit(node))
        elif isinstance(node, m.Within) and node.field == field:
            limits += [(">=", from_datetime(node.start)), ("<", from_datetime(node.end))]
        elif field == "id" and (numbers := _listed_ids(node)):
            limits += [(">=", min(numbers)), ("<=", max(numbers))]
    return [(sign, writer.given(limit)) for sign, limit in limits if limit is not None]


def _narrow(writer: ConditionWriter, nodes: Sequence[m.Expression]) -> str:
    """The conditions on a column that has both ends of a range, else on the first column that has one end."""
    ranges: dict[str, list[str]] = {}
    for node in nodes:
        if isinstance(node, m.Range | m.Within) and node.field in _INDEXED:
            compared = writer.compared(f"abandoned_checkouts.{node.field}", node)
            ranges.setdefault(node.field, []).append(compared)
            if isinstance(node, m.Within):
                ranges[node.field].append(compared)
    conditions = max(ranges.values(), key=len, default=[])
    return bracketed(list(dict.fromkeys(conditions)), "AND") if conditions else ""


def _ranges(writer: ConditionWriter, nodes: Sequence[m.Expression], columns: Collection[str], sign: str = "") -> str:
    """The conditions on ranges of these columns. With a plus sign, SQLite does not use the index of the column."""
    ranges = [node for node in nodes if isinstance(node, m.Range | m.Within) and node.field in columns]
    conditions = dict.fromkeys(writer.compared(f"{sign}abandoned_checkouts.{node.field}", node) for node in ranges)
    return bracketed(list(conditions), "AND") if conditions else ""


def _is_wide(node: m.Expression) -> bool:
    """Whether the condition is on a column in which many rows have the same value, or a part of a range."""
    if isinstance(node, m.Range):
        return node.operator != "eq" and node.field in _INDEXED
    return isinstance(node, m.OneOf | m.Within | m.NoneOf)
