"""The sort keys of a product's variants and images. A product has few, so they are sorted in memory."""

from abandoned_checkouts.shopify.values.cursor import CursorForm

# Each sort key of variants with the form of its cursors and the column that it sorts by.
VARIANT_KEYS: dict[str, tuple[CursorForm, str]] = {
    "FULL_TITLE": (CursorForm.TEXT, "title"),
    "ID": (CursorForm.ID, "id"),
    "INVENTORY_LEVELS_AVAILABLE": (CursorForm.PLACE, "inventory_quantity"),
    "INVENTORY_MANAGEMENT": (CursorForm.PLACE, "tracks_inventory"),
    "INVENTORY_POLICY": (CursorForm.TEXT, "inventory_policy"),
    "INVENTORY_QUANTITY": (CursorForm.PLACE, "inventory_quantity"),
    "NAME": (CursorForm.TEXT, "title"),
    "POPULAR": (CursorForm.ID, "id"),
    "POSITION": (CursorForm.PLACE, "position"),
    "RELEVANCE": (CursorForm.ID, "id"),
    "SKU": (CursorForm.TEXT, "sku"),
    "TITLE": (CursorForm.TEXT, "title"),
}
IMAGE_KEYS: dict[str, tuple[CursorForm, str]] = {
    "CREATED_AT": (CursorForm.ID, "id"),
    "ID": (CursorForm.ID, "id"),
    "POSITION": (CursorForm.PLACE, "position"),
}
