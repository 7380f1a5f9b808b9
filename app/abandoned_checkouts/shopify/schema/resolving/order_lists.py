"""The orders of a customer, sorted and searched in memory: a customer has few."""

from abandoned_checkouts.shopify.values.cursor import CursorForm
from search_syntax import Field, FieldSet, Kind

# Each sort key of orders with the form of its cursors and the column that it sorts by. Keys of facts that this server
# does not have sort by id.
ORDER_KEYS: dict[str, tuple[CursorForm, str]] = {
    "CREATED_AT": (CursorForm.MOMENT, "created_at"),
    "CURRENT_TOTAL_PRICE": (CursorForm.AMOUNT, "total_price"),
    "CUSTOMER_NAME": (CursorForm.ID, "id"),
    "DESTINATION": (CursorForm.ID, "id"),
    "FINANCIAL_STATUS": (CursorForm.TEXT, "financial_status"),
    "FULFILLMENT_STATUS": (CursorForm.TEXT, "fulfillment_status"),
    "ID": (CursorForm.ID, "id"),
    "ORDER_NUMBER": (CursorForm.PLACE, "number"),
    "PO_NUMBER": (CursorForm.ID, "id"),
    "PROCESSED_AT": (CursorForm.MOMENT, "processed_at"),
    "RELEVANCE": (CursorForm.ID, "id"),
    "TOTAL_ITEMS_QUANTITY": (CursorForm.ID, "id"),
    "TOTAL_PRICE": (CursorForm.AMOUNT, "total_price"),
    "UPDATED_AT": (CursorForm.MOMENT, "updated_at"),
}

# Shopify: the filters of orders, as far as this server has the facts.
ORDER_FIELDS = FieldSet(
    (
        Field("cart_token", Kind.KEYWORD, "The token of its cart."),
        Field("checkout_token", Kind.KEYWORD, "The token of its checkout."),
        Field("confirmation_number", Kind.KEYWORD, "Its confirmation number."),
        Field("created_at", Kind.TIME, "When it was created."),
        Field("customer_id", Kind.ID, "The number of its customer.", global_id="Customer"),
        Field("email", Kind.KEYWORD, "The buyer's e-mail address."),
        Field("financial_status", Kind.KEYWORD, "Its payment status."),
        Field("fulfillment_status", Kind.KEYWORD, "Its fulfillment status."),
        Field("id", Kind.ID, "Its number.", global_id="Order"),
        Field("name", Kind.KEYWORD, "Its name."),
        Field("processed_at", Kind.TIME, "When it was placed."),
        Field("source_name", Kind.KEYWORD, "Its source."),
        Field("test", Kind.BOOLEAN, "Whether it is a test order."),
        Field("updated_at", Kind.TIME, "When it last changed."),
    )
)
