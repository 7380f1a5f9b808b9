"""The routes of the control API."""

from collections.abc import Awaitable, Callable

from starlette.routing import Route

from abandoned_checkouts.access.rules import Action, Data
from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.config import Settings
from abandoned_checkouts.control import (
    change_endpoints,
    event_endpoints,
    flow_endpoints,
    mail_endpoints,
    report_endpoints,
    retention_endpoints,
    shop_endpoints,
    stock_endpoints,
)
from abandoned_checkouts.control.endpoint import Control, ShopHandler, endpoint
from abandoned_checkouts.store.engine.database import Database

READ, WRITE = Action.READ, Action.WRITE


_SUBSCRIPTIONS = Data.EVENT_SUBSCRIPTIONS

# Each route: method, path below /control, handler, data, and action. The last two decide who may call it.
CONTROL: list[tuple[str, str, ShopHandler, Data, Action]] = [
    ("GET", "/flows", flow_endpoints.list_all, Data.FLOWS, READ),
    ("POST", "/flows", flow_endpoints.create, Data.FLOWS, WRITE),
    ("GET", "/flows/{flow_id}", flow_endpoints.show, Data.FLOWS, READ),
    ("GET", "/flows/{flow_id}/report", flow_endpoints.report, Data.FLOWS, READ),
    # It names buyers, as a timeline does.
    ("GET", "/flows/{flow_id}/dry-run", flow_endpoints.dry_run_flow, Data.TIMELINES, READ),
    ("PUT", "/flows/{flow_id}", flow_endpoints.replace, Data.FLOWS, WRITE),
    ("PATCH", "/flows/{flow_id}", flow_endpoints.turn, Data.FLOWS, WRITE),
    ("DELETE", "/flows/{flow_id}", flow_endpoints.remove, Data.FLOWS, WRITE),
    ("GET", "/discount-codes", stock_endpoints.code_lists, Data.FLOWS, READ),
    ("POST", "/discount-codes/{list_name}", stock_endpoints.upload_codes, Data.FLOWS, WRITE),
    ("DELETE", "/discount-codes/{list_name}", stock_endpoints.delete_codes, Data.FLOWS, WRITE),
    ("GET", "/sold-out", stock_endpoints.sold_out, Data.SETTINGS, READ),
    ("PATCH", "/sold-out", stock_endpoints.change_sold_out, Data.SETTINGS, WRITE),
    ("GET", "/saved-searches", shop_endpoints.list_searches, Data.CHECKOUT_SEARCHES, READ),
    ("POST", "/saved-searches", shop_endpoints.save_search, Data.CHECKOUT_SEARCHES, WRITE),
    ("DELETE", "/saved-searches/{search_id}", shop_endpoints.delete_search, Data.CHECKOUT_SEARCHES, WRITE),
    ("GET", "/settings", shop_endpoints.show_settings, Data.SETTINGS, READ),
    ("PATCH", "/settings", shop_endpoints.change, Data.SETTINGS, WRITE),
    ("GET", "/retention", retention_endpoints.show, Data.SETTINGS, READ),
    ("GET", "/holds", retention_endpoints.list_holds, Data.SETTINGS, READ),
    ("PUT", "/holds/{checkout_id}", retention_endpoints.hold, Data.SETTINGS, WRITE),
    ("DELETE", "/holds/{checkout_id}", retention_endpoints.release, Data.SETTINGS, WRITE),
    ("GET", "/mail/dkim", mail_endpoints.show_dkim, Data.MAIL, READ),
    ("PUT", "/mail/dkim", mail_endpoints.set_dkim, Data.MAIL, WRITE),
    ("DELETE", "/mail/dkim", mail_endpoints.delete_dkim, Data.MAIL, WRITE),
    ("GET", "/mail/events", mail_endpoints.show_events, Data.MAIL, READ),
    ("PUT", "/mail/events/{provider}", mail_endpoints.set_signing_key, Data.MAIL, WRITE),
    ("POST", "/mail/events/secret", mail_endpoints.new_secret, Data.MAIL, WRITE),
    ("POST", "/mail/unblock", mail_endpoints.unblock_address, Data.MAIL, WRITE),
    ("GET", "/checkouts/{checkout_id}/timeline", shop_endpoints.timeline, Data.TIMELINES, READ),
    ("GET", "/reports/overview", report_endpoints.overview, Data.REPORTS, READ),
    ("GET", "/reports/{by}", report_endpoints.table, Data.REPORTS, READ),
    ("GET", "/events/subscriptions", event_endpoints.list_subscriptions, _SUBSCRIPTIONS, READ),
    ("POST", "/events/subscriptions", event_endpoints.create_subscription, _SUBSCRIPTIONS, WRITE),
    (
        "DELETE",
        "/events/subscriptions/{subscription_id}",
        event_endpoints.unsubscribe,
        _SUBSCRIPTIONS,
        WRITE,
    ),
    ("GET", "/events/deliveries", event_endpoints.list_log, Data.DELIVERIES, READ),
    ("GET", "/events/deliveries/{delivery_id}", event_endpoints.show, Data.DELIVERIES, READ),
    ("POST", "/events/deliveries/{delivery_id}/replay", event_endpoints.replay, Data.DELIVERIES, WRITE),
    ("GET", "/changes", change_endpoints.list_changes, Data.CHANGES, READ),
    ("GET", "/events/rejected", event_endpoints.rejected, Data.REJECTED_MESSAGES, READ),
    ("POST", "/erasures", shop_endpoints.erase, Data.ERASURE, WRITE),
]


def control_of(
    database: Database,
    clock: Clock,
    settings: Settings,
    remove_file: Callable[[int, str], Awaitable[None]],
) -> Control:
    """`clock` returns the present in microseconds. `remove_file` deletes the file of a bulk operation: shop id, file
    name."""
    address, has_mail_server = (settings.public_url or "").rstrip("/"), settings.smtp_url is not None or settings.twin
    return Control(database, clock, address, remove_file, settings.reach, has_mail_server)


def control_routes(control: Control) -> list[Route]:
    def route(method: str, path: str, handler: ShopHandler, data: Data, action: Action) -> Route:
        return Route(f"/control{path}", endpoint(handler, control, data, action), methods=[method])

    return [route(*each) for each in CONTROL]
