"""Copies of checkouts without persons: pseudonyms for names, contacts, streets and tokens; the same products, prices,
times, places and duplicates.

Free texts are replaced. Fields that this program does not know (`extra`) are removed. Numbers of checkouts and
customers are replaced by running numbers.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.anonymised import without_tokens
from abandoned_checkouts.checkouts.checkout import Checkout, DiscountApplication, DiscountCode
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import Attribute, LineItem
from abandoned_checkouts.exporting.kept_texts import KeptTexts
from abandoned_checkouts.exporting.pseudonyms import Pseudonyms
from abandoned_checkouts.store.engine.scratch import Scratch

FIRST_CHECKOUT, FIRST_CUSTOMER = 1_000_001, 5_000_001
# If a postal code has fewer people than this, it can identify a person.
FEW = 5
# Keys in memory: counts that wait to be written, and the numbers of customers that were used last.
_WAITING, _CACHED = 20_000, 50_000


class Anonymiser:
    """Call `learn` for every checkout first, then `anonymised` for every checkout in the order of their numbers, and
    `close` in the end. The learned texts are in a temporary file. Raises MissingFakerError."""

    def __init__(self) -> None:
        self._scratch = Scratch()
        self._pseudonyms = Pseudonyms(self._scratch)
        self._kept = KeptTexts(self._scratch, self._pseudonyms)
        self._is_learning = True
        self._checkouts = FIRST_CHECKOUT
        self._customers = FIRST_CUSTOMER
        self._customer_number = lru_cache(_CACHED)(self._stored_customer)
        self._zips: Counter[str] = Counter()
        self._baskets: Counter[str] = Counter()
        self._amounts: dict[str, list[int]] = {}

    def close(self) -> None:
        self._scratch.close()

    def learn(self, checkout: Checkout) -> None:
        names, locale, customer = self._pseudonyms, checkout.locale, checkout.customer
        if customer is not None:
            names.learn_text(customer.first_name, "first", customer.locale)
            names.learn_text(customer.last_name, "last", customer.locale)
            names.learn_text(customer.email)
            names.learn_phone(customer.phone)
            self._kept.learn_name(customer.first_name, customer.last_name)
            self._kept.learn(customer.email)
        for address in _addresses(checkout):
            names.learn_text(address.get("first_name"), "first", locale)
            for text in (address.get("company"), address.get("address1"), address.get("address2")):
                names.learn_text(text, "last", locale)
            names.learn_text(address.get("last_name"), "last", locale)
            names.learn_phone(address.get("phone"))
            self._kept.learn_name(address.get("first_name"), address.get("last_name"))
            self._kept.learn(address.get("address1"), address.get("address2"))
        self._kept.learn(checkout.email)
        names.learn_text(checkout.email)
        names.learn_phone(checkout.phone)
        places = {(each.get("country_code"), each.get("zip")) for each in _addresses(checkout)}
        self._zips.update(f"{country} {code}" for country, code in places if code)
        self._baskets[_basket(checkout)] += 1
        if len(self._baskets) > _WAITING:
            self._write_counts()
        largest = self._amounts.setdefault(checkout.currency, [])
        self._amounts[checkout.currency] = sorted([*largest, checkout.total_price])[-2:]

    def _write_counts(self) -> None:
        for space, counts in (("zip", self._zips), ("basket", self._baskets)):
            self._scratch.add_counts(space, counts)
            counts.clear()

    def risks(self) -> list[str]:
        """The values that could still identify a person, each as a sentence with numbers."""
        self._write_counts()
        scratch = self._scratch
        found = [
            f"{scratch.count_keys('zip', FEW):,} of {scratch.count_keys('zip'):,} postal codes occur in fewer than "
            f"{FEW} checkouts",
            f"{scratch.count_keys('basket', 2):,} of {scratch.sum_counts('basket'):,} checkouts have a combination of "
            "products that no other one has",
        ]
        for currency, amounts in sorted(self._amounts.items()):
            if len(amounts) == 2 and amounts[1] > 2 * amounts[0] > 0:
                found.append(f"the largest amount in {currency} is more than twice the second")
        return found

    def anonymised(self, checkout: Checkout) -> Checkout:
        """The checkout without persons. It changes the lines of the given checkout, because copies are slow."""
        if self._is_learning:
            self._pseudonyms.assign()
            self._is_learning = False
        names, kept, locale = self._pseudonyms, self._kept, checkout.locale
        number, self._checkouts = self._checkouts, self._checkouts + 1
        made = without_tokens(checkout)
        made.id = number
        made.name = f"#{number}"
        made.uuid = names.guid(checkout.uuid)
        made.token = names.hex_token(checkout.token)
        made.cart_token = names.hex_token(checkout.cart_token)
        made.recovery_key = names.hex_token(checkout.recovery_key)
        made.checkout_uuid = names.guid(checkout.checkout_uuid)
        made.cart_uuid = names.guid(checkout.cart_uuid)
        made.contact_id = names.guid(checkout.contact_id)
        made.visitor_id = names.guid(checkout.visitor_id)
        made.member_id = names.guid(checkout.member_id)
        made.user_id = names.guid(checkout.user_id)
        made.customer_id = None if checkout.customer_id is None else self._customer_number(checkout.customer_id)
        made.customer = None if checkout.customer is None else self._customer(checkout.customer)
        made.email = names.email(checkout.email)
        made.phone = names.phone(checkout.phone)
        made.note = names.value(checkout.note) or ""
        made.billing_address = self._address(checkout.billing_address, locale)
        made.shipping_address = self._address(checkout.shipping_address, locale)
        made.custom_attributes = self._attributes(checkout.custom_attributes)
        made.discount_codes = [self._code(each) for each in checkout.discount_codes]
        made.discount_applications = [self._application(each) for each in checkout.discount_applications]
        made.line_items = [self._line(each) for each in checkout.line_items]
        made.tax_lines = kept.cleaned_json(made.tax_lines)
        made.shipping_lines = kept.cleaned_json(made.shipping_lines)
        made.visit = kept.cleaned_json(made.visit)
        return made

    def _stored_customer(self, number: int) -> int:
        found = self._scratch.value_of("customer", str(number))
        if found is None:
            found, self._customers = str(self._customers), self._customers + 1
            self._scratch.note("customer", [(str(number), "")])
            self._scratch.assign("customer", str(number), found)
        return int(found)

    def _customer(self, customer: Customer) -> Customer:
        names, locale = self._pseudonyms, customer.locale
        addresses = [self._address(address, locale) for address in customer.addresses]
        return replace(
            customer,
            id=self._customer_number(customer.id),
            uuid=names.guid(customer.uuid),
            first_name=names.name(customer.first_name, locale, "first"),
            last_name=names.name(customer.last_name, locale, "last"),
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
        left["first_name"] = names.name(address.get("first_name"), locale, "first")
        left["last_name"] = names.name(address.get("last_name"), locale, "last")
        left["company"] = names.street(address.get("company"), locale)
        left["address1"] = names.street(address.get("address1"), locale)
        left["address2"] = names.street(address.get("address2"), locale)
        left["phone"] = names.phone(address.get("phone"))
        left["city"] = self._kept.cleaned(address.get("city"))
        left["province"] = self._kept.cleaned(address.get("province"))
        return left

    def _attributes(self, attributes: list[Attribute]) -> list[Attribute]:
        value, kept = self._pseudonyms.value, self._kept.cleaned
        return [{"key": kept(each["key"]) or "", "value": value(each["value"])} for each in attributes]

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
            cleaned: DiscountApplication = self._kept.cleaned_json(left)
            return cleaned
        left["code"] = self._pseudonyms.code(code)
        if application.get("title") is not None:
            left["title"] = left["code"]
        if application.get("description") is not None:
            left["description"] = left["code"]
        return left

    def _line(self, line: LineItem) -> LineItem:
        line.key = self._pseudonyms.hex_token(line.key) or ""
        line.uuid = self._pseudonyms.guid(line.uuid)
        line.custom_attributes = self._attributes(line.custom_attributes)
        line.extra = None
        line.title = self._kept.cleaned(line.title)
        line.variant_title, line.sku = self._kept.cleaned(line.variant_title), self._kept.cleaned(line.sku)
        line.vendor = self._kept.cleaned(line.vendor)
        line.image, line.components, line.tax_lines = map(
            self._kept.cleaned_json, (line.image, line.components, line.tax_lines)
        )
        line.discount_allocations = [
            {
                "application": each["application"],
                "amount": each["amount"],
                "presentment_amount": each["presentment_amount"],
            }
            for each in line.discount_allocations
        ]
        return line


def _addresses(checkout: Checkout) -> Iterator[Address]:
    yield from (each for each in (checkout.billing_address, checkout.shipping_address) if each is not None)
    if checkout.customer is not None:
        yield from checkout.customer.addresses


def _basket(checkout: Checkout) -> str:
    """A short key of the combination of products."""
    products = sorted((line.product_id or 0, line.sku or line.title or "") for line in checkout.line_items)
    return blake2b(repr(products).encode(), digest_size=8).hexdigest()
