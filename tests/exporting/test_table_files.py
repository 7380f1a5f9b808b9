"""Files of tables. tests/exporting/test_export_table.py compares the values of all formats."""

import io
import sys
import tracemalloc
from pathlib import Path

import pytest

from abandoned_checkouts.exporting import table_files
from abandoned_checkouts.exporting.table_files import NoParquetError, TableFormat, table_file
from abandoned_checkouts.exporting.tables import DISCOUNT_CODE

ROW = [7, 1, "TENOFF", "percentage", "USD", "USD", 100_000, None]


@pytest.mark.parametrize("rows", [0, 45_000])
def test_a_parquet_file_has_groups_of_rows(rows: int) -> None:
    import pyarrow.parquet

    file = io.BytesIO()
    with table_file(DISCOUNT_CODE, file, "parquet") as write:
        for start in range(0, rows, 500):
            write([[7, number, *ROW[2:]] for number in range(start, start + 500)])
    found = pyarrow.parquet.ParquetFile(io.BytesIO(file.getvalue()))
    sizes = [found.metadata.row_group(number).num_rows for number in range(found.num_row_groups)]
    assert sizes == ([20_000, 20_000, 5_000] if rows else [])
    assert found.schema_arrow.names == DISCOUNT_CODE.names


def test_without_pyarrow_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with (
        pytest.raises(
            NoParquetError, match=r"^--format parquet needs pyarrow; install it with `pip install .*warehouse"
        ),
        table_file(DISCOUNT_CODE, io.BytesIO(), "parquet"),
    ):
        pass


@pytest.mark.parametrize("form", ["parquet", "jsonl", "csv"])
def test_memory_does_not_grow_with_the_rows(form: TableFormat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow

    monkeypatch.setattr(table_files, "_GROUP", 400)
    peaks, pool = [], pyarrow.default_memory_pool()
    for batches in (10, 80):
        tracemalloc.start()
        allocated = 0
        with (tmp_path / "out").open("wb") as file, table_file(DISCOUNT_CODE, file, form) as write:
            for _ in range(batches):
                write([list(ROW) for _ in range(100)])
                allocated = max(allocated, pool.bytes_allocated())
        peaks.append(tracemalloc.get_traced_memory()[1] + allocated)
        tracemalloc.stop()
    # A file format needs some bytes for each group of rows.
    assert peaks[1] < 1.5 * peaks[0] + 200_000
