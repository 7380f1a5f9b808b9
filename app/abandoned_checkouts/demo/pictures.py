"""Pictures of the demo shop's products: drawn here, line by line, so that none has to be shipped or fetched."""

from functools import cache

from abandoned_checkouts.demo.range import products

# Each shape on a canvas of 100 by 100; "{c}" is the product's colour, "{d}" a darker and "{l}" a lighter tone of it.
_SHAPES = {
    "mug": '<path d="M30 36h34v30a9 9 0 0 1-9 9H39a9 9 0 0 1-9-9z" fill="{c}"/><path d="M64 44h6a8 8 0 0 1 0 18h-6" '
    'fill="none" stroke="{d}" stroke-width="4"/><ellipse cx="47" cy="36" rx="17" ry="4" fill="{d}"/>',
    "kettle": '<path d="M32 74c-6-22 4-34 18-34s24 12 18 34z" fill="{c}"/><path d="M68 56l12-10" stroke="{d}" '
    'stroke-width="6"/><path d="M36 40c0-18 28-18 28 0" fill="none" stroke="{d}" stroke-width="4"/>',
    "pan": '<circle cx="44" cy="54" r="22" fill="{c}"/><circle cx="44" cy="54" r="16" fill="{d}"/>'
    '<path d="M63 47l22-12" stroke="{c}" stroke-width="7" stroke-linecap="round"/>',
    "board": '<rect x="26" y="30" width="48" height="44" rx="6" fill="{c}"/><circle cx="66" cy="38" r="3" fill="{l}"/>'
    '<path d="M30 46h40M30 58h40" stroke="{d}" stroke-width="1.5"/>',
    "apron": '<path d="M40 28h20l4 14 8 4v32H28V46l8-4z" fill="{c}"/><rect x="40" y="54" width="20" height="12" '
    'fill="{d}"/>',
    "blanket": '<rect x="24" y="38" width="52" height="36" rx="5" fill="{c}"/><path d="M24 48h52M24 56h52M24 64h52" '
    'stroke="{l}" stroke-width="2"/><path d="M24 74v4m8-4v4m8-4v4m8-4v4m8-4v4m8-4v4m12-4v4" stroke="{d}"/>',
    "cushion": '<path d="M28 34q22-6 44 0 6 20 0 40-22 6-44 0-6-20 0-40z" fill="{c}"/><circle cx="50" cy="54" r="3" '
    'fill="{d}"/>',
    "candle": '<rect x="40" y="42" width="20" height="34" rx="3" fill="{c}"/><path d="M50 42v-7" stroke="{d}" '
    'stroke-width="2"/><path d="M50 22c6 8 4 13 0 13s-6-5 0-13z" fill="#f2b544"/>',
    "lamp": '<path d="M36 28h28l8 24H28z" fill="{c}"/><path d="M50 52v20" stroke="{d}" stroke-width="4"/>'
    '<rect x="36" y="72" width="28" height="4" rx="2" fill="{d}"/>',
    "chair": '<path d="M34 26v50M34 54h30v22" fill="none" stroke="{c}" stroke-width="6"/><rect x="34" y="50" '
    'width="32" height="8" rx="3" fill="{d}"/><rect x="32" y="28" width="7" height="22" rx="3" fill="{d}"/>',
    "shelf": '<path d="M34 24v52M66 24v52" stroke="{d}" stroke-width="3"/>'
    '<path d="M30 34h40M30 46h40M30 58h40M30 70h40" stroke="{c}" stroke-width="5"/>',
    "clock": '<circle cx="50" cy="52" r="25" fill="{c}"/><circle cx="50" cy="52" r="20" fill="{l}"/>'
    '<path d="M50 52V38M50 52l9 6" stroke="{d}" stroke-width="3" stroke-linecap="round"/>',
    "vase": '<path d="M42 46h16c10 12 8 30-8 30s-18-18-8-30z" fill="{c}"/><path d="M50 46V26M50 34l-9-8M50 38l9-9" '
    'stroke="{d}" stroke-width="2.5"/>',
    "book": '<rect x="32" y="28" width="36" height="48" rx="3" fill="{c}"/><path d="M39 28v48" stroke="{d}" '
    'stroke-width="3"/><rect x="46" y="38" width="15" height="9" fill="{l}"/>',
    "bag": '<rect x="24" y="42" width="52" height="32" rx="8" fill="{c}"/><path d="M38 42c0-16 24-16 24 0" fill="none" '
    'stroke="{d}" stroke-width="4"/><path d="M24 54h52" stroke="{d}" stroke-width="2"/>',
    "soap": '<rect x="28" y="44" width="44" height="26" rx="9" fill="{c}"/><rect x="36" y="51" width="28" height="12" '
    'rx="5" fill="{l}"/>',
    "gift": '<rect x="30" y="44" width="40" height="32" rx="3" fill="{c}"/><path d="M50 44v32M30 56h40" stroke="{l}" '
    'stroke-width="5"/><path d="M50 44c-4-14-20-10-12 0zm0 0c4-14 20-10 12 0z" fill="{d}"/>',
}


@cache
def picture(name: str) -> str | None:
    """The SVG text of /demo/images/{name}, or None where there is no such picture."""
    product = next((item for item in products() if f"{item.handle}.svg" == name), None)
    if product is None:
        return None
    tones = {"c": product.colour, "d": _toned(product.colour, 0.62), "l": _toned(product.colour, 1.6)}
    shape = _SHAPES[product.shape]
    for tone, colour in tones.items():
        shape = shape.replace(f"{{{tone}}}", colour)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600" viewBox="0 0 100 100" role="img">'
        f"<title>{product.title.replace('&', '&amp;')}</title>"
        f'<rect width="100" height="100" fill="#f4efe6"/><ellipse cx="50" cy="79" rx="30" ry="3.5" fill="#e2d9ca"/>'
        f"{shape}</svg>"
    )


def _toned(colour: str, times: float) -> str:
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{min(255, round(part * times)):02x}" for part in parts)
