"""Folders are found from anywhere in the tests, and a missing recording is reported: as a failure where CI=true."""

import re
from pathlib import Path

import pytest

from tests import places
from tests.recorded import recorded


def test_root_is_found_from_any_depth(tmp_path: Path) -> None:
    deep = tmp_path / "project" / "tests" / "store" / "reading"
    deep.mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").touch()
    for file in (deep / "test_pages.py", deep.parent / "test_x.py", deep.parents[1] / "places.py"):
        assert places.root_above(file) == tmp_path / "project"


def test_no_root_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="has a pyproject"):
        places.root_above(tmp_path / "test_pages.py")


def test_places_are_in_the_repository() -> None:
    assert (places.ROOT / "app" / "abandoned_checkouts").is_dir() and (places.ROOT / "search_syntax").is_dir()
    assert Path(__file__).parent == places.TESTS
    assert places.DOCS.is_dir() and (places.CONTRACT / "admin-2026-10.graphql").is_file()
    assert places.RECORDED.is_relative_to(places.ROOT.parent) and not places.RECORDED.is_relative_to(places.ROOT)


def test_no_file_counts_folders_above_itself() -> None:
    """Such a path leads elsewhere when the file is moved."""
    counted = re.compile(r"Path\(__file__\)(\.\w+\(\))*\.parent(s\[|\.parent)")
    files = [file for file in places.TESTS.rglob("*.py") if "node_modules" not in file.parts]
    assert [str(file) for file in files if counted.search(file.read_text(encoding="utf-8"))] == []


def test_a_present_recording_is_returned(tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    file.write_text("[1, 2]")
    assert places.present(file) == file


@pytest.mark.parametrize(
    ("ci", "outcome"),
    [("true", pytest.fail.Exception), ("", pytest.skip.Exception), (None, pytest.skip.Exception)],
)
def test_a_missing_recording_fails_where_ci_is_true(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ci: str | None, outcome: type[BaseException]
) -> None:
    monkeypatch.setattr("tests.recorded.RECORDED", tmp_path)
    if ci is None:
        monkeypatch.delenv("CI", raising=False)
    else:
        monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match=r"nothing\.json is missing: recordings are not part of the repository"):
        recorded("nothing.json")
