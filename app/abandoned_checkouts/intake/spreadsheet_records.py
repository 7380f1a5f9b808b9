"""Reads the checkouts of a CSV file from Shopify's admin or our own export, also if a spreadsheet program has saved it.

The first row has the names of the columns. A checkout can have several rows, one per line item. They follow each other
and have the same Id (or Name). The encoding can be UTF-8, UTF-16 with a byte order mark, or Windows-1252; the separator
can be a comma, a semicolon or a tab. Only one checkout is in memory at a time.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from abandoned_checkouts.checkouts.spreadsheet_cells import unguarded
from abandoned_checkouts.intake.record import FileRecord

__all__ = ["SpreadsheetRecord", "encoding_of", "is_spreadsheet", "spreadsheet_records"]

_SEPARATORS = ",;\t"
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# A file with at least two of these columns in its first row is a CSV file of checkouts.
_SIGNS = frozenset({"id", "name", "email", "currency", "total", "created at", "lineitem name", "lineitem quantity"})
_HEADER_BYTES = 64 << 10
_PART = 1 << 20
# The maximum length of a cell in characters. Shopify's notes have at most 5,000.
_LONGEST_CELL = 1 << 20


@dataclass(frozen=True, slots=True)
class SpreadsheetRecord:
    """The rows of one checkout. Each has the number of its first line, and its cells by the lower-case name of the
    column."""

    rows: list[tuple[int, dict[str, str]]]


def encoding_of(file: IO[bytes]) -> str:
    """The encoding of the file: by its byte order mark, else UTF-8 if all of it is valid UTF-8, else Windows-1252. The
    position in the file is undefined afterwards."""
    start = file.read(3)
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            return name
    decoder = codecs.getincrementaldecoder("utf-8")()
    part = start
    try:
        while part:
            decoder.decode(part)
            part = file.read(_PART)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def is_spreadsheet(start: bytes) -> bool:
    """Whether a file with these first bytes is CSV with known columns."""
    name = next((name for mark, name in _MARKS.items() if start.startswith(mark)), "cp1252")
    text = start.decode(name, errors="replace").lstrip("\ufeff")
    return text[:1] not in ("{", "[") and _separator(_without_hint(text)) is not None


def spreadsheet_records(file: IO[bytes], encoding: str) -> Iterator[FileRecord]:
    """The checkouts of a file, whose position must be its start. Rows that cannot be read have a `problem`."""
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    start = text.readline(_HEADER_BYTES)
    before = 0
    if start.lower().startswith("sep="):
        start, before = text.readline(_HEADER_BYTES), 1
    separator = _separator(start) or ","
    previous_limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        reader = csv.reader(_chained(start, text), delimiter=separator)
        columns = [unguarded(cell).strip().lower() for cell in next(reader)]
        yield from _grouped(reader, columns, before)
    finally:
        csv.field_size_limit(previous_limit)
        # Detach, because the caller closes the file.
        text.detach()


def _chained(first: str, rest: io.TextIOWrapper) -> Iterator[str]:
    yield first
    yield from rest


def _without_hint(text: str) -> str:
    """The text from the header row on. Excel may write a row "sep=;" before it."""
    first, _, rest = text.partition("\n")
    return rest.partition("\n")[0] if first.lower().startswith("sep=") else first


def _separator(header: str) -> str | None:
    """The separator that splits the row into the most known columns. None if there are fewer than two."""

    def known(separator: str) -> int:
        cells = next(csv.reader([header.strip("\r\n")], delimiter=separator), [])
        return len(_SIGNS.intersection(cell.strip().lower() for cell in cells))

    best = max(_SEPARATORS, key=known)
    return best if known(best) >= 2 else None


def _grouped(reader: Iterator[list[str]], columns: list[str], before: int) -> Iterator[FileRecord]:
    rows: list[tuple[int, dict[str, str]]] = []
    for place, cells, problem in _rows(reader, before):
        row = dict(zip(columns, (unguarded(cell).strip() for cell in cells), strict=False))
        if problem is None and len(cells) > len(columns):
            problem = f"has {len(cells)} cells, but the first row has {len(columns)} columns"
        if problem is not None:
            yield from _record(rows)
            rows = []
            yield FileRecord(f"line {place}", problem=problem)
        elif rows and _continues(rows[0][1], row):
            rows.append((place, row))
        elif any(row.values()):
            yield from _record(rows)
            rows = [(place, row)]
    yield from _record(rows)


def _rows(reader: Iterator[list[str]], before: int) -> Iterator[tuple[int, list[str], str | None]]:
    """The rows with the number of their first line. A row can span several lines, because a cell can."""
    while True:
        place = reader.line_num + before + 1  # type: ignore[attr-defined]
        try:
            yield place, next(reader), None
        except StopIteration:
            return
        except csv.Error as problem:
            yield place, [], f"not valid CSV: {problem}"


def _continues(first: dict[str, str], row: dict[str, str]) -> bool:
    """Whether a row is a further line item of the checkout of `first`."""
    number, name = row.get("id", ""), row.get("name", "")
    if number:
        return number == first.get("id")
    return bool(name) and name == first.get("name") and not row.get("created at")


def _record(rows: list[tuple[int, dict[str, str]]]) -> Iterator[FileRecord]:
    if rows:
        yield FileRecord(f"line {rows[0][0]}", SpreadsheetRecord(rows))
