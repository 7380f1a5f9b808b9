"""Objects of Shopify's REST API: order of keys, usual values, and values without a key."""

import orjson

from abandoned_checkouts.shopify.formats.rest_object import MAPPED, RestKeys, rest_object, values_of

KEYS = RestKeys({"id": MAPPED, "gateway": "none", "note": MAPPED, "price": MAPPED})


def test_keys_are_in_their_order_and_missing_ones_have_their_usual_value() -> None:
    written = orjson.dumps(rest_object({"price": "1.0", "id": 7}, KEYS, None))
    assert written == b'{"id":7,"gateway":"none","note":null,"price":"1.0"}'


def test_values_without_a_key_are_left_out() -> None:
    assert rest_object({"position": 3, "id": 7}, KEYS, None) == {
        "id": 7,
        "gateway": "none",
        "note": None,
        "price": None,
    }


def test_extra_replaces_values_and_is_appended() -> None:
    whole = rest_object({"id": 7}, KEYS, {"gateway": "cash", "odd": [1]})
    assert list(whole.items())[-1] == ("odd", [1]) and whole["gateway"] == "cash"
    assert rest_object({"id": 8}, KEYS, None)["gateway"] == "none", "objects share no dictionary"


def test_other_keys_are_kept_unless_they_have_a_field_or_their_usual_value() -> None:
    assert KEYS.keeps({"odd": [1], "gateway": "cash"})
    assert not KEYS.keeps({"gateway": "none"}) and not KEYS.keeps({"note": "x"}) and not KEYS.keeps({"more": {}})


def test_values_without_a_field_are_found_unless_they_are_usual() -> None:
    keys = RestKeys({"id": MAPPED, "grams": 0, "rank": None, "taxes": [], "service": "manual"})
    usual = {"id": 7, "grams": 0, "rank": None, "taxes": [], "service": "manual"}
    assert keys.unmapped(usual) == {}
    # A missing key has its usual value.
    assert keys.unmapped({"id": 7, "service": "manual"}) == {} and keys.unmapped({}) == {}
    changed = {**usual, "grams": 200, "rank": 0, "odd": None, "taxes": [1]}
    assert list(keys.unmapped(changed).items()) == [("grams", 200), ("rank", 0), ("taxes", [1]), ("odd", None)]
    assert keys.unmapped({"odd": 1, "service": "own"}) == {"service": "own", "odd": 1}


def test_missing_keys_have_the_value_none() -> None:
    source = {"id": 7, "note": None, "price": "1.00"}
    assert values_of("price", "id")(source) == ("1.00", 7)
    assert values_of("price", "name", "note")(source) == ("1.00", None, None)
    assert values_of("price")(source) == ("1.00",) and values_of()(source) == ()
