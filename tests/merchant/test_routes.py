"""The addresses of the merchant pages."""

import pytest

from tests.control.conftest import Desk

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/merchant/nothing"),
        ("GET", "/merchant/checkouts/5/nothing"),
        # Only a form is sent to this address.
        ("GET", "/merchant/exports"),
    ],
)
async def test_an_unknown_address_has_a_page_with_a_way_back(desk: Desk, method: str, path: str) -> None:
    response = await desk.client.request(method, path, headers={"Accept-Language": "he"})
    assert (response.status_code, response.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert 'lang="he"' in response.text
    assert '<a href="/">' in response.text
    assert "Page not found" in (await desk.client.request(method, path)).text
