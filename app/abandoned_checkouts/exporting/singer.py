"""The tables and the change feed as Singer messages (https://hub.meltano.com/singer/spec): SCHEMA, RECORD, STATE.

Each stream is a table. Two columns are added: `change_position`, the position of the change in the feed, and
`_sdc_deleted_at`, by which targets recognize a deleted row. `erasure` is a separate stream. Deliveries, mails and
the like (LOGS) are not in the feed, so each run sends them all.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.changes import read_changes, row_json
from abandoned_checkouts.exporting.export_table import rows_of
from abandoned_checkouts.exporting.table_schema import Column, Table
from abandoned_checkouts.exporting.tables import LOGS, TABLES
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.search.selection import EVERYTHING

POSITION, DELETED = "change_position", "_sdc_deleted_at"
_POSITION = Column(POSITION, "integer", "position", "Position of the change in the feed.")
_DELETED = Column(DELETED, "timestamp", "deleted", "When the row was deleted.")
ERASURE = Table(
    "erasure",
    "One row per erased person.",
    (POSITION,),
    (
        Column("erased_at", "timestamp", "erasure.changed_at", "When the person was erased."),
        Column("hashes", "json", "erasure.hashes", "List of the keyed hashes of the person's addresses."),
    ),
)


class SingerError(ValueError):
    """A catalog or a state cannot be used. The message says why."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A selected stream, and the columns of its records."""

    name: str
    keys: tuple[str, ...]
    schema: UntypedJson
    columns: frozenset[str]

    @property
    def is_incremental(self) -> bool:
        return self.name not in LOGS

    def record(self, row: Mapping[str, Any]) -> UntypedJson:
        return {name: value for name, value in row.items() if name in self.columns}


def catalog() -> UntypedJson:
    """The catalog of `--discover`: every stream with its schema, and all of them selected."""
    return {"streams": [_entry(table) for table in (*TABLES.values(), ERASURE)]}


def _entry(table: Table) -> UntypedJson:
    schema = _schema(table)
    incremental = table.name not in LOGS
    automatic = {*table.keys, POSITION, DELETED}
    whole: UntypedJson = {
        "inclusion": "available",
        "selected": True,
        "table-key-properties": list(table.keys),
        "forced-replication-method": "INCREMENTAL" if incremental else "FULL_TABLE",
    }
    if incremental:
        whole["valid-replication-keys"] = [POSITION]
    return {
        "tap_stream_id": table.name,
        "stream": table.name,
        "key_properties": list(table.keys),
        "schema": schema,
        "metadata": [
            {"breadcrumb": [], "metadata": whole},
            *(
                {
                    "breadcrumb": ["properties", name],
                    "metadata": {"inclusion": "automatic" if name in automatic else "available", "selected": True},
                }
                for name in schema["properties"]
            ),
        ],
    }


def _schema(table: Table) -> UntypedJson:
    more = () if table.name in LOGS else (_POSITION, _DELETED)
    return Table(table.name, "", table.keys, (*table.columns, *more)).json_schema()


def selected_streams(given: Any) -> list[Stream]:
    """The streams that a catalog selects; all streams if it is None. Raises SingerError."""
    entries = given if given is not None else catalog()
    if not isinstance(entries, dict) or not isinstance(entries.get("streams"), list):
        raise SingerError('the catalog must be an object with the list "streams"; make one with `tap --discover`')
    ours = {table.name: table for table in (*TABLES.values(), ERASURE)}
    found = []
    for entry in entries["streams"]:
        name = entry.get("tap_stream_id", entry.get("stream")) if isinstance(entry, dict) else None
        if name not in ours:
            raise SingerError(f"the catalog has the unknown stream {name!r}; make a new one with `tap --discover`")
        marks = {tuple(each["breadcrumb"]): each["metadata"] for each in entry.get("metadata", [])}
        if _is_selected(marks.get((), {}), entry.get("selected", False)):
            schema = _schema(ours[name])
            names = [
                each
                for each in schema["properties"]
                if each in (*ours[name].keys, POSITION, DELETED)
                or _is_selected(marks.get(("properties", each), {}), True)
            ]
            schema["properties"] = {each: schema["properties"][each] for each in names}
            found.append(Stream(name, ours[name].keys, schema, frozenset(names)))
    return found


def _is_selected(marks: Mapping[str, Any], default: bool) -> bool:
    return bool(marks.get("selected", marks.get("selected-by-default", default)))


def positions_in(state: Any) -> dict[str, int]:
    """The position of each stream in a state; streams that are not in it start at 0. Raises SingerError."""
    bookmarks = state.get("bookmarks", {}) if isinstance(state, dict) else None
    if not isinstance(bookmarks, dict):
        raise SingerError('the state must be an object with "bookmarks": the last STATE of an earlier run')
    found = {}
    for name, bookmark in bookmarks.items():
        position = bookmark.get(POSITION) if isinstance(bookmark, dict) else None
        if type(position) is not int or position < 0:
            raise SingerError(f"the state of {name} must have {POSITION}, a whole number")
        found[name] = position
    return found


async def messages(
    database: Database, shop: Shop, streams: list[Stream], positions: Mapping[str, int], time_extracted: str
) -> AsyncIterator[UntypedJson]:
    """The messages of a run: the schema of each stream, then its new records.

    A STATE follows the records that it covers, so a run that was interrupted continues after its last STATE.
    """
    for stream in streams:
        head: UntypedJson = {"type": "SCHEMA", "stream": stream.name, "schema": stream.schema}
        replication: UntypedJson = {"bookmark_properties": [POSITION]} if stream.is_incremental else {}
        yield {**head, "key_properties": list(stream.keys), **replication}
    reached = {each.name: positions.get(each.name, 0) for each in streams if each.is_incremental}
    by_name = {each.name: each for each in streams}
    place = min(reached.values(), default=0)
    while reached:
        changes = await database.read_behind(partial(read_changes, shop=shop, after=place))
        if not changes:
            break
        for change in changes:
            for name, row in _rows(change):
                if name in reached and change["position"] > reached[name]:
                    yield _record(by_name[name], row, time_extracted)
        place = changes[-1]["position"]
        reached = {name: max(place, position) for name, position in reached.items()}
        yield {"type": "STATE", "value": {"bookmarks": {name: {POSITION: at} for name, at in reached.items()}}}
    for name in (each for each in LOGS if each in by_name):
        async for batch in rows_of(database, shop, TABLES[name], EVERYTHING):
            for sources in batch:
                yield _record(by_name[name], row_json(TABLES[name], sources), time_extracted)


def _record(stream: Stream, row: Mapping[str, Any], time_extracted: str) -> UntypedJson:
    return {
        "type": "RECORD",
        "stream": stream.name,
        "record": stream.record(row),
        "time_extracted": time_extracted,
    }


def _rows(change: UntypedJson) -> Iterator[tuple[str, UntypedJson]]:
    """The rows of a change, each with the name of its stream."""
    mark: UntypedJson = {POSITION: change["position"], DELETED: None}
    if change["change"] == "erase":
        hashes = row_json(ERASURE, {"erasure": {"hashes": change["hashes"], "changed_at": None}})["hashes"]
        yield ERASURE.name, {**mark, "erased_at": change["changed_at"], "hashes": hashes}
    elif change["change"] == "delete":
        yield change["table"], {**mark, "id": change["id"], DELETED: change["changed_at"]}
    else:
        for name, rows in change["rows"].items():
            for row in rows:
                yield name, {**row, **mark}
