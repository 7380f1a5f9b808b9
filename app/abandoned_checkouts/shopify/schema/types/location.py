"""The location of a shop: its address, from which it sells and ships."""

from typing import ClassVar

import strawberry

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.shop import Shop as StoredShop
from abandoned_checkouts.shopify.schema.resolving.fields import TYPES, Backed, backed, column, embedded
from abandoned_checkouts.shopify.schema.types.metafield import HasMetafields
from abandoned_checkouts.shopify.schema.types.node import LegacyInteroperability, Node
from abandoned_checkouts.shopify.schema.types.scalars import DateTime, UnsignedInt64
from abandoned_checkouts.shopify.values.gid import GidOf

_location_id = GidOf("Location")
_ADDRESS = (
    *("address1", "address2", "city", "country", "country_code", "latitude", "longitude", "phone", "province"),
    *("province_code", "zip"),
)


def _lines(
    address1: str | None, address2: str | None, city: str | None, zip: str | None, country: str | None
) -> object:
    return [line for line in (address1, address2, city, zip, country) if line]


@backed(description="The address of a location.")
class LocationAddress(Backed):
    address1: str | None = column("address1", description="The street address.")
    address2: str | None = column("address2", description="The floor or building.")
    city: str | None = column("city", description="The city.")
    country: str | None = column("country", description="The name of the country.")
    country_code: str | None = column("country_code", description="The two-letter country code.")
    formatted: list[str] = column(
        *("address1", "address2", "city", "zip", "country"), compute=_lines, description="The address as lines of text."
    )
    latitude: float | None = column("latitude", description="The latitude in degrees.")
    longitude: float | None = column("longitude", description="The longitude in degrees.")
    phone: str | None = column("phone", description="The phone number.")
    province: str | None = column("province", description="The name of the province, state or district.")
    province_code: str | None = column("province_code", description="The code of the province, state or district.")
    zip: str | None = column("zip", description="The postal code.")


@backed(description="A place where the shop sells or from which it ships. A shop has one: its own address.")
class Location(Backed, HasMetafields, LegacyInteroperability, Node):
    owner_type: ClassVar[str] = "LOCATION"

    activatable: bool = column("id", compute=lambda _: True, description="Whether the location can be activated.")
    address: LocationAddress = embedded(
        "LocationAddress", {name: name for name in _ADDRESS}, description="The address of the location."
    )
    address_verified: bool = column(
        "latitude", compute=lambda latitude: latitude is not None, description="Whether the address has coordinates."
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When the location was created.")
    deactivatable: bool = column(
        "id", compute=lambda _: False, description="Whether the location can be deactivated; the only one cannot."
    )
    deletable: bool = column(
        "id", compute=lambda _: False, description="Whether the location can be deleted; the only one cannot."
    )
    fulfills_online_orders: bool = column(
        "id", compute=lambda _: True, description="Whether online orders are fulfilled from here."
    )
    has_active_inventory: bool = column("id", compute=lambda _: True, description="Whether there is stock here.")
    id: strawberry.ID = column("id", compute=_location_id, description="The global id.")
    is_active: bool = column("id", compute=lambda _: True, description="Whether the location is active.")
    is_primary: bool = column(
        "id",
        compute=lambda _: True,
        description="Whether this is the shop's main location.",
        deprecated="Shops have no main location any more.",
    )
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The id in the REST API.")
    name: str = column("name", description="The name of the location.")
    ships_inventory: bool = column("id", compute=lambda _: True, description="Whether orders are shipped from here.")
    updated_at: DateTime = column("updated_at", compute=format_utc, description="When the location last changed.")


def location_of(shop: StoredShop) -> Location:
    """The shop's only location; it has the shop's number."""
    address = shop.address or {}
    row = {
        **{name: address.get(name) for name in _ADDRESS},
        "id": shop.id,
        "name": address.get("address1") or shop.name,
        "created_at": shop.created_at,
        "updated_at": shop.updated_at,
    }
    location: Location = TYPES["Location"](row=row)
    return location
