"""Protected customer data: which objects and fields an app is refused, in which words, from which day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from abandoned_checkouts.access.approvals import LEVEL_2, AppKind, Approvals, Protected, url_needs_approval
from abandoned_checkouts.shopify.permissions.protected_data import protected_refusals
from tests.contract.schema import contract_schema
from tests.shopify.permissions.refusals import Refusals, answer

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LATER = datetime(2026, 12, 1, tzinfo=UTC)


def approved(*kinds: Protected, kind: AppKind = AppKind.PUBLIC, now: datetime = NOW) -> Refusals:
    return protected_refusals(contract_schema(), Approvals(kind, frozenset(kinds)), now)


PAGE = "https://shopify.dev/docs/apps/launch/protected-customer-data"


def test_objects_and_fields_that_an_app_is_not_approved_for() -> None:
    text = '{ customer(id: "gid://shopify/Customer/2") { id email } }'
    data, errors = answer(text, approved())
    assert data == {"customer": None}
    assert errors[0]["message"] == (
        f"This app is not approved to access the Customer object. See {PAGE} for more details."
    )
    assert errors[0]["extensions"] == {"code": "ACCESS_DENIED", "documentation": PAGE}
    data, errors = answer(text, approved(Protected.CUSTOMER_DATA))
    assert data == {"customer": {"id": "2", "email": None}}
    assert errors[0]["message"] == f"This app is not approved to use the email field. See {PAGE} for more details."
    assert answer(text, approved(Protected.CUSTOMER_DATA, Protected.EMAIL))[1] == []


@pytest.mark.parametrize(
    ("kind", "now", "kinds", "refused"),
    [
        (AppKind.PUBLIC, NOW, [], False),
        (AppKind.PUBLIC, LATER, [], True),
        (AppKind.PUBLIC, LATER, [Protected.NAME, Protected.EMAIL, Protected.PHONE], True),
        (AppKind.PUBLIC, LATER, sorted(LEVEL_2), False),
        (AppKind.CUSTOM, LATER, [], False),
        (AppKind.CUSTOM, datetime(2027, 1, 1, tzinfo=UTC), [], True),
        (AppKind.ADMIN, datetime(2030, 1, 1, tzinfo=UTC), [], False),
    ],
)
def test_abandoned_checkout_url(kind: AppKind, now: datetime, kinds: list[Protected], refused: bool) -> None:
    refusals = approved(Protected.CUSTOMER_DATA, *kinds, kind=kind, now=now)
    found = refusals.get(("AbandonedCheckout", "abandonedCheckoutUrl"))
    assert (found is not None) is refused
    if refused:
        assert url_needs_approval(kind, now)
        assert str(found).startswith("This app is not approved to use the abandonedCheckoutUrl field.")
