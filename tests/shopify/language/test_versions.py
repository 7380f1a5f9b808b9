"""Versions by the calendar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from abandoned_checkouts.shopify.language.versions import Version, public_api_versions, resolve, supported_versions

NOW = datetime(2026, 11, 21, 23, tzinfo=UTC)


# moment, stable, candidate
@pytest.mark.parametrize(
    ("now", "stable", "candidate"),
    [
        (NOW, ["2026-01", "2026-04", "2026-07", "2026-10"], "2027-01"),
        (
            datetime(2026, 10, 16, 14, 59, tzinfo=UTC),
            ["2025-10", "2026-01", "2026-04", "2026-07", "2026-10"],
            "2027-01",
        ),
        (datetime(2026, 10, 16, 15, 0, tzinfo=UTC), ["2026-01", "2026-04", "2026-07", "2026-10"], "2027-01"),
        (datetime(2027, 1, 1, 16, 59, tzinfo=UTC), ["2026-01", "2026-04", "2026-07", "2026-10"], "2027-01"),
        (datetime(2027, 1, 1, 17, 0, tzinfo=UTC), ["2026-01", "2026-04", "2026-07", "2026-10", "2027-01"], "2027-04"),
        (datetime(2027, 1, 16, 15, 0, tzinfo=UTC), ["2026-04", "2026-07", "2026-10", "2027-01"], "2027-04"),
    ],
)
def test_window(now: datetime, stable: list[str], candidate: str) -> None:
    at = supported_versions(now)
    assert ([version.handle for version in at.stable], at.candidate.handle) == (stable, candidate)


@pytest.mark.parametrize(
    ("handle", "answers"),
    [
        ("2026-10", "2026-10"),
        ("2026-01", "2026-01"),
        ("2025-10", "2026-01"),
        ("2019-04", "2026-01"),
        (None, "2026-01"),
        ("2027-01", "2027-01"),
        ("unstable", "unstable"),
        ("2027-04", None),
        ("2026-13", None),
        ("2026-02", None),
        ("2019-01", None),
        ("2026-1", None),
        ("latest", None),
        ("", None),
        ("٢٠٢٦-01", None),
    ],
)
def test_resolve(handle: str | None, answers: str | None) -> None:
    assert resolve(handle, NOW) == answers


def test_public_api_versions_as_recorded_for_its_day() -> None:
    rows = public_api_versions(datetime(2026, 5, 1, tzinfo=UTC))
    assert rows == [
        {"handle": "2025-07", "displayName": "2025-07", "supported": True},
        {"handle": "2025-10", "displayName": "2025-10", "supported": True},
        {"handle": "2026-01", "displayName": "2026-01", "supported": True},
        {"handle": "2026-04", "displayName": "2026-04 (Latest)", "supported": True},
        {"handle": "2026-07", "displayName": "2026-07 (Release candidate)", "supported": False},
        {"handle": "unstable", "displayName": "unstable", "supported": False},
    ]


def test_dates() -> None:
    version = Version(2026, 10)
    assert version.released == datetime(2026, 10, 1, 17, tzinfo=UTC)
    assert version.accessible_until == datetime(2027, 10, 16, 15, tzinfo=UTC)
    assert (version.next.handle, version.previous.handle, Version(2027, 1).previous) == ("2027-01", "2026-07", version)
