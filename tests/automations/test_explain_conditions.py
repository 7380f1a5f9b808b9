"""Conditions in words."""

from abandoned_checkouts.automations.explain_conditions import cart_texts, condition_texts, texts_of_flow
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.automations.sentences import ENGLISH


def test_conditions_of_a_branch_and_of_the_flow() -> None:
    condition = {
        "cart": {"items": ">2", "products": [{"vendor": "Acme", "title": "*pot*"}, {"id": 7}], "discount": ["A", "B"]},
        "person": {"days_since_order": "<30", "abandonments": "<=3", "first_abandonment": True},
    }
    flow = parse_flow({"name": "N", "steps": [{"if": condition, "then": [{"create_task": "Call"}]}]})
    (branch,) = (each for each in flow.conditions_used() if each.cart)
    assert list(condition_texts(branch, "EUR", ENGLISH)) == [
        "the number of items in the cart is > 2",
        "a product in the cart has vendor acme and title *pot* or id 7",
        "the discount code A or B is used",
        "the number of days since the last order is < 30",
        "the number of abandoned checkouts is <= 3",
        "this is the buyer's first abandoned checkout",
    ]
    assert list(cart_texts(branch.cart, "EUR", ENGLISH))[2] == "the discount code A or B is used"
    # Without mails, the consent does not matter.
    assert list(texts_of_flow(flow, "EUR", ENGLISH)) == []
