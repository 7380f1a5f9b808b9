"""CSV files as Shopify's admin and spreadsheets write them: encodings, separators, rows, and where problems are."""

import gzip
import io
from pathlib import Path

import pytest

from abandoned_checkouts.intake.file_records import records
from abandoned_checkouts.intake.spreadsheet_records import SpreadsheetRecord, is_spreadsheet

TEXT = (
    "Id,Name,Email,Created at,Lineitem quantity,Lineitem name,Notes\r\n"
    '7,#7,a@example.com,2026-11-01 12:00:00 -0500,2,Käse – groß,"two\nlines"\r\n'
    ",#7,,,1,Lamp,\r\n"
    "\r\n"
    "8,#8,b@example.com,2026-11-02 12:00:00 -0500,1,Cup,\r\n"
    "8,#8,b@example.com,2026-11-02 12:00:00 -0500,1,Pot,\r\n"
)
FILES = {
    "UTF-8": TEXT.encode(),
    "UTF-8 with a byte order mark": TEXT.encode("utf-8-sig"),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16, big endian": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "Windows-1252": TEXT.encode("cp1252"),
    "semicolons": TEXT.replace(",", ";").encode(),
    "tabs, UTF-16": TEXT.replace(",", "\t").encode("utf-16"),
    "with the hint of Excel": b"sep=;\r\n" + TEXT.replace(",", ";").encode("cp1252"),
    "with LF": TEXT.replace("\r\n", "\n").encode(),
    "compressed": gzip.compress(TEXT.encode()),
}


@pytest.mark.parametrize("name", FILES)
def test_every_encoding_and_separator_is_read(tmp_path: Path, name: str) -> None:
    file = tmp_path / "checkouts.csv"
    file.write_bytes(FILES[name])
    first, second = (record.value for record in records(file))
    assert isinstance(first, SpreadsheetRecord) and isinstance(second, SpreadsheetRecord)
    assert [row["lineitem name"] for _, row in first.rows] == ["Käse – groß", "Lamp"]
    assert first.rows[0][1]["notes"].splitlines() == ["two", "lines"]
    assert [row["lineitem name"] for _, row in second.rows] == ["Cup", "Pot"]
    shift = 1 if "hint" in name else 0
    assert [place for place, _ in (*first.rows, *second.rows)] == [place + shift for place in (2, 4, 6, 7)]


def test_a_row_with_too_many_cells_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "checkouts.csv"
    file.write_text("Id,Email\n1,a@example.com\n2,b@example.com,what\n3,c@example.com\n")
    found = list(records(file))
    assert [(record.place, record.problem) for record in found] == [
        ("line 2", None),
        ("line 3", "has 3 cells, but the first row has 2 columns"),
        ("line 4", None),
    ]


@pytest.mark.parametrize(
    "start", [b'{"id": 1, "name": "email,total"}', b'[{"id":1}]', b"", b"Product,Price\n1,2", b"\xff"]
)
def test_other_files_are_no_spreadsheets_of_checkouts(start: bytes) -> None:
    assert not is_spreadsheet(start)


def test_the_header_can_be_in_any_case_and_order() -> None:
    assert is_spreadsheet(io.BytesIO("\ufeffEMAIL;id;Created At\n".encode()).read())
