"""Lists of discount codes and sold-out products over the control API."""

from typing import Any

import pytest

from tests.control.conftest import Desk

CODES, SOLD_OUT = "/control/discount-codes", "/control/sold-out"


async def test_lists_of_codes(desk: Desk) -> None:
    uploaded = await desk.ask("POST", f"{CODES}/spring", "code,expires\nA1\nB2,2000-01-01\n")
    assert uploaded.json() == {"added": 2, "known": 0}
    assert (await desk.ask("POST", f"{CODES}/spring", "A1\nC3")).json() == {"added": 1, "known": 1}
    lists = (await desk.ask("GET", CODES, token=desk.reader)).json()["lists"]
    assert lists == [{"list_name": "spring", "left": 2, "issued": 0, "expired": 1}]
    assert (await desk.ask("DELETE", f"{CODES}/spring")).json() == {"deleted": 3}
    assert (await desk.ask("GET", CODES)).json() == {"lists": []}
    refused = await desk.ask("POST", f"{CODES}/spring", "A 1")
    assert (refused.status_code, refused.json()["errors"][:28]) == (422, "line 1: 'A 1' is not a code;")


async def test_a_flow_without_codes_is_turned_on_with_a_warning(desk: Desk) -> None:
    made = await desk.ask("POST", "/control/flows", {"name": "x", "steps": [{"apply_discount": {"list": "spring"}}]})
    path = f"/control/flows/{made.json()['flow']['id']}"
    warning = (await desk.ask("PATCH", path, {"active": True})).json()["warning"]
    assert "the list 'spring' has no discount codes" in warning
    await desk.ask("POST", f"{CODES}/spring", "A1")
    assert "warning" not in (await desk.ask("PATCH", path, {"active": True})).json()


async def test_sold_out_products(desk: Desk) -> None:
    items: list[dict[str, Any]] = [{"product_id": 70}, {"sku": "TP/1"}, {"variant_id": 71}]
    assert (await desk.ask("PATCH", SOLD_OUT, {"sold_out": items})).json() == {"sold_out": items}
    assert (await desk.ask("PATCH", SOLD_OUT, {"available": items[:2]})).json() == {"sold_out": items[2:]}
    assert (await desk.ask("GET", SOLD_OUT, token=desk.reader)).json() == {"sold_out": items[2:]}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"gone": []}, "gone is unknown; the allowed keys are sold_out, available"),
        ({"sold_out": 5}, "sold_out: must be a list of at most 10,000 items"),
        ({"sold_out": [71]}, "sold_out[0]: must be"),
        ({"available": [{"sku": ""}]}, "available[0]: must be"),
        ({"sold_out": [{"product_id": True}]}, "sold_out[0]: must be"),
        ({"sold_out": [{"product_id": 1, "sku": "x"}]}, "sold_out[0]: must be"),
    ],
)
async def test_reports_that_are_invalid(desk: Desk, body: dict[str, Any], problem: str) -> None:
    refused = await desk.ask("PATCH", SOLD_OUT, body)
    assert refused.status_code == 422 and refused.json()["errors"].startswith(problem)
