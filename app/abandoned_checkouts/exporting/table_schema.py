"""The declaration of a table of the warehouse: its columns with type, source and description.

One declaration (exporting/tables) makes the rows, the Parquet schema, the header of the CSV, the Singer schema and the
tables of docs/warehouse.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import format_microseconds
from abandoned_checkouts.checkouts.money import UNIT, format_price

ColumnKind = Literal["integer", "text", "boolean", "timestamp", "amount", "json"]

# The JSON schema of a value.
_SCHEMAS: Mapping[ColumnKind, Json] = {
    "integer": {"type": "integer"},
    "text": {"type": "string"},
    "boolean": {"type": "boolean"},
    "timestamp": {"type": "string", "format": "date-time"},
    "amount": {"type": "number"},
    "json": {"type": "string"},
}
# The type in a Parquet file, in the words of Arrow.
PARQUET_TYPES: Mapping[ColumnKind, str] = {
    "integer": "int64",
    "text": "string",
    "boolean": "bool",
    "timestamp": "timestamp[us, UTC]",
    "amount": "decimal128(19, 4)",
    "json": "string",
}

# The objects that the values of a row come from, by the first word of the columns' sources.
RowSources = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`source` is the object of the row and its field: "checkout.email". A source without a field is the value itself.

    An amount is exact to four decimals. A timestamp is in UTC. A json column has a text with JSON in it.
    """

    name: str
    kind: ColumnKind
    source: str
    description: str

    def value_in(self, sources: RowSources) -> Any:
        """The value in the units of the store: ten-thousandths, microseconds; null for an absent one."""
        name, _, field = self.source.partition(".")
        found = sources[name]
        if field and found is not None:
            found = found.get(field) if isinstance(found, Mapping) else getattr(found, field)
        if self.kind == "json" and not isinstance(found, str | None):
            return orjson.dumps(found).decode()
        return found


@dataclass(frozen=True, slots=True)
class Table:
    """The values of the columns in `keys` identify a row."""

    name: str
    description: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def row(self, sources: RowSources) -> list[Any]:
        """The values of all columns, in the units of the store."""
        return [column.value_in(sources) for column in self.columns]

    def only(self, names: list[str] | None) -> "Table":
        """The same table with these columns in this order; with all of them if `names` is None."""
        if names is None:
            return self
        by_name = {column.name: column for column in self.columns}
        return Table(self.name, self.description, self.keys, tuple(by_name[name] for name in names))

    def json_schema(self) -> Json:
        """The JSON schema of a row. Every column but the keys can be null."""
        properties: Json = {}
        for column in self.columns:
            schema = _SCHEMAS[column.kind]
            if column.name not in self.keys:
                schema = {**schema, "type": ["null", schema["type"]]}
            properties[column.name] = schema
        return {"type": "object", "properties": properties}


def columns_of(owner: str, *columns: tuple[str, ColumnKind, str]) -> tuple[Column, ...]:
    """Columns with the names of the owner's fields: name, type, description."""
    return tuple(Column(name, kind, f"{owner}.{name}", description) for name, kind, description in columns)


_IN_JSON: Mapping[ColumnKind, Callable[[Any], Any]] = {
    "timestamp": format_microseconds,
    # The shortest text of this float is the exact amount.
    "amount": lambda amount: amount / UNIT,
    "boolean": bool,
}
_IN_CSV: Mapping[ColumnKind, Callable[[Any], str]] = {
    "timestamp": format_microseconds,
    "amount": format_price,
    "boolean": lambda flag: "true" if flag else "false",
}


def as_json(column: Column, value: Any) -> Any:
    """The value in JSON: an amount is a number, a timestamp is a text in ISO 8601."""
    convert = _IN_JSON.get(column.kind)
    return value if value is None or convert is None else convert(value)


def as_cell(column: Column, value: Any) -> str:
    """The value in a cell of a CSV; null is an empty cell."""
    return "" if value is None else _IN_CSV.get(column.kind, str)(value)
