"""Names of scopes: known names are accepted; for others, the error names the nearest one."""

import pytest

from abandoned_checkouts.access.rules import Action, Data, rule_of
from abandoned_checkouts.access.scope_names import SCOPES, nearest_scope, unknown_scope
from abandoned_checkouts.shopify.schema.types.access_scope import OFFERED


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("read_order", "read_orders"),
        ("write_costumers", "write_customers"),
        ("READ_ORDERS", "read_orders"),
        ("read-all-orders", "read_all_orders"),
        ("products", "read_products"),
        ("write_marketing", "write_markets"),
        ("customer_read_order", "customer_read_orders"),
        ("unauthenticated_read_checkout", "unauthenticated_read_checkouts"),
        ("read_everything", "read_orders"),
        ("read_", "read_orders"),
        ("", "read_orders"),
        ("admin", "read_orders"),
    ],
)
def test_an_unknown_scope_is_answered_with_the_nearest(name: str, nearest: str) -> None:
    assert nearest_scope(name) == nearest
    assert unknown_scope(["read_orders", name]) == f"{name!r} is not a scope. Did you mean {nearest!r}?"
    assert nearest in SCOPES


def test_every_scope_that_this_server_checks_is_known() -> None:
    checked = {scope for data in Data for action in Action for scope in _scopes(data, action)}
    assert checked | set(OFFERED) <= SCOPES
    assert unknown_scope([*sorted(checked), "SCOPE.DC-STORES.MANAGE-ORDERS", "customer_read_orders"]) is None


def _scopes(data: Data, action: Action) -> tuple[str, ...]:
    try:
        return rule_of(data, action).scopes
    except KeyError:
        return ()
