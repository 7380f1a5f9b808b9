"""Topics as the header of a webhook names them."""

import pytest

from abandoned_checkouts.shopify.formats.webhooks.topics import header_topic


@pytest.mark.parametrize(
    ("topic", "header"),
    [
        ("CHECKOUTS_UPDATE", "checkouts/update"),
        ("BULK_OPERATIONS_FINISH", "bulk_operations/finish"),
        ("CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE", "customers_email_marketing_consent/update"),
    ],
)
def test_header_names(topic: str, header: str) -> None:
    assert header_topic(topic) == header
