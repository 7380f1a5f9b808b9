"""The enums of abandonments."""

from typing import TYPE_CHECKING, TypeAlias

from abandoned_checkouts.shopify.schema.types.enums import enumeration

if TYPE_CHECKING:
    AbandonmentAbandonmentType: TypeAlias = str
    AbandonmentDeliveryState: TypeAlias = str
    AbandonmentEmailState: TypeAlias = str
else:
    AbandonmentAbandonmentType = enumeration(
        "AbandonmentAbandonmentType",
        "The last step that the visitor reached.",
        {
            "BROWSE": "The visitor viewed products.",
            "CART": "The visitor added products to the cart.",
            "CHECKOUT": "The visitor started a checkout.",
        },
    )
    _STATES = {
        "NOT_SENT": "Not sent.",
        "SCHEDULED": "Scheduled to be sent.",
        "SENT": "Sent.",
    }
    AbandonmentDeliveryState = enumeration(
        "AbandonmentDeliveryState", "The delivery state of a marketing activity's message.", _STATES
    )
    AbandonmentEmailState = enumeration("AbandonmentEmailState", "The state of the abandonment e-mail.", _STATES)
