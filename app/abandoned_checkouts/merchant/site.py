"""The dependencies of the merchant pages, and one visit of a signed-in person."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.roles import Role, role_in
from abandoned_checkouts.access.rules import Action, Data, refused
from abandoned_checkouts.checkouts.moment import Clock, MomentError, zone_named
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.control.endpoint import Control
from abandoned_checkouts.http_kit.bodies import BodyReader
from abandoned_checkouts.http_kit.responses import body_refusals
from abandoned_checkouts.merchant.layout import merchant_page
from abandoned_checkouts.merchant.words import Words
from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import Access
from abandoned_checkouts.store.tenants.merchant_sessions import MerchantSession
from abandoned_checkouts.work.mail_server import MailServer

FORMS = BodyReader(512 * 1024, body_refusals("512 KiB"))


class Form:
    """The fields of a submitted form. Line ends are those of Unix, and NUL characters are left out."""

    def __init__(self, body: bytes) -> None:
        self._fields = parse_qs(
            body.decode("utf-8", "replace").replace("%00", ""), keep_blank_values=True, max_num_fields=2000
        )

    def text(self, name: str, most: int = 10_000) -> str:
        """The first value of a field, without white space around it; empty if it is missing."""
        return self._fields.get(name, [""])[0].replace("\r\n", "\n").replace("\0", "").strip()[:most]

    def all(self, name: str) -> list[str]:
        return self._fields.get(name, [])

    def __contains__(self, name: str) -> bool:
        return name in self._fields


@dataclass(frozen=True, slots=True)
class Site:
    """The dependencies of the pages. `mail_server` is None if no mail can be sent."""

    control: Control
    mail_server: MailServer | None = None
    # The access token of the demo shop, if people on this machine may enter it.
    demo_token: str | None = None
    # The folder with the files of exports.
    results: Results | None = None
    # Called after a change, so that workers look for work at once.
    wake: Callable[[], None] = lambda: None

    @property
    def database(self) -> Database:
        return self.control.database

    @property
    def clock(self) -> Clock:
        return self.control.clock


@dataclass(slots=True)
class Visit:
    """A request of a caller who may see the page. `session` is None for a caller with an access token in a header."""

    request: Request
    site: Site
    access: Access
    words: Words
    session: MerchantSession | None = None
    form: Form = field(default_factory=lambda: Form(b""))

    @property
    def database(self) -> Database:
        return self.site.database

    @property
    def shop(self) -> Shop:
        return self.access.shop

    @property
    def now(self) -> int:
        return self.site.clock()

    @property
    def zone(self) -> tzinfo:
        """The time zone of the shop."""
        try:
            return zone_named(self.shop.timezone)
        except MomentError:
            return zone_named("UTC")

    @property
    def address(self) -> str:
        """The URL of this server."""
        return self.site.control.address_of(self.request)

    @property
    def role(self) -> Role | None:
        return role_in(self.access.permissions)

    @property
    def who(self) -> str:
        """The person, for notes and tasks: an e-mail address, or the access token's app."""
        return self.session.email if self.session is not None and self.session.email else self.access.actor

    def may(self, data: Data, action: Action) -> bool:
        """Whether the caller may read or change this data on the merchant pages."""
        return refused(self.access, Endpoint.MERCHANT, data, action) is None

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A page of this package's templates, in the visit's language."""
        return merchant_page(template, status, self.words, {"visit": self, "shop": self.shop, **values})

    def notice(self, status: int, heading: str, text: str) -> Response:
        return self.page("notice.html", status, heading=heading, text=text)

    def redirect(self, path: str, done: str = "") -> Response:
        """To another page, after a form. `done` is the name of a message in `layout.DONE`."""
        if done:
            path += ("&" if "?" in path else "?") + urlencode({"done": done})
        return RedirectResponse(path, 303, {"Cache-Control": "no-store"})

    def parameters(self) -> Mapping[str, str]:
        return self.request.query_params


View = Callable[[Visit], Awaitable[Response]]


class Page(NamedTuple):
    """A page of the merchant: method, path, view, and what the view does with which data."""

    method: str
    path: str
    view: View
    data: Data
    action: Action
