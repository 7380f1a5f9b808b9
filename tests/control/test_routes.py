"""The routes of the control API: each requires its scope, refuses invalid requests, and is documented."""

from typing import Any

import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.control.routes import control_of, control_routes
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop
from tests.control.conftest import FLOW, Desk
from tests.intake.messages import START, Clock
from tests.places import DOCS


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "problem"),
    [
        ("POST", "/control/flows", "{", 422, "not valid YAML or JSON"),
        ("POST", "/control/flows", {"name": "x"}, 422, "steps must be a list"),
        ("POST", "/control/flows", [FLOW, FLOW], 422, "exactly one flow"),
        ("PATCH", "/control/flows/1", {"active": "yes"}, 422, "active: must be true or false"),
        ("PATCH", "/control/flows/1", {"active": True}, 404, "Not Found"),
        ("GET", "/control/flows/one", None, 404, "Not Found"),
        ("POST", "/control/saved-searches", {"name": "", "query": "a"}, 422, "needs a name"),
        ("POST", "/control/saved-searches", {"name": "n" * 41, "query": "a"}, 422, "the maximum is 40"),
        ("POST", "/control/saved-searches", {"name": "a"}, 422, "needs a search text"),
        ("DELETE", "/control/saved-searches/5", None, 404, "Not Found"),
        ("PATCH", "/control/settings", {"storefront_url": "x"}, 422, "'x' is not a URL"),
        ("PATCH", "/control/settings", {"accent_color": "red"}, 422, "'red' is not a colour"),
        ("PATCH", "/control/settings", {"colour": "red"}, 422, "'colour' is not a setting"),
        ("PATCH", "/control/settings", "[]", 422, "must be a JSON object"),
        ("PATCH", "/control/settings", "{", 400, "is not JSON"),
        ("PATCH", "/control/settings", {"storefront_url": "https://[::1"}, 422, "is not a URL"),
        ("PATCH", "/control/settings", {"storefront_url": "https://x/\0"}, 422, "contains a NUL"),
        ("POST", "/control/erasures", {}, 422, "either an email or a customer_id"),
        ("POST", "/control/erasures", {"customer_id": True}, 422, "either an email or a customer_id"),
        ("POST", "/control/erasures", {"customer_id": 1.5}, 422, "either an email or a customer_id"),
        ("PATCH", "/control/settings", {"attribution_days": 1.5}, 422, "'1.5' is not a number of days"),
        ("PATCH", "/control/settings", {"attribution_days": True}, 422, "'True' is not a number of days"),
        ("PATCH", "/control/settings", {"abandoned_after_minutes": 10.5}, 422, "'10.5' is not a number of minutes"),
        ("PATCH", "/control/settings", {"abandoned_after_minutes": False}, 422, "'False' is not a number of minutes"),
        ("DELETE", "/control/saved-searches/1.5", None, 404, "Not Found"),
        ("GET", "/control/events/deliveries?limit=1.5", None, 422, "limit: must be a whole number"),
        ("GET", "/control/events/deliveries?before=true", None, 422, "before: must be a whole number"),
        ("POST", "/control/erasures", {"customer_id": 1 << 63}, 422, "either an email or a customer_id"),
        (
            "POST",
            "/control/erasures",
            {"customer_id": "5", "email": "ada@example.com"},
            422,
            "either an email or a customer_id",
        ),
        ("POST", "/control/erasures", {"email": "a@b\0"}, 422, "contains a NUL"),
        ("GET", f"/control/events/deliveries?before=1{'0' * 26}", None, 422, "before: must be a whole number"),
        ("GET", "/control/events/deliveries?topic=%00", None, 404, "Not Found"),
        (
            "POST",
            "/control/events/subscriptions",
            {"topic": "abandoned", "address": "https://x/ y"},
            422,
            "must start with https://",
        ),
        (
            "POST",
            "/control/events/subscriptions",
            {"topic": "abandoned", "address": "https://x:0/"},
            422,
            "must start with https://",
        ),
        ("GET", "/control/checkouts/7/timeline", None, 404, "Not Found"),
    ],
)
async def test_invalid_requests_are_refused(
    desk: Desk, method: str, path: str, body: Any, status: int, problem: str
) -> None:
    answer = await desk.ask(method, path, body)
    assert answer.status_code == status and problem in answer.json()["errors"], answer.text


async def test_every_route_requires_its_scope(desk: Desk) -> None:
    routes = control_routes(control_of(desk.store, Clock(), Settings(), lambda _, __: None))
    for route in [route for route in routes if route.path.startswith("/control")]:
        path = route.path.replace("{flow_id}", "1").replace("{search_id}", "1").replace("{checkout_id}", "1")
        for method in sorted((route.methods or set()) - {"HEAD"}):
            assert (await desk.ask(method, path, token="")).status_code == 401, path
            assert (await desk.ask(method, path, token="shpat_no")).status_code == 401, path
            if method != "GET":
                assert (await desk.ask(method, path, {}, token=desk.reader)).status_code == 403, path


async def test_a_token_of_another_shop_finds_nothing(desk: Desk) -> None:
    async with desk.store.begin() as connection:
        other = await create_shop(connection, "other.example.com", now=START)
        token = await issue_token(connection, other, ["write_orders"], now=START)
    for path in (f"/control/checkouts/{desk.number}/timeline", f"/merchant/checkouts/{desk.number}"):
        answer = await desk.ask("GET", path, token=token)
        assert answer.status_code == 404 and "ada" not in answer.text.lower()


def test_every_route_is_documented() -> None:
    text = (DOCS / "control.md").read_text()
    routes = control_routes(control_of(None, Clock(), Settings(), lambda _, __: None))  # type: ignore[arg-type]
    for route in routes:
        for method in sorted((route.methods or set()) - {"HEAD"}):
            if route.path.startswith("/control"):
                assert f"| `{method} {route.path}` |" in text, f"{method} {route.path}"
