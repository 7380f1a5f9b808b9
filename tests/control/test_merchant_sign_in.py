"""Signing in to the merchant pages."""

import pytest

from tests.control.conftest import Desk


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/merchantevil", "/merchant/\\evil"])
async def test_sign_in_redirects_to_merchant_pages_only(desk: Desk, elsewhere: str) -> None:
    answer = await desk.client.post("/merchant/sign-in", data={"token": desk.reader, "next": elsewhere})
    assert (answer.status_code, answer.headers["location"]) == (303, "/merchant")


async def test_sign_in_redirects_back_and_sets_a_cookie(desk: Desk) -> None:
    path = f"/merchant/checkouts/{desk.number}"
    first = await desk.client.get(path)
    assert first.status_code == 401 and f'value="{path}"' in first.text and "ada@" not in first.text
    wrong = await desk.client.post("/merchant/sign-in", data={"token": "shpat_no", "next": path})
    assert wrong.status_code == 401 and "unknown, expired or revoked" in wrong.text
    answer = await desk.client.post("/merchant/sign-in", data={"token": desk.reader, "next": path})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=strict", "path=/merchant"))
    page = await desk.client.get(path)
    assert page.status_code == 200 and "ada@example.com" in page.text and "Abandoned" in page.text
    assert (await desk.client.get("/control/flows")).status_code == 401
