"""Backslashes and stars in the texts of a search."""

from __future__ import annotations

import re

ESCAPED = re.compile(r"\\([\s\S])")


def unescaped(raw: str) -> str:
    """The text without escapes. A backslash at the end stays."""
    return ESCAPED.sub(r"\1", raw) if "\\" in raw else raw


def ends_with_star(raw: str) -> bool:
    if not raw.endswith("*"):
        return False
    body = raw[:-1]
    return (len(body) - len(body.rstrip("\\"))) % 2 == 0
