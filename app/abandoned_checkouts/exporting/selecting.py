"""Reads the options of an export: which records, and which of their fields."""

from collections.abc import Sequence

from abandoned_checkouts.checkouts.moment import MomentError, parse_moment, to_datetime, zone_named
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.table_schema import Table
from abandoned_checkouts.exporting.tables import TABLES
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import SearchTooDeepError
from abandoned_checkouts.store.search.selection import Selection, selected
from search_syntax import check, parse
from search_syntax.fields import nearest


class SelectionError(ValueError):
    """An option of an export cannot be used. The message says which, why, and what to do."""


def selection_of(shop: Shop, since: str | None, until: str | None, query: str | None, *, now: int) -> Selection:
    """The selection of these options. `since` and `until` are ISO 8601; without an offset, in the shop's time zone.

    A search with a warning is refused: the term would be ignored, and the export would have more records than wanted.
    Raises SelectionError.
    """
    search = None
    if query is not None:
        meaning = check(
            parse(query), checkout_fields(extended=True), zone=zone_named(shop.timezone), now=to_datetime(now)
        )
        if meaning.warnings:
            warning = meaning.warnings[0]
            nearest = f" Did you mean {warning.suggestion!r}?" if warning.suggestion else ""
            raise SelectionError(f"--query: {warning.field}: {warning.message}{nearest}")
        search = meaning.root
    selection = Selection(_moment("--since", since, shop), _moment("--until", until, shop), search)
    if selection.since is not None and selection.until is not None and selection.since >= selection.until:
        raise SelectionError(f"--until: {until} is not after --since {since}")
    try:
        selected(shop, selection, "sqlite")
    except SearchTooDeepError as problem:
        raise SelectionError(f"--query: {problem}") from None
    return selection


def _moment(option: str, text: str | None, shop: Shop) -> int | None:
    try:
        return None if text is None else parse_moment(text, shop.timezone)
    except MomentError as problem:
        raise SelectionError(f"{option}: {problem}") from None


def fields_of(given: str | None, known: Sequence[str]) -> list[str] | None:
    """The names in a comma-separated text, without repetitions; None selects all. Raises SelectionError."""
    if given is None:
        return None
    names = list(dict.fromkeys(name.strip() for name in given.split(",") if name.strip()))
    for name in names:
        if name not in known:
            near = nearest(name, known)
            hint = f"Did you mean {near!r}?" if near else f"Use some of: {', '.join(known)}"
            raise SelectionError(f"--fields: {name!r} is not a field. {hint}")
    if not names:
        raise SelectionError(f"--fields: name at least one of: {', '.join(known)}")
    return names


def table_named(name: str) -> Table:
    """Raises SelectionError."""
    if name not in TABLES:
        near = nearest(name, TABLES)
        hint = f"Did you mean {near!r}?" if near else f"Use one of: {', '.join(TABLES)}"
        raise SelectionError(f"--table: {name!r} is not a table. {hint}")
    return TABLES[name]
