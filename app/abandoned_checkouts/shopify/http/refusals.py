"""The refusals of the Admin API. Their `errors` is a string or an object; that of GraphQL's errors is a list.

(Shopify: response codes.)
"""

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.http_kit.bodies import BodyProblem, BodyReader
from abandoned_checkouts.http_kit.refusal import HttpRefusal, RefusedError

# A host in this domain is a shop. For a shop that this server does not have, the response is "Not Found".
SHOPIFY_DOMAIN = ".myshopify.com"

BAD_REQUEST = HttpRefusal(400, {"query": "Required parameter missing or invalid"})
UNAUTHORIZED = HttpRefusal(401, "[API] Invalid API key or access token (unrecognized login or wrong password)")
# The Admin API of a shop by its status (Shopify: response codes; the text for frozen shops: reports of clients).
UNAVAILABLE = {
    "frozen": HttpRefusal(402, "Unavailable Shop"),
    "forbidden": HttpRefusal(403, "Forbidden"),
    "locked": HttpRefusal(423, "This shop is unavailable"),
    "closed": HttpRefusal(404, "Not Found"),
}
NOT_FOUND = HttpRefusal(404, "Not Found")
METHOD_NOT_ALLOWED = HttpRefusal(405, "Method Not Allowed")
NOT_ACCEPTABLE = HttpRefusal(
    406, "Unsupported Accept header, use application/graphql-response+json or application/json"
)
NOT_RECEIVED = HttpRefusal(408, "Request body was not received in time")
TOO_LARGE = HttpRefusal(413, "Request body is too large")
UNSUPPORTED_CONTENT_TYPE = HttpRefusal(415, "Unsupported Content-Type header, use application/json")
# Only REST has this status: GraphQL is throttled by cost, with status 200.
TOO_MANY_REQUESTS = HttpRefusal(
    429, "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service."
)
# Shopify's page of response codes.
NO_ACCESS = HttpRefusal(403, "User does not have access")
# REST cannot refuse single fields, so the whole endpoint is refused (recorded).
NOT_APPROVED = HttpRefusal(
    403,
    "[API] This app is not approved to access REST endpoints with protected customer data. See "
    "https://shopify.dev/docs/apps/launch/protected-customer-data for more details.",
)
# Reports of clients; access/token_calendar says when.
NON_EXPIRING = HttpRefusal(
    403,
    "[API] Non-expiring access tokens are no longer accepted for the Admin API. Start using expiring offline tokens: "
    "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens"
    "#expiring-vs-non-expiring-offline-tokens",
)
INTERNAL = HttpRefusal(500, "An unexpected error occurred")

_BODY_REFUSALS = {
    BodyProblem.TOO_LARGE: TOO_LARGE,
    BodyProblem.TOO_SLOW: NOT_RECEIVED,
    BodyProblem.CUT_SHORT: NOT_RECEIVED,
    BodyProblem.NOT_JSON: BAD_REQUEST,
    BodyProblem.NOT_OBJECT: BAD_REQUEST,
}
# The bodies of the Admin API's requests: at most 1 MiB.
BODIES = BodyReader(1024 * 1024, lambda problem, _: RefusedError(*_BODY_REFUSALS[problem]))


def requires_approval(scope: str) -> HttpRefusal:
    """The response of REST to a token without `scope`."""
    return HttpRefusal(403, f"[API] This action requires merchant approval for {scope} scope.")


def check_available(shop: Shop) -> None:
    """Raises RefusedError if the shop's status closes its Admin API and OAuth."""
    unavailable = UNAVAILABLE.get(shop.settings.get("status", ""))
    if unavailable is not None:
        raise RefusedError(*unavailable)
