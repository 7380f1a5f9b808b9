"""The shops that a visitor of the explorer is signed in to: those of the demo, and that of the session's cookie."""

from starlette.requests import Request

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.http_kit.foreign_pages import refuse_foreign
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.merchant.page_endpoint import session_of
from abandoned_checkouts.merchant.site import Site
from abandoned_checkouts.store.tenants.shops import all_shops


async def shops_of_visitor(site: Site, request: Request) -> tuple[list[Shop], list[tuple[Shop, str]]]:
    """The demo shops, and the shop of the session with the key that the explorer sends (see MerchantSession).

    A page of another site cannot read the response, and gets no key in any case.
    """
    async with site.database.read() as connection:
        shops = await all_shops(connection)
    demos = [shop for shop in shops if shop.is_demo and site.demo_token is not None]
    try:
        refuse_foreign(request, site.control.address)
    except RefusedError:
        return demos, []
    session = await session_of(site, request)
    if session is None or session.access.shop.is_demo:
        return demos, []
    return demos, [(session.access.shop, session.explorer_key)]
