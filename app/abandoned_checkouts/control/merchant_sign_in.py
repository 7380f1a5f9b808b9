"""Signing in to the merchant pages with an access token of the shop.

The token is kept in a cookie, which the browser sends to these pages only and scripts cannot read.
"""

from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Action, Data, Reason, refused
from abandoned_checkouts.control.endpoint import BODIES, Control, ShopHandler, access_of, refuse_nul
from abandoned_checkouts.control.merchant_layout import ENGLISH, TEMPLATES, failed_page, notice_page
from abandoned_checkouts.http_kit.foreign_pages import refuse_foreign
from abandoned_checkouts.http_kit.refusal import HttpRefusal
from abandoned_checkouts.http_kit.request_headers import access_token
from abandoned_checkouts.http_kit.responses import Handler, with_refusals
from abandoned_checkouts.recovery.page import page

_NOTICES = {
    Reason.SCOPE: ("Token lacks read_orders", "Sign in with a token that has the scope read_orders."),
    Reason.PERMISSION: ("Not permitted", "Your user lacks the permission manage_abandoned_checkouts."),
    Reason.APPROVAL: (
        "App not approved",
        "These pages show names and addresses. The app of this token is not approved for protected customer data.",
    ),
}
COOKIE = "merchant_token"
COOKIE_SECONDS = 12 * 3600


def page_endpoint(view: ShopHandler, control: Control) -> Handler:
    """The view as an endpoint for callers that may read these pages. Without a token, it shows the sign-in page."""

    async def authorize(request: Request) -> Response:
        refuse_foreign(request, control.address)
        token = access_token(request) or request.cookies.get(COOKIE)
        access = await access_of(control, request, token, Endpoint.MERCHANT)
        if access is None:
            return _sign_in_page(_address_of(request), 401)
        reason = refused(access, Endpoint.MERCHANT, Data.MERCHANT_PAGES, Action.READ)
        if reason is not None:
            return notice_page(403, *_NOTICES[reason])
        refuse_nul(request)
        return await view(request, control, access.shop)

    return with_refusals(authorize, _not_found)


def _not_found(refusal: HttpRefusal) -> Response:
    if refusal.status == 403:
        return notice_page(403, "Not served here", str(refusal.message))
    if refusal.status >= 500:
        return failed_page(refusal)
    return notice_page(refusal.status, "Page not found", "This page does not exist, or belongs to another shop.")


def sign_in(control: Control) -> Handler:
    async def endpoint(request: Request) -> Response:
        refuse_foreign(request, control.address)
        if request.method == "GET":
            return _sign_in_page(request.query_params.get("next", ""), 200)
        form = parse_qs((await BODIES.read(request)).decode("utf-8", "replace"))
        token, target = form.get("token", [""])[0].strip(), form.get("next", [""])[0]
        if await access_of(control, request, token, Endpoint.MERCHANT) is None:
            return _sign_in_page(target, 401, "This token is unknown, expired or revoked.")
        response = RedirectResponse(_merchant_path(target), 303, {"Cache-Control": "no-store"})
        secure = control.address_of(request).startswith("https:")
        response.set_cookie(
            COOKIE, token, COOKIE_SECONDS, path="/merchant", secure=secure, httponly=True, samesite="strict"
        )
        return response

    return with_refusals(endpoint, _unreadable_form)


def _unreadable_form(refusal: HttpRefusal) -> Response:
    if refusal.status == 413:
        return notice_page(refusal.status, "Request too large", "Enter an access token and nothing else.")
    if refusal.status >= 500:
        return failed_page(refusal)
    return notice_page(refusal.status, "Sign-in failed", str(refusal.message))


def _sign_in_page(target: str, status: int, problem: str = "") -> Response:
    values = {"language": ENGLISH, "target": _merchant_path(target), "problem": problem}
    return page("sign_in.html", status, shop=None, values=values, templates=TEMPLATES)


def _address_of(request: Request) -> str:
    """Path and query of a request."""
    query = request.url.query
    return quote(request.url.path) + (f"?{query}" if query else "")


def _merchant_path(target: str) -> str:
    """The target if it is one of these pages, else their first page: a link must not redirect to another site."""
    inside = target == "/merchant" or target.startswith(("/merchant/", "/merchant?"))
    return target if inside and "\\" not in target and target.isprintable() else "/merchant"
