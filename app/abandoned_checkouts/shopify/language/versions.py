"""API versions: the supported ones, the one that a URL resolves to, and their names.

A version is released on the first day of a quarter at 17:00 UTC and is accessible until the 16th, 15:00 UTC, of the
month a year later. The next version is accessible as a release candidate once the current one is released. A version
that is no longer accessible resolves to the oldest accessible one. (Shopify: versioning.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["UNSTABLE", "SupportedVersions", "Version", "public_api_versions", "resolve", "supported_versions"]

UNSTABLE = "unstable"
_HANDLE = re.compile(r"([0-9]{4})-(01|04|07|10)")
# Shopify's first dated version.
_FIRST = "2019-04"


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A dated version."""

    year: int
    month: int

    @classmethod
    def parse(cls, handle: str) -> Version | None:
        match = _HANDLE.fullmatch(handle)
        return cls(int(match[1]), int(match[2])) if match else None

    @property
    def handle(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def released(self) -> datetime:
        return datetime(self.year, self.month, 1, 17, tzinfo=UTC)

    @property
    def accessible_until(self) -> datetime:
        return datetime(self.year + 1, self.month, 16, 15, tzinfo=UTC)

    @property
    def next(self) -> Version:
        return Version(self.year + 1, 1) if self.month == 10 else Version(self.year, self.month + 3)

    @property
    def previous(self) -> Version:
        return Version(self.year - 1, 10) if self.month == 1 else Version(self.year, self.month - 3)


@dataclass(frozen=True, slots=True)
class SupportedVersions:
    """The accessible versions: `stable` from the oldest to the latest, and the release candidate."""

    stable: tuple[Version, ...]
    candidate: Version

    @property
    def oldest(self) -> Version:
        return self.stable[0]

    @property
    def latest(self) -> Version:
        return self.stable[-1]


def supported_versions(now: datetime) -> SupportedVersions:
    """The versions accessible at `now` (aware)."""
    quarter = Version(now.year, (now.month - 1) // 3 * 3 + 1)
    latest = quarter if quarter.released <= now else quarter.previous
    stable, version = [latest], latest.previous
    while now < version.accessible_until:
        stable.append(version)
        version = version.previous
    return SupportedVersions(tuple(reversed(stable)), latest.next)


def resolve(handle: str | None, now: datetime) -> str | None:
    """The version that a URL's handle resolves to, for `X-Shopify-API-Version`; None if it never was a version (404).

    A missing handle, and a version that is no longer accessible, resolve to the oldest stable version.
    """
    at = supported_versions(now)
    if handle is None:
        return at.oldest.handle
    if handle == UNSTABLE:
        return UNSTABLE
    version = Version.parse(handle)
    if version is None or version > at.candidate or handle < _FIRST:
        return None
    return max(version, at.oldest).handle


def public_api_versions(now: datetime) -> list[dict[str, str | bool]]:
    """The rows of `publicApiVersions`: stable, latest, release candidate, unstable."""
    at = supported_versions(now)
    rows: list[dict[str, str | bool]] = []
    for version in (*at.stable, at.candidate):
        name = version.handle
        if version == at.latest:
            name += " (Latest)"
        elif version == at.candidate:
            name += " (Release candidate)"
        rows.append({"handle": version.handle, "displayName": name, "supported": version != at.candidate})
    return [*rows, {"handle": UNSTABLE, "displayName": UNSTABLE, "supported": False}]
