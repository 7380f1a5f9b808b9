"""The page of the people who can sign in: invite them, change their roles, remove them."""

from starlette.responses import Response

from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.known_errors import error_text
from abandoned_checkouts.merchant.sign_in_mail import send_link
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.store.tenants.merchant_users import (
    MerchantUser,
    UserError,
    change_role,
    find_user,
    invite,
    list_users,
    remove_user,
)

# The permissions of each role, as the forms of this page show them.
ROLES = {
    Role.VIEWER: (_("Viewer"), _("reads checkouts, mails, flows and reports")),
    Role.AGENT: (_("Agent"), _("also closes and reopens checkouts, writes notes, sends reminders and exports")),
    Role.OWNER: (_("Owner"), _("also changes flows, settings and users")),
}


async def users_page(visit: Visit) -> Response:
    return await _page(visit)


async def _page(
    visit: Visit, status: int = 200, *, problem: str = "", email: str = "", link: str = "", sent: bool = False
) -> Response:
    async with visit.database.read() as connection:
        users = await list_users(connection, visit.shop)
    return visit.page(
        "users.html", status, users=users, roles=ROLES, problem=problem, email=email, link=link, sent=sent
    )


async def invite_user(visit: Visit) -> Response:
    """Invites a person. The link is shown once, and sent by e-mail if the server can."""
    email, role = visit.form.text("email", 300), _role(visit)
    try:
        async with visit.database.begin() as connection:
            key = await invite(connection, visit.shop, email, role, visit.now)
    except UserError as problem:
        return await _page(visit, 422, problem=error_text(visit.words, str(problem)), email=email)
    link, sent = f"{visit.address}/merchant/enter/{key}", False
    if visit.site.mail_server is not None and not visit.shop.is_demo:
        sent = await send_link(visit.site.mail_server, visit.words, visit.shop, email, link, visit.now) is None
    return await _page(visit, email=email, link=link, sent=sent)


async def change_user(visit: Visit) -> Response:
    """Changes a user's role, or removes the user."""
    removes = "remove" in visit.form
    try:
        async with visit.database.begin() as connection:
            user: MerchantUser = existing(await find_user(connection, visit.shop, number_in(visit.request, "user_id")))
            if removes:
                await remove_user(connection, visit.shop, user, visit.now)
            else:
                await change_role(connection, visit.shop, user, _role(visit), visit.now)
    except UserError as problem:
        return await _page(visit, 422, problem=error_text(visit.words, str(problem)))
    return visit.redirect("/merchant/users", "user_removed" if removes else "user_changed")


def _role(visit: Visit) -> Role:
    """The role of the form; a viewer if it is missing or unknown, who may do the least."""
    name = visit.form.text("role", 20)
    return Role(name) if name in set(Role) else Role.VIEWER
