"""The filter of a webhook subscription against its documented rules."""

from typing import Any

import pytest

from abandoned_checkouts.shopify.formats.webhooks.filter import FilterError, check_filter, matches

PRODUCT: dict[str, Any] = {
    "id": 788032119674292922,
    "title": "Album cover T-shirt",
    "status": "active",
    "vendor": None,
    "published": True,
    "updated_at": "2021-12-31T19:00:00-05:00",
    "variants": [{"price": "5.00", "sku": "A"}, {"price": "19.99", "sku": "b c"}],
    "line_items": [{"properties": [{"name": "_x", "value": 1}]}],
}


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("", True),
        ("id:788032119674292922", True),
        ("status:active", True),
        ("status:Active", False),
        ("title:Album*", True),
        ("title:album*", False),
        ("title:Album", False),
        ('title:"Album cover T-shirt"', True),
        ("variants.price:>=10.00", True),
        ("variants.price:>20", False),
        ("variants.price:5", True),
        ("variants.price:<10 AND variants.price:>10", True),
        ("variants.sku:'b c'", True),
        ("line_items.properties.name:_x", True),
        ("id:*", True),
        ("vendor:*", False),
        ("-vendor:*", True),
        ("-invalid_field:*", True),
        ("invalid_field:1", False),
        ("-invalid_field:1", False),
        ("NOT status:draft", True),
        ("status:draft OR published:true", True),
        ("invalid_field:1 OR status:active", True),
        ("status:active,draft", True),
        ("title:>5", False),
        ("-title:>5", False),
        ("updated_at:>'2021-12-31T23:00:00Z'", True),
        ("updated_at:>'2022-01-01T01:00:00Z'", False),
        ("(status:active AND id:1) OR published:false", False),
    ],
)
def test_filters(text: str, passed: bool) -> None:
    assert matches(text, PRODUCT) is passed, text


def problem(text: str) -> str | None:
    """The reason why the filter is refused; None if it is accepted."""
    try:
        check_filter(text)
    except FilterError as refused:
        return str(refused)
    return None


@pytest.mark.parametrize("text", ["shirt", "status:active shirt", "AND", "status:active OR (a:1 b)"])
def test_a_filter_without_a_field_is_refused(text: str) -> None:
    with pytest.raises(FilterError, match="please ensure you specify the field"):
        check_filter(text)


@pytest.mark.parametrize(
    "text",
    [
        "(status:active",
        "status:active)",
        "(status:active) (",
        'title:"Album',
        "title:'Album",
        "status:",
        "id:>",
        "id:>= ",
        "(id:<)",
        "status:active AND",
        "status:active OR",
        "OR status:active",
        "status:active AND OR id:1",
        "status:active NOT",
        "status:active (AND id:1)",
        "id:1 ()",
        "status:active -",
    ],
)
def test_a_filter_of_wrong_syntax_is_refused(text: str) -> None:
    with pytest.raises(FilterError, match="The specified filter is invalid"):
        check_filter(text)


@pytest.mark.parametrize(
    "text",
    [
        "(status:active)",
        'title:"it\'s ("',
        "title:'a \"b'",
        "title:O'Brien",
        "title:rock-'n'-roll",
        "title:\\(x",
        'title:a\\"',
        "title:AND",
        "-(status:active OR id:1)",
        "NOT status:active",
        "vendor:'' status:\"\"",
        "title:'a \\' b'",
        "sku:a-",
        "updated_at:>'2021-12-31T23:00:00Z'",
        "tags:a,'b c',\"d\"",
    ],
)
def test_a_filter_of_right_syntax_is_taken(text: str) -> None:
    assert problem(text) is None
    assert problem(f"({text}") is not None, "the same filter with an open parenthesis is refused"


def test_a_filter_that_is_too_long_is_refused() -> None:
    with pytest.raises(FilterError, match="exceeds the maximum allowed size"):
        check_filter("id:1 " * 13_107 + "i")


@pytest.mark.parametrize("text", ["variants.price:>=10.00 AND (status:active OR -vendor:*)", ""])
def test_a_filter_that_is_accepted_can_match(text: str) -> None:
    assert problem(text) is None
    assert matches(text, PRODUCT)
