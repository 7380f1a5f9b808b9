"""From a Customer and addresses to their JSON objects in a REST checkout."""

from abandoned_checkouts.checkouts.address import Address, full_name
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_types import Json, UntypedJson
from abandoned_checkouts.checkouts.moment import format_local
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.rest_object import RestKeys, rest_object


def customer_to_rest(customer: Customer, zone: str) -> Json:
    values: Json = {
        "id": customer.id,
        "created_at": format_local(customer.created_at, zone),
        "updated_at": format_local(customer.updated_at, zone),
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "state": customer.state,
        "note": customer.note,
        "verified_email": customer.verified_email,
        "multipass_identifier": customer.multipass_identifier,
        "tax_exempt": customer.tax_exempt,
        "email": customer.email,
        "phone": customer.phone,
        "currency": customer.currency,
        "admin_graphql_api_id": f"gid://shopify/Customer/{customer.id}",
    }
    whole = rest_object(values, rest_keys.CUSTOMER, None)
    if customer.addresses:
        whole["default_address"] = address_to_rest(
            customer.addresses[0], rest_keys.CUSTOMER_ADDRESS, customer_id=customer.id
        )
    else:
        del whole["default_address"]
    if customer.extra:
        whole.update(customer.extra)
    return whole


def address_to_rest(address: Address | None, keys: RestKeys, *, customer_id: int | None = None) -> Json | None:
    """`keys` are those of a checkout's address, or of a customer's, which has the owner's `customer_id`."""
    if address is None:
        return None
    values: UntypedJson = {**address, "name": full_name(address)}
    if customer_id is not None:
        values |= {"customer_id": customer_id, "country_name": address.get("country"), "default": True}
    extra = values.pop("extra", None)
    return rest_object(values, keys, extra)
