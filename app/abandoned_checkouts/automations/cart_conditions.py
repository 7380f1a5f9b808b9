"""Conditions on the cart of a checkout (`cart`): its value, products, discounts, and what is still available."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from abandoned_checkouts.automations.comparison import Comparison, ConditionError, parse_comparisons
from abandoned_checkouts.automations.sentences import _
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem

# The name of each number, and what it is about in a sentence.
CART_NUMBERS = {"value": "value of the cart", "items": "number of items in the cart"}
CART_KEYS = (*CART_NUMBERS, "products", "discount", "stock")
_NUMBER_KEYS, _TEXT_KEYS = ("id", "variant_id"), ("sku", "title", "vendor", "type")
PRODUCT_KEYS = (*_NUMBER_KEYS, *_TEXT_KEYS)
STOCK_STATES = ("all", "some", "none")
STOCK_TEXTS = {
    "all": _("all products are still available"),
    "some": _("some products are sold out"),
    "none": _("all products are sold out"),
}


@dataclass(frozen=True, slots=True)
class CartFacts:
    """Facts about a cart that the checkout does not have.

    `sold_out` has the indexes of its lines that cannot be bought any more. `types` are product types by product
    number, if the store knows them.
    """

    sold_out: frozenset[int] = frozenset()
    types: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProductMatch:
    """Keys and values that a line must have, all of them. Texts are patterns such as "*teapot*", in lower case."""

    parts: tuple[tuple[str, int | str], ...]

    def __str__(self) -> str:
        return " and ".join(f"{key} {value}" for key, value in self.parts)


@dataclass(frozen=True, slots=True)
class CartConditions:
    """`products`: one of them must be in the cart. `discount`: whether one is used, or codes of which one is used.
    `stock`: how much of the cart is still available, one of STOCK_STATES."""

    comparisons: tuple[Comparison, ...] = ()
    products: tuple[ProductMatch, ...] = ()
    discount: bool | tuple[str, ...] | None = None
    stock: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.comparisons or self.products or self.discount is not None or self.stock)


# Without conditions, and without facts.
ANY_CART, NOTHING_KNOWN = CartConditions(), CartFacts()


def parse_cart_conditions(source: dict[str, object]) -> CartConditions:
    """The conditions of a mapping whose keys are in CART_KEYS. Raises ConditionError."""
    comparisons = [
        each
        for key in CART_NUMBERS
        if source.get(key) is not None
        for each in parse_comparisons(key, f"cart_{key}", source[key])
    ]
    return CartConditions(
        tuple(comparisons),
        _products(source.get("products")),
        _discount(source.get("discount")),
        _stock(source.get("stock")),
    )


def _products(value: object) -> tuple[ProductMatch, ...]:
    if value is None:
        return ()
    listed = value if isinstance(value, list) else [value]
    found = [_product(each, "products" if listed is not value else f"products[{i}]") for i, each in enumerate(listed)]
    if not found:
        raise ConditionError("products", " must not be empty; list products, such as [{vendor: Acme}]")
    return tuple(found)


def _product(value: object, key: str) -> ProductMatch:
    if not isinstance(value, dict) or not value:
        raise ConditionError(key, " must be a mapping, such as {title: '*teapot*'} or {id: 632910392}")
    parts: list[tuple[str, int | str]] = []
    for name, wanted in value.items():
        if name not in PRODUCT_KEYS:
            raise ConditionError(f"{key}.{name}", f" is unknown; the allowed keys are {', '.join(PRODUCT_KEYS)}")
        if name in _NUMBER_KEYS:
            if not isinstance(wanted, int) or isinstance(wanted, bool):
                raise ConditionError(f"{key}.{name}", f" is {wanted!r}; it must be a number, such as 632910392")
            parts.append((name, wanted))
        else:
            text = str(wanted) if isinstance(wanted, str | int) and not isinstance(wanted, bool) else ""
            if not text.strip():
                raise ConditionError(f"{key}.{name}", " must be a text, such as '*teapot*'; * stands for any text")
            parts.append((name, text.strip().lower()))
    return ProductMatch(tuple(parts))


def _discount(value: object) -> bool | tuple[str, ...] | None:
    if value is None or isinstance(value, bool):
        return value
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(each, str) and each.strip() for each in listed):
        raise ConditionError("discount", f" is {value!r}; write true, false, a code, or a list of codes")
    return tuple(str(each).strip() for each in listed)


def _stock(value: object) -> tuple[str, ...]:
    listed = [] if value is None else value if isinstance(value, list) else [value]
    for each in listed:
        if each not in STOCK_STATES:
            choices = ", ".join(STOCK_STATES)
            raise ConditionError("stock", f" is {each!r}; it must be one of {choices}: how much is still available")
    return tuple(map(str, listed))


def cart_value(name: str, checkout: Checkout) -> int:
    """`cart_value` is the total in ten-thousandths of the shop's currency, `cart_items` the sum of the quantities."""
    return checkout.total_price if name == "cart_value" else sum(line.quantity for line in checkout.line_items)


def stock_of(checkout: Checkout, facts: CartFacts) -> str:
    """How much of the cart is still available: one of STOCK_STATES."""
    gone = sum(place in facts.sold_out for place in range(len(checkout.line_items)))
    return "all" if gone == 0 else "none" if gone == len(checkout.line_items) else "some"


def why_cart_differs(conditions: CartConditions, checkout: Checkout, facts: CartFacts) -> str | None:
    """The first condition that the cart does not meet, as a reason for the log; None if it meets all."""
    for each in conditions.comparisons:
        if not each.holds(cart_value(each.name, checkout)):
            return f"the {CART_NUMBERS[each.name.removeprefix('cart_')]} is not {each}"
    wanted = conditions.products
    if wanted and not any(_is(line, match, facts) for line in checkout.line_items for match in wanted):
        return f"no product in the cart has {' or '.join(map(str, wanted))}"
    used = _codes_of(checkout)
    if isinstance(conditions.discount, bool) and conditions.discount != (bool(used) or _is_discounted(checkout)):
        return "no discount is used" if conditions.discount else "a discount is used"
    if isinstance(conditions.discount, tuple) and used.isdisjoint(code.lower() for code in conditions.discount):
        return f"the discount code {' or '.join(conditions.discount)} is not used"
    if conditions.stock:
        stock = stock_of(checkout, facts)
        if stock not in conditions.stock:
            return STOCK_TEXTS[stock]
    return None


def _codes_of(checkout: Checkout) -> set[str]:
    codes = [discount["code"] for discount in checkout.discount_codes]
    codes += [str(each.get("code") or "") for each in checkout.discount_applications if each.get("kind") == "code"]
    return {code.lower() for code in codes if code}


def _is_discounted(checkout: Checkout) -> bool:
    return bool(checkout.discount_applications) or checkout.total_discount > 0


def _is(line: LineItem, match: ProductMatch, facts: CartFacts) -> bool:
    return all(_has(line, key, value, facts) for key, value in match.parts)


def _has(line: LineItem, key: str, wanted: int | str, facts: CartFacts) -> bool:
    if isinstance(wanted, int):
        return wanted == (line.product_id if key == "id" else line.variant_id)
    values = {"sku": line.sku, "title": line.title, "vendor": line.vendor, "type": _type_of(line, facts)}
    return fnmatchcase((values[key] or "").lower(), wanted)


def _type_of(line: LineItem, facts: CartFacts) -> str | None:
    """The type that the source sent with the line, or that of the stored product."""
    sent = (line.extra or {}).get("product_type")
    return str(sent) if sent else facts.types.get(line.product_id or 0)
