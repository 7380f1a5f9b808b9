"""Folders that tests read, found from the root of the repository, so that a test file can be moved.

Recordings of Shopify's answers lie in `../shared`, beside the repository, and are never part of it.
"""

import os
from pathlib import Path

import pytest


def root_above(file: Path) -> Path:
    """The nearest folder above the file that contains a pyproject.toml. Raises FileNotFoundError if there is none."""
    for folder in file.resolve().parents:
        if (folder / "pyproject.toml").is_file():
            return folder
    raise FileNotFoundError(f"no folder above {file} has a pyproject.toml")


ROOT = root_above(Path(__file__))
DOCS = ROOT / "docs"
TESTS = ROOT / "tests"
CONTRACT = TESTS / "contract"
SHARED = ROOT.parent / "shared"
RECORDED = SHARED / "facts" / "recorded"


def present(file: Path) -> Path:
    """Returns `file` if it exists. If not, the test is skipped, or fails with CI=true."""
    if not file.exists():
        reason = f"{file} is missing: recordings are not part of the repository"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason, allow_module_level=True)
    return file
