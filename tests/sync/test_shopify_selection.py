"""The selection follows the schema of the source."""

from abandoned_checkouts.sync.shopify_selection import CheckoutSelection


def field(name: str, kind: str = "SCALAR", *, args: tuple[str, ...] = (), wrapped: bool = False) -> dict[str, object]:
    leaf = {"kind": kind, "ofType": None}
    of_type = {"kind": "NON_NULL", "ofType": {"kind": "LIST", "ofType": leaf}} if wrapped else leaf
    return {"name": name, "args": [{"name": each} for each in args], "type": of_type}


def test_missing_fields_are_left_out_and_unknown_scalars_are_kept() -> None:
    known = [field("id"), field("createdAt"), field("updatedAt"), field("customer", "OBJECT")]
    new = [field("loyaltyTier", "ENUM"), field("channels", wrapped=True)]
    other = [field("score", args=("model",)), field("agent", "OBJECT"), field("defaultCursor")]
    line = {"fields": [field("id"), field("loyaltyPoints")]}
    found = {"checkout": {"fields": known + new + other}, "line": line, "customer": {"fields": [field("id")]}}
    text = CheckoutSelection(found).of_page(10, 3)
    words = text.split()
    assert {"id", "customer", "loyaltyTier", "channels", "loyaltyPoints"} <= set(words)
    assert not {"note", "score", "agent", "defaultCursor", "sku"} & set(words)
    assert "customer { id" in text
