"""The small shop that all cases search: cases/shop.json, with its fields, its clock and eight checkouts."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from search_syntax import Field, FieldSet, Kind

CASES = Path(__file__).with_name("cases")
SHOP = json.loads((CASES / "shop.json").read_text(encoding="utf-8"))

ZONE = ZoneInfo(SHOP["zone"])
NOW = datetime.fromisoformat(SHOP["now"])


def field(declared: dict[str, Any]) -> Field:
    arguments = declared | {"kind": Kind(declared["kind"])}
    return Field(**{key: tuple(value) if isinstance(value, list) else value for key, value in arguments.items()})


FIELDS = FieldSet([field(declared) for declared in SHOP["fields"]], extended=True)
SEARCHED_BY_DEFAULT = ("customer_name", "email", "product_title")


def record(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its times and amounts as Python has them, and what the default field searches."""
    made = dict(row)
    for one in FIELDS:
        if one.kind is Kind.TIME:
            made[one.name] = datetime.fromisoformat(row[one.name])
        elif one.kind in (Kind.MONEY, Kind.NUMBER) and row[one.name] is not None:
            made[one.name] = Decimal(str(row[one.name]))
    made["default"] = [
        text
        for name in SEARCHED_BY_DEFAULT
        for text in (row[name] if isinstance(row[name], list) else [row[name]])
        if text is not None
    ]
    return made


RECORDS = [record(row) for row in SHOP["records"]]
