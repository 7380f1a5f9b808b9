"""Columns and tables. tests/exporting/test_export_table.py reads real rows."""

from abandoned_checkouts.exporting.table_schema import Column, Table, as_cell, as_json

AMOUNT = Column("price", "amount", "line.price", "")
TABLE = Table("t", "", ("id",), (Column("id", "integer", "id", ""), AMOUNT, Column("tags", "json", "line.tags", "")))


def test_values_come_from_objects_mappings_and_absent_objects() -> None:
    assert TABLE.row({"id": 3, "line": {"price": 125_000, "tags": ["a"]}}) == [3, 125_000, '["a"]']
    assert TABLE.row({"id": 3, "line": None}) == [3, None, None]
    assert TABLE.only(["tags", "id"]).row({"id": 3, "line": {"tags": []}}) == ["[]", 3]


def test_only_keys_are_never_null() -> None:
    assert TABLE.json_schema() == {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "price": {"type": ["null", "number"]},
            "tags": {"type": ["null", "string"]},
        },
    }


def test_amounts_are_exact_in_every_format() -> None:
    for amount, number, cell in ((1, 0.0001, "0.0001"), (-125_000, -12.5, "-12.50"), (0, 0, "0.00")):
        assert (as_json(AMOUNT, amount), as_cell(AMOUNT, amount)) == (number, cell)
    assert (as_json(AMOUNT, None), as_cell(AMOUNT, None)) == (None, "")
