"""The scalars of the schema. Fields give values as the answer writes them, so serialising leaves them as they are."""

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
    "ARN": (ARN, "The name of a resource at Amazon Web Services."),
    "DateTime": (DateTime, "A moment in ISO 8601, in UTC and whole seconds: 2026-07-02T22:44:07Z."),
    "Decimal": (Decimal, "An exact decimal number, as text: 199.0."),
    "FormattedString": (FormattedString, "Text that may hold a few HTML tags."),
    "HTML": (HTML, "Text in HTML."),
    "JSON": (JSON, "Any value that JSON can hold."),
    "Money": (Money, "An amount of money without its currency, as text: 199.00."),
    "URL": (URL, "An absolute address on the web."),
    "UnsignedInt64": (UnsignedInt64, "A whole number from 0 to 2^64 - 1, as text."),
}

# What the document's arguments may hold is checked before execution, in shopify/language/coercion.
SCALARS: dict[object, ScalarDefinition] = {
    kind: strawberry.scalar(name=name, description=description) for name, (kind, description) in _DESCRIPTIONS.items()
}
