"""Cells that a spreadsheet would run as a formula."""

import pytest

from abandoned_checkouts.checkouts.spreadsheet_cells import guarded, unguarded


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+49 170",
        "+X1",
        "-1.2.3",
        "@SUM(A1)",
        "-cheap",
        "\t=1",
        " =1",
        "\uff1d1",
        "\ufeff=1",
        "\u200b=1",
        "\u202e@x",
        "\ufe66x",
    ],
)
def test_a_formula_gets_an_apostrophe_which_an_import_removes(cell: str) -> None:
    assert guarded(cell) == f"'{cell}" and unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["", "-19.90", "+5", "Lamp", "'t Hooft", "a=b", "'"])
def test_other_cells_are_not_changed(cell: str) -> None:
    assert guarded(cell) == cell and unguarded(cell) == cell
