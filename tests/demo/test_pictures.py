"""The demo shop's pictures."""

from xml.etree import ElementTree

from abandoned_checkouts.demo.pictures import picture
from abandoned_checkouts.demo.products import products


def test_every_product_has_a_picture_that_can_be_drawn() -> None:
    for product in products():
        drawn = picture(product.image_path.rpartition("/")[2])
        assert drawn is not None, product.title
        assert "{" not in drawn and ElementTree.fromstring(drawn).tag.endswith("svg")
    assert picture("../secret.svg") is None
