"""The payload of the webhook bulk_operations/finish."""

from collections.abc import Mapping
from typing import Any

import orjson

from abandoned_checkouts.checkouts.moment import format_local
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.values.gid import gid


def finished_document(row: Mapping[str, Any], shop: Shop) -> str:
    """The payload for the row of an operation that has ended. Codes are in lower case, times in the shop's zone.

    Source: Shopify's webhook sample of bulk_operations/finish.
    """
    body = {
        "admin_graphql_api_id": gid("BulkOperation", row["id"]),
        "completed_at": format_local(row["completed_at"], shop.timezone),
        "created_at": format_local(row["created_at"], shop.timezone),
        "error_code": None if row["error_code"] is None else row["error_code"].lower(),
        "status": row["status"].lower(),
        "type": row["type"].lower(),
    }
    return orjson.dumps(body).decode()
