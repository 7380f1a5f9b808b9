"""The routes of the merchant pages. `PAGES` says what each page does with which data."""

from starlette.routing import Route

from abandoned_checkouts.access.rules import Action, Data
from abandoned_checkouts.merchant import checkout_list, checkout_page, flow_preview, outbox, sign_in, users
from abandoned_checkouts.merchant.layout import static_file
from abandoned_checkouts.merchant.page_endpoint import page_endpoint, redirect_to
from abandoned_checkouts.merchant.site import Page, Site

READ, WRITE = Action.READ, Action.WRITE
_SHOWN, _USERS = Data.MERCHANT_PAGES, Data.MERCHANT_USERS

PAGES = [
    Page("GET", "/", checkout_list.list_page, _SHOWN, READ),
    Page("GET", "/merchant/checkouts/{checkout_id}", checkout_page.checkout_page, _SHOWN, READ),
    Page("GET", "/merchant/checkouts/{checkout_id}/mails/{mail_id}", outbox.mail_page, _SHOWN, READ),
    Page("GET", "/merchant/outbox", outbox.outbox_page, _SHOWN, READ),
    Page("GET", "/merchant/flows/{flow_id}/preview", flow_preview.preview_page, _SHOWN, READ),
    Page("GET", "/merchant/users", users.users_page, _USERS, READ),
    Page("POST", "/merchant/users", users.invite_user, _USERS, WRITE),
    Page("POST", "/merchant/users/{user_id}", users.change_user, _USERS, WRITE),
    Page("POST", "/merchant/sign-out", sign_in.sign_out, Data.OWN_SESSION, WRITE),
]


def merchant_routes(site: Site) -> list[Route]:
    """The pages, the sign-in, their static files, and redirects of former addresses."""
    return [
        Route("/merchant/assets/{name}", static_file, methods=["GET"]),
        Route("/merchant/sign-in", sign_in.sign_in(site), methods=["GET", "POST"]),
        Route("/merchant/sign-in/link", sign_in.request_link(site), methods=["POST"]),
        Route("/merchant/enter/{key}", sign_in.enter(site), methods=["GET", "POST"]),
        Route("/merchant/language", sign_in.choose_language(site), methods=["POST"]),
        Route("/merchant", redirect_to("/"), methods=["GET"]),
        *(Route(page.path, page_endpoint(page, site), methods=[page.method]) for page in PAGES),
    ]
