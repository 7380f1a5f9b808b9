"""Copies of checkouts without persons: pseudonyms for names, contacts, streets and tokens; the same products, prices,
times, places and duplicates.

Free texts are replaced. Fields that this program does not know (`extra`) are removed. Numbers of checkouts and
customers are replaced by running numbers.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.anonymised import without_tokens
from abandoned_checkouts.checkouts.checkout import Checkout, DiscountApplication, DiscountCode
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import Attribute, LineItem
from abandoned_checkouts.exporting.pseudonyms import Pseudonyms

FIRST_CHECKOUT, FIRST_CUSTOMER = 1_000_001, 5_000_001
# Fewer persons than this in one postal code can be singled out.
FEW = 5


class Anonymiser:
    """Call `learn` for every checkout first, then `anonymised` for every checkout. Raises MissingFakerError."""

    def __init__(self) -> None:
        self._pseudonyms = Pseudonyms()
        self._checkouts: dict[int, int] = {}
        self._customers: dict[int, int] = {}
        self._zips: Counter[str] = Counter()
        self._baskets: Counter[int] = Counter()
        self._amounts: dict[str, list[int]] = {}

    def learn(self, checkout: Checkout) -> None:
        customer, addresses = checkout.customer, list(_addresses(checkout))
        people = [customer] if customer is not None else []
        texts = [checkout.email, *(text for each in people for text in (each.first_name, each.last_name, each.email))]
        for address in addresses:
            texts += [address.get("first_name"), address.get("last_name"), address.get("company")]
            texts += [address.get("address1"), address.get("address2")]
        phones = [checkout.phone, *(each.phone for each in people), *(each.get("phone") for each in addresses)]
        self._pseudonyms.learn(texts, phones)
        self._zips.update({f"{each.get('country_code')} {each.get('zip')}" for each in addresses if each.get("zip")})
        self._baskets[_basket(checkout)] += 1
        largest = self._amounts.setdefault(checkout.currency, [])
        self._amounts[checkout.currency] = sorted([*largest, checkout.total_price])[-2:]

    def risks(self) -> list[str]:
        """The values that could still identify a person, each as a sentence with numbers."""
        rare = sum(1 for count in self._zips.values() if count < FEW)
        single = sum(1 for count in self._baskets.values() if count == 1)
        found = [
            f"{rare:,} of {len(self._zips):,} postal codes occur in fewer than {FEW} checkouts",
            f"{single:,} of {self._baskets.total():,} checkouts have a combination of products that no other one has",
        ]
        for currency, amounts in sorted(self._amounts.items()):
            if len(amounts) == 2 and amounts[1] > 2 * amounts[0] > 0:
                found.append(f"the largest amount in {currency} is more than twice the second")
        return found

    def anonymised(self, checkout: Checkout) -> Checkout:
        names, locale = self._pseudonyms, checkout.locale
        number = self._number(self._checkouts, checkout.id, FIRST_CHECKOUT)
        return replace(
            without_tokens(checkout),
            id=number,
            name=f"#{number}",
            uuid=names.guid(checkout.uuid),
            token=names.hex_token(checkout.token),
            cart_token=names.hex_token(checkout.cart_token),
            recovery_key=names.hex_token(checkout.recovery_key),
            checkout_uuid=names.guid(checkout.checkout_uuid),
            cart_uuid=names.guid(checkout.cart_uuid),
            contact_id=names.guid(checkout.contact_id),
            visitor_id=names.guid(checkout.visitor_id),
            member_id=names.guid(checkout.member_id),
            user_id=names.guid(checkout.user_id),
            customer_id=self._number(self._customers, checkout.customer_id, FIRST_CUSTOMER),
            customer=None if checkout.customer is None else self._customer(checkout.customer),
            email=names.email(checkout.email),
            phone=names.phone(checkout.phone),
            note=names.value(checkout.note) or "",
            billing_address=self._address(checkout.billing_address, locale),
            shipping_address=self._address(checkout.shipping_address, locale),
            custom_attributes=self._attributes(checkout.custom_attributes),
            discount_codes=[self._code(each) for each in checkout.discount_codes],
            discount_applications=[self._application(each) for each in checkout.discount_applications],
            line_items=[self._line(each) for each in checkout.line_items],
        )

    def _number(self, known: dict[int, int], number: int | None, first: int) -> int | None:
        return None if number is None else known.setdefault(number, first + len(known))

    def _customer(self, customer: Customer) -> Customer:
        names, locale = self._pseudonyms, customer.locale
        addresses = [self._address(address, locale) for address in customer.addresses]
        return replace(
            customer,
            id=self._customers.setdefault(customer.id, FIRST_CUSTOMER + len(self._customers)),
            uuid=names.guid(customer.uuid),
            first_name=names.name(customer.first_name, locale, is_first=True),
            last_name=names.name(customer.last_name, locale, is_first=False),
            email=names.email(customer.email),
            phone=names.phone(customer.phone),
            note=names.value(customer.note),
            tags=[names.value(tag) or "" for tag in customer.tags],
            multipass_identifier=None,
            last_order_id=None,
            addresses=[address for address in addresses if address is not None],
            extra=None,
        )

    def _address(self, address: Address | None, locale: str | None) -> Address | None:
        """The same place, and another street, name and phone number."""
        if address is None:
            return None
        names = self._pseudonyms
        left: Address = {**address}
        left.pop("id", None)
        left.pop("latitude", None)
        left.pop("longitude", None)
        left.pop("extra", None)
        left["first_name"] = names.name(address.get("first_name"), locale, is_first=True)
        left["last_name"] = names.name(address.get("last_name"), locale, is_first=False)
        left["company"] = names.street(address.get("company"), locale)
        left["address1"] = names.street(address.get("address1"), locale)
        left["address2"] = names.street(address.get("address2"), locale)
        left["phone"] = names.phone(address.get("phone"))
        return left

    def _attributes(self, attributes: list[Attribute]) -> list[Attribute]:
        return [{"key": each["key"], "value": self._pseudonyms.value(each["value"])} for each in attributes]

    def _code(self, code: DiscountCode) -> DiscountCode:
        return {"code": self._pseudonyms.code(code["code"]) or "", "amount": code["amount"], "type": code["type"]}

    def _application(self, application: DiscountApplication) -> DiscountApplication:
        code, left = application.get("code"), application.copy()
        if code is None:
            if application.get("kind") == "manual":
                # The merchant wrote its texts for one buyer.
                left["title"] = self._pseudonyms.value(application.get("title"))
                left["description"] = self._pseudonyms.value(application.get("description"))
            return left
        left["code"] = self._pseudonyms.code(code)
        if application.get("title") is not None:
            left["title"] = left["code"]
        if application.get("description") is not None:
            left["description"] = left["code"]
        return left

    def _line(self, line: LineItem) -> LineItem:
        return replace(
            line,
            key=self._pseudonyms.hex_token(line.key) or "",
            uuid=self._pseudonyms.guid(line.uuid),
            custom_attributes=self._attributes(line.custom_attributes),
            extra=None,
            discount_allocations=[
                {
                    "application": each["application"],
                    "amount": each["amount"],
                    "presentment_amount": each["presentment_amount"],
                }
                for each in line.discount_allocations
            ],
        )


def _addresses(checkout: Checkout) -> Iterator[Address]:
    yield from (each for each in (checkout.billing_address, checkout.shipping_address) if each is not None)
    if checkout.customer is not None:
        yield from checkout.customer.addresses


def _basket(checkout: Checkout) -> int:
    return hash(tuple(sorted((line.product_id or 0, line.sku or line.title or "") for line in checkout.line_items)))
