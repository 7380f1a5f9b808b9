"""The page of access tokens: create one, which is shown once, and revoke others."""

from starlette.responses import Response

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.access.rules import granted
from abandoned_checkouts.access.scope_names import unknown_scope
from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.settings_page import SECTIONS
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tenants.access_tokens import issue_token, list_tokens, revoke_token
from abandoned_checkouts.store.tenants.shops import register_app

PATH = "/merchant/settings/tokens"
# The scopes that a form offers, and what each allows. Others can be typed.
SCOPES = {
    "read_orders": _("read checkouts and orders"),
    "write_orders": _("change checkouts, flows and settings"),
    "read_customers": _("read customers"),
    "write_customers": _("change customers and their consent"),
    "read_products": _("read products"),
    "write_checkouts": _("report checkouts from a storefront"),
    "read_users": _("read users and access tokens"),
    "write_users": _("change users and access tokens"),
}
_DEFAULT = ("read_orders",)
# Tokens that people on a storefront request by themselves are not shown.
_OF_VISITORS = (CallerKind.VISITOR, CallerKind.MEMBER)
# The end of the demo shop's own token, as list_tokens shows it. Without that token, nobody could enter the shop.
_DEMO_HINT = "…demo"
_LONGEST_NAME = 60


async def tokens_page(visit: Visit) -> Response:
    return await _page(visit)


async def _page(
    visit: Visit,
    status: int = 200,
    *,
    token: str = "",
    problem: str = "",
    name: str = "",
    chosen: tuple[str, ...] = _DEFAULT,
    others: str = "",
) -> Response:
    async with visit.database.read() as connection:
        tokens = [row for row in await list_tokens(connection, visit.shop) if _is_shown(row)]
    return visit.page(
        "tokens.html",
        status,
        sections=SECTIONS,
        section=PATH,
        tokens=[row for row in reversed(tokens) if row["expires_at"] is None or row["expires_at"] > visit.now],
        scopes=SCOPES,
        token=token,
        problem=problem,
        name=name,
        chosen=chosen,
        others=others,
        own=visit.access.token_id,
    )


async def create_token(visit: Visit) -> Response:
    """Creates a token of a new app. Its text is only in this response."""
    form = visit.form
    name, others = form.text("name", _LONGEST_NAME), form.text("others", 1000)
    chosen = tuple(each for each in form.all("scope") if each in SCOPES)
    scopes = list(dict.fromkeys([*chosen, *others.replace(",", " ").split()]))
    problem = _problem(visit, name, scopes)
    if problem:
        return await _page(visit, 422, problem=problem, name=name, chosen=chosen, others=others)
    async with visit.database.begin() as connection:
        app_id = await register_app(connection, visit.shop, now=visit.now, title=name)
        # A token that was created in the open demo shop is closed with it.
        kind = CallerKind.DEMO if visit.access.kind is CallerKind.DEMO else None
        token = await issue_token(connection, visit.shop, scopes, now=visit.now, app_id=app_id, kind=kind)
    return await _page(visit, token=token)


def _is_shown(row: Row) -> bool:
    is_demo = row["kind"] == CallerKind.DEMO and row["hint"].endswith(_DEMO_HINT)
    return not is_demo and row["kind"] not in _OF_VISITORS


def _problem(visit: Visit, name: str, scopes: list[str]) -> str:
    words = visit.words
    if not name:
        return words.text(_("Write what the token is for."))
    if not scopes:
        return words.text(_("Choose at least one scope."))
    unknown = unknown_scope(scopes)
    if unknown is not None:
        return unknown
    if visit.role is not Role.OWNER:
        lacking = sorted(granted(scopes) - granted(visit.access.scopes))
        if lacking:
            return words.text(
                _("You cannot create a token with a scope that you lack: %(scopes)s"), scopes=", ".join(lacking)
            )
    return ""


async def end_token(visit: Visit) -> Response:
    """Revokes a token: requests with it are refused from now on, and sessions with it end."""
    number = number_in(visit.request, "token_id")
    async with visit.database.begin() as connection:
        rows = await list_tokens(connection, visit.shop)
        existing(next((row for row in rows if row["id"] == number and _is_shown(row)), None))
        await revoke_token(connection, visit.shop, number, now=visit.now)
    return visit.redirect(PATH, "token_revoked")
