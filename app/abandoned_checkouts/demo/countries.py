"""The countries of the demo shop's customers: names, cities, streets, currency, tax and duties."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from abandoned_checkouts.demo.data_files import table


@dataclass(frozen=True, slots=True)
class City:
    """`zip` is the form of a postal code: # is a digit, @ a letter."""

    name: str
    zip: str
    province: str | None = None
    province_code: str | None = None


@dataclass(frozen=True, slots=True)
class Country:
    """`rate` is the price of a US dollar in `currency`. `tax` and `duties` are fractions: 0.2 is 20 %.

    `weight` is the country's share of customers, relative to the other countries.
    """

    code: str
    name: str
    locale: str
    currency: str
    rate: Decimal
    tax_name: str
    tax: float
    tax_included: bool
    duties: float
    weight: int
    dial: str
    first_names: list[str]
    last_names: list[str]
    streets: list[str]
    cities: list[City]


@cache
def countries() -> tuple[Country, ...]:
    return tuple(
        Country(**{**row, "rate": Decimal(row["rate"]), "cities": [City(**city) for city in row["cities"]]})
        for row in table("countries")["country"]
    )
