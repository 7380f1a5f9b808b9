"""Addresses as texts, and the ids of addresses that came without one."""

import pytest

from abandoned_checkouts.checkouts.address import Address, address_number, formatted, formatted_area, full_name

ADA: Address = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "company": "Engines",
    "address1": "12 Main St",
    "address2": "Flat 3",
    "city": "Louisville",
    "province": "Kentucky",
    "province_code": "KY",
    "zip": "40202",
    "country": "United States",
    "country_code": "US",
}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (ADA, "Ada Lovelace"),
        ({"first_name": "Ada"}, "Ada"),
        ({"last_name": "Lovelace", "first_name": None}, "Lovelace"),
        ({"first_name": "", "last_name": ""}, None),
        ({}, None),
    ],
)
def test_a_full_name_has_first_and_last_name(address: Address, name: str | None) -> None:
    assert full_name(address) == name


@pytest.mark.parametrize(
    ("address", "area"),
    [
        (ADA, "Louisville KY, United States"),
        ({"city": "Berlin", "country": "Germany"}, "Berlin, Germany"),
        ({"city": "Berlin"}, "Berlin"),
        ({"province_code": "KY", "country": "United States"}, "KY, United States"),
        ({"country": "Germany"}, "Germany"),
        ({"city": None, "province_code": "", "country": None}, None),
        ({}, None),
    ],
)
def test_an_area_has_city_province_and_country(address: Address, area: str | None) -> None:
    assert formatted_area(address) == area


LABEL = ["12 Main St", "Flat 3", "Louisville KY 40202", "United States"]


@pytest.mark.parametrize(
    ("address", "with_name", "with_company", "lines"),
    [
        (ADA, True, True, ["Ada Lovelace", "Engines", *LABEL]),
        (ADA, True, False, ["Ada Lovelace", *LABEL]),
        (ADA, False, True, ["Engines", *LABEL]),
        (ADA, False, False, LABEL),
        ({"address1": "1 Way", "zip": "10115", "city": "Berlin"}, True, True, ["1 Way", "Berlin 10115"]),
        ({"address2": "Rear", "country": "Germany"}, False, False, ["Rear", "Germany"]),
        ({}, True, True, []),
    ],
)
def test_a_label_has_no_empty_lines(address: Address, with_name: bool, with_company: bool, lines: list[str]) -> None:
    assert formatted(address, with_name, with_company) == lines


@pytest.mark.parametrize(
    ("owner", "place", "number"),
    [(1, 0, 2), (1, 1, 3), (36_000_000_000, 0, 72_000_000_000), (36_000_000_000, 1, 72_000_000_001)],
)
def test_an_address_without_an_id_gets_one_from_its_checkout(owner: int, place: int, number: int) -> None:
    assert address_number(owner, place) == number


def test_the_id_of_an_address_fits_its_column() -> None:
    assert address_number((1 << 63) - 1, 1) == (1 << 63) - 1
    assert address_number(1 << 62, 1) == 1
