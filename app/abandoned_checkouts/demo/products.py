"""The products of the demo shop."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.money import UNIT
from abandoned_checkouts.demo.data_files import table

VENDOR = "Hearth & Hollow"
FIRST_PRODUCT = 8_214_300_011_000
FIRST_VARIANT = 44_871_020_550_000
FIRST_IMAGE = 41_200_330_007_000


@dataclass(frozen=True, slots=True)
class DemoVariant:
    """Prices in ten-thousandths of a US dollar."""

    id: int
    product_id: int
    position: int
    title: str
    options: tuple[tuple[str, str], ...]
    sku: str
    price: int
    compare_at_price: int | None
    inventory: int


@dataclass(frozen=True, slots=True)
class DemoProduct:
    id: int
    title: str
    handle: str
    kind: str
    shape: str
    colour: str
    description: str
    care: str
    tags: tuple[str, ...]
    options: tuple[tuple[str, tuple[str, ...]], ...]
    variants: tuple[DemoVariant, ...]
    # How often it is chosen, relative to the other products.
    weight: int
    is_gift_card: bool = False
    # The parts of a bundle: quantity, and the index of the product in products().
    parts: tuple[tuple[int, int], ...] = ()

    @property
    def image_id(self) -> int:
        return FIRST_IMAGE + self.id - FIRST_PRODUCT

    @property
    def image_path(self) -> str:
        return f"/demo/images/{self.handle}.svg"


_SIZES = "Size"
_PLAIN = {"name": "Title", "values": ["Default Title"]}
_BUNDLE = {
    "kind": "Sets",
    "weight": 6,
    "tags": ["gift", "set"],
    "description": "Chosen to go together, and cheaper than its parts.",
}


@cache
def products() -> tuple[DemoProduct, ...]:
    """All products, the same in every demo shop."""
    file = table("products")
    rows = [*file["article"], *(_BUNDLE | row for row in file["bundle"]), *file["service"]]
    places = {row["title"]: place for place, row in enumerate(rows)}
    return tuple(_product(place, row, places) for place, row in enumerate(rows))


def _product(place: int, row: UntypedJson, places: Mapping[str, int]) -> DemoProduct:
    title, kind = row["title"], row["kind"]
    option = row.get("option", _PLAIN)
    return DemoProduct(
        id=FIRST_PRODUCT + place,
        title=title,
        handle=title.lower().replace(" ", "-"),
        kind=kind,
        shape=row["shape"],
        colour=row["colour"],
        description=row.get("description", f"{title}, added to an order."),
        care="Wipe with a damp cloth." if kind not in ("Textiles", "Bags") else "Wash cold, dry in the shade.",
        tags=tuple(row.get("tags", ())),
        options=((option["name"], tuple(option["values"])),),
        variants=tuple(_variant(place, row, option["name"], *each) for each in enumerate(option["values"])),
        weight=row.get("weight", 0),
        is_gift_card=kind == "Gift Cards",
        parts=tuple((part["quantity"], places[part["title"]]) for part in row.get("parts", ())),
    )


def _variant(place: int, row: UntypedJson, name: str, position: int, value: str) -> DemoVariant:
    # Larger sizes cost more; other options do not change the price.
    price = row["price"] * (100 + 35 * position if name == _SIZES else 100) // 100
    compare_at = row.get("compare_at_price", 0)
    return DemoVariant(
        id=FIRST_VARIANT + place * 10 + position,
        product_id=FIRST_PRODUCT + place,
        position=position + 1,
        title=value,
        options=((name, value),),
        sku=f"HH-{''.join(word[0] for word in row['title'].split())}{place:02d}-{position + 1}",
        price=price * UNIT,
        compare_at_price=compare_at * UNIT if compare_at > price else None,
        inventory=(7 * place + 13 * position) % 90,
    )
