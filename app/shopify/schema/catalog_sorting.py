"""What a product's variants and pictures are sorted by; they are at hand whole, because a product has few."""

from typing import Any

from app.shopify.cursor import CursorForm

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


def sorted_rows(rows: list[Any], form: CursorForm, name: str) -> list[Any]:
    """Rows that are at hand whole, in the order of one of their values and then of their ids."""

    def value(row: Any) -> Any:
        if form is CursorForm.TEXT:
            return str(row[name] or "").lower()
        return int(row[name] or 0)

    placed = [{**row, "sort_value": value(row), "sort_id": row["id"]} for row in rows]
    return sorted(placed, key=lambda row: (row["sort_value"], row["sort_id"]))
