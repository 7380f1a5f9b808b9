"""Authorization of the control API, and its responses: JSON, with errors as `{"errors": "…"}`.

Callers send an Admin API token in X-Shopify-Access-Token or as a bearer token. To read, they need the scope
read_orders; to change, write_orders.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.access.approvals import AppKind, approvals_of
from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Action, Data, Reason, Rule, refused, rule_of
from abandoned_checkouts.checkouts.json_types import JsonValue, UntypedJson
from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.http_kit.bodies import BodyReader
from abandoned_checkouts.http_kit.foreign_pages import refuse_foreign
from abandoned_checkouts.http_kit.refusal import HttpRefusal, RefusedError
from abandoned_checkouts.http_kit.request_headers import access_token, address_of
from abandoned_checkouts.http_kit.responses import Handler, body_refusals, error_response, json_response, with_refusals
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import Access, find_access
from abandoned_checkouts.telemetry.current import note_caller, note_operation
from abandoned_checkouts.work.report import Reports

BODIES = BodyReader(1024 * 1024, body_refusals("1024 KiB"))
_LONGEST_TOKEN = 512
NOT_FOUND = HttpRefusal(404, "Not Found")
_HEADERS = {"Cache-Control": "no-store"}


Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Control:
    """The dependencies of the endpoints. `address` is the URL of this server; if empty, the URL of each request is
    used."""

    database: Database
    clock: Clock
    address: str
    # Deletes the file of a bulk operation. Arguments: shop id and file name.
    remove_file: Callable[[int, str], Awaitable[None]]
    # The addresses to which events may be sent.
    reach: Reach = Reach.PUBLIC
    # Whether the mails of flows can be sent.
    has_mail_server: bool = False
    # Reads reports, with a cache.
    reports: Reports = field(default_factory=Reports)

    def address_of(self, request: Request) -> str:
        return address_of(request, self.address)


ShopHandler = Callable[[Request, Control, Shop], Awaitable[Response]]


def endpoint(handler: ShopHandler, control: Control, data: Data, action: Action) -> Handler:
    """Wraps the handler: only callers that may do `action` with `data` reach it."""

    async def authorize(request: Request) -> Response:
        note_operation(handler.__name__)
        refuse_foreign(request, control.address)
        access = await access_of(control, request, access_token(request), Endpoint.CONTROL)
        if access is None:
            raise RefusedError(401, "The access token is missing or invalid. Send it in X-Shopify-Access-Token.")
        reason = refused(access, Endpoint.CONTROL, data, action)
        if reason is not None:
            raise RefusedError(403, refusal_text(reason, rule_of(data, action), access))
        refuse_nul(request)
        request.state.access = access
        note_caller(access.shop.domain, access.app_id)
        return await handler(request, control, access.shop)

    return with_refusals(authorize, _refuse)


def refusal_text(reason: Reason, rule: Rule, access: Access) -> str:
    """Why the rule refuses a caller, as a sentence."""
    if reason is Reason.SCOPE:
        return f"The access token lacks the scope {rule.scopes[0]}."
    if reason is Reason.PERMISSION:
        return f"The user of the access token lacks the permission {rule.permission}."
    approvals = approvals_of(access.app_settings)
    lacking = ", ".join(sorted(kind for kind in rule.approvals if not approvals.has(kind)))
    return f"The app is not approved for protected customer data: {lacking}."


def caller_in(request: Request) -> Access:
    """The caller of a request that `endpoint` has let through."""
    access: Access = request.state.access
    return access


def owns(access: Access, owner_id: int | None) -> bool:
    """Whether the caller owns an object: its owner is the caller's app, or nobody if the caller is the merchant."""
    return owner_id == access.app_id or (owner_id is None and is_merchants(access))


def is_merchants(access: Access) -> bool:
    return approvals_of(access.app_settings).kind is AppKind.ADMIN


def _refuse(refusal: HttpRefusal) -> Response:
    return error_response(refusal, _HEADERS)


def refuse_nul(request: Request) -> None:
    """Refuses a path or query with a NUL character, because PostgreSQL raises an error for it.

    Raises RefusedError.
    """
    if "\0" in request.url.path or any("\0" in value for value in request.query_params.values()):
        raise RefusedError(*NOT_FOUND)


async def access_of(control: Control, request: Request, token: str | None, endpoint: Endpoint) -> Access | None:
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    async with control.database.read() as connection:
        return await find_access(connection, token, control.clock(), endpoint, request.headers.get("host", ""))


def respond(value: JsonValue, status: int = 200) -> Response:
    """A JSON response that must not be cached."""
    return json_response(value, status, _HEADERS)


async def object_of(request: Request) -> UntypedJson:
    """The body as a JSON object. An empty body is an empty object. Raises RefusedError."""
    body = await BODIES.read(request) or b"{}"
    value = BODIES.json(body)
    if b"\\u0000" in body:
        raise RefusedError(422, "The body contains a NUL character, which is not allowed.")
    return BODIES.object_of(value)


def number_in(request: Request, name: str) -> int:
    """A number from the path. Raises RefusedError."""
    return existing(whole_number(request.path_params[name]))


def existing(value: Found | None) -> Found:
    """Returns the value. Raises RefusedError with status 404 if it is None."""
    if value is None:
        raise RefusedError(*NOT_FOUND)
    return value
