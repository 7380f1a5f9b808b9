"""A postal address of a checkout, customer or shop."""

from typing import TypedDict

from abandoned_checkouts.checkouts.json_types import UntypedJson


class Address(TypedDict, total=False):
    """A key is missing if its value is unknown. `id` is the platform's id, if it sent one."""

    id: int
    first_name: str | None
    last_name: str | None
    company: str | None
    address1: str | None
    address2: str | None
    city: str | None
    province: str | None
    province_code: str | None
    zip: str | None
    country: str | None
    country_code: str | None
    phone: str | None
    latitude: float | None
    longitude: float | None
    # Other keys that the source sent.
    extra: UntypedJson


def full_name(address: Address) -> str | None:
    """First and last name with a space between, or None if both are missing."""
    first, last = address.get("first_name"), address.get("last_name")
    return f"{first} {last}" if first and last else first or last or None


def formatted_area(address: Address) -> str | None:
    """City, province code and country in one line: "Louisville KY, United States"."""
    place = " ".join(part for part in (address.get("city"), address.get("province_code")) if part)
    area = ", ".join(part for part in (place, address.get("country")) if part)
    return area or None


def formatted(address: Address, with_name: bool, with_company: bool) -> list[str]:
    """The lines of an address label, without empty ones."""
    town = " ".join(part for part in (address.get("city"), address.get("province_code"), address.get("zip")) if part)
    lines = [
        full_name(address) if with_name else None,
        address.get("company") if with_company else None,
        address.get("address1"),
        address.get("address2"),
        town,
        address.get("country"),
    ]
    return [line for line in lines if line]


def address_number(owner: int, place: int) -> int:
    """The id of an address whose source sent none: twice the checkout's id, plus one for the billing address.

    The checkout can be found by this id alone, and all addresses have different ids.
    """
    return (owner << 1 | place) & (1 << 63) - 1
