"""What the webhook bulk_operations/finish says."""

from collections.abc import Mapping
from typing import Any

import orjson

from abandoned_checkouts.checkouts.moment import format_local
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.values.gid import gid


def finished_document(row: Mapping[str, Any], shop: Shop) -> str:
    """The body, for an operation's row as it is at its end: words in lower case, times in the shop's zone.

    Shopify: webhook samples, bulk_operations/finish.
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
