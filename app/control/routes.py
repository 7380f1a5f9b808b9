"""The addresses of the control API and of the merchant's pages."""

from collections.abc import Callable

from starlette.routing import Route

from app.config import Settings
from app.control import events, flows, merchant, shop
from app.control.door import Control, Endpoint, answered
from app.store.database import Database

READ, WRITE, ERASE = "read_orders", "write_orders", "write_customer_data_erasure"


def control_routes(
    database: Database,
    clock: Callable[[], int],
    settings: Settings,
    remove_file: Callable[[int, str], None],
) -> list[Route]:
    """`clock` gives microseconds; `remove_file` removes a result of a bulk operation, by shop and name."""
    control = Control(
        database, clock, (settings.public_url or "").rstrip("/"), remove_file, settings.allow_private_targets
    )

    def route(method: str, path: str, endpoint: Endpoint, scope: str) -> Route:
        return Route(f"/control{path}", answered(endpoint, control, scope), methods=[method])

    def page(path: str, view: merchant.View, *methods: str) -> Route:
        return Route(f"/merchant{path}", merchant.shown(view, control), methods=list(methods or ("GET",)))

    return [
        route("GET", "/flows", flows.list_all, READ),
        route("POST", "/flows", flows.create, WRITE),
        route("GET", "/flows/{flow_id}", flows.show, READ),
        route("PUT", "/flows/{flow_id}", flows.replace, WRITE),
        route("PATCH", "/flows/{flow_id}", flows.turn, WRITE),
        route("DELETE", "/flows/{flow_id}", flows.remove, WRITE),
        route("GET", "/saved-searches", shop.list_searches, READ),
        route("POST", "/saved-searches", shop.save_search, WRITE),
        route("DELETE", "/saved-searches/{search_id}", shop.delete_search, WRITE),
        route("GET", "/settings", shop.show_settings, READ),
        route("PATCH", "/settings", shop.change, WRITE),
        route("GET", "/checkouts/{checkout_id}/timeline", shop.timeline, READ),
        route("GET", "/events/subscriptions", events.list_subscriptions, READ),
        route("POST", "/events/subscriptions", events.create_subscription, WRITE),
        route("DELETE", "/events/subscriptions/{subscription_id}", events.delete_subscription, WRITE),
        route("GET", "/events/deliveries", events.list_log, READ),
        route("GET", "/events/deliveries/{delivery_id}", events.show, READ),
        route("POST", "/events/deliveries/{delivery_id}/replay", events.replay, WRITE),
        route("GET", "/events/rejected", events.rejected, READ),
        route("POST", "/erasures", shop.erase_person, ERASE),
        Route("/merchant/sign-in", merchant.sign_in(control), methods=["GET", "POST"]),
        page("", merchant.overview),
        page("/checkouts/{checkout_id}", merchant.checkout_page),
        page("/checkouts/{checkout_id}/mails/{mail_id}", merchant.mail_page),
        page("/flows/{flow_id}/preview", merchant.preview_page),
    ]
