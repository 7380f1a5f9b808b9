"""Which callers may control the twin. A program at the twin's address needs no token: the twin has test data only.

A request with an access token is one for somebody else, such as an AI agent of the MCP server. It may do what the rules
of access allow its token, and concerns the token's shop.
"""

from starlette.requests import Request

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Action, Data, refused, rule_of
from abandoned_checkouts.control.endpoint import refusal_text
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.request_headers import access_token
from abandoned_checkouts.store.tenants.access_tokens import Access, find_access
from abandoned_checkouts.twin.controls import Controls

# Requests that read although their method is POST.
_READING = ("/find", "/count", "/wait-for-count")


async def authorize(request: Request, controls: Controls) -> None:
    """Check the request's access token, if it has one. `caller_in` returns the result. Raises RefusedError."""
    request.state.twin_caller = None
    token = access_token(request)
    if token is None:
        return
    async with controls.database.read() as connection:
        host = request.headers.get("host", "")
        access = await find_access(connection, token, controls.clock(), Endpoint.AGENTS, host)
    if access is None:
        raise RefusedError(401, "The access token is invalid. To control the twin without a token, leave it out.")
    action = Action.READ if request.method == "GET" or request.url.path.endswith(_READING) else Action.WRITE
    reason = refused(access, Endpoint.AGENTS, Data.TWIN, action)
    if reason is not None:
        raise RefusedError(403, refusal_text(reason, rule_of(Data.TWIN, action), access))
    request.state.twin_caller = access


def domain_in(request: Request) -> str | None:
    """The shop of the request's access token; None if it has none."""
    access: Access | None = request.state.twin_caller
    return None if access is None else access.shop.domain


def shop_named(request: Request, name: object) -> object:
    """The shop that a request names, by default that of its access token. Raises RefusedError for another shop."""
    domain = domain_in(request)
    if domain is None or name is None:
        return name or domain
    if not isinstance(name, str) or name.strip().lower() != domain:
        raise RefusedError(403, f"The access token is for the shop {domain}.")
    return domain
