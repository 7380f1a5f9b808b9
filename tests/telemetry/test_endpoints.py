"""Names of endpoints, whose number does not grow with what callers send."""

import pytest

from abandoned_checkouts.telemetry.endpoints import ENDPOINTS, endpoint_of


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/admin/api/2026-10/graphql.json", "graphql"),
        ("/admin/api/graphql", "graphql"),
        ("/admin/api/2026-10/checkouts.json", "rest"),
        ("/admin/checkouts.json", "rest"),
        ("/admin/oauth/access_token", "oauth"),
        ("/oauth2/token", "oauth"),
        ("/ecom/v1/abandoned-checkout/query", "wix"),
        ("/v1/abandoned-checkout/query", "wix"),
        ("/intake/mail/1/ses/key", "intake"),
        ("/bulk-operations/1/file.jsonl", "bulk_results"),
        ("/1/checkouts/ac/cart/recover", "recovery"),
        ("/1/reminders/somebody@example.com/unsubscribe", "recovery"),
        ("/control/flows", "control"),
        ("/readyz", "health"),
        ("/__twin/clock", "twin"),
        ("/", "pages"),
        ("/anna@example.com", "pages"),
    ],
)
def test_the_endpoint_of_a_path(path: str, name: str) -> None:
    assert endpoint_of(path) == name
    assert name in ENDPOINTS
