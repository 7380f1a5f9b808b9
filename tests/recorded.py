"""Recorded responses of Shopify. They are beside the repository, not in it. Tests that need them are skipped if they
are missing."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.places import RECORDED, present


def recorded(name: str) -> Any:
    """The rows of one recorded file. Without the file, the test that asks is skipped, or fails where CI=true."""
    return json.loads(present(RECORDED / name).read_text(encoding="utf-8"))


def variables_of(row: dict[str, Any]) -> dict[str, Any]:
    """The variables of a recorded query. Long ones were cut off; numbers and booleans in what is left still count."""
    text = row["variables"] or "{}"
    try:
        return json.loads(text) or {}
    except ValueError:
        pairs = re.findall(r'"(\w+)": (\d+|true|false)\b', text)
        return {name: json.loads(value) for name, value in pairs}
