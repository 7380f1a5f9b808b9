"""Addresses of shops."""

from typing import Annotated, Any

import strawberry

from abandoned_checkouts.checkouts.address import Address, formatted, formatted_area, full_name
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, computed
from abandoned_checkouts.shopify.schema.types.enums import CountryCode, known_country
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.values.gid import GidOf

_PERSON = "The address of a shop has no person's name."


_shop_address_id = GidOf("ShopAddress")


def _area(city: str | None, province_code: str | None, country: str | None) -> str | None:
    return formatted_area(Address(city=city, province_code=province_code, country=country))


def _name(first: str | None, last: str | None) -> str | None:
    return full_name(Address(first_name=first, last_name=last))


@backed(description="The address of a shop.")
class ShopAddress(Backed, Node):
    address1: str | None = column("address1", description="The street address or PO box.")
    address2: str | None = column("address2", description="The floor or building.")
    city: str | None = column("city", description="The city.")
    company: str | None = column("company", description="The company.")
    coordinates_validated: bool = column(
        "latitude",
        "longitude",
        compute=lambda latitude, longitude: latitude is not None and longitude is not None,
        description="Whether the address has coordinates.",
    )
    country: str | None = column("country", description="The name of the country.")
    country_code: str | None = column(
        "country_code", description="The two-letter country code.", deprecated="Use `countryCodeV2`."
    )
    country_code_v2: CountryCode | None = column(
        "country_code", compute=known_country, description="The two-letter country code."
    )
    first_name: str | None = column("first_name", description="A first name.", deprecated=_PERSON)
    formatted_area: str | None = column(
        "city", "province_code", "country", compute=_area, description="The city, province and country in one line."
    )
    id: strawberry.ID = column("id", compute=_shop_address_id, description="The global id.")
    last_name: str | None = column("last_name", description="A last name.", deprecated=_PERSON)
    latitude: float | None = column("latitude", description="The latitude in degrees.")
    longitude: float | None = column("longitude", description="The longitude in degrees.")
    name: str | None = column(
        "first_name", "last_name", compute=_name, description="The first and last name.", deprecated=_PERSON
    )
    phone: str | None = column("phone", description="The phone number.")
    province: str | None = column("province", description="The name of the province, state or district.")
    province_code: str | None = column("province_code", description="The code of the province, state or district.")
    zip: str | None = column("zip", description="The postal code.")

    @computed(description="The address as lines of text.")
    def formatted(
        self,
        with_company: Annotated[bool | None, strawberry.argument(description="Whether to include the company.")] = True,
    ) -> list[str]:
        address: Any = self.row
        return formatted(address, with_name=False, with_company=bool(with_company))
