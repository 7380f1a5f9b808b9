"""Writes the rows of a table to a file, one batch at a time: JSON lines, CSV, Parquet."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import IO, Any, Literal

import orjson

from abandoned_checkouts.checkouts.money import as_decimal
from abandoned_checkouts.exporting.spreadsheet import csv_lines
from abandoned_checkouts.exporting.table_schema import PARQUET_TYPES, Column, Table, as_cell, as_json

TableFormat = Literal["jsonl", "csv", "parquet"]
Rows = Sequence[Sequence[Any]]
# The number of rows of a row group of Parquet. It is a compromise: small groups need less memory and more space.
_GROUP = 20_000


class NoParquetError(Exception):
    """The library that writes Parquet is not installed."""


@contextmanager
def table_file(table: Table, file: IO[bytes], form: TableFormat) -> Iterator[Callable[[Rows], None]]:
    """Yields a function that writes rows with the values of the table's columns, in the units of the store.

    Raises NoParquetError.
    """
    if form == "parquet":
        with _parquet(table, file) as write:
            yield write
    elif form == "csv":
        file.write(csv_lines([table.names]))
        yield lambda rows: _write_cells(table, file, rows)
    else:
        yield lambda rows: _write_lines(table, file, rows)


def _write_cells(table: Table, file: IO[bytes], rows: Rows) -> None:
    file.write(csv_lines([as_cell(*pair) for pair in zip(table.columns, row, strict=True)] for row in rows))


def _write_lines(table: Table, file: IO[bytes], rows: Rows) -> None:
    for row in rows:
        line = {column.name: as_json(column, value) for column, value in zip(table.columns, row, strict=True)}
        file.write(orjson.dumps(line) + b"\n")


@contextmanager
def _parquet(table: Table, file: IO[bytes]) -> Iterator[Callable[[Rows], None]]:
    # Imported by name: the library is an extra, has no type hints, and takes a second to load.
    try:
        arrow: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise NoParquetError(
            "--format parquet needs pyarrow; install it with `pip install 'abandoned-checkouts[warehouse]'`"
        ) from None
    schema = arrow.schema(
        [
            arrow.field(
                column.name,
                _arrow_type(arrow, column),
                nullable=column.name not in table.keys,
                metadata={"description": column.description},
            )
            for column in table.columns
        ]
    )
    waiting: list[Sequence[Any]] = []

    def write_group(writer: Any) -> None:
        columns = [
            arrow.array(_arrow_values(column, place, waiting), type=field.type)
            for place, (column, field) in enumerate(zip(table.columns, schema, strict=True))
        ]
        writer.write_table(arrow.table(columns, schema=schema))
        waiting.clear()

    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:

        def write(rows: Rows) -> None:
            waiting.extend(rows)
            if len(waiting) >= _GROUP:
                write_group(writer)

        yield write
        if waiting:
            write_group(writer)


def _arrow_type(arrow: Any, column: Column) -> Any:
    if column.kind == "amount":
        return arrow.decimal128(19, 4)
    if column.kind == "timestamp":
        return arrow.timestamp("us", "UTC")
    return arrow.type_for_alias(PARQUET_TYPES[column.kind])


def _arrow_values(column: Column, place: int, rows: Rows) -> list[Any]:
    values = [row[place] for row in rows]
    return [_decimal(value) for value in values] if column.kind == "amount" else values


def _decimal(amount: int | None) -> Decimal | None:
    return None if amount is None else as_decimal(amount)
