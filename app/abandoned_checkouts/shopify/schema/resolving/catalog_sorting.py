"""What a product's variants and pictures are sorted by; they are at hand whole, because a product has few."""

from abandoned_checkouts.shopify.values.cursor import CursorForm

# What variants are sorted by: how a cursor writes it, and which of a row's values it is.
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
