"""Prints docs/differences.md: where this server differs from Shopify's Admin API.

The tables are made from declarations. A difference that no code declares is a sentence of the introduction.
"""

from abandoned_checkouts.store.search.checkout_fields import EXTENDED_FIELDS
from tests.docs.access_page import table
from tests.docs.coverage_page import BEHAVIOUR, OURS, UNSERVED, error_rows

INTRODUCTION = """# Differences to Shopify

[Coverage](coverage.md) lists what is the same, with the source of each part.

- **Data**: a shop has the checkouts that you import, sync or send. Shopify deletes abandoned checkouts after about 90
  days; here they stay until your [retention rule](retention.md) deletes them.
- **Checkouts can be created**: by [import, webhook or storefront](events.md), and in any state by the
  [twin](testing.md). Shopify's API has no mutation for that, and neither has this server's GraphQL API.
- **Recovery link**: `abandonedCheckoutUrl` is the address that the checkout came with, else a page of this server.
- **Products, orders, customers**: as far as checkouts mention them. There is no catalogue.
- **The [token of the demo shop](access.md)** works at loopback addresses only."""


def differences_page() -> str:
    ours = [(code, message) for code, message, evidence in error_rows() if evidence == OURS]
    decisions = [(behaviour, where) for behaviour, evidence, where in BEHAVIOUR if evidence == OURS]
    fields = ", ".join(f"`{field.name}`" for field in EXTENDED_FIELDS)
    sections = [
        INTRODUCTION,
        "## Parts that are not mirrored\n\n" + table(("part", "why"), list(UNSERVED)),
        "## Behaviour that Shopify does not describe\n\nWe decided it.\n\n" + table(("behaviour", "where"), decisions),
        f"## More search fields\n\n{fields}. They are off until you [switch them on](search.md#more-fields): Shopify "
        "ignores unknown fields with a warning, and so does this server.",
        "## Errors with our words\n\nShopify publishes no text for these. Most follow graphql-ruby, the library of "
        "Shopify's server; those about sizes are limits of this server.\n\n" + table(("code", "message"), ours),
        "## Endpoints that Shopify does not have\n\n"
        "[Intake and events](events.md), [automations](automations.md), the [control API](control.md), the "
        "[twin](twin.md), the [merchant pages](merchant.md), the [change feed](warehouse.md), [Wix's API](wix.md), "
        "and the [MCP server](agents.md).",
    ]
    return "\n\n".join(sections) + "\n"
