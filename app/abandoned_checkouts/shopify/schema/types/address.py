"""Postal addresses, as checkouts and customers carry them."""

from typing import Annotated

import strawberry

from abandoned_checkouts.checkouts.address import formatted, formatted_area, full_name
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, computed
from abandoned_checkouts.shopify.schema.types.enums import CountryCode, MailingAddressValidationResult, known_country
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.values.gid import gid

# What stands behind the number of an address, by whose address it is (recorded). Clients pass it back.
CHECKOUT_ADDRESS = {"model_name": "Address"}
CUSTOMER_ADDRESS = {"model_name": "CustomerAddress"}


def _identifier(number: int | None, model_name: str, owner_id: int) -> str:
    return gid("MailingAddress", f"{owner_id if number is None else number}?model_name={model_name}")


@backed(description="A postal address.")
class MailingAddress(Backed, Node):
    address1: str | None = column("address1", description="The street, or a post box.")
    address2: str | None = column("address2", description="The flat, floor or building.")
    city: str | None = column("city", description="The town.")
    company: str | None = column("company", description="The organisation.")
    coordinates_validated: bool = column(
        "latitude",
        "longitude",
        compute=lambda lat, lon: lat is not None and lon is not None,
        description="Whether the coordinates are known.",
    )
    country: str | None = column("country", description="The country's name.")
    country_code: str | None = column(
        "country_code", description="The country's code of two letters.", deprecated="Use `countryCodeV2`."
    )
    country_code_v2: CountryCode | None = column(
        "country_code", compute=known_country, description="The country's code of two letters."
    )
    first_name: str | None = column("first_name", description="The given name.")
    formatted_area: str | None = column(
        "city",
        "province_code",
        "country",
        compute=lambda city, province_code, country: formatted_area(
            {"city": city, "province_code": province_code, "country": country}
        ),
        description="Town, province and country in one line.",
    )
    id: strawberry.ID = column("id", "model_name", "owner_id", compute=_identifier, description="The global id.")
    last_name: str | None = column("last_name", description="The family name.")
    latitude: float | None = column("latitude", description="Degrees north.")
    longitude: float | None = column("longitude", description="Degrees east.")
    name: str | None = column(
        "first_name",
        "last_name",
        compute=lambda first, last: full_name({"first_name": first, "last_name": last}),
        description="Given and family name.",
    )
    phone: str | None = column("phone", description="The telephone number.")
    province: str | None = column("province", description="The name of the province, state or district.")
    province_code: str | None = column("province_code", description="The province's code.")
    time_zone: str | None = column("time_zone", description="The time zone's IANA name, where it is known.")
    validation_result_summary: MailingAddressValidationResult | None = column(
        "validation_result", description="What a check of the address found."
    )
    zip: str | None = column("zip", description="The postal code.")

    @computed(description="The lines of a label.")
    def formatted(
        self,
        with_company: Annotated[bool | None, strawberry.argument(description="With the organisation.")] = True,
        with_name: Annotated[bool | None, strawberry.argument(description="With the person's name.")] = False,
    ) -> list[str]:
        return formatted(dict(self.row), with_name=bool(with_name), with_company=bool(with_company))  # type: ignore[arg-type]
