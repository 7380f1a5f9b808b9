import pytest

from abandoned_checkouts.shopify.values.gid import Gid, InvalidGidError, is_gid, numbered, parse_gid

VALID = {
    "gid://shopify/Customer/5": ("Customer", "5", ""),
    "gid://shopify/Customer/55": ("Customer", "55", ""),
    "gid://shopify/Customer/5?a=b/c": ("Customer", "5", "a=b/c"),
    "gid://shopify/Customer/5?": ("Customer", "5", ""),
    "gid://shopify/Customer/a-b": ("Customer", "a-b", ""),
    "gid://shopify/Customer/é": ("Customer", "é", ""),
    "gid://shopify/Customer/٣": ("Customer", "٣", ""),
}
INVALID = (
    "",
    "5",
    "gid://shopify/Customer",
    "gid://shopify/Customer/",
    "gid://shopify/Customer/5/6",
    "gid://shopify/Customer/5 ",
    "gid://shopify/Customer/5\n",
    "gid://shopify/Customer/\x00",
    "gid://shopify//5",
    "gid://shopify/5/5",
    "gid://other/Customer/5",
    "xgid://shopify/Customer/5",
)


@pytest.mark.parametrize("text", VALID)
def test_an_id_is_the_same_before_and_after_its_type_is_known(text: str) -> None:
    for _ in range(2):
        assert is_gid(text)
        assert parse_gid(text) == Gid(*VALID[text])
        assert parse_gid("gid://shopify/Customer/1").number == 1


NUMBERS = ("0", "5", "007", "9" * 18, "9" * 19, "1" + "0" * 19, "٣", "²", "5?", "5?a=b", "a5", "-5", "5 ", "")


@pytest.mark.parametrize("text", [*VALID, *INVALID, *(f"gid://shopify/Customer/{number}" for number in NUMBERS)])
def test_a_number_that_is_read_quickly_is_that_of_the_id(text: str) -> None:
    assert numbered("gid://shopify/NeverSeen/1") is None
    parse_gid("gid://shopify/Customer/1")
    found = numbered(text)
    if found is not None:
        gid = parse_gid(text)
        assert found == (gid.type_name, gid.number)
        assert not gid.query
    assert (found is not None) == (text.rpartition("/")[2] in ("0", "5", "55", "007", "9" * 18) and is_gid(text))


@pytest.mark.parametrize("text", INVALID)
def test_a_text_that_is_not_an_id_is_refused_although_its_type_is_known(text: str) -> None:
    assert parse_gid("gid://shopify/Customer/1").type_name == "Customer"
    assert not is_gid(text)
    with pytest.raises(InvalidGidError):
        parse_gid(text)


def test_only_ascii_digits_are_a_number() -> None:
    assert parse_gid("gid://shopify/Customer/٣").number is None
    assert parse_gid(f"gid://shopify/Customer/{'9' * 25}").number is None
