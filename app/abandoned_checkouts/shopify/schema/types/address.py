"""Postal addresses of checkouts and customers."""

from typing import Annotated

import strawberry

from abandoned_checkouts.checkouts.address import formatted, formatted_area, full_name
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, computed
from abandoned_checkouts.shopify.schema.types.enums import CountryCode, MailingAddressValidationResult, known_country
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.values.gid import gid

# The parameter in an address's global id, by the kind of owner (recorded). Clients send it back.
CHECKOUT_ADDRESS = {"model_name": "Address"}
CUSTOMER_ADDRESS = {"model_name": "CustomerAddress"}


def _identifier(number: int | None, model_name: str, owner_id: int) -> str:
    return gid("MailingAddress", f"{owner_id if number is None else number}?model_name={model_name}")


@backed(description="A postal address.")
class MailingAddress(Backed, Node):
    address1: str | None = column("address1", description="The street address or PO box.")
    address2: str | None = column("address2", description="The apartment, floor or building.")
    city: str | None = column("city", description="The city.")
    company: str | None = column("company", description="The company or organization.")
    coordinates_validated: bool = column(
        "latitude",
        "longitude",
        compute=lambda lat, lon: lat is not None and lon is not None,
        description="Whether the address has coordinates.",
    )
    country: str | None = column("country", description="The name of the country.")
    country_code: str | None = column(
        "country_code", description="The two-letter country code.", deprecated="Use `countryCodeV2`."
    )
    country_code_v2: CountryCode | None = column(
        "country_code", compute=known_country, description="The two-letter country code."
    )
    first_name: str | None = column("first_name", description="The first name.")
    formatted_area: str | None = column(
        "city",
        "province_code",
        "country",
        compute=lambda city, province_code, country: formatted_area(
            {"city": city, "province_code": province_code, "country": country}
        ),
        description="The city, province and country in one line.",
    )
    id: strawberry.ID = column("id", "model_name", "owner_id", compute=_identifier, description="The global id.")
    last_name: str | None = column("last_name", description="The last name.")
    latitude: float | None = column("latitude", description="The latitude in degrees.")
    longitude: float | None = column("longitude", description="The longitude in degrees.")
    name: str | None = column(
        "first_name",
        "last_name",
        compute=lambda first, last: full_name({"first_name": first, "last_name": last}),
        description="The first and last name.",
    )
    phone: str | None = column("phone", description="The phone number.")
    province: str | None = column("province", description="The name of the province, state or district.")
    province_code: str | None = column("province_code", description="The code of the province, state or district.")
    time_zone: str | None = column("time_zone", description="The IANA name of the time zone; null if unknown.")
    validation_result_summary: MailingAddressValidationResult | None = column(
        "validation_result", description="The result of validating the address."
    )
    zip: str | None = column("zip", description="The postal code.")

    @computed(description="The address as lines of text.")
    def formatted(
        self,
        with_company: Annotated[bool | None, strawberry.argument(description="Whether to include the company.")] = True,
        with_name: Annotated[
            bool | None, strawberry.argument(description="Whether to include the person's name.")
        ] = False,
    ) -> list[str]:
        return formatted(dict(self.row), with_name=bool(with_name), with_company=bool(with_company))  # type: ignore[arg-type]
