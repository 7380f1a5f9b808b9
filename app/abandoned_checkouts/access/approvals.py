"""Protected customer data: which data about people an app may see.

Level 1 is customer data in general. Level 2 is four kinds of fields, each with its own approval. Apps created in the
shop's admin need no approval.
From 2026-12-01 (public apps) and 2027-01-01 (custom apps) `abandonedCheckoutUrl` requires all of level 2, in every
version, because the page behind it shows all of it. (Shopify: protected customer data, changelog 2026-11-19.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from abandoned_checkouts.checkouts.json_types import UntypedJson


class AppKind(StrEnum):
    PUBLIC = "public"
    CUSTOM = "custom"
    ADMIN = "admin"


class Protected(StrEnum):
    """The approvals that an app can have, one by one."""

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
    """The approvals of an app. An app created in the admin has all of them."""

    kind: AppKind = AppKind.ADMIN
    approved: frozenset[Protected] = frozenset(Protected)

    def has(self, kind: Protected) -> bool:
        return self.kind is AppKind.ADMIN or kind in self.approved

    @property
    def everything(self) -> bool:
        return all(self.has(kind) for kind in Protected)


ALL_APPROVALS = Approvals()
_KINDS, _PROTECTED = frozenset(AppKind), frozenset(Protected)


def approvals_of(settings: UntypedJson) -> Approvals:
    """The approvals in an app's settings; without settings, all of them."""
    kind = settings.get("kind")
    if kind not in _KINDS:
        return ALL_APPROVALS
    approved = settings.get("protected_customer_data", [])
    return Approvals(AppKind(kind), frozenset(Protected(name) for name in approved if name in _PROTECTED))


def url_changes_after(now: datetime) -> Mapping[AppKind, datetime]:
    """The kinds of apps for which `abandonedCheckoutUrl` will require level 2, with the moment (aware)."""
    return {kind: since for kind, since in _URL_CHANGE.items() if now < since}


def url_needs_approval(kind: AppKind, now: datetime) -> bool:
    """Whether `abandonedCheckoutUrl` requires level 2 for an app of this kind at `now` (aware)."""
    since = _URL_CHANGE.get(kind)
    return since is not None and now >= since


def shows_url(approvals: Approvals, now: datetime) -> bool:
    return not url_needs_approval(approvals.kind, now) or approvals.approved >= LEVEL_2


def hidden(key: str, kinds: Mapping[str, Protected], approvals: Approvals) -> bool:
    """Whether the app may not see the value of a key. `kinds` has the approval that each key requires."""
    return key in kinds and not approvals.has(kinds[key])


def emptied(record: UntypedJson, kinds: Mapping[str, Protected], approvals: Approvals) -> UntypedJson:
    """The record, with null for values that the app may not see."""
    return {key: None if hidden(key, kinds, approvals) else value for key, value in record.items()}


def without(record: UntypedJson, kinds: Mapping[str, Protected], approvals: Approvals) -> UntypedJson:
    """The record without the keys whose values the app may not see."""
    return {key: value for key, value in record.items() if not hidden(key, kinds, approvals)}
