"""The pictures of the demo shop's products, generated as SVG instead of image files."""

from functools import cache

from abandoned_checkouts.demo.data_files import table
from abandoned_checkouts.demo.products import products


@cache
def _shapes() -> dict[str, str]:
    return {name: "".join(elements) for name, elements in table("shapes").items()}


@cache
def picture(name: str) -> str | None:
    """The SVG of /demo/images/{name}, or None if no product has that name."""
    product = next((item for item in products() if f"{item.handle}.svg" == name), None)
    if product is None:
        return None
    tones = {"c": product.colour, "d": _toned(product.colour, 0.62), "l": _toned(product.colour, 1.6)}
    shape = _shapes()[product.shape]
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
