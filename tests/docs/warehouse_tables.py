"""Writes the tables of docs/warehouse.md: `python -m tests.docs.warehouse_tables`."""

from collections.abc import Iterator

from abandoned_checkouts.exporting.table_schema import PARQUET_TYPES, Table
from abandoned_checkouts.exporting.tables import TABLES


def tables_text() -> str:
    return "\n".join(line for table in TABLES.values() for line in _lines(table))


def _lines(table: Table) -> Iterator[str]:
    yield f"### `{table.name}`\n"
    keys = ", ".join(f"`{name}`" for name in table.keys)
    yield f"{table.description} Key: {keys}.\n"
    yield "| column | type | Parquet | source | description |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        parquet = PARQUET_TYPES[column.kind]
        yield f"| `{column.name}` | {column.kind} | {parquet} | `{column.source}` | {column.description} |"
    yield ""


if __name__ == "__main__":
    print(tables_text())  # noqa: T201
