"""Request ids."""

from __future__ import annotations

import re
import time
from uuid import UUID

from abandoned_checkouts.shopify.http.request_id import new_request_id


def test_request_ids() -> None:
    fixed = UUID("65a6c3a3-4cbf-4f3f-9eef-e2a95594ad00")
    assert new_request_id(1782085581_900_000, lambda: fixed) == "65a6c3a3-4cbf-4f3f-9eef-e2a95594ad00-1782085581"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d{10}", new_request_id(time.time_ns() // 1000))
    assert new_request_id(time.time_ns() // 1000) != new_request_id(time.time_ns() // 1000)
