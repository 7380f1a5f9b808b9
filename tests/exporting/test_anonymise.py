"""An anonymised export has no original person, is found as often, and can be imported."""

import json
import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.contact import email_key
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.exporting.anonymise import Anonymiser
from abandoned_checkouts.exporting.checkout_texts import ExportFormat
from abandoned_checkouts.exporting.checkouts import checkouts_of, export_checkouts
from abandoned_checkouts.intake.import_file import import_file
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.shops import find_shop
from search_syntax.tokens import fold
from tests.intake.samples import rest_checkout

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000_000


@pytest.fixture
async def demo(store: Database) -> Shop:
    await fill(store, checkouts=60, seed=1, now=NOW)
    async with store.read() as connection:
        found = await find_shop(connection, "demo-shop.myshopify.com")
    assert found is not None
    return found


async def all_of(store: Database, shop: Shop) -> list[Checkout]:
    return [each async for batch in checkouts_of(store, shop) for each in batch]


async def written(store: Database, shop: Shop, anonymiser: Anonymiser, form: ExportFormat) -> str:
    for each in await all_of(store, shop):
        anonymiser.learn(each)
    file = BytesIO()
    await export_checkouts(store, shop, file, form, address="", change=anonymiser.anonymised)
    return file.getvalue().decode()


async def exported(store: Database, shop: Shop, anonymiser: Anonymiser) -> list[Any]:
    return [json.loads(line) for line in (await written(store, shop, anonymiser, "jsonl")).splitlines()]


def personal(checkout: Checkout) -> list[str]:
    """Every original value that must not occur."""
    found = [checkout.email, checkout.phone, checkout.token, checkout.cart_token, checkout.recovery_key]
    found += [checkout.abandoned_checkout_url, checkout.uuid, checkout.visitor_id, checkout.note]
    found += [line.key.partition("?")[0] for line in checkout.line_items]
    found += [each["value"] for each in checkout.custom_attributes]
    addresses = [checkout.billing_address, checkout.shipping_address]
    customer = checkout.customer
    if customer is not None:
        found += [customer.email, customer.phone, customer.note, f"{customer.first_name} {customer.last_name}"]
        addresses += customer.addresses
    for address in addresses:
        if address is not None:
            found += [address.get("address1"), address.get("phone"), address.get("company")]
            found.append(f"{address.get('first_name')} {address.get('last_name')}")
    return [text for text in found if text and len(text) > 3]


def words(line: Any) -> set[str]:
    """The words of the persons in an exported line, as a search compares them. Every pseudonym of an address ends with
    .example."""
    texts = [(line.get("email") or "").removesuffix(".example")]
    for person in (line.get("customer"), line.get("billing_address"), line.get("shipping_address")):
        texts += [str((person or {}).get(key) or "") for key in ("first_name", "last_name")]
    return {fold(word) for text in texts for word in re.findall(r"[^\W\d_]+", text)}


async def test_no_original_value_occurs(store: Database, demo: Shop) -> None:
    originals = {text for each in await all_of(store, demo) for text in personal(each)}
    text = json.dumps(await exported(store, demo, Anonymiser()), ensure_ascii=False).casefold()
    assert len(originals) > 200
    assert [each for each in originals if each.casefold() in text] == []


# Texts that describe products, places or states, and stay. Every other text is replaced.
KEPT = {
    *("platform", "currency", "locale", "presentment_currency", "email_state", "state", "product_subscriber_status"),
    *("email_marketing_state", "email_marketing_opt_in_level", "sms_marketing_state", "sms_marketing_opt_in_level"),
    *("sms_marketing_collected_from", "title", "variant_title", "sku", "vendor", "value_currency"),
    *("city", "province", "province_code", "zip", "country", "country_code"),
}


def planted(record: Any, number: int) -> list[str]:
    """Write an unmistakable value into every text of a record that is not kept. Returns the values."""
    values = []
    for name, kind in get_type_hints(type(record)).items():
        if kind in (str, str | None) and name not in KEPT:
            values.append(VALUES.get(name, "{name} Xq{number}zv").format(name=name, number=number))
            setattr(record, name, values[-1])
    return values


VALUES = {
    "email": "Xq.Person+{number}@xqmail{number}.example",
    "phone": "+49 (30) 90{number:03}41-7 Xqbell",
    "uuid": "0b12318c-c5d9-419f-9c2c-9507db543{number:03}",
    "key": "4242?cart=xqkey{number}zv",
}


async def test_no_text_that_a_record_can_have_occurs(store: Database, shop: Shop) -> None:
    """Each field of each record has a value that no other text has, so a field that is forgotten is found."""
    secrets, checkouts = [], []
    for number in range(1, 41):
        checkout = checkout_from_rest(rest_checkout(number))
        street = VALUES["phone"].format(number=number + 500)
        address: Address = {"first_name": f"Xqadda{number}", "last_name": "Xqlow", "address1": f"{number} Xqlane"}
        address |= {"company": f"Xqfirm {number}", "address2": f"Xqfloor {number}", "phone": street, "zip": "10115"}
        address["extra"] = {"name": f"Xqextra {number}"}
        secrets += [str(value) for key, value in address.items() if key not in ("zip", "extra")] + [f"Xqextra {number}"]
        customer = Customer(id=900 + number, created_at=NOW, updated_at=NOW, addresses=[address])
        secrets += planted(customer, number) + planted(checkout, number + 100)
        customer.tags, customer.extra = [f"Xqtag{number}"], {"key": f"Xqkept {number}"}
        checkout.customer, checkout.billing_address, checkout.extra = customer, address, {"key": f"Xqkept {number}"}
        line = checkout.line_items[0]
        secrets += [*planted(line, number + 200), f"Xqtag{number}", f"Xqkept {number}", f"Xqcode{number}"]
        line.custom_attributes = [{"key": "Engraving", "value": f"Xqvalue {number}"}]
        line.extra = {"key": f"Xqkept {number}"}
        checkout.custom_attributes = [{"key": "Gift", "value": f"Xqvalue {number}"}]
        checkout.discount_codes = [{"code": f"Xqcode{number}", "amount": 10_000, "type": "percentage"}]
        checkout.discount_applications = [
            {"kind": "code", "code": f"Xqcode{number}", "title": f"Xqcode{number}"},
            {"kind": "manual", "title": f"Xqmanual {number}", "description": f"Xqmanual {number}"},
        ]
        checkout.activities = [{"activity_type": "EMAIL_SENT", "created_at": NOW, "reason": f"Xqreason {number}"}]
        checkout.visit = {"landing_page": f"https://xqshop.example/?token=Xqvisit{number}"}
        secrets += [f"{word} {number}" for word in ("Xqvalue", "Xqmanual", "Xqreason")] + [f"Xqvisit{number}"]
        checkouts.append(checkout)
    async with store.begin() as connection:
        saved = await save_checkouts(connection, shop, checkouts)
    assert [each.kind for each in saved] == ["created"] * 40
    stored = await written(store, shop, Unchanged(), "jsonl")
    missing = [text for text in secrets if text.casefold() not in stored.casefold()]
    # What an export does not have at all.
    assert {text.partition(" ")[0] for text in missing} <= {"multipass_identifier", "recovery_key", "user_id"}
    for form in ("jsonl", "csv"):
        text = (await written(store, shop, Anonymiser(), form)).casefold()  # type: ignore[arg-type]
        assert [each for each in secrets if each.casefold() in text] == []
        assert re.findall(r"xq\w*", text) == []
        phones = {re.sub(r"\D", "", each) for each in re.findall(r'"phone":"([^"]+)"', text)}
        assert phones.isdisjoint(f"493090{number:03}417" for number in range(1, 541)) and (phones or form == "csv")


async def test_no_original_occurs_where_nobody_looks_for_it(store: Database, shop: Shop) -> None:
    """Names in titles, addresses in notes, upper case, accents that are characters, and phone numbers with spaces."""
    person = {"first_name": "E\u0301lise", "last_name": "D'Arc-Mu\u0308ller"}
    address = {**person, "address1": "17 Rue Zébulon", "phone": "+33 1 23 45 67 89", "city": "Lyon (17 rue zebulon)"}
    hidden = "ÉLISE D’ARC-MÜLLER, elise.darc@xqmail.fr, 01 23 45 67 89, 17 RUE ZÉBULON"
    source = rest_checkout(1)
    line = source["line_items"][0] | {
        "title": f"Cup: {hidden}",
        "presentment_title": f"Cup: {hidden}",
        "variant_title": "for Elise d'Arc Müller",
        "sku": "CUP-0123456789",
        "vendor": "elise.darc@xqmail.fr",
        "properties": [{"name": f"To {hidden}", "value": hidden}],
        "tax_lines": [{"title": hidden, "price": "1.00", "rate": 0.1}],
    }
    source |= {
        "email": "Elise.DArc@xqmail.fr",
        "phone": "+33123456789",
        "note": hidden,
        "line_items": [line],
        "tax_lines": [{"title": hidden, "price": "1.00", "rate": 0.1}],
        "shipping_lines": [{"title": f"Parcel to {hidden}", "code": hidden, "price": "4.00"}],
        "billing_address": address,
        "shipping_address": address,
        "note_attributes": [{"name": f"From {hidden}", "value": hidden}],
        "landing_site": f"/?q={hidden}",
        "unknown_field": hidden,
    }
    source["customer"] = {"id": 77, **person, "email": "elise.darc@xqmail.fr", "note": hidden, "tags": hidden}
    checkout = checkout_from_rest(source)
    activity: Any = {"activity_type": "EMAIL_SENT", "created_at": NOW, "reason": hidden}
    checkout.activities, checkout.visit = [activity], {"landing_page": hidden, "source": f"mail to {hidden}"}
    async with store.begin() as connection:
        await save_checkouts(connection, shop, [checkout])
    words_of = re.compile(r"\b(?:elise|arc|muller|xqmail|zebulon|darc)\b")
    stored = await written(store, shop, Unchanged(), "jsonl")
    assert len(words_of.findall(fold(stored))) > 60
    for form in ("jsonl", "csv"):
        text = await written(store, shop, Anonymiser(), form)  # type: ignore[arg-type]
        assert words_of.findall(fold(text)) == [], text
        digits = re.sub(r"(?<=\d)[\s.-]+(?=\d)", "", text)
        assert "123456789" not in digits and "17 rue" not in fold(text)
        assert "Cup: " in text and "CUP-" in text and (form == "csv" or "Parcel to " in text)


class Unchanged(Anonymiser):
    def anonymised(self, checkout: Checkout) -> Checkout:
        return checkout


async def test_prices_times_products_and_hit_counts_stay(store: Database, demo: Shop) -> None:
    file = BytesIO()
    await export_checkouts(store, demo, file, "jsonl", address="")
    before = [json.loads(line) for line in file.getvalue().splitlines()]
    after = await exported(store, demo, Anonymiser())
    for one, other in zip(before, after, strict=True):
        for key in ("created_at", "total_price", "completed_at", "currency", "customer_locale"):
            assert one[key] == other[key]
        assert [line["title"] for line in one["line_items"]] == [line["title"] for line in other["line_items"]]
        assert (one["email"] is None) == (other["email"] is None)
        assert other["email"] is None or (other["email"].endswith(".example") and email_key(other["email"]))
    hits = [sorted(Counter(word for line in lines for word in words(line)).values()) for lines in (before, after)]
    assert hits[0] == hits[1]
    people = [Counter(line["customer"]["id"] for line in lines if "customer" in line) for lines in (before, after)]
    assert sorted(people[0].values()) == sorted(people[1].values())


async def test_two_exports_have_different_pseudonyms(store: Database, demo: Shop) -> None:
    first, second = [await exported(store, demo, Anonymiser()) for _ in range(2)]
    assert {line["token"] for line in first}.isdisjoint(line["token"] for line in second)


async def test_it_is_imported_as_a_twin(store: Database, demo: Shop, tmp_path: Path) -> None:
    anonymiser = Anonymiser()
    lines = await exported(store, demo, anonymiser)
    file = tmp_path / "twin.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines))
    done = await import_file(store, "twin.myshopify.com", file, now=NOW)
    assert (done.rejected, done.changes["created"]) == (0, 60)
    zips, products, *_ = anonymiser.risks()
    assert re.fullmatch(r"\d+ of \d+ postal codes occur in fewer than 5 checkouts", zips)
    assert re.fullmatch(r"\d+ of 60 checkouts have a combination of products that no other one has", products)
