"""A change through one dialect is visible in the other."""

from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.http.graphql_endpoint import GraphqlEndpoint
from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.throttle_buckets import MemoryBuckets
from abandoned_checkouts.wix.routes import wix_routes
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import START, Clock
from tests.work.conftest import ReportCheckout, Subscribe
from tests.work.receiver import Receiver

pytestmark = pytest.mark.anyio
EMAIL_STATE = """query($id: ID!, $query: String) {
  abandonment: abandonmentByAbandonedCheckoutId(abandonedCheckoutId: $id) { id emailState emailSentAt }
  abandonedCheckoutsCount(query: $query) { count }
}"""
UPDATE = """mutation($id: ID!, $state: AbandonmentEmailState!) {
  abandonmentEmailStateUpdate(id: $id, emailState: $state) { abandonment { emailState } userErrors { message } }
}"""


class Endpoints:
    """Both dialects over one store, with one token."""

    def __init__(self, http: httpx.AsyncClient, token: str, shop: Shop) -> None:
        self.http, self.token, self.shop = http, token, shop

    async def wix(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": self.token, "wix-site-id": self.shop.uuid}
        response = await self.http.request(method, f"/ecom/v1/{path}", json=body, headers=headers)
        assert response.status_code == 200, response.text
        return response.json()

    async def shopify(self, document: str, **variables: Any) -> Any:
        headers = {"X-Shopify-Access-Token": self.token}
        body = {"query": document, "variables": variables}
        response = await self.http.post("/admin/api/2026-10/graphql.json", json=body, headers=headers)
        assert "errors" not in response.json(), response.text
        return response.json()["data"]


@pytest.fixture
async def endpoints(store: Database, shop: Shop, clock: Clock) -> Any:
    async with store.begin() as connection:
        scopes = ["write_orders", "read_customers"]
        token = await issue_token(connection, shop, scopes, now=START)
    admin = GraphqlEndpoint(store, clock, Throttle(MemoryBuckets()))
    routes = [*admin.routes(), *wix_routes(store, clock, snapshots=None)]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        yield Endpoints(http, token, shop)


async def abandoned(
    store: Database, shop: Shop, report_checkout: ReportCheckout, workers: Workers, clock: Clock
) -> tuple[int, str]:
    """The number and the GUID of a checkout that was just abandoned."""
    await report_checkout()
    clock.pass_minutes(11)
    await workers.settle()
    async with store.read() as connection:
        found = await find_abandoned_checkout(connection, shop, token="t1")
    assert found is not None
    return found[0].id or 0, found[0].uuid or ""


async def test_a_deletion_at_wix_is_sent_to_shopifys_subscribers(
    store: Database,
    shop: Shop,
    report_checkout: ReportCheckout,
    workers: Workers,
    clock: Clock,
    subscribe: Subscribe,
    receiver: Receiver,
    endpoints: Endpoints,
) -> None:
    number, guid = await abandoned(store, shop, report_checkout, workers, clock)
    await subscribe("CHECKOUTS_DELETE")
    await endpoints.wix("DELETE", f"abandoned-checkout/{guid}")
    await workers.settle()
    (received,) = receiver.received
    assert received.headers["x-shopify-topic"] == "checkouts/delete"
    assert orjson.loads(received.body)["id"] == number
    data = await endpoints.shopify(
        "query($id: ID!) { node(id: $id) { id } }", id=f"gid://shopify/AbandonedCheckout/{number}"
    )
    assert data["node"] is None


@pytest.mark.parametrize(
    ("activities", "state", "searched"),
    [
        ([], "NOT_SENT", "not_sent"),
        (["SCHEDULED"], "SCHEDULED", "scheduled"),
        (["SCHEDULED", "EMAIL_SENT"], "SENT", "sent"),
        (["SCHEDULED", "EMAIL_NOT_SENT"], "NOT_SENT", "suppressed"),
        (["SCHEDULED", "NOTIFICATION_SENT"], "NOT_SENT", "not_sent"),
        (["AUTOMATION_SKIPPED"], "NOT_SENT", "suppressed"),
        (["TASK_CREATED"], "NOT_SENT", "not_sent"),
    ],
)
async def test_activities_at_wix_are_the_mails_state_at_shopify(
    store: Database,
    shop: Shop,
    report_checkout: ReportCheckout,
    workers: Workers,
    clock: Clock,
    endpoints: Endpoints,
    activities: list[str],
    state: str,
    searched: str,
) -> None:
    number, guid = await abandoned(store, shop, report_checkout, workers, clock)
    for kind in activities:
        clock.pass_minutes(1)
        body = {"abandonedCheckoutId": guid, "activityType": kind}
        await endpoints.wix("POST", f"abandoned-checkouts/{guid}/add-activity", body)
    gid = f"gid://shopify/AbandonedCheckout/{number}"
    data = await endpoints.shopify(EMAIL_STATE, id=gid, query=f"email_state:{searched}")
    assert data["abandonment"]["emailState"] == state
    assert (data["abandonment"]["emailSentAt"] is not None) == (state == "SENT")
    assert data["abandonedCheckoutsCount"]["count"] == 1


@pytest.mark.parametrize(
    ("states", "activities"),
    [
        (["NOT_SENT"], []),
        (["SCHEDULED"], ["SCHEDULED"]),
        (["SCHEDULED", "SENT"], ["SCHEDULED", "EMAIL_SENT"]),
        (["SCHEDULED", "NOT_SENT"], ["SCHEDULED", "EMAIL_NOT_SENT"]),
    ],
)
async def test_the_mails_state_at_shopify_is_an_activity_at_wix(
    store: Database,
    shop: Shop,
    report_checkout: ReportCheckout,
    workers: Workers,
    clock: Clock,
    endpoints: Endpoints,
    states: list[str],
    activities: list[str],
) -> None:
    number, guid = await abandoned(store, shop, report_checkout, workers, clock)
    gid = f"gid://shopify/AbandonedCheckout/{number}"
    abandonment = (await endpoints.shopify(EMAIL_STATE, id=gid, query=None))["abandonment"]["id"]
    for state in states:
        clock.pass_minutes(1)
        done = (await endpoints.shopify(UPDATE, id=abandonment, state=state))["abandonmentEmailStateUpdate"]
        assert done == {"abandonment": {"emailState": state}, "userErrors": []}
    entity = (await endpoints.wix("GET", f"abandoned-checkout/{guid}"))["abandonedCheckout"]
    assert [each["type"] for each in entity["activities"]] == activities
