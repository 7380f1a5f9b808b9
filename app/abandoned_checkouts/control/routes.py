"""The routes of the control API and of the merchant pages."""

from collections.abc import Callable

from starlette.routing import Route

from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.config import Settings
from abandoned_checkouts.control import event_endpoints, flow_endpoints, merchant_pages, shop_endpoints
from abandoned_checkouts.control.endpoint import Control, ShopHandler, endpoint
from abandoned_checkouts.control.mail_preview import preview_page
from abandoned_checkouts.control.merchant_sign_in import page_endpoint, sign_in
from abandoned_checkouts.store.engine.database import Database

READ, WRITE, ERASE = "read_orders", "write_orders", "write_customer_data_erasure"


def control_routes(
    database: Database,
    clock: Clock,
    settings: Settings,
    remove_file: Callable[[int, str], None],
) -> list[Route]:
    """`clock` returns microseconds; `remove_file` deletes a file of a bulk operation, by shop id and name."""
    control = Control(
        database, clock, (settings.public_url or "").rstrip("/"), remove_file, settings.allow_private_targets
    )

    def route(method: str, path: str, handler: ShopHandler, scope: str) -> Route:
        return Route(f"/control{path}", endpoint(handler, control, scope), methods=[method])

    def page(path: str, view: ShopHandler) -> Route:
        return Route(f"/merchant{path}", page_endpoint(view, control), methods=["GET"])

    return [
        route("GET", "/flows", flow_endpoints.list_all, READ),
        route("POST", "/flows", flow_endpoints.create, WRITE),
        route("GET", "/flows/{flow_id}", flow_endpoints.show, READ),
        route("PUT", "/flows/{flow_id}", flow_endpoints.replace, WRITE),
        route("PATCH", "/flows/{flow_id}", flow_endpoints.turn, WRITE),
        route("DELETE", "/flows/{flow_id}", flow_endpoints.remove, WRITE),
        route("GET", "/saved-searches", shop_endpoints.list_searches, READ),
        route("POST", "/saved-searches", shop_endpoints.save_search, WRITE),
        route("DELETE", "/saved-searches/{search_id}", shop_endpoints.delete_search, WRITE),
        route("GET", "/settings", shop_endpoints.show_settings, READ),
        route("PATCH", "/settings", shop_endpoints.change, WRITE),
        route("GET", "/checkouts/{checkout_id}/timeline", shop_endpoints.timeline, READ),
        route("GET", "/events/subscriptions", event_endpoints.list_subscriptions, READ),
        route("POST", "/events/subscriptions", event_endpoints.create_subscription, WRITE),
        route("DELETE", "/events/subscriptions/{subscription_id}", event_endpoints.unsubscribe, WRITE),
        route("GET", "/events/deliveries", event_endpoints.list_log, READ),
        route("GET", "/events/deliveries/{delivery_id}", event_endpoints.show, READ),
        route("POST", "/events/deliveries/{delivery_id}/replay", event_endpoints.replay, WRITE),
        route("GET", "/events/rejected", event_endpoints.rejected, READ),
        route("POST", "/erasures", shop_endpoints.erase, ERASE),
        Route("/merchant/sign-in", sign_in(control), methods=["GET", "POST"]),
        page("", merchant_pages.overview),
        page("/checkouts/{checkout_id}", merchant_pages.checkout_page),
        page("/checkouts/{checkout_id}/mails/{mail_id}", merchant_pages.mail_page),
        page("/flows/{flow_id}/preview", preview_page),
    ]
