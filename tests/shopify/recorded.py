"""Recorded answers of Shopify, beside the repository and never part of it; tests that need them say when they lack."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "facts" / "recorded"


def recorded(name: str) -> Any:
    """The rows of one recorded file. Skips the test, and only that, when the folder is not there."""
    file = FOLDER / name
    if not file.exists():
        pytest.skip(f"recorded answers are not at hand: {file} is missing")
    return json.loads(file.read_text())


def variables_of(row: dict[str, Any]) -> dict[str, Any]:
    """The variables of a recorded query. Long ones were cut off; numbers and booleans in what is left still count."""
    text = row["variables"] or "{}"
    try:
        return json.loads(text) or {}
    except ValueError:
        pairs = re.findall(r'"(\w+)": (\d+|true|false)\b', text)
        return {name: json.loads(value) for name, value in pairs}
