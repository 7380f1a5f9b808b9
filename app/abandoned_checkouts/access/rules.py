"""The declared rules: what each kind of data requires, to read it and to change it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from abandoned_checkouts.access.approvals import Protected, approvals_of
from abandoned_checkouts.access.callers import SIGNED_KINDS, CallerKind
from abandoned_checkouts.access.endpoints import Endpoint, is_accepted
from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.setting_values import USER_PERMISSIONS


class Data(StrEnum):
    CHECKOUTS = "abandoned checkouts"
    ABANDONMENTS = "abandonments"
    CUSTOMERS = "customers"
    ORDERS = "orders"
    LOCATIONS = "locations"
    PRODUCTS = "products"
    MARKETING_ACTIVITIES = "marketing activities"
    UNSUBSCRIBE_LINKS = "links that change consent"
    ERASURE = "erasure of customers"
    BULK_FILES = "files of bulk operations"
    WEBHOOK_SUBSCRIPTIONS = "webhook subscriptions"
    SAVED_SEARCHES = "saved searches"
    CHECKOUT_SEARCHES = "saved searches of abandoned checkouts"
    SHOP_CONTACT = "the shop's contact data"
    PUBLIC = "the shop's public data and the app's own"
    SETTINGS = "settings"
    MAIL = "DKIM key and mail provider"
    FLOWS = "flows"
    EVENT_SUBSCRIPTIONS = "event subscriptions"
    DELIVERIES = "deliveries"
    REJECTED_MESSAGES = "rejected messages"
    TIMELINES = "timelines"
    CHANGES = "the change feed"
    REPORTS = "reports"
    MERCHANT_PAGES = "merchant pages"
    CHECKOUT_ACTIONS = "actions on checkouts: close, reopen, note, remind, task"
    MERCHANT_EXPORTS = "exports of the merchant pages"
    MERCHANT_USERS = "users of the merchant pages"
    ACCESS_TOKENS = "access tokens"
    OWN_SESSION = "the session itself"
    NEW_CHECKOUTS = "checkouts of the storefront"
    PLATFORM_EVENTS = "events of the mirrored shop"
    TWIN = "the twin: its clock, faults, snapshots and journal"
    LINKED_CART = "the cart of a recovery link"
    LINKED_CONSENT = "the consent of the person of an unsubscribe link"
    LINKED_OPENS = "the opened e-mails of the person of a tracking link"


class Action(StrEnum):
    READ = "read"
    WRITE = "write"


class Reason(StrEnum):
    """Why a caller is refused."""

    KIND = "kind of caller"
    SCOPE = "scope"
    PERMISSION = "permission of the user"
    ROLE = "role of the user"
    APPROVAL = "approval for customer data"


@dataclass(frozen=True, slots=True)
class Rule:
    """A caller needs one of `scopes` (if any), the `permission` (if it acts for a user) and all `approvals`.

    A session on the merchant pages needs the `role` or a higher one.
    """

    scopes: tuple[str, ...] = ()
    permission: str | None = None
    approvals: frozenset[Protected] = frozenset()
    role: Role = Role.VIEWER


PERMISSIONS = USER_PERMISSIONS
MANAGE_CHECKOUTS, EDIT_CUSTOMERS = PERMISSIONS

_READERS = ("read_orders", "read_customers", "read_products")
_WRITERS = ("write_orders", "write_customers", "write_products")
_LEVEL_1 = frozenset({Protected.CUSTOMER_DATA})
_ALL = frozenset(Protected)
_READ_ORDERS, _WRITE_ORDERS = Rule(("read_orders",)), Rule(("write_orders",), role=Role.AGENT)

READ: Mapping[Data, Rule] = {
    Data.CHECKOUTS: Rule(("read_orders",), MANAGE_CHECKOUTS),
    Data.ABANDONMENTS: _READ_ORDERS,
    Data.CUSTOMERS: Rule(("read_customers",), approvals=_LEVEL_1),
    Data.ORDERS: _READ_ORDERS,
    Data.LOCATIONS: Rule(("read_locations",)),
    Data.PRODUCTS: Rule(("read_products",)),
    Data.UNSUBSCRIBE_LINKS: Rule(("write_customers",), EDIT_CUSTOMERS),
    # A file holds the data that its query read, so reading it requires the scopes of the query as well.
    Data.BULK_FILES: Rule(_READERS, MANAGE_CHECKOUTS),
    Data.WEBHOOK_SUBSCRIPTIONS: Rule(_READERS),
    Data.SAVED_SEARCHES: Rule(_READERS),
    Data.CHECKOUT_SEARCHES: _READ_ORDERS,
    Data.SHOP_CONTACT: Rule(_READERS),
    Data.PUBLIC: Rule(),
    Data.SETTINGS: _READ_ORDERS,
    # The URLs of the mail provider have a secret: everyone who knows it can block addresses.
    Data.MAIL: Rule(("write_orders",), MANAGE_CHECKOUTS, _ALL, Role.OWNER),
    Data.FLOWS: _READ_ORDERS,
    Data.EVENT_SUBSCRIPTIONS: _READ_ORDERS,
    Data.DELIVERIES: Rule(("read_orders",), MANAGE_CHECKOUTS),
    # The messages are complete, with all personal data that the platform sent.
    Data.REJECTED_MESSAGES: Rule(("read_orders",), MANAGE_CHECKOUTS, _ALL),
    Data.TIMELINES: Rule(("read_orders",), MANAGE_CHECKOUTS, _ALL),
    # Complete checkouts and customers.
    Data.CHANGES: Rule(("read_orders",), MANAGE_CHECKOUTS, _ALL),
    # Counts and sums, without personal data.
    Data.REPORTS: Rule(("read_orders",), MANAGE_CHECKOUTS),
    Data.MERCHANT_PAGES: Rule(("read_orders",), MANAGE_CHECKOUTS, _ALL),
    Data.MERCHANT_EXPORTS: Rule(("read_orders",), MANAGE_CHECKOUTS, _ALL, Role.AGENT),
    Data.MERCHANT_USERS: Rule(("read_users",), role=Role.OWNER),
    Data.ACCESS_TOKENS: Rule(("read_users",), role=Role.OWNER),
    # The journal has requests, webhooks and mails completely.
    Data.TWIN: Rule(("read_orders",), MANAGE_CHECKOUTS, _ALL),
}
WRITE: Mapping[Data, Rule] = {
    Data.CHECKOUTS: Rule(("write_orders",), MANAGE_CHECKOUTS, role=Role.AGENT),
    Data.ABANDONMENTS: _WRITE_ORDERS,
    Data.MARKETING_ACTIVITIES: Rule(("write_marketing_events",), role=Role.OWNER),
    Data.ERASURE: Rule(("write_customer_data_erasure",), role=Role.OWNER),
    # The rules of the data that the query reads decide whether an app may create the file.
    Data.BULK_FILES: Rule(),
    # Each topic requires the read scope of its resource, too.
    Data.WEBHOOK_SUBSCRIPTIONS: Rule(_READERS, role=Role.OWNER),
    Data.SAVED_SEARCHES: Rule(_WRITERS, role=Role.AGENT),
    Data.CHECKOUT_SEARCHES: _WRITE_ORDERS,
    Data.SETTINGS: Rule(("write_orders",), role=Role.OWNER),
    Data.MAIL: Rule(("write_orders",), MANAGE_CHECKOUTS, _ALL, Role.OWNER),
    # Flows send whole checkouts to other addresses, and mails to people.
    Data.FLOWS: Rule(("write_orders",), MANAGE_CHECKOUTS, _ALL, Role.OWNER),
    Data.EVENT_SUBSCRIPTIONS: Rule(("write_orders",), MANAGE_CHECKOUTS, _LEVEL_1, Role.OWNER),
    Data.DELIVERIES: Rule(("write_orders",), MANAGE_CHECKOUTS, role=Role.OWNER),
    Data.CHECKOUT_ACTIONS: Rule(("write_orders",), MANAGE_CHECKOUTS, _ALL, Role.AGENT),
    Data.MERCHANT_EXPORTS: Rule(("read_orders",), MANAGE_CHECKOUTS, _ALL, Role.AGENT),
    Data.MERCHANT_USERS: Rule(("write_users",), role=Role.OWNER),
    # A token gets no scope that its creator lacks, unless an owner creates it.
    Data.ACCESS_TOKENS: Rule(("write_users",), role=Role.OWNER),
    Data.OWN_SESSION: Rule(),
    Data.NEW_CHECKOUTS: Rule(("write_checkouts", "write_orders")),
    Data.TWIN: Rule(("write_orders",), MANAGE_CHECKOUTS, _ALL),
}

# The data that a signature allows: of a URL, for its own record alone; of a platform's webhook, for its own shop alone.
SIGNED: Mapping[Endpoint, frozenset[tuple[Data, Action]]] = {
    Endpoint.PLATFORM_INTAKE: frozenset({(Data.PLATFORM_EVENTS, Action.WRITE)}),
    Endpoint.BULK_FILES: frozenset({(Data.BULK_FILES, Action.READ)}),
    Endpoint.RECOVERY: frozenset(
        {
            (Data.LINKED_CART, Action.READ),
            (Data.LINKED_CONSENT, Action.WRITE),
            (Data.LINKED_OPENS, Action.WRITE),
        }
    ),
}

# Wix's scopes, and the scopes they grant at Wix's endpoints (source: the scopes on the pages of Wix's methods).
WIX_SCOPES: Mapping[str, str] = {
    "SCOPE.DC-STORES.READ-ORDERS": "read_orders",
    "SCOPE.DC-STORES-MEGA.READ-STORES": "read_orders",
    "SCOPE.STORES.MANAGE-STORES": "read_orders",
    "SCOPE.DC-ECOM-MEGA.READ-ECOM": "read_orders",
    "SCOPE.DC-STORES.MANAGE-ORDERS": "write_orders",
    "SCOPE.DC-STORES-MEGA.MANAGE-STORES": "write_orders",
    "SCOPE.DC-ECOM-MEGA.MANAGE-ECOM": "write_orders",
    "SCOPE.RESTAURANTS.MEGA-SCOPES": "write_orders",
}


class Caller(Protocol):
    """The caller of a request. `permissions` are those of an online token's user; None means all permissions.

    Those of a session on the merchant pages include the names of its role and of the roles below it.
    """

    @property
    def kind(self) -> CallerKind: ...
    @property
    def scopes(self) -> frozenset[str]: ...
    @property
    def permissions(self) -> frozenset[str] | None: ...
    @property
    def app_settings(self) -> UntypedJson: ...


def granted(scopes: Iterable[str]) -> frozenset[str]:
    """A token's scopes and what they imply: a scope to write a resource includes the scope to read it."""
    held = set(scopes)
    held |= {f"read_{scope.removeprefix('write_')}" for scope in held if scope.startswith("write_")}
    return frozenset(held)


def rule_of(data: Data, action: Action) -> Rule:
    """The rule for reading or changing this data. Raises KeyError if HTTP has no way to do it."""
    return (READ if action is Action.READ else WRITE)[data]


def missing(rule: Rule, held: frozenset[str], permissions: frozenset[str] | None) -> Reason | None:
    """Whether a scope, a permission or a role is missing, or None. Approvals are not checked.

    `held` comes from `granted`.
    """
    if permissions is not None and Role.VIEWER in permissions and rule.role not in permissions:
        return Reason.ROLE
    if rule.scopes and held.isdisjoint(rule.scopes):
        return Reason.SCOPE
    if rule.permission is not None and permissions is not None and rule.permission not in permissions:
        return Reason.PERMISSION
    return None


def refused(caller: Caller, endpoint: Endpoint, data: Data, action: Action) -> Reason | None:
    """Why the caller may not do this, or None if it may."""
    if not is_accepted(caller.kind, endpoint):
        return Reason.KIND
    if caller.kind in SIGNED_KINDS:
        return None if (data, action) in SIGNED.get(endpoint, ()) else Reason.KIND
    rule, scopes = rule_of(data, action), caller.scopes
    if endpoint is Endpoint.WIX:
        if caller.kind in (CallerKind.VISITOR, CallerKind.MEMBER):
            return Reason.KIND
        scopes |= {WIX_SCOPES[scope] for scope in scopes if scope in WIX_SCOPES}
    reason = missing(rule, granted(scopes), caller.permissions)
    if reason is not None:
        return reason
    approvals = approvals_of(caller.app_settings)
    return None if all(approvals.has(kind) for kind in rule.approvals) else Reason.APPROVAL
