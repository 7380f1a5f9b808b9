"""The fields that a subscription includes."""

from typing import Any

import pytest

from abandoned_checkouts.shopify.formats.webhooks.included_fields import included


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], {"id": 1, "a": {"b": 2, "c": 3}, "items": [{"x": 1, "y": 2}, {"x": 3}]}),
        (["id"], {"id": 1}),
        (["items.x", "a.c"], {"a": {"c": 3}, "items": [{"x": 1}, {"x": 3}]}),
        (["a", "a.b"], {"a": {"b": 2, "c": 3}}),
        (["a.b", "a"], {"a": {"b": 2, "c": 3}}),
        (["missing", "a.none"], {"a": {}}),
    ],
)
def test_included_fields(paths: list[str], expected: dict[str, Any]) -> None:
    whole = {"id": 1, "a": {"b": 2, "c": 3}, "items": [{"x": 1, "y": 2}, {"x": 3}]}
    assert included(whole, paths) == expected
