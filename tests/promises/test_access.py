"""Access over the running server: every kind of caller at every endpoint, as the declared rules say."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import product

import orjson
import pytest
from graphql import GraphQLObjectType

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.access.endpoints import Endpoint, is_accepted
from abandoned_checkouts.access.operations import MUTATIONS, ROOT_FIELDS, operations
from abandoned_checkouts.access.roles import ROLE_RIGHTS, Role
from abandoned_checkouts.access.rules import PERMISSIONS, Action, Data, Reason, refused
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.config import Settings
from abandoned_checkouts.control.routes import CONTROL
from abandoned_checkouts.merchant.routes import PAGES
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.installations import installations_on
from abandoned_checkouts.store.tenants.merchant_sessions import begin_user_session, find_session
from abandoned_checkouts.store.tenants.merchant_users import invite, redeem_link
from abandoned_checkouts.store.tenants.shops import find_shop, register_app
from tests.shopify.caller import ALL_SCOPES, NOW, OLD_APP, Caller, caller_for

# The control API and the merchant pages are served at loopback and at the public URL only.
LOCAL = {"Host": "localhost"}
# Kinds whose tokens must not be accepted by these endpoints, with any scopes.
OUTSIDERS = (CallerKind.VISITOR, CallerKind.MEMBER, CallerKind.STOREFRONT)
APP_ENDPOINTS = [
    ("POST", "/admin/api/2026-10/graphql.json"),
    ("GET", "/admin/api/2026-10/checkouts.json"),
    ("GET", "/admin/api/2026-10/checkouts/count.json"),
    ("GET", "/admin/api/2026-10/shop.json"),
    ("GET", "/admin/oauth/access_scopes.json"),
    ("GET", "/control/flows"),
    ("GET", "/control/saved-searches"),
    ("GET", "/control/settings"),
    ("GET", "/control/events/subscriptions"),
    ("GET", "/control/events/deliveries"),
    ("GET", "/control/events/rejected"),
    ("POST", "/control/erasures"),
    ("GET", "/"),
    ("GET", "/merchant/outbox"),
]


@pytest.fixture
async def server(sqlite_url: str) -> AsyncIterator[Caller]:
    async for caller in caller_for(sqlite_url, Settings(database_url=sqlite_url, throttle=False, work=False)):
        database = await open_database(sqlite_url)
        async with database.begin() as connection:
            shop = await find_shop(connection, "acme.myshopify.com")
            assert shop is not None
            for kind in OUTSIDERS:
                caller.tokens[kind] = await issue_token(connection, shop, ALL_SCOPES, now=NOW, kind=kind)
            for name, permissions in (("manager", ["manage_abandoned_checkouts"]), ("user", [])):
                user = {"id": 42, "permissions": permissions}
                caller.tokens[name] = await issue_token(
                    connection, shop, ALL_SCOPES, now=NOW, kind=CallerKind.ONLINE, user=user
                )
            caller.tokens["client id"] = (await installations_on(connection, shop))[0].client_id
        await database.close()
        yield caller


def local(path: str) -> dict[str, str]:
    return LOCAL if path == "/" or path.startswith(("/control", "/merchant")) else {}


@pytest.mark.parametrize(("method", "path"), APP_ENDPOINTS)
async def test_tokens_of_outsiders_open_no_endpoint_of_apps(server: Caller, method: str, path: str) -> None:
    body = {"query": "{ shop { email } }"} if method == "POST" else None
    for kind in OUTSIDERS:
        for headers in (
            {"X-Shopify-Access-Token": server.tokens[kind]},
            {"Authorization": f"Bearer {server.tokens[kind]}"},
        ):
            response = await server.http.request(method, path, json=body, headers=headers | local(path))
            assert response.status_code == 401, (kind, path, response.text)
        response = await server.http.request(method, path, json=body, headers=server.signed("all") | local(path))
        assert response.status_code != 401


async def test_a_client_id_alone_opens_nothing(server: Caller) -> None:
    """A client id is public: it is in the storefront's page."""
    grant = await server.http.post(
        "/oauth2/token", json={"grant_type": "anonymous", "clientId": server.tokens["client id"]}
    )
    token = grant.json()["access_token"]
    for method, path in APP_ENDPOINTS:
        headers = {"X-Shopify-Access-Token": token} | local(path)
        response = await server.http.request(method, path, json={} if method == "POST" else None, headers=headers)
        assert response.status_code == 401, path
    listed = await server.http.post(
        "/ecom/v1/abandoned-checkout/query", json={}, headers={"Authorization": token, "Host": "wix.example"}
    )
    assert listed.status_code == 403
    info = (await server.http.post("/oauth2/token-info", json={"token": token})).json()
    assert info["subjectType"] == "VISITOR"


async def test_a_token_is_refused_at_another_shops_host(server: Caller) -> None:
    for method, path in APP_ENDPOINTS:
        headers = {**server.signed("all"), "Host": "other.myshopify.com"}
        response = await server.http.request(method, path, json={} if method == "POST" else None, headers=headers)
        assert response.status_code == (403 if local(path) else 401), path
    headers = {"Authorization": server.tokens["all"], "Host": "other.myshopify.com"}
    assert (await server.http.post("/ecom/v1/abandoned-checkout/query", json={}, headers=headers)).status_code == 401
    intake = await server.http.post(
        "/intake/checkouts", json={}, headers={**server.signed("all"), "Host": "other.myshopify.com"}
    )
    assert intake.status_code == 401


async def test_a_user_without_the_permission_reads_no_abandoned_checkouts(server: Caller) -> None:
    documents = {
        "abandonedCheckouts": "{ abandonedCheckouts(first: 1) { nodes { id } } }",
        "abandonedCheckoutsCount": "{ abandonedCheckoutsCount { count } }",
        "node": '{ node(id: "gid://shopify/AbandonedCheckout/3") { id } }',
    }
    for field, document in documents.items():
        allowed = await server.answer(document, token="manager")
        assert allowed["data"][field] and "errors" not in allowed
        answer = await server.answer(document, token="user")
        assert not (answer["data"] or {}).get(field)
        (error,) = answer["errors"]
        assert error["message"].startswith(f"Access denied for {field} field. Required access: `read_orders`")
        assert "manage_abandoned_checkouts" in error["message"]
    for path in ("checkouts.json", "checkouts/count.json"):
        response = await server.http.get(f"/admin/api/2026-10/{path}", headers=server.signed("user"))
        assert (response.status_code, response.json()) == (403, {"errors": "User does not have access"})
        response = await server.http.get(f"/admin/api/2026-10/{path}", headers=server.signed("manager"))
        assert response.status_code == 200
    for method in ("query", "search"):
        url = f"/ecom/v1/abandoned-checkout/{method}"
        statuses = [
            (await server.http.post(url, json={}, headers={"Authorization": server.tokens[name]})).status_code
            for name in ("user", "manager")
        ]
        assert statuses == [403, 200]


@pytest.mark.parametrize("path", ["/control/settings", "/control/flows", "/", "/merchant/outbox", "/merchant/sign-in"])
async def test_foreign_pages_reach_neither_control_nor_merchant_pages(server: Caller, path: str) -> None:
    hosts = ("evil.example", "acme.myshopify.com", "127.0.0.1.evil.example", "8.8.8.8", "localhost.evil.example")
    for host in hosts:
        response = await server.http.get(path, headers={**server.signed("all"), "Host": host})
        assert response.status_code == 403, host
    for origin in ("https://evil.example", "null", "https://localhost.evil.example", "http://127.0.0.1:9999"):
        response = await server.http.get(path, headers={**server.signed("all"), **LOCAL, "Origin": origin})
        assert response.status_code == 403, origin
    for host in ("localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "127.1.2.3"):
        for origin in (None, f"http://{host}"):
            headers = {**server.signed("all"), "Host": host, **({"Origin": origin} if origin else {})}
            response = await server.http.get(path, headers=headers)
            assert response.status_code == 200, (host, origin, response.text)


# The whole matrix: every kind of caller × scopes × approvals × every endpoint, root field and mutation.


@dataclass(frozen=True)
class Someone:
    kind: CallerKind
    scopes: frozenset[str]
    permissions: frozenset[str] | None
    app: str

    @property
    def app_settings(self) -> UntypedJson:
        return APPS[self.app]

    @property
    def name(self) -> str:
        users = "" if self.permissions is None else f" user {sorted(self.permissions)}"
        return f"{self.kind} {self.app} {sorted(self.scopes)}{users}"


APPS: dict[str, UntypedJson] = {
    "admin": {},
    "public": {"kind": "public", "protected_customer_data": []},
    "custom, level 1": {"kind": "custom", "protected_customer_data": ["customer_data"]},
    "public, approved": {
        "kind": "public",
        "protected_customer_data": ["customer_data", "name", "email", "phone", "address"],
    },
}
SCOPES = [
    frozenset[str](),
    frozenset({"read_orders"}),
    frozenset({"read_products"}),
    frozenset({"SCOPE.DC-STORES.READ-ORDERS"}),
    frozenset({*ALL_SCOPES, "write_customers", "write_marketing_events", "write_customer_data_erasure"}),
]
TOKENS = (
    *(CallerKind.OFFLINE, CallerKind.ONLINE, CallerKind.VISITOR, CallerKind.MEMBER),
    *(CallerKind.STOREFRONT, CallerKind.DEMO),
)
CALLERS = [
    Someone(kind, scopes, permissions, app)
    for kind, scopes, app in product(TOKENS, SCOPES, APPS)
    for permissions in ((frozenset[str](), frozenset(PERMISSIONS)) if kind is CallerKind.ONLINE else (None,))
]
NOTHING = "gid://shopify/{}/424242"
ARGUMENTS = {
    "abandonedCheckouts": "(first: 1) { nodes { id } }",
    "abandonedCheckoutsCount": "{ count }",
    "abandonment": f'(id: "{NOTHING.format("Abandonment")}") {{ id }}',
    "abandonmentByAbandonedCheckoutId": f'(abandonedCheckoutId: "{NOTHING.format("AbandonedCheckout")}") {{ id }}',
    "app": "{ title }",
    "appInstallation": "{ accessScopes { handle } }",
    "bulkOperation": f'(id: "{NOTHING.format("BulkOperation")}") {{ id }}',
    "bulkOperations": "(first: 1) { nodes { id } }",
    "currentAppInstallation": "{ id }",
    "currentBulkOperation": "{ id }",
    "customer": f'(id: "{NOTHING.format("Customer")}") {{ id }}',
    "node": f'(id: "{NOTHING.format("Domain")}") {{ id }}',
    "nodes": f'(ids: ["{NOTHING.format("Domain")}"]) {{ id }}',
    "location": "{ id }",
    "order": f'(id: "{NOTHING.format("Order")}") {{ id }}',
    "product": f'(id: "{NOTHING.format("Product")}") {{ id }}',
    "productVariant": f'(id: "{NOTHING.format("ProductVariant")}") {{ id }}',
    "publicApiVersions": "{ handle }",
    "shop": "{ name }",
    "webhookSubscription": f'(id: "{NOTHING.format("WebhookSubscription")}") {{ id }}',
    "webhookSubscriptions": "(first: 1) { nodes { id } }",
    "webhookSubscriptionsCount": "{ count }",
    "abandonmentEmailStateUpdate": f'(id: "{NOTHING.format("Abandonment")}", emailState: SENT)',
    "abandonmentUpdateActivitiesDeliveryStatuses": (
        f'(abandonmentId: "{NOTHING.format("Abandonment")}", deliveryStatus: SENT, '
        f'marketingActivityId: "{NOTHING.format("MarketingActivity")}")'
    ),
    "bulkOperationCancel": f'(id: "{NOTHING.format("BulkOperation")}")',
    "bulkOperationRunQuery": '(query: "{ shop { name } }")',
    "customerCancelDataErasure": f'(customerId: "{NOTHING.format("Customer")}")',
    "customerRequestDataErasure": f'(customerId: "{NOTHING.format("Customer")}")',
    "savedSearchCreate": '(input: {resourceType: ORDER, name: "", query: ""})',
    "savedSearchDelete": f'(input: {{id: "{NOTHING.format("SavedSearch")}"}})',
    "savedSearchUpdate": f'(input: {{id: "{NOTHING.format("SavedSearch")}"}})',
    "webhookSubscriptionCreate": '(topic: SHOP_UPDATE, webhookSubscription: {uri: ""})',
    "webhookSubscriptionDelete": f'(id: "{NOTHING.format("WebhookSubscription")}")',
    "webhookSubscriptionUpdate": f'(id: "{NOTHING.format("WebhookSubscription")}", webhookSubscription: {{uri: ""}})',
}
WIX = [
    ("POST", "abandoned-checkout/query", Action.READ),
    ("POST", "abandoned-checkout/search", Action.READ),
    ("GET", "abandoned-checkout/00000000-0000-0000-0000-000000000001", Action.READ),
    ("POST", "abandoned-checkout/get-analytics", Action.READ),
    ("POST", "bulk/abandoned-checkout/delete", Action.WRITE),
    ("DELETE", "abandoned-checkout/00000000-0000-0000-0000-000000000001", Action.WRITE),
    ("POST", "abandoned-checkouts/00000000-0000-0000-0000-000000000001/add-activity", Action.WRITE),
]


def test_every_root_field_and_mutation_is_declared() -> None:
    schema = graphql_schema()
    assert isinstance(schema.query_type, GraphQLObjectType) and isinstance(schema.mutation_type, GraphQLObjectType)
    assert set(schema.query_type.fields) == set(ROOT_FIELDS)
    assert set(schema.mutation_type.fields) == set(MUTATIONS)


@pytest.fixture
async def everybody(server: Caller) -> Caller:
    """A token for every caller of the matrix."""
    database = await open_database(server.settings.database_url)
    async with database.begin() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None
        apps = {
            name: await register_app(
                connection, shop, now=OLD_APP, title=name, settings=orjson.dumps(settings).decode()
            )
            for name, settings in APPS.items()
        }
        for someone in CALLERS:
            permissions = someone.permissions
            server.tokens[someone.name] = await issue_token(
                connection,
                shop,
                sorted(someone.scopes),
                now=NOW,
                app_id=apps[someone.app],
                kind=someone.kind,
                user=None if permissions is None else {"id": 42, "permissions": sorted(permissions)},
            )
    await database.close()
    return server


async def test_rest(everybody: Caller) -> None:
    paths = {
        "checkouts.json": Data.CHECKOUTS,
        "checkouts/count.json": Data.CHECKOUTS,
        "shop.json": Data.PUBLIC,
        "shop.json?fields=email": Data.SHOP_CONTACT,
    }
    for someone, (path, data) in product(CALLERS, paths.items()):
        everybody.clock.now += 1_000_000
        response = await everybody.http.get(f"/admin/api/2026-10/{path}", headers=everybody.signed(someone.name))
        reason = refused(someone, Endpoint.REST, data, Action.READ)
        where = f"{someone.name} at {path}: {reason} {response.text}"
        if reason is Reason.KIND:
            assert response.status_code == 401, where
        elif data is Data.SHOP_CONTACT:
            assert (response.json()["shop"]["email"] is None) == (reason is not None), where
        else:
            closed = reason is not None or (someone.app == "public" and data is Data.CHECKOUTS)
            assert response.status_code == (403 if closed else 200), where


async def test_graphql(everybody: Caller) -> None:
    for someone in CALLERS:
        if not is_accepted(someone.kind, Endpoint.GRAPHQL):
            assert (await everybody.post("{ shop { name } }", token=someone.name)).status_code == 401
            continue
        for kind in ("query", "mutation"):
            declared = [(name, data, action) for each, name, data, action in operations() if each == kind]
            body = " { __typename }" if kind == "mutation" else ""
            # Each field alone: a refused field that may not be null makes all of them null.
            for name, data, action in declared:
                document = f"{kind} {{ {name}{ARGUMENTS[name]}{body} }}"
                answer = await everybody.answer(document, token=someone.name)
                codes = {error["extensions"]["code"] for error in answer.get("errors", []) if "extensions" in error}
                reason = refused(someone, Endpoint.GRAPHQL, data, action)
                assert ("ACCESS_DENIED" in codes) == (reason is not None), f"{someone.name}: {document} {answer}"


async def test_wix(everybody: Caller) -> None:
    for someone, (method, path, action) in product(CALLERS, WIX):
        headers = {"Authorization": everybody.tokens[someone.name]}
        json = {} if method == "POST" else None
        response = await everybody.http.request(method, f"/ecom/v1/{path}", json=json, headers=headers)
        reason = refused(someone, Endpoint.WIX, Data.CHECKOUTS, action)
        where = f"{someone.name} at {path}: {reason} {response.status_code} {response.text}"
        if not is_accepted(someone.kind, Endpoint.WIX):
            assert response.status_code == 401, where
        else:
            assert (response.status_code == 403) == (reason is not None), where
            assert response.status_code < 500, where
        if response.status_code == 200 and path.endswith(("query", "search")):
            shown = [checkout["buyerInfo"].get("email") for checkout in response.json()["abandonedCheckouts"]]
            assert all(shown) == (someone.app in ("admin", "public, approved")), where


async def test_control_and_merchant_pages(everybody: Caller) -> None:
    cases = [("/control" + path, method, data, action) for method, path, _, data, action in CONTROL]
    cases += [(page.path, page.method, page.data, page.action) for page in PAGES]
    for someone, (path, method, data, action) in product(CALLERS, cases):
        endpoint = Endpoint.CONTROL if path.startswith("/control") else Endpoint.MERCHANT
        if data is Data.OWN_SESSION:
            continue
        path = re.sub(r"\{\w+\}", "424242", path)
        json = None if method in ("GET", "DELETE") else {"active": 5, "storefront_url": "nowhere"}
        if endpoint is Endpoint.MERCHANT and method == "POST":
            json = {}
        headers = {**everybody.signed(someone.name), **LOCAL}
        response = await everybody.http.request(method, path, json=json, headers=headers)
        reason = refused(someone, endpoint, data, action)
        where = f"{someone.name}: {method} {path} {reason} {response.status_code} {response.text[:200]}"
        expected = {None: (200, 303, 404, 409, 422), Reason.KIND: (401,)}.get(reason, (403,))
        assert response.status_code in expected, where


async def test_sessions_of_users(server: Caller) -> None:
    """Each role at each merchant page, and with the key of its session at the GraphQL endpoint."""
    database = await open_database(server.settings.database_url)
    for role in Role:
        someone = Someone(CallerKind.MERCHANT, ROLE_RIGHTS[role].scopes, ROLE_RIGHTS[role].permissions, "admin")
        async with database.begin() as connection:
            shop = await find_shop(connection, "acme.myshopify.com")
            assert shop is not None
            key = await invite(connection, shop, f"{role}@example.com", role, server.clock())
            redeemed = await redeem_link(connection, key, server.clock())
            assert redeemed is not None
            cookie = await begin_user_session(connection, shop, redeemed[1], server.clock())
            session = await find_session(connection, cookie, server.clock())
            assert session is not None
        for page in PAGES:
            if page.data is Data.OWN_SESSION:
                continue
            path = re.sub(r"\{\w+\}", "424242", page.path)
            headers = {**LOCAL, "Cookie": f"merchant_session={cookie}"}
            form = {"form_key": session.form_key} if page.method == "POST" else None
            response = await server.http.request(page.method, path, data=form, headers=headers)
            allowed = refused(someone, Endpoint.MERCHANT, page.data, page.action) is None
            expected = (200, 303, 404, 409, 422) if allowed else (403,)
            assert response.status_code in expected, f"{role} {page.method} {path}: {response.text[:300]}"
        server.tokens[role] = session.explorer_key
        assert (await server.http.get("/control/settings", headers={**server.signed(role), **LOCAL})).status_code == 401
        for kind, name, data, action in operations():
            body = " { __typename }" if kind == "mutation" else ""
            answer = await server.answer(f"{kind} {{ {name}{ARGUMENTS[name]}{body} }}", token=role)
            codes = {error["extensions"]["code"] for error in answer.get("errors", []) if "extensions" in error}
            reason = refused(someone, Endpoint.GRAPHQL, data, action)
            assert ("ACCESS_DENIED" in codes) == (reason is not None), f"{role} {name}: {answer}"
    await database.close()


async def test_without_a_token(everybody: Caller) -> None:
    for method, path in APP_ENDPOINTS:
        response = await everybody.http.request(
            method, path, json={} if method == "POST" else None, headers=local(path)
        )
        assert response.status_code == 401, path
    assert (await everybody.http.post("/ecom/v1/abandoned-checkout/query", json={})).status_code == 401
    assert (await everybody.http.post("/intake/checkouts", json={})).status_code == 401
