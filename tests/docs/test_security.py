"""SECURITY.md names a test for each promise, and the version that is supported."""

import re
import tomllib

from tests.places import ROOT

TEXT = (ROOT / "SECURITY.md").read_text()


def test_every_promise_names_tests_that_exist() -> None:
    promises = TEXT.partition("## Promises")[2].partition("\n## ")[0]
    rows = [line for line in promises.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 10
    for row in rows:
        tests = re.findall(r"\]\((tests/[^)]+)\)", row)
        assert tests, row
        for test in tests:
            assert "def test_" in (ROOT / test).read_text(), test


def test_links_lead_to_files() -> None:
    for path in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (ROOT / path).is_file(), path


def test_the_newest_version_is_supported() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"| {version.rpartition('.')[0]}.x (the newest release) | yes |" in TEXT
