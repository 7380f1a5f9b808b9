"""Flows in plain English."""

from abandoned_checkouts.automations.explain import explain
from abandoned_checkouts.automations.flow import DEFAULT
from abandoned_checkouts.automations.parse_flows import parse_flow


def test_the_default_flow() -> None:
    assert explain(parse_flow(DEFAULT), "USD", "UTC").splitlines() == [
        '"Two reminders" starts when a checkout is abandoned.',
        "It does not start for checkouts that are older than 2 days.",
        "It continues only if:",
        "- for mails: the buyer did not unsubscribe",
        "1. Wait 1 hour: send a mail with the shop's template.",
        "2. Wait 1 day: send a mail with the shop's template.",
        "It ends when the buyer buys, here or elsewhere.",
    ]


def test_each_condition_wait_and_action() -> None:
    flow = parse_flow(
        {
            "name": "All",
            "trigger": "updated",
            "holdout": "2.5%",
            "only_if": {
                "query": "total_price:>9",
                "saved_search": "Big",
                "consent": "subscribed",
                "minimum_value": "49.9",
                "exclude": ["*@shop.example"],
                "newer_than_days": 1,
                "person": {
                    "orders": ">=2",
                    "abandoned_value": "<100",
                    "first_abandonment": False,
                    "subscriber": ["subscribed", "pending"],
                },
            },
            "steps": [
                {"send_notification": "https://example.com/hook"},
                {"wait": "1 day"},
                {"wait_until": "09:00"},
                {"create_task": "Call"},
                {"wait": "90 minutes"},
                {"apply_discount": "TEN"},
                {"send_email": {"template": "{{ unsubscribe_link }}"}},
            ],
        }
    )
    assert explain(flow, "EUR", "Europe/Berlin").splitlines() == [
        '"All" starts when a checkout changes; each change starts the flow again.',
        "It does not start for checkouts that are older than 1 day.",
        "It continues only if:",
        "- the search 'total_price:>9' finds the checkout",
        "- the saved search 'Big' finds the checkout",
        "- the total is at least 49.90 EUR",
        "- the address is not *@shop.example",
        "- the number of earlier orders is >= 2",
        "- the value of abandoned checkouts is < 100.00 EUR",
        "- this is not the buyer's first abandoned checkout",
        "- the buyer's e-mail marketing is subscribed or pending",
        "- for mails: the buyer consented to marketing",
        "It leaves 2.5% of people alone, to measure its effect.",
        "1. At once: send the checkout to https://example.com/hook.",
        "2. Wait 1 day, wait until 09:00 (Europe/Berlin): create the task 'Call'.",
        "3. Wait 90 minutes: apply the discount code 'TEN' to the recovery link, unless the buyer got one in the last "
        "30 days.",
        "4. At once: send a mail with its own template.",
        "It ends when the buyer buys, here or elsewhere.",
    ]


def test_branches_are_nested() -> None:
    task = {"create_task": "Call"}
    flow = parse_flow(
        {
            "name": "Nested",
            "only_if": {"cart": {"stock": ["all", "some"]}},
            "steps": [
                {"wait": "1 hour"},
                {
                    "if": {"cart": {"value": [">=100", "<300"]}, "person": {"orders": 0}},
                    "then": [task, {"if": {"query": "teapot"}, "else": [task]}],
                    "else": [{"wait_until": {"at": "tuesday 10:00", "zone": "buyer"}}],
                },
                task,
            ],
        }
    )
    assert explain(flow, "EUR", "UTC").splitlines()[2:] == [
        "It continues only if:",
        "- all products are still available or some products are sold out",
        "1. Wait 1 hour: if the value of the cart is >= 100.00 EUR and the value of the cart is < 300.00 EUR and the "
        "number of earlier orders is = 0:",
        "   1.1. At once: create the task 'Call'.",
        "   1.2. At once: unless the search 'teapot' finds the checkout:",
        "      1.2.1. At once: create the task 'Call'.",
        "   Otherwise:",
        "   1.3. Wait until Tuesday 10:00 (where the buyer is): continue.",
        "2. At once: create the task 'Call'.",
        "It ends when the buyer buys, here or elsewhere.",
    ]


def test_discounts() -> None:
    sources = (
        {"code": "TEN", "again_after_days": 0},
        {"list": "spring", "again_after_days": 1},
        {"webhook": "https://x.example/codes", "valid_days": 7},
    )
    flow = parse_flow({"name": "Gifts", "steps": [{"apply_discount": source} for source in sources]})
    assert explain(flow, "EUR", "UTC").splitlines()[2:-1] == [
        "1. At once: apply the discount code 'TEN' to the recovery link.",
        "2. At once: apply the next discount code of the list 'spring' to the recovery link, unless the buyer got one "
        "in the last 1 day.",
        "3. At once: apply a new discount code, valid for 7 days, to the recovery link, once https://x.example/codes "
        "has accepted it, unless the buyer got one in the last 30 days.",
    ]
