"""The scalars of the schema. Fields return serialized values, so the scalars change nothing."""

from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

ARN = NewType("ARN", str)
DateTime = NewType("DateTime", str)
Decimal = NewType("Decimal", str)
FormattedString = NewType("FormattedString", str)
HTML = NewType("HTML", str)
JSON = NewType("JSON", object)
Money = NewType("Money", str)
URL = NewType("URL", str)
UnsignedInt64 = NewType("UnsignedInt64", str)

_DESCRIPTIONS = {
    "ARN": (ARN, "An Amazon Resource Name."),
    "DateTime": (DateTime, "A date and time in ISO 8601, in UTC and whole seconds: `2026-07-02T22:44:07Z`."),
    "Decimal": (Decimal, "An exact decimal number, as a string: `199.0`."),
    "FormattedString": (FormattedString, "Text that can contain a few HTML tags."),
    "HTML": (HTML, "Text in HTML."),
    "JSON": (JSON, "Any JSON value."),
    "Money": (Money, "An amount of money without its currency, as a string: `199.00`."),
    "URL": (URL, "An absolute URL."),
    "UnsignedInt64": (UnsignedInt64, "An integer from 0 to 2^64 - 1, as a string."),
}

# Arguments are validated before execution, in shopify/language/coercion.
SCALARS: dict[object, ScalarDefinition] = {
    kind: strawberry.scalar(name=name, description=description) for name, (kind, description) in _DESCRIPTIONS.items()
}
