"""All caches of a process together are bounded in bytes, and one function reports them."""

import gc
import importlib
import pkgutil

import pytest

import abandoned_checkouts
from abandoned_checkouts.cache_sizes import cache_sizes
from abandoned_checkouts.checkouts.caches import function_cache_sizes
from abandoned_checkouts.shopify.bulk.rules import checks
from abandoned_checkouts.shopify.execution.plan import leaves
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.store.reading.statement_shapes import SHAPES
from abandoned_checkouts.store.tenants.access_tokens import Access
from abandoned_checkouts.store.tenants.recent_access import RecentAccess
from search_syntax.parse import cached_bytes, parse
from tests.checkouts.samples import a_shop

MIB = 2**20


def test_all_caches_of_functions_together_have_a_bound() -> None:
    # The caches of modules that are not imported would be missing.
    for module in pkgutil.walk_packages(abandoned_checkouts.__path__, "abandoned_checkouts."):
        if not module.name.endswith(("__main__", "explorer.build")) and ".migrations." not in module.name:
            importlib.import_module(module.name)
    sizes = function_cache_sizes()
    assert sum(size.most_bytes for size in sizes.values()) < 146 * MIB, sorted(
        ((size.most_bytes / MIB, name) for name, size in sizes.items()), reverse=True
    )[:5]


def test_cached_texts_of_columns_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaves, "MOST_BYTES", 100_000)
    caches = [leaves.CachedTexts(lambda value: f'"{value}"') for _ in range(3)]
    for number in range(2_000):
        assert caches[number % 3][number] == f'"{number}"'
        assert leaves.cached_texts_bytes() <= 100_000
    assert 0 < sum(map(len, caches)) < 500
    assert caches[0]["x" * 1_000] == f'"{"x" * 1_000}"' and "x" * 1_000 not in caches[0]


def test_one_function_reports_all_caches() -> None:
    parse("some text")
    sizes = cache_sizes()
    assert sizes["searches"] == cached_bytes() > 0 and sizes["statements"] == SHAPES.bytes
    assert {"texts of columns", "checkouts.money.format_amount", "checkouts.moment.format_utc"} <= set(sizes)


def test_the_caches_of_tokens_and_bulk_queries_are_reported() -> None:
    # Other tests may have filled the cache, or read the same query.
    checks._documents.cache_clear()
    gc.collect()
    before = cache_sizes()
    recent = RecentAccess()
    recent.keep("token", Access(a_shop(), 1, 1, frozenset(), {}, None))
    assert not checks.query_errors(graphql_schema(), "{ abandonedCheckouts { edges { node { id } } } }")
    after = cache_sizes()
    assert after["tokens"] > before["tokens"] and after["bulk queries"] > before["bulk queries"]
    del recent
    gc.collect()
    assert cache_sizes()["tokens"] == before["tokens"]
