"""`flow codes …`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Within


def test_codes(within: Within, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("A1\nB2,2000-01-01\n")
    assert within("flow", "codes", "add", "spring", str(file))[0] == "2\tadded\n"
    assert within("flow", "codes", "add", "spring", str(file))[0] == "0\tadded\n"
    assert within("flow", "codes", "list")[0] == "1 left\t0 issued\t1 expired\tspring\n"
    assert within("flow", "codes", "remove", "spring")[0] == "2\tremoved\n"


@pytest.mark.parametrize(
    ("name", "text", "code", "problem"),
    [
        ("spring", "A 1", 4, "codes.csv: line 1: 'A 1' is not a code; write one on each line, such as SAVE10"),
        ("a/b", "A1", 2, "LIST is 'a/b'; it must be a name without / and spaces at its ends"),
    ],
)
def test_codes_that_are_invalid(within: Within, tmp_path: Path, name: str, text: str, code: int, problem: str) -> None:
    file = tmp_path / "codes.csv"
    file.write_text(text)
    said = within("flow", "codes", "add", name, str(file), code=code)[1]
    assert problem in " ".join(said.split())


def test_a_flow_without_codes_is_turned_on_with_a_warning(within: Within, tmp_path: Path) -> None:
    file = tmp_path / "flow.yaml"
    file.write_text("name: Gift\nsteps: [{apply_discount: {list: spring}}]")
    within("flow", "put", str(file))
    assert "warning: the list 'spring' has no discount codes; add some: " in within("flow", "on", "Gift")[1]
