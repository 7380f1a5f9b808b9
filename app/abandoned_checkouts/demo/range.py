"""What the demo shop sells."""

from dataclasses import dataclass
from functools import cache

from abandoned_checkouts.checkouts.money import UNIT

VENDOR = "Hearth & Hollow"
FIRST_PRODUCT = 8_214_300_011_000
FIRST_VARIANT = 44_871_020_550_000
FIRST_IMAGE = 41_200_330_007_000


@dataclass(frozen=True, slots=True)
class Variant:
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
class Product:
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
    variants: tuple[Variant, ...]
    # How often it is chosen, against the others.
    weight: int
    is_add_on: bool = False
    is_gift_card: bool = False
    # Quantity and place among the products of each part, for a bundle.
    parts: tuple[tuple[int, int], ...] = ()

    @property
    def image_id(self) -> int:
        return FIRST_IMAGE + self.id - FIRST_PRODUCT

    @property
    def image_path(self) -> str:
        return f"/demo/images/{self.handle}.svg"


_SIZES, _COLOURS = "Size", "Colour"
# Title, kind, shape of its picture, colour, price in dollars, compare-at price, options, weight, tags, description.
_ARTICLES: tuple[tuple[str, str, str, str, int, int, dict[str, str], int, str, str], ...] = (
    ("Stoneware Mug", "Mugs", "mug", "#b5654a", 24, 0, {_COLOURS: "Clay,Moss,Chalk"}, 30, "kitchen,bestseller",
     "Thrown by hand, holds a quarter of a litre and keeps it warm."),
    ("Espresso Cup Pair", "Mugs", "mug", "#3f5d52", 32, 0, {_COLOURS: "Moss,Ink"}, 16, "kitchen",
     "Two small cups with a thick wall, glazed inside."),
    ("Copper Kettle", "Kettles", "kettle", "#b87333", 149, 0, {}, 10, "kitchen,gift",
     "Whistles at the boil; the handle stays cool."),
    ("Cast Iron Skillet", "Cookware", "pan", "#33373b", 79, 95, {_SIZES: "20 cm,26 cm,30 cm"}, 14, "kitchen",
     "Seasoned twice with linseed oil, ready for the stove."),
    ("Oak Cutting Board", "Cookware", "board", "#a9793f", 58, 0, {_SIZES: "Small,Large"}, 12, "kitchen",
     "End grain, kind to knives, with a groove for juice."),
    ("Linen Apron", "Textiles", "apron", "#7d8c92", 46, 0, {_COLOURS: "Slate,Oat"}, 9, "kitchen,textile",
     "Washed linen with a pocket for a towel."),
    ("Wool Throw", "Textiles", "blanket", "#8a4b5a", 129, 159, {_COLOURS: "Berry,Fog,Pine"}, 18, "living,textile",
     "Woven from lambswool, 130 by 190 centimetres."),
    ("Linen Cushion", "Textiles", "cushion", "#c2a878", 42, 0, {_COLOURS: "Oat,Rust"}, 14, "living,textile",
     "A cover with a hidden zip and a filling of feathers."),
    ("Beeswax Candle", "Candles", "candle", "#d9a441", 18, 0, {_SIZES: "Short,Tall"}, 26, "living,gift",
     "Burns for forty hours and smells of honey, not of perfume."),
    ("Cedar Incense", "Candles", "candle", "#5f6b4e", 14, 0, {}, 8, "living",
     "Twenty sticks and a small dish of soapstone."),
    ("Brass Table Lamp", "Lighting", "lamp", "#c9a227", 189, 0, {_COLOURS: "Brass,Black"}, 9, "living,light",
     "A dimmer in the foot and a shade that turns."),
    ("Paper Lantern", "Lighting", "lamp", "#e3dcc8", 39, 0, {_SIZES: "40 cm,60 cm"}, 8, "living,light",
     "Washi paper over bamboo, folds flat."),
    ("Reading Chair", "Furniture", "chair", "#6b4f3a", 549, 629, {_COLOURS: "Walnut,Ash"}, 4, "furniture",
     "A frame of solid wood and a seat of paper cord."),
    ("Ladder Shelf", "Furniture", "shelf", "#8f6b45", 229, 0, {}, 4, "furniture",
     "Five boards, leans against the wall, carries forty kilograms."),
    ("Wall Clock", "Decor", "clock", "#4a5d70", 89, 0, {_COLOURS: "Ink,Chalk"}, 7, "living",
     "Silent, with a sweep hand and no numbers."),
    ("Stone Vase", "Decor", "vase", "#8d8f88", 64, 0, {_SIZES: "Small,Large"}, 11, "living,gift",
     "Turned from soapstone; every vein is another."),
    ("Dried Bouquet", "Decor", "vase", "#b98b6b", 36, 0, {}, 9, "living,gift",
     "Wheat, statice and lunaria from one meadow."),
    ("Notebook Set", "Paper", "book", "#5a7d8c", 27, 0, {_COLOURS: "Sea,Sand"}, 13, "desk,gift",
     "Three notebooks, thread-bound, 96 pages each."),
    ("Walnut Desk Tray", "Paper", "board", "#5d4030", 52, 0, {}, 7, "desk",
     "Keeps pens, keys and cables apart."),
    ("Canvas Weekender", "Bags", "bag", "#6f7a55", 168, 0, {_COLOURS: "Olive,Navy"}, 8, "travel",
     "Waxed canvas, a leather strap and room for three days."),
    ("Cotton Bathrobe", "Textiles", "apron", "#9fb0b5", 98, 0, {_SIZES: "S,M,L,XL"}, 8, "bath,textile",
     "Waffle cotton that dries overnight."),
    ("Olive Oil Soap", "Bath", "soap", "#a3ad7c", 9, 0, {}, 20, "bath",
     "Cut by hand and rested for six weeks."),
)  # fmt: skip


@cache
def products() -> tuple[Product, ...]:
    """The whole range, the same in every demo shop."""
    made = [_product(place, *article) for place, article in enumerate(_ARTICLES)]
    place = len(made)
    made.append(_bundle(place, "Slow Morning Set", "kettle", "#a5674f", 199, ((2, 0), (1, 2), (1, 5))))
    made.append(_bundle(place + 1, "Housewarming Box", "candle", "#c08a3e", 119, ((2, 8), (1, 15), (1, 17), (3, 21))))
    made.append(_single(place + 2, "Gift Wrap", "Services", "gift", "#b6485d", 6, is_add_on=True))
    made.append(_single(place + 3, "Five-Year Care Plan", "Services", "gift", "#58708a", 29, is_add_on=True))
    made.append(_single(place + 4, "Gift Card", "Gift Cards", "gift", "#7a5c91", 50, is_gift_card=True))
    return tuple(made)


def _product(
    place: int,
    title: str,
    kind: str,
    shape: str,
    colour: str,
    dollars: int,
    compare_at: int,
    options: dict[str, str],
    weight: int,
    tags: str,
    description: str,
) -> Product:
    number = FIRST_PRODUCT + place
    choices = tuple((name, tuple(values.split(","))) for name, values in options.items()) or (
        ("Title", ("Default Title",)),
    )
    name, values = choices[0]
    variants = []
    for position, value in enumerate(values):
        # Greater sizes cost more; colours do not.
        price = dollars * (100 + 35 * position if name == _SIZES else 100) // 100
        variants.append(
            Variant(
                id=FIRST_VARIANT + place * 10 + position,
                product_id=number,
                position=position + 1,
                title=value,
                options=((name, value),),
                sku=f"HH-{''.join(word[0] for word in title.split())}{place:02d}-{position + 1}",
                price=price * UNIT,
                compare_at_price=compare_at * UNIT if compare_at > price else None,
                inventory=(7 * place + 13 * position) % 90,
            )
        )
    return Product(
        id=number,
        title=title,
        handle=title.lower().replace(" ", "-"),
        kind=kind,
        shape=shape,
        colour=colour,
        description=description,
        care="Wipe with a damp cloth." if kind not in ("Textiles", "Bags") else "Wash cold, dry in the shade.",
        tags=tuple(tags.split(",")) if tags else (),
        options=choices,
        variants=tuple(variants),
        weight=weight,
    )


def _single(place: int, title: str, kind: str, shape: str, colour: str, dollars: int, **marks: bool) -> Product:
    plain = _product(place, title, kind, shape, colour, dollars, 0, {}, 0, "", f"{title}, added to an order.")
    return _with(plain, **marks)


def _bundle(
    place: int, title: str, shape: str, colour: str, dollars: int, parts: tuple[tuple[int, int], ...]
) -> Product:
    text = "Chosen to go together, and cheaper than its parts."
    return _with(_product(place, title, "Sets", shape, colour, dollars, 0, {}, 6, "gift,set", text), parts=parts)


def _with(product: Product, **changes: object) -> Product:
    from dataclasses import replace

    return replace(product, **changes)  # type: ignore[arg-type]
