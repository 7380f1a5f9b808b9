"""Protected customer data: what an app may see of the people behind checkouts.

Level 1 is the data itself, level 2 each of four kinds of field. Apps made in a shop's own admin are not affected.
From 2026-12-01 (public apps) and 2027-01-01 (custom apps) `abandonedCheckoutUrl` takes all of level 2, in every
version, because the page behind it shows all of it. (Shopify: protected customer data, changelog 2026-11-19.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.permissions.scopes import Coordinate

__all__ = [
    "LEVEL_2",
    "PROTECTED_FIELDS",
    "AppKind",
    "Approvals",
    "Protected",
    "approvals_of",
    "protected_refusals",
    "protected_types",
    "url_needs_approval",
]


class AppKind(StrEnum):
    PUBLIC = "public"
    CUSTOM = "custom"
    ADMIN = "admin"


class Protected(StrEnum):
    """What an app applies for, one by one."""

    CUSTOMER_DATA = "customer_data"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"


LEVEL_2 = frozenset({Protected.NAME, Protected.EMAIL, Protected.PHONE, Protected.ADDRESS})
_URL_CHANGE = {
    AppKind.PUBLIC: datetime(2026, 12, 1, tzinfo=UTC),
    AppKind.CUSTOM: datetime(2027, 1, 1, tzinfo=UTC),
}


@dataclass(frozen=True, slots=True)
class Approvals:
    """What an app was approved for; apps made in the admin have all of it."""

    kind: AppKind = AppKind.ADMIN
    approved: frozenset[Protected] = frozenset(Protected)

    def has(self, wanted: Protected) -> bool:
        return self.kind is AppKind.ADMIN or wanted in self.approved


def approvals_of(settings: UntypedJson) -> Approvals:
    """What an app's settings say of it; without settings, everything."""
    kind = settings.get("kind")
    if kind not in set(AppKind):
        return Approvals()
    approved = settings.get("protected_customer_data", [])
    return Approvals(AppKind(kind), frozenset(Protected(name) for name in approved if name in set(Protected)))


# Objects that are customer data whole (level 1).
_OBJECTS = frozenset({"Customer"})
_NAME, _EMAIL, _PHONE, _ADDRESS = Protected.NAME, Protected.EMAIL, Protected.PHONE, Protected.ADDRESS
_ADDRESS_LINES = (
    "address1",
    "address2",
    "city",
    "company",
    "formatted",
    "formattedArea",
    "latitude",
    "longitude",
    "zip",
)
# Fields of level 2, and what each takes.
PROTECTED_FIELDS: Mapping[Coordinate, Protected] = {
    ("Customer", "addresses"): _ADDRESS,
    ("Customer", "addressesV2"): _ADDRESS,
    ("Customer", "defaultAddress"): _ADDRESS,
    ("Customer", "defaultEmailAddress"): _EMAIL,
    ("Customer", "defaultPhoneNumber"): _PHONE,
    ("Customer", "displayName"): _NAME,
    ("Customer", "email"): _EMAIL,
    ("Customer", "firstName"): _NAME,
    ("Customer", "lastName"): _NAME,
    ("Customer", "phone"): _PHONE,
    ("CustomerEmailAddress", "emailAddress"): _EMAIL,
    ("CustomerPhoneNumber", "phoneNumber"): _PHONE,
    ("MailingAddress", "firstName"): _NAME,
    ("MailingAddress", "lastName"): _NAME,
    ("MailingAddress", "name"): _NAME,
    ("MailingAddress", "phone"): _PHONE,
    ("Order", "email"): _EMAIL,
    ("Order", "phone"): _PHONE,
} | {("MailingAddress", line): _ADDRESS for line in _ADDRESS_LINES}


def url_needs_approval(kind: AppKind, now: datetime) -> bool:
    """Whether `abandonedCheckoutUrl` takes level 2 for an app of this kind at `now` (aware)."""
    since = _URL_CHANGE.get(kind)
    return since is not None and now >= since


def protected_refusals(schema: GraphQLSchema, approvals: Approvals, now: datetime) -> dict[Coordinate, Refusal]:
    """The fields that an app may not see for want of approval, with the answer each gives."""
    if approvals.kind is AppKind.ADMIN:
        return {}
    refusals: dict[Coordinate, Refusal] = {}
    if not approvals.has(Protected.CUSTOMER_DATA):
        for type_ in schema.type_map.values():
            if isinstance(type_, GraphQLObjectType):
                for name, field in type_.fields.items():
                    named = get_named_type(field.type).name
                    if named in _OBJECTS:
                        refusals[type_.name, name] = _refusal(texts.OBJECT_NOT_APPROVED, object=named)
    for (owner, name), wanted in PROTECTED_FIELDS.items():
        if not approvals.has(wanted):
            refusals.setdefault((owner, name), _refusal(texts.FIELD_NOT_APPROVED, field=name))
    if url_needs_approval(approvals.kind, now) and not approvals.approved >= LEVEL_2:
        name = "abandonedCheckoutUrl"
        refusals["AbandonedCheckout", name] = _refusal(texts.FIELD_NOT_APPROVED, field=name)
    return refusals


def protected_types(approvals: Approvals) -> dict[str, Refusal]:
    """The types that an app may not find by their id for want of approval, with the answer."""
    if approvals.has(Protected.CUSTOMER_DATA):
        return {}
    return {name: _refusal(texts.OBJECT_NOT_APPROVED, object=name) for name in _OBJECTS}


def _refusal(text: texts.Text, **values: Any) -> Refusal:
    return Refusal(text, documentation=texts.PROTECTED_DATA_PAGE, **values)
