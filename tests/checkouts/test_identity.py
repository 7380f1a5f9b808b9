"""Derived GUIDs, tokens and keys. The values are in stores and in links of sent mails, so they must never change."""

from uuid import RFC_4122, UUID

import pytest

from abandoned_checkouts.checkouts.identity import derived_token, derived_uuid, line_item_key


@pytest.mark.parametrize(
    ("domain", "kind", "number", "expected"),
    [
        ("a.example", "checkout", 7, "01782f48-9159-551f-8003-fad6fc9135d0"),
        ("a.example", "checkout", 8, "34e7f921-396a-5d63-8e93-2a11b7561e54"),
        ("a.example", "checkout", 9, "6d3d4eef-273c-56cc-aece-18a978c1f797"),
        ("a.example", "line", "x", "3343b794-bf76-5c41-891a-4676e5b5d26a"),
        ("b.example", "checkout", 7, "b386ef37-1b10-5bc5-9e92-4f102a41a52f"),
    ],
)
def test_a_guid_depends_on_shop_kind_and_number(domain: str, kind: str, number: int | str, expected: str) -> None:
    found = derived_uuid(domain, kind, number)
    assert found == expected
    assert (UUID(found).version, UUID(found).variant) == (5, RFC_4122)


@pytest.mark.parametrize(
    ("secret", "kind", "number", "expected"),
    [
        ("secret", "recovery", "c1", "0d7c0112cce032288ceeb1d81d4ce944"),
        ("s" * 64, "recovery", "c1", "2d5b25b0e44fc43ffb7c0908dd4260ef"),
        # BLAKE2 uses at most 64 bytes of a key.
        ("s" * 65, "recovery", "c1", "2d5b25b0e44fc43ffb7c0908dd4260ef"),
    ],
)
def test_a_token_depends_on_the_secret(secret: str, kind: str, number: str, expected: str) -> None:
    assert derived_token(secret, kind, number) == expected


def test_another_secret_kind_or_number_makes_another_token() -> None:
    tokens = {derived_token(*each) for each in (("a", "k", 1), ("b", "k", 1), ("a", "l", 1), ("a", "k", 2))}
    assert len(tokens) == 4


def test_a_line_key_is_completed_as_recorded() -> None:
    assert line_item_key("tok", 0) == "5447ca3bfc228dc3c8ba8217c55e7b66?checkout=tok&index=0&actoken"
    assert line_item_key("tok", 2, "mine") == "mine?checkout=tok&index=2&actoken"
    assert line_item_key("tok", 1) != line_item_key("tok", 2).replace("index=2", "index=1")
