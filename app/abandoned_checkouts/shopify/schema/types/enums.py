"""The enums of the schema. The values are Shopify's, the descriptions are ours."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

import strawberry
from babel import Locale

_ENGLISH = Locale("en")


def enumeration(
    name: str, description: str, values: Mapping[str, str], deprecated: Mapping[str, str] | None = None
) -> Any:
    """An enum whose values equal their names. `values` has the description of each value."""
    reasons = deprecated or {}
    python_enum: Any = Enum(name, {value: value for value in values})  # type: ignore[misc]
    found: Any = strawberry.enum(python_enum, description=description)
    # `strawberry.enum_value` has them too, but an Enum compares each value of it with all earlier ones.
    for member in found.__strawberry_definition__.values:
        member.description, member.deprecation_reason = values[member.name], reasons.get(member.name)
    return found


def word(value: object) -> Any:
    """The name of an enum value; any other value unchanged."""
    return value.value if isinstance(value, Enum) else value


def codes(names: str, description_of: Callable[[str], str]) -> dict[str, str]:
    """The codes of a space-separated list, each with its description."""
    return {code: description_of(code) for code in names.split()}


def _currency_name(code: str) -> str:
    return f"{_ENGLISH.currencies.get(code, 'Currency ' + code)} ({code})."


def _country_name(code: str) -> str:
    return f"{_ENGLISH.territories.get(code, 'Region ' + code)}."


_CURRENCIES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BYR BZD
    CAD CDF CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
    GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JEP JMD JOD JPY KES KGS KHR KID KMF KRW KWD KYD KZT LAK
    LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
    NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLL SOS SRD SSP STD
    STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USDC UYU UZS VED VEF VES VND VUV WST XAF XCD
    XOF XPF XXX YER ZAR ZMW
"""

_COUNTRIES = """
    AC AD AE AF AG AI AL AM AN AO AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
    FJ FK FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG
    MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL
    PM PN PS PT PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD
    TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VN VU WF WS XK YE YT ZA ZM ZW ZZ
"""


_KNOWN_CURRENCIES, _KNOWN_COUNTRIES = frozenset(_CURRENCIES.split()), frozenset(_COUNTRIES.split())


def known_currency(code: str | None) -> str | None:
    """The code as a value of CurrencyCode; XXX (no currency) for an unknown code."""
    if code is None or code in _KNOWN_CURRENCIES:
        return code
    return code.upper() if code.upper() in _KNOWN_CURRENCIES else "XXX"


def known_country(code: str | None) -> str | None:
    """The code as a value of CountryCode; ZZ (unknown region) for an unknown code."""
    if not code or code in _KNOWN_COUNTRIES:
        return code or None
    return code.upper() if code.upper() in _KNOWN_COUNTRIES else "ZZ"


if TYPE_CHECKING:
    AbandonedCheckoutSortKeys: TypeAlias = str
    CountPrecision: TypeAlias = str
    CurrencyCode: TypeAlias = str
    CountryCode: TypeAlias = str
    DiscountApplicationAllocationMethod: TypeAlias = str
    DiscountApplicationTargetSelection: TypeAlias = str
    DiscountApplicationTargetType: TypeAlias = str
    MailingAddressValidationResult: TypeAlias = str
else:
    CurrencyCode = enumeration(
        "CurrencyCode",
        "The currency codes: ISO 4217 and a few others.",
        codes(_CURRENCIES, _currency_name),
        deprecated={
            "BYR": "Replaced by `BYN`.",
            "STD": "Replaced by `STN`.",
            "VEF": "Replaced by `VES`.",
        },
    )
    CountryCode = enumeration(
        "CountryCode",
        "The codes of countries and regions: ISO 3166-1 and a few others.",
        codes(_COUNTRIES, _country_name),
    )
    MailingAddressValidationResult = enumeration(
        "MailingAddressValidationResult",
        "The result of validating an address.",
        {
            "ERROR": "The address has an error.",
            "NO_ISSUES": "No issues were found.",
            "WARNING": "The address may have an error.",
        },
    )
    DiscountApplicationAllocationMethod = enumeration(
        "DiscountApplicationAllocationMethod",
        "How a discount is allocated to its line items.",
        {
            "ACROSS": "Spread across all of them.",
            "EACH": "To each of them in full.",
            "ONE": "To one of them.",
        },
        deprecated={"ONE": "Use `EACH`."},
    )
    DiscountApplicationTargetSelection = enumeration(
        "DiscountApplicationTargetSelection",
        "Which line items a discount applies to.",
        {
            "ALL": "All of them.",
            "ENTITLED": "Those that meet the discount's conditions.",
            "EXPLICIT": "Those that were selected explicitly.",
        },
    )
    DiscountApplicationTargetType = enumeration(
        "DiscountApplicationTargetType",
        "Whether a discount applies to line items or to shipping.",
        {"LINE_ITEM": "Line items.", "SHIPPING_LINE": "Shipping."},
    )
    CountPrecision = enumeration(
        "CountPrecision",
        "Whether a count is exact.",
        {"AT_LEAST": "Counting stopped at the limit; there can be more.", "EXACT": "The count is exact."},
    )
    AbandonedCheckoutSortKeys = enumeration(
        "AbandonedCheckoutSortKeys",
        "The sort keys of abandoned checkouts.",
        {
            "CHECKOUT_ID": "By the checkout's id.",
            "CREATED_AT": "By creation time.",
            "CUSTOMER_NAME": "By the buyer's last name, then first name.",
            "ID": "By the number in the global id.",
            "RELEVANCE": "By relevance to the words of `query`. Use it only with a query.",
            "TOTAL_PRICE": "By the total price.",
        },
    )
