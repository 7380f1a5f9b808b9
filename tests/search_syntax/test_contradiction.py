"""Terms of a search that exclude each other are found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from search_syntax import Field, FieldSet, Kind, check, contradiction, parse

FIELDS = FieldSet(
    (
        Field("default", Kind.TEXT),
        Field("id", Kind.ID),
        Field("price", Kind.MONEY),
        Field("product", Kind.ID, several=True),
        Field("status", Kind.ENUM, values=("open", "closed")),
        Field("created", Kind.TIME),
        Field("age", Kind.AGE, source="created"),
        Field("paid", Kind.BOOLEAN),
    )
)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("price:>100 price:<50", "price"),
        ("price:>100 AND price:<100", "price"),
        ("price:>100 price:<=100", "price"),
        ("price:>=100 price:<=100", None),
        ("price:>50 price:<100", None),
        ("price:<100 price:<50 price:>60", "price"),
        ("price:>100 OR price:<50", None),
        ("hat (price:>100 price:<50)", "price"),
        ("-(price:>100 price:<50)", None),
        ("id:5 id:6", "id"),
        ("id:5 id:>4", None),
        ("id:5 id:>5", "id"),
        ("product:5 product:6", None),
        ("status:open status:closed", "status"),
        ("status:open,closed status:closed", None),
        ("paid:true paid:false", "paid"),
        ("created:>2026-05-01 created:<2026-04-01", "created"),
        ("created:2026-05 created:2026-04", "created"),
        ("created:2026-05 created:2026-05-04", None),
        ("created:>now created:<2026-04-01", None),
        ("age:>48 age:<24", None),
        ("teapot", None),
        ("", None),
    ],
)
def test_contradiction(text: str, field: str | None) -> None:
    meaning = check(parse(text), FIELDS, zone=UTC, now=datetime(2026, 11, 1, tzinfo=UTC))
    assert contradiction(meaning, FIELDS) == field, text
