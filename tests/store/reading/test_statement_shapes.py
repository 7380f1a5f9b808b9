"""Statements are compiled in a time that grows with the number of their parameters, not with its square."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.sql.compiler import SQLCompiler

from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.queries import PageQuery
from abandoned_checkouts.store.reading.query_sql import statement_for
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import narrowed
from search_syntax import check, parse


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("query", ["id:{}", "hoodie id:{}"])
def test_the_parameters_of_a_statement_are_collected_once(
    dialect: str, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected: list[int] = []
    construct_params = SQLCompiler.construct_params

    def counted(self: SQLCompiler, *arguments: Any, **options: Any) -> Mapping[str, Any]:
        found = construct_params(self, *arguments, **options)
        collected.append(len(found))
        return found

    monkeypatch.setattr(SQLCompiler, "construct_params", counted)
    meaning = check(parse(query.format(",".join(map(str, range(1_000, 1_431))))), checkout_fields())
    listing = narrowed(Listing("abandoned_checkouts", 1, SortOrder("customer_name")), meaning.root, dialect=dialect)
    _, values = statement_for(PageQuery(listing, PageWindow(first=3), ("id", "name"), placed=True), dialect)
    assert {*range(1_000, 1_431)} <= {value for value in values if isinstance(value, int)}
    assert len(collected) <= 2
