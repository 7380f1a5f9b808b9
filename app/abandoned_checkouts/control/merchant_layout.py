"""Shared code of the merchant pages: templates, language, pages with a notice, mails."""

from pathlib import Path

from jinja2 import FileSystemLoader
from starlette.responses import HTMLResponse, Response

from abandoned_checkouts.http_kit.refusal import HttpRefusal
from abandoned_checkouts.recovery.languages import language_of
from abandoned_checkouts.recovery.page import headers, page
from abandoned_checkouts.recovery.templating import environment

ENGLISH = language_of("en")
TEMPLATES = environment.overlay(
    loader=FileSystemLoader([Path(__file__).parent / "templates", Path(__file__).parents[1] / "recovery" / "templates"])
)


def notice_page(status: int, heading: str, text: str) -> Response:
    values = {"language": ENGLISH, "heading": heading, "text": text}
    return page("notice.html", status, shop=None, values=values, templates=TEMPLATES)


def failed_page(refusal: HttpRefusal) -> Response:
    """The page for a failure of this server."""
    return notice_page(refusal.status, "This page is not available at the moment", str(refusal.message))


def mail_response(html: str) -> Response:
    """A mail in a sandbox: its inline styles apply, and scripts do not run."""
    return HTMLResponse(html, headers=headers("style-src 'unsafe-inline'; sandbox allow-popups"))
