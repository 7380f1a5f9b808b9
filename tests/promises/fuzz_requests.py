"""The requests that the fuzz test starts from."""

import json
from dataclasses import dataclass
from typing import Any

import jwt

GRAPHQL = "/admin/api/2026-10/graphql.json"
WIX = "/ecom/v1/abandoned-checkout"
CART = {
    "token": "t1",
    "email": "buyer@example.com",
    "currency": "USD",
    "created_at": "2026-11-01T10:00:00Z",
    "line_items": [{"key": "l1", "title": "Mug", "quantity": 2, "price": "9.90", "properties": {"a": "b"}}],
    "shipping_address": {"country_code": "DE", "city": "Köln"},
    "total_price": "19.80",
    "customer": {"id": 7, "email": "buyer@example.com", "first_name": "Ada"},
}
FLOW = """name: Mine
trigger: abandoned
steps:
  - wait: 1 hour
  - send_email: {subject: "Hi {{ first_name }}", message: "{% if code %}{{ code }}{% endif %}"}
"""
PAGE = """query Page($first: Int = 3, $query: String, $after: String, $reverse: Boolean = false) {
  abandonedCheckouts(first: $first, after: $after, query: $query, reverse: $reverse, sortKey: TOTAL_PRICE) {
    edges { cursor node { id name createdAt customer { displayName email } lineItems(first: 2) { nodes { title } }
      totalPriceSet { shopMoney { amount currencyCode } } ...More } }
    pageInfo { hasNextPage endCursor }
  }
  abandonedCheckoutsCount(query: $query) { count precision }
}
fragment More on AbandonedCheckout { note taxesIncluded discountCodes }"""
DOCUMENTS = [
    PAGE,
    '{ node(id: "gid://shopify/AbandonedCheckout/1") { id ... on AbandonedCheckout { name } } }',
    'mutation { savedSearchCreate(input: {name: "n", query: "status:open", resourceType: PRODUCT}) '
    "{ savedSearch { id } userErrors { field message } } }",
    'mutation { webhookSubscriptionCreate(topic: CHECKOUTS_CREATE, webhookSubscription: {uri: "https://e.com/x", '
    'filter: "total_price:>10"}) { webhookSubscription { id } userErrors { message } } }',
    'mutation { bulkOperationRunQuery(query: "{ abandonedCheckouts { edges { node { id } } } }") '
    "{ bulkOperation { id } userErrors { message } } }",
    '{ __schema { types { name fields { name } } } __type(name: "Shop") { name } shop { name } }',
    '{ abandonment(id: "gid://shopify/Abandonment/1") { id emailState } nodes(ids: ["gid://shopify/Order/1"]) { id } }',
]


@dataclass(frozen=True)
class FuzzRequest:
    """`target` is the path with its query, percent-encoded; `headers` replace the usual ones."""

    method: str
    target: str
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()


def _json(method: str, target: str, value: Any, *headers: tuple[bytes, bytes]) -> FuzzRequest:
    return FuzzRequest(method, target, json.dumps(value).encode(), headers)


def _token(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "a secret that is long enough for HS256", algorithm="HS256")


_SIGNED = ((b"x-shopify-shop-domain", b"acme.myshopify.com"), (b"x-shopify-topic", b"checkouts/create"))
REQUESTS = [
    *(_json("POST", GRAPHQL, {"query": each, "variables": {"first": 2, "query": "status:open"}}) for each in DOCUMENTS),
    FuzzRequest("GET", "/admin/api/2026-10/checkouts.json?limit=5&status=open&since_id=1&created_at_min=2026-01-01"),
    FuzzRequest("GET", "/admin/api/2026-10/checkouts/count.json?updated_at_max=2027-01-01T00:00:00-05:00"),
    FuzzRequest("GET", "/admin/api/2026-10/shop.json?fields=id,name"),
    FuzzRequest("GET", "/admin/api/2026-10/checkouts.json?limit=2&page_info=eyJhIjoxfQ"),
    _json(
        "POST",
        "/admin/oauth/access_token",
        {"client_id": "a", "client_secret": "b", "grant_type": "client_credentials"},
    ),
    _json(
        "POST",
        "/admin/oauth/access_token",
        {
            "client_id": "a",
            "client_secret": "b",
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": _token({"dest": "https://acme.myshopify.com", "aud": "a", "exp": 4_000_000_000}),
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        },
    ),
    FuzzRequest(
        "GET", "/admin/oauth/authorize?client_id=a&redirect_uri=https%3A%2F%2Fe.com%2F&scope=read_orders&state=s"
    ),
    _json(
        "POST", f"{WIX}/query", {"query": {"filter": {"totalPrice.amount": {"$gt": "5"}}, "cursorPaging": {"limit": 3}}}
    ),
    _json(
        "POST", f"{WIX}/search", {"search": {"search": {"expression": "mug"}, "sort": [{"fieldName": "createdDate"}]}}
    ),
    _json("POST", f"{WIX}/get-analytics", {"filter": {}, "fromDate": "2026-01-01", "toDate": "2026-12-01"}),
    FuzzRequest("GET", f"{WIX}/00000000-0000-0000-0000-000000000001"),
    FuzzRequest("GET", f"{WIX}/00000000-0000-0000-0000-000000000001/redirect-to-checkout?metasiteId=x"),
    _json("POST", "/oauth2/token", {"grantType": "anonymous", "clientId": "a"}),
    _json("POST", "/oauth2/token-info", {"token": _token({"iss": "wix.com"})}),
    _json("POST", "/intake/checkouts", CART),
    _json("POST", "/intake/shopify", CART, *_SIGNED),
    FuzzRequest("POST", "/intake/wix", _token({"data": "{}"}).encode()),
    FuzzRequest("POST", "/control/flows", FLOW.encode(), ((b"content-type", b"application/yaml"),)),
    _json("POST", "/control/flows", {"name": "Mine", "steps": [{"wait": "1 hour"}, {"send_email": {"subject": "Hi"}}]}),
    _json("PATCH", "/control/settings", {"abandoned_after_minutes": 20, "recovery_link_days": 30}),
    _json("POST", "/control/saved-searches", {"name": "n", "query": "status:open total_price:>10"}),
    _json(
        "POST",
        "/control/events/subscriptions",
        {"topic": "abandoned_checkouts/abandoned", "address": "https://e.com/x"},
    ),
    FuzzRequest("GET", "/control/events/deliveries?state=waiting&limit=5"),
    FuzzRequest("GET", "/control/checkouts/1/timeline"),
    _json("POST", "/control/erasures", {"email": "nobody@example.com"}),
    FuzzRequest("GET", "/?query=total_price%3A%3E10"),
    FuzzRequest("GET", "/merchant/checkouts/1"),
    FuzzRequest("POST", "/merchant/sign-in", b"token=abc&next=%2F"),
    FuzzRequest("GET", "/1/checkouts/ac/cart-1/recover?key=00&locale=de"),
    FuzzRequest("POST", "/1/reminders/someone/unsubscribe?key=00"),
    FuzzRequest("GET", "/bulk-operations/1/1-0123456789abcdef.jsonl?Signature=x&Expires=9999999999"),
    FuzzRequest("GET", "/explorer/search.json?field=abandonedCheckouts&query=status%3A"),
    FuzzRequest("GET", "/demo/images/stoneware-mug.svg"),
]
