"""The frame of the merchant pages: templates, headers, navigation, and the messages after a form."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from abandoned_checkouts.access.rules import Action, Data
from abandoned_checkouts.http_kit.refusal import HttpRefusal
from abandoned_checkouts.merchant.known_errors import error_text
from abandoned_checkouts.merchant.words import LANGUAGES, Words, _, words_of
from abandoned_checkouts.recovery.page import headers

_FOLDER = Path(__file__).parent
STATIC = _FOLDER / "static"
_MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

environment = Environment(
    loader=FileSystemLoader(_FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

# The links of the header: address, text, and what a caller must be allowed to do to see the link.
NAVIGATION = [
    ("/", _("Overview"), Data.MERCHANT_PAGES, Action.READ),
    ("/merchant/checkouts", _("Checkouts"), Data.MERCHANT_PAGES, Action.READ),
    ("/merchant/flows", _("Flows"), Data.MERCHANT_PAGES, Action.READ),
    ("/merchant/tasks", _("Tasks"), Data.MERCHANT_PAGES, Action.READ),
    ("/merchant/outbox", _("Mails"), Data.MERCHANT_PAGES, Action.READ),
    ("/merchant/users", _("Users"), Data.MERCHANT_USERS, Action.READ),
    ("/merchant/settings", _("Settings"), Data.SETTINGS, Action.WRITE),
    ("/graphiql", _("GraphiQL"), Data.MERCHANT_PAGES, Action.READ),
]
# The message that a page shows after a form, by the name in its address.
DONE: dict[str, str] = {
    "signed_out": _("You are signed out."),
    "signed_out_everywhere": _("You are signed out in all browsers."),
    "user_changed": _("The role is changed."),
    "view_saved": _("The view is saved."),
    "view_deleted": _("The view is deleted."),
    "task_changed": _("The task is changed."),
    "closed": _("The checkout is closed."),
    "reopened": _("The checkout is open again."),
    "unchanged": _("The checkout was in this state already."),
    "note_saved": _("The note is saved."),
    "reminder_sent": _("The reminder is sent."),
    "settings_saved": _("The settings are saved."),
    "token_revoked": _("The access token is revoked."),
    "webhook_deleted": _("The subscription is deleted."),
    "replayed": _("The delivery is sent again."),
    "held": _("Retention does not change this checkout."),
    "released": _("Retention may change this checkout again."),
    "user_removed": _("The user is removed and signed out."),
    "flow_on": _("The flow is on, for checkouts that are abandoned from now on."),
    "flow_off": _("The flow is off. Its waiting steps are cancelled."),
    "flow_created": _("The flow is saved. It is off until you turn it on."),
    "flow_saved": _("The flow is saved. Buyers in it keep their place."),
    "flow_deleted": _("The flow is deleted."),
}
# Styles and scripts are in files, so neither a style attribute nor a script in a page has an effect.
_POLICY = "style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'"


def merchant_page(template: str, status: int, words: Words, values: Mapping[str, object]) -> Response:
    """Render a template. Its texts are those of `words`."""
    text = environment.get_template(template).render(
        words=words,
        _=words.text,
        ngettext=words.count,
        languages=LANGUAGES,
        navigation=NAVIGATION,
        done_texts=DONE,
        read=Action.READ,
        write=Action.WRITE,
        data=Data,
        asset=asset_address,
        form_key=lambda: _form_key(values.get("visit")),
        here=_here(values.get("visit")),
        **values,
    )
    return HTMLResponse(text, status, merchant_headers(_POLICY))


def _form_key(visit: Any) -> Markup:
    """The hidden field that every form of a session needs (see page_endpoint)."""
    key = visit.session.form_key if visit.session is not None else ""
    return Markup('<input type="hidden" name="form_key" value="{}">').format(key)


def _here(visit: Any) -> str:
    """The address of the page, to come back to after a choice of the language."""
    if visit is None or visit.request.method != "GET":
        return "/"
    query: str = visit.request.url.query
    path: str = visit.request.url.path
    return path + (f"?{query}" if query else "")


def merchant_headers(directives: str) -> dict[str, str]:
    """Headers that forbid caching. A form of these pages sends its origin, so the referrer policy allows that."""
    return {**headers(directives), "Referrer-Policy": "same-origin"}


def notice_page(status: int, words: Words, heading: str, text: str) -> Response:
    """A page with a message for a visitor who is not signed in."""
    return merchant_page("notice.html", status, words, {"visit": None, "heading": heading, "text": text})


def failed_page(refusal: HttpRefusal, words: Words | None = None) -> Response:
    """The page for a failure of this server."""
    words = words or words_of()
    heading = words.text(_("This page is not available at the moment"))
    return notice_page(refusal.status, words, heading, error_text(words, str(refusal.message)))


def mail_response(html: str) -> Response:
    """A mail in a sandbox: its inline styles apply, and scripts do not run. Pages of this server can show it."""
    mail_headers = headers("style-src 'unsafe-inline'; sandbox allow-popups")
    policy = mail_headers["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return HTMLResponse(html, headers={**mail_headers, "Content-Security-Policy": policy})


@cache
def asset_address(name: str) -> str:
    """The address of a file in `static/`, with a hash of its content."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/merchant/assets/{name}?v={digest}"


async def static_file(request: Request) -> Response:
    """GET /merchant/assets/{name}. Browsers cache a file for a year, because a changed file has another URL."""
    name = request.path_params["name"]
    path = STATIC / name
    if "/" in name or path.suffix not in _MEDIA_TYPES or not path.is_file():
        return PlainTextResponse("Not Found", 404)
    content = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(path.read_bytes(), media_type=_MEDIA_TYPES[path.suffix], headers=content)
