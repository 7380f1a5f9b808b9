"""The enumerations of abandonments."""

from typing import TYPE_CHECKING, TypeAlias

from abandoned_checkouts.shopify.schema.types.enums import enumeration

if TYPE_CHECKING:
    AbandonmentAbandonmentType: TypeAlias = str
    AbandonmentDeliveryState: TypeAlias = str
    AbandonmentEmailState: TypeAlias = str
else:
    AbandonmentAbandonmentType = enumeration(
        "AbandonmentAbandonmentType",
        "How far the visitor had come.",
        {
            "BROWSE": "Looked at products.",
            "CART": "Put products into a cart.",
            "CHECKOUT": "Began a checkout.",
        },
    )
    _STATES = {
        "NOT_SENT": "Was not sent.",
        "SCHEDULED": "Is going to be sent.",
        "SENT": "Was sent.",
    }
    AbandonmentDeliveryState = enumeration(
        "AbandonmentDeliveryState", "What became of a message of a marketing activity.", _STATES
    )
    AbandonmentEmailState = enumeration(
        "AbandonmentEmailState", "What became of the mail that calls the visitor back.", _STATES
    )
