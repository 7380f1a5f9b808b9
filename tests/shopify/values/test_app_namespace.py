"""`$app` in the texts of an app."""

import pytest

from abandoned_checkouts.shopify.values.app_namespace import resolved_namespace, resolved_search


@pytest.mark.parametrize(
    ("namespace", "resolved"),
    [
        ("$app", "app--7"),
        ("$app:size", "app--7--size"),
        ("$application", "$application"),
        ("app--1--size", "app--1--size"),
        ("custom", "custom"),
        ("", ""),
    ],
)
def test_namespaces(namespace: str, resolved: str) -> None:
    assert resolved_namespace(namespace, 7) == resolved


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("metafields.$app.tier:gold", "metafields.app--7.tier:gold"),
        ("a OR (-metafields.$app:x-y.tier:*)", "a OR (-metafields.app--7--x-y.tier:*)"),
        ("metafields.$apple.tier:gold", "metafields.$apple.tier:gold"),
        ("x.metafields.$app.tier:gold", "x.metafields.$app.tier:gold"),
        ("'metafields.$app.tier' \"metafields.$app.tier\"", "'metafields.$app.tier' \"metafields.$app.tier\""),
        ("metafields.$app", "metafields.$app"),
    ],
)
def test_searches(text: str, resolved: str) -> None:
    assert resolved_search(text, 7) == resolved
