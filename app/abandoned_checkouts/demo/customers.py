"""The demo shop's customers. Each is generated from the seed and a number alone, in any order."""

import random
import unicodedata

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.demo.countries import Country, countries

FIRST_CUSTOMER = 7_210_400_020_000
# Domains reserved for examples (RFC 2606), so mail to these customers never reaches a person.
_MAIL = ("example.com", "example.org", "example.net")
_WORDS = ("maple", "harbor", "linen", "amber", "cedar", "pepper", "willow", "copper", "meadow", "ember")
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


class DemoCustomer:
    """A customer and the country they buy from."""

    __slots__ = ("address", "country", "customer", "has_account")

    def __init__(self, seed: int, place: int, opened_at: int) -> None:
        chance = random.Random(f"{seed}/person/{place}")
        country = chance.choices(countries(), [each.weight for each in countries()])[0]
        first, last = chance.choice(country.first_names), chance.choice(country.last_names)
        created_at = opened_at - chance.randrange(1, 500 * DAY) // 1_000_000 * 1_000_000
        email = None if chance.random() < 0.03 else _email(chance, first, last, place)
        phone = _phone(chance, country) if email is None or chance.random() < 0.5 else None
        subscribed = chance.random() < 0.45
        self.country = country
        self.has_account = chance.random() < 0.3
        self.address = _address(chance, country, first, last, phone)
        self.customer = Customer(
            id=FIRST_CUSTOMER + place * 7,
            created_at=created_at,
            updated_at=created_at,
            first_name=first,
            last_name=last,
            email=email,
            phone=phone,
            state="enabled" if self.has_account else "disabled",
            locale=country.locale,
            currency="USD",
            verified_email=email is not None,
            tags=_tags(chance),
            tax_exempt=chance.random() < 0.02,
            note="Prefers to be called after six." if chance.random() < 0.03 else None,
            email_marketing_state="SUBSCRIBED" if subscribed else "NOT_SUBSCRIBED",
            email_marketing_opt_in_level="SINGLE_OPT_IN" if subscribed else None,
            email_marketing_updated_at=created_at if subscribed else None,
            sms_marketing_state="SUBSCRIBED" if phone and chance.random() < 0.2 else "NOT_SUBSCRIBED",
            addresses=[self.address],
        )


def _email(chance: random.Random, first: str, last: str, place: int) -> str:
    plain = [
        "".join(char for char in unicodedata.normalize("NFKD", name) if char.isascii() and char.isalpha()).lower()
        for name in (first, last)
    ]
    name = ".".join(part for part in plain if part) or chance.choice(_WORDS)
    return f"{name}{place}@{chance.choice(_MAIL)}"


def _phone(chance: random.Random, country: Country) -> str:
    # In North America, 555-0100 to 555-0199 are reserved for fiction. Elsewhere, three zeros make a number invalid.
    if country.dial == "+1":
        return f"+1{chance.randrange(201, 989)}55501{chance.randrange(100):02d}"
    return f"{country.dial}000{chance.randrange(10**6):06d}"


def _address(chance: random.Random, country: Country, first: str, last: str, phone: str | None) -> Address:
    city = chance.choice(country.cities)
    number = chance.randrange(1, 240)
    street = chance.choice(country.streets)
    address: Address = {
        "first_name": first,
        "last_name": last,
        "address1": f"{number} {street}" if country.code in ("US", "CA", "GB", "AU") else f"{street} {number}",
        "city": city.name,
        "zip": "".join(_postal_character(chance, char) for char in city.zip),
        "country": country.name,
        "country_code": country.code,
    }
    if city.province is not None:
        address["province"], address["province_code"] = city.province, city.province_code
    if phone is not None:
        address["phone"] = phone
    if chance.random() < 0.15:
        address["address2"] = f"Apt {chance.randrange(1, 40)}"
    if chance.random() < 0.06:
        address["company"] = chance.choice(("Northlight Studio", "Bluebird & Sons", "Café Morgen", "Harbor Dental"))
    return address


def _postal_character(chance: random.Random, char: str) -> str:
    """A digit for #, a letter for @, else the character itself."""
    return str(chance.randrange(10)) if char == "#" else chance.choice(_LETTERS) if char == "@" else char


def _tags(chance: random.Random) -> list[str]:
    return [tag for tag, share in (("newsletter", 0.2), ("vip", 0.06), ("wholesale", 0.02)) if chance.random() < share]
