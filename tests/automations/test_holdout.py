"""Who is held out: always the same people, the share that the flow asks for, and others for another flow."""

from dataclasses import replace

import pytest

from abandoned_checkouts.automations.holdout import HoldoutError, is_held_out, parse_share, person_key, share_text
from abandoned_checkouts.checkouts.contact import ContactKeys
from abandoned_checkouts.checkouts.identity import derived_token
from tests.automations.test_decide import SHOP

KEYS = [f"{number:032x}" for number in range(20_000)]


@pytest.mark.parametrize(("text", "share"), [("10%", 100), (" 2.5 % ", 25), ("99.9%", 999), ("0.1%", 1)])
def test_shares(text: str, share: int) -> None:
    assert parse_share(text) == share
    assert parse_share(share_text(share)) == share


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("100%", "leaves nobody to write to"),
        ("250%", "leaves nobody to write to"),
        ("0%", "holds nobody out"),
        *((text, "is not a share; write one such as 10%") for text in ("", "10", "0.1", "-5%", "ten%", "1.25%")),
    ],
)
def test_shares_that_cannot_be_held_out(text: str, problem: str) -> None:
    with pytest.raises(HoldoutError, match=problem):
        parse_share(text)


@pytest.mark.parametrize("share", [10, 100, 500])
def test_the_share_of_people_is_held_out(share: int) -> None:
    found = sum(is_held_out(SHOP, 1, key, share) for key in KEYS)
    expected = len(KEYS) * share / 1000
    assert abs(found - expected) < 4 * (expected * (1 - share / 1000)) ** 0.5


def test_the_same_people_are_held_out_and_a_larger_share_adds_some() -> None:
    small = {key for key in KEYS if is_held_out(SHOP, 1, key, 100)}
    assert small == {key for key in KEYS if is_held_out(SHOP, 1, key, 100)}
    assert small < {key for key in KEYS if is_held_out(SHOP, 1, key, 200)}


def test_other_flows_and_shops_hold_out_other_people() -> None:
    first = {key for key in KEYS if is_held_out(SHOP, 1, key, 100)}
    for shop, flow_id in ((SHOP, 2), (replace(SHOP, secret="other"), 1)):
        other = {key for key in KEYS if is_held_out(shop, flow_id, key, 100)}
        assert len(first & other) < 300, "a tenth of a tenth of 20,000 is 200"


def test_the_key_of_a_person_is_that_of_the_address_then_the_phone_then_the_customer() -> None:
    # The hash never changes: the store knows people by it.
    assert person_key(SHOP, ContactKeys("ada@example.com", None), 5) == derived_token(
        SHOP.secret, "person", "ada@example.com"
    )
    by_mail = person_key(SHOP, ContactKeys("ada@example.com", "+16136120707"), 5)
    assert by_mail == person_key(SHOP, ContactKeys("ada@example.com", None), None)
    assert len({by_mail, person_key(SHOP, ContactKeys(None, "+16136120707"), 5)}) == 2
    assert person_key(SHOP, ContactKeys(None, None), 5) != person_key(SHOP, ContactKeys(None, None), 6)
    assert by_mail != person_key(replace(SHOP, secret="other"), ContactKeys("ada@example.com", None), None)
