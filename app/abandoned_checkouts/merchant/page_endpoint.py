"""Decides who may see a merchant page, by the session of a cookie or the access token in a header.

A form needs the secret of its session, because the browser also sends the cookie for a form on a page of another site.
"""

import hmac
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Reason, refused, rule_of
from abandoned_checkouts.checkouts.hosts import is_loopback
from abandoned_checkouts.control.endpoint import access_of, refuse_nul
from abandoned_checkouts.http_kit.failures import failure_response
from abandoned_checkouts.http_kit.foreign_pages import refuse_foreign
from abandoned_checkouts.http_kit.refusal import HttpRefusal, RefusedError
from abandoned_checkouts.http_kit.request_headers import access_token
from abandoned_checkouts.http_kit.responses import Handler
from abandoned_checkouts.merchant.known_errors import error_text
from abandoned_checkouts.merchant.layout import failed_page, notice_page
from abandoned_checkouts.merchant.sign_in_page import sign_in_page
from abandoned_checkouts.merchant.site import FORMS, Form, Page, Site, Visit
from abandoned_checkouts.merchant.words import Words, _, accepted, words_of
from abandoned_checkouts.store.tenants.merchant_sessions import MerchantSession, begin_token_session, find_session

COOKIE, LANGUAGE_COOKIE = "merchant_session", "merchant_language"
FORM_KEY = "form_key"
_LONGEST_COOKIE = 200

_NOTICES = {
    Reason.KIND: (_("Not permitted"), _("Your access token cannot be used for these pages.")),
    Reason.SCOPE: (
        _("Token lacks a scope"),
        _("Your access token lacks the scope %(scope)s. Sign in with a token that has it."),
    ),
    Reason.PERMISSION: (_("Not permitted"), _("Your user lacks the permission manage_abandoned_checkouts.")),
    Reason.ROLE: (_("Not permitted"), _("Your role does not allow this. Ask an owner of the shop.")),
    Reason.APPROVAL: (
        _("App not approved"),
        _("These pages show names and addresses. The app of this token is not approved for protected customer data."),
    ),
}


def words_for(request: Request) -> Words:
    """The language that the person chose, else the one that the browser prefers."""
    return words_of(request.cookies.get(LANGUAGE_COOKIE), *accepted(request.headers.get("accept-language", "")))


async def session_of(site: Site, request: Request) -> MerchantSession | None:
    """The session of the request's cookie; None without one."""
    cookie = request.cookies.get(COOKIE, "")
    if not cookie or len(cookie) > _LONGEST_COOKIE:
        return None
    async with site.database.read() as connection:
        return await find_session(connection, cookie, site.clock(), request.headers.get("host", ""))


def page_endpoint(page: Page, site: Site) -> Handler:
    """The page as an endpoint for callers that may do what its view does. Others are led to the sign-in page."""

    async def answer(request: Request) -> Response:
        visit, cookie = await _visit_of(site, request), ""
        if visit is None:
            entered = await _enter_demo(site, request)
            if entered is None:
                return _to_sign_in(site, request)
            visit, cookie = entered
        reason = refused(visit.access, Endpoint.MERCHANT, page.data, page.action)
        if reason is not None:
            return _refused_page(visit, page, reason)
        refuse_nul(request)
        if request.method == "POST":
            visit.form = Form(await FORMS.read(request))
            _check_form(visit)
        response = await page.view(visit)
        if cookie:
            set_cookie(site, request, response, cookie)
        return response

    return localized(site, answer)


async def _visit_of(site: Site, request: Request) -> Visit | None:
    token = access_token(request)
    if token is not None:
        access = await access_of(site.control, request, token, Endpoint.MERCHANT)
        return None if access is None else Visit(request, site, access, words_for(request))
    session = await session_of(site, request)
    if session is None:
        return None
    return Visit(request, site, session.access, words_for(request), session)


async def _enter_demo(site: Site, request: Request) -> tuple[Visit, str] | None:
    """A new session of the demo shop for a person on this machine; None if there is no demo shop, or for a request
    with an access token."""
    host = request.headers.get("host", "")
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    is_here = request.method == "GET" and access_token(request) is None and is_loopback(name)
    if site.demo_token is None or not is_here:
        return None
    access = await access_of(site.control, request, site.demo_token, Endpoint.MERCHANT)
    if access is None:
        return None
    async with site.database.begin() as connection:
        cookie = await begin_token_session(connection, access, site.clock())
        session = await find_session(connection, cookie, site.clock(), request.headers.get("host", ""))
    if session is None:
        return None
    return Visit(request, site, session.access, words_for(request), session), cookie


def _check_form(visit: Visit) -> None:
    """Raises RefusedError for a form without the secret of its session. A caller with a token needs none."""
    if visit.session is None:
        return
    if not hmac.compare_digest(visit.form.text(FORM_KEY).encode(), visit.session.form_key.encode()):
        raise RefusedError(403, visit.words.text(_("This form is too old. Go back, reload the page and try again.")))


def _refused_page(visit: Visit, page: Page, reason: Reason) -> Response:
    heading, text = _NOTICES[reason]
    scopes = rule_of(page.data, page.action).scopes
    values = {"scope": scopes[0]} if reason is Reason.SCOPE else {}
    return notice_page(403, visit.words, visit.words.text(heading), visit.words.text(text, **values))


def _to_sign_in(site: Site, request: Request) -> Response:
    query = request.url.query
    target = quote(request.url.path) + (f"?{query}" if query else "")
    return sign_in_page(site, words_for(request), target, 401)


def set_cookie(site: Site, request: Request, response: Response, cookie: str) -> None:
    secure = site.control.address_of(request).startswith("https:")
    # "lax", so that a link in a mail opens the page. Forms of other sites do not send it.
    response.set_cookie(COOKIE, cookie, 30 * 86_400, path="/", secure=secure, httponly=True, samesite="lax")


def localized(site: Site, handler: Handler) -> Handler:
    """The handler, refusing pages of other sites, with refusals and failures as pages in the visitor's language."""

    async def answer(request: Request) -> Response:
        words = words_for(request)
        try:
            refuse_foreign(request, site.control.address)
            return await handler(request)
        except RefusedError as problem:
            return _refusal_page(words, problem.refusal)
        except Exception as problem:
            return failure_response(problem, lambda refusal: failed_page(refusal, words))

    return answer


def _refusal_page(words: Words, refusal: HttpRefusal) -> Response:
    if refusal.status == 404:
        text = words.text(_("This page does not exist, or belongs to another shop."))
        return notice_page(404, words, words.text(_("Page not found")), text)
    if refusal.status >= 500:
        return failed_page(refusal, words)
    heading = _("Request too large") if refusal.status == 413 else _("Not possible")
    return notice_page(refusal.status, words, words.text(heading), error_text(words, str(refusal.message)))


def unknown_page(site: Site) -> Handler:
    """An endpoint for the addresses that no page has."""

    async def refuse(_request: Request) -> Response:
        raise RefusedError(404, "Not Found")

    return localized(site, refuse)


def redirect_to(path: str) -> Handler:
    """An endpoint that leads to another address and keeps the query."""

    async def answer(request: Request) -> Response:
        query = request.url.query
        return RedirectResponse(path + (f"?{query}" if query else ""), 308)

    return answer
