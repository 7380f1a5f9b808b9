"""Saved views: searches with a name. They are the shop's saved searches, which apps and flows can use, too."""

from starlette.responses import Response

from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.checkout_list import address_of
from abandoned_checkouts.merchant.search import LONGEST_QUERY, Search
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.store.tenants.saved_searches import (
    CHECKOUT_SEARCHES,
    add_saved_search,
    delete_saved_search,
    find_saved_search,
    is_name_taken,
)

LONGEST_NAME = 40


async def save_view(visit: Visit) -> Response:
    name, query = visit.form.text("name", LONGEST_NAME + 1), visit.form.text("query", LONGEST_QUERY)
    heading = visit.words.text(_("The view was not saved"))
    if not name or not query or len(name) > LONGEST_NAME:
        text = _("A view needs a name of at most 40 characters and a search.")
        return visit.notice(422, heading, visit.words.text(text))
    async with visit.database.begin() as connection:
        if await is_name_taken(connection, visit.shop, CHECKOUT_SEARCHES, name):
            text = visit.words.text(_("There is a view with the name %(name)s. Choose another name."), name=name)
            return visit.notice(409, heading, text)
        await add_saved_search(connection, visit.shop, CHECKOUT_SEARCHES, name, query, now=visit.now)
    return visit.redirect(address_of(Search(query)), "view_saved")


async def delete_view(visit: Visit) -> Response:
    async with visit.database.begin() as connection:
        found = existing(await find_saved_search(connection, visit.shop, number_in(visit.request, "view_id")))
        if found["resource_type"] != CHECKOUT_SEARCHES:
            found = existing(None)
        await delete_saved_search(connection, found)
    return visit.redirect("/merchant/checkouts", "view_deleted")
