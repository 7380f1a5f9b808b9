"""Responses are compressed if the client accepts it and they are large enough."""

import gzip

import pytest

from abandoned_checkouts.http_kit.compression import SMALLEST_COMPRESSED, accepts, compressed


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        ("gzip, br", {"gzip", "br"}),
        ("GZIP;q=1.0, br; q=0", {"gzip"}),
        ("br;q=0.000", set()),
        ("", set()),
        ("*", {"gzip", "br"}),
        ("*;q=0, gzip", {"gzip"}),
        ("gzip ; q=0, *", {"br"}),
    ],
)
def test_accepts(header: str, codings: set[str]) -> None:
    assert {coding for coding in ("gzip", "br") if accepts(header, coding)} == codings


def test_large_bodies_are_compressed() -> None:
    body = b"x" * SMALLEST_COMPRESSED
    small, coding = compressed(body, "gzip")
    assert (gzip.decompress(small), coding) == (body, "gzip")
    assert compressed(body, "br") == (body, None)
    assert compressed(body[1:], "gzip") == (body[1:], None)
