"""Protected customer data in GraphQL: the fields that an app must not read, and the error of each.

access/approvals has the approvals and the dates of the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from abandoned_checkouts.access.approvals import LEVEL_2, AppKind, Approvals, Protected, approvals_of, shows_url
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.permissions.scopes import Coordinate

# Types of which all data is customer data (level 1).
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
# Fields of level 2, each with the approval that it requires.
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


# Fields of a search with which an app could find data of level 2 by trying, and the approvals that they require.
# Words without a field search names, addresses, phone numbers and e-mail addresses.
PROTECTED_SEARCHES: Mapping[str, frozenset[Protected]] = {
    "default": LEVEL_2,
    "customer_name": frozenset({_NAME}),
    "email": frozenset({_EMAIL}),
    "phone": frozenset({_PHONE}),
}


_NO_SEARCHES: frozenset[str] = frozenset()


def withheld_searches(app_settings: UntypedJson) -> frozenset[str]:
    """The search fields that an app with these settings must not use."""
    approvals = approvals_of(app_settings)
    if approvals.kind is AppKind.ADMIN:
        return _NO_SEARCHES
    return frozenset(name for name, needed in PROTECTED_SEARCHES.items() if not needed <= approvals.approved)


def protected_refusals(schema: GraphQLSchema, approvals: Approvals, now: datetime) -> dict[Coordinate, Refusal]:
    """The fields that an app must not read because it lacks an approval, each with its error."""
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
    for (owner, name), approval in PROTECTED_FIELDS.items():
        if not approvals.has(approval):
            refusals.setdefault((owner, name), _refusal(texts.FIELD_NOT_APPROVED, field=name))
    if not shows_url(approvals, now):
        name = "abandonedCheckoutUrl"
        refusals["AbandonedCheckout", name] = _refusal(texts.FIELD_NOT_APPROVED, field=name)
    return refusals


def protected_types(approvals: Approvals) -> dict[str, Refusal]:
    """The types that an app must not find by id because it lacks an approval, each with its error."""
    if approvals.has(Protected.CUSTOMER_DATA):
        return {}
    return {name: _refusal(texts.OBJECT_NOT_APPROVED, object=name) for name in _OBJECTS}


def _refusal(text: texts.Text, **values: Any) -> Refusal:
    return Refusal(text, documentation=texts.PROTECTED_DATA_PAGE, **values)
