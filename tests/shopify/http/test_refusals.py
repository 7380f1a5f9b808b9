"""Refusals of Shopify's endpoints that are not GraphQL."""

from __future__ import annotations

from typing import Any

import pytest

from abandoned_checkouts.http_kit.refusal import HttpRefusal
from abandoned_checkouts.shopify.http import refusals


@pytest.mark.parametrize(
    ("refusal", "status", "message"),
    [
        (refusals.BAD_REQUEST, 400, {"query": "Required parameter missing or invalid"}),
        (
            refusals.UNAUTHORIZED,
            401,
            "[API] Invalid API key or access token (unrecognized login or wrong password)",
        ),
        (refusals.NOT_FOUND, 404, "Not Found"),
        (refusals.INTERNAL, 500, "An unexpected error occurred"),
        (
            refusals.requires_approval("read_orders"),
            403,
            "[API] This action requires merchant approval for read_orders scope.",
        ),
    ],
)
def test_refusals_are_shopifys(refusal: HttpRefusal, status: int, message: Any) -> None:
    assert refusal == (status, message)
