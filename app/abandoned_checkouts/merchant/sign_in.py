"""Signing in by an access token, a one-time link or the demo shop; signing out; choosing a language."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.control.endpoint import access_of
from abandoned_checkouts.http_kit.responses import Handler
from abandoned_checkouts.merchant.layout import merchant_page, notice_page
from abandoned_checkouts.merchant.page_endpoint import COOKIE, LANGUAGE_COOKIE, localized, set_cookie, words_for
from abandoned_checkouts.merchant.sign_in_mail import send_link
from abandoned_checkouts.merchant.sign_in_page import inner_path, sign_in_page
from abandoned_checkouts.merchant.site import FORMS, Form, Site, Visit
from abandoned_checkouts.merchant.words import LANGUAGES, _, words_of
from abandoned_checkouts.store.tenants.access_tokens import Access
from abandoned_checkouts.store.tenants.merchant_sessions import begin_token_session, begin_user_session, end_session
from abandoned_checkouts.store.tenants.merchant_users import (
    SIGN_IN_LASTS,
    create_link,
    last_link_at,
    redeem_link,
    users_by_email,
)
from abandoned_checkouts.store.tenants.shops import find_shop

# A person gets at most one link in this time.
_BETWEEN_LINKS = MINUTE


def sign_in(site: Site) -> Handler:
    """GET shows the form. POST begins a session with the rights of an access token, or in the demo shop."""

    async def answer(request: Request) -> Response:
        words = words_for(request)
        if request.method == "GET":
            return sign_in_page(site, words, request.query_params.get("next", "/"))
        form = Form(await FORMS.read(request))
        token, target = form.text("token"), inner_path(form.text("next"))
        if "demo" in form and site.demo_token is not None:
            token = site.demo_token
        access = await access_of(site.control, request, token, Endpoint.MERCHANT)
        if access is None:
            return sign_in_page(site, words, target, 401, words.text(_("This token is unknown, expired or revoked.")))
        return await _entered(site, request, access, target)

    return localized(site, answer)


async def _entered(site: Site, request: Request, access: Access, target: str) -> Response:
    async with site.database.begin() as connection:
        cookie = await begin_token_session(connection, access, site.clock())
    response = RedirectResponse(target, 303, {"Cache-Control": "no-store"})
    set_cookie(site, request, response, cookie)
    return response


def request_link(site: Site) -> Handler:
    """POST /merchant/sign-in/link sends a one-time link by e-mail. The page is the same for unknown addresses."""

    async def answer(request: Request) -> Response:
        words, form = words_for(request), Form(await FORMS.read(request))
        email, now = form.text("email", 300).lower(), site.clock()
        if site.mail_server is None:
            problem = words.text(_("This server cannot send mails. Ask an owner of the shop for a new link."))
            return sign_in_page(site, words, "/", 503, problem)
        links = []
        async with site.database.begin() as connection:
            for shop_id, user_id in await users_by_email(connection, email):
                shop = await find_shop(connection, shop_id)
                last = await last_link_at(connection, shop_id, user_id)
                if shop is not None and not shop.is_demo and (last is None or now - last >= _BETWEEN_LINKS):
                    links.append((shop, await create_link(connection, shop, user_id, now, SIGN_IN_LASTS)))
        for shop, key in links:
            link = f"{site.control.address_of(request)}/merchant/enter/{key}"
            await send_link(site.mail_server, words, shop, email, link, now)
        return sign_in_page(site, words, "/", sent=email)

    return localized(site, answer)


def enter(site: Site) -> Handler:
    """GET /merchant/enter/{key} asks to confirm, because programs that check mails open links, too. POST uses up the
    link and begins a session."""

    async def answer(request: Request) -> Response:
        words, key = words_for(request), request.path_params["key"]
        if request.method == "GET":
            return merchant_page("enter.html", 200, words, {"visit": None, "key": key})
        now = site.clock()
        async with site.database.begin() as connection:
            found = await redeem_link(connection, key, now)
            shop = None if found is None else await find_shop(connection, found[0])
            cookie = ""
            if found is not None and shop is not None:
                cookie = await begin_user_session(connection, shop, found[1], now)
        if not cookie:
            text = words.text(_("It was used already, or has expired. Ask for a new one on the sign-in page."))
            return notice_page(410, words, words.text(_("This link is no longer valid")), text)
        response = RedirectResponse("/", 303, {"Cache-Control": "no-store"})
        set_cookie(site, request, response, cookie)
        return response

    return localized(site, answer)


async def sign_out(visit: Visit) -> Response:
    """Ends the session; with the field `everywhere`, all sessions of the same user or access token."""
    everywhere = "everywhere" in visit.form
    if visit.session is not None:
        async with visit.database.begin() as connection:
            await end_session(connection, visit.session, visit.now, everywhere=everywhere)
    done = "signed_out_everywhere" if everywhere else "signed_out"
    response = visit.redirect("/merchant/sign-in", done)
    response.delete_cookie(COOKIE, path="/")
    return response


def choose_language(site: Site) -> Handler:
    """POST /merchant/language keeps the chosen language in a cookie, and shows the page again."""

    async def answer(request: Request) -> Response:
        form = Form(await FORMS.read(request))
        chosen = form.text("language", 20)
        response = RedirectResponse(inner_path(form.text("next")), 303, {"Cache-Control": "no-store"})
        if chosen in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, words_of(chosen).name, 365 * 86_400, path="/", samesite="lax")
        return response

    return localized(site, answer)
