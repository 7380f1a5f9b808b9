"""The page that asks for an access token, or for an e-mail address to send a one-time link to."""

from starlette.responses import Response

from abandoned_checkouts.merchant.layout import merchant_page
from abandoned_checkouts.merchant.site import Site
from abandoned_checkouts.merchant.words import Words


def sign_in_page(
    site: Site, words: Words, target: str, status: int = 200, problem: str = "", sent: str = ""
) -> Response:
    """`target` is the page to show afterwards; `sent` the address that a link was sent to."""
    values = {
        "visit": None,
        "target": inner_path(target),
        "problem": problem,
        "sent": sent,
        "has_mail": site.mail_server is not None,
        "has_demo": site.demo_token is not None,
    }
    return merchant_page("sign_in.html", status, words, values)


def inner_path(target: str) -> str:
    """The target if it is one of these pages, else their first page: a link must not redirect to another site."""
    inside = target == "/" or target.startswith(("/?", "/merchant/", "/merchant?", "/graphiql"))
    return target if inside and "\\" not in target and target.isprintable() and target.isascii() else "/"
