"""Says what the conditions of a flow or a branch are, one text for each, without a full stop."""

from collections.abc import Iterator

from abandoned_checkouts.automations.cart_conditions import STOCK_TEXTS, CartConditions
from abandoned_checkouts.automations.flow import Condition, Flow
from abandoned_checkouts.automations.person_conditions import PersonConditions
from abandoned_checkouts.automations.sentences import Sentences, _, one_of
from abandoned_checkouts.checkouts.money import format_price

# By the name of the number, which begins with cart_ for a cart (see comparison). Amounts have a currency.
_NUMBERS = {
    "cart_value": _("the value of the cart is %(comparison)s %(currency)s"),
    "cart_items": _("the number of items in the cart is %(comparison)s"),
    "orders": _("the number of earlier orders is %(comparison)s"),
    "days_since_order": _("the number of days since the last order is %(comparison)s"),
    "abandonments": _("the number of abandoned checkouts is %(comparison)s"),
    "abandoned_value": _("the value of abandoned checkouts is %(comparison)s %(currency)s"),
}
_SUBSCRIBER_STATES = {
    "subscribed": _("subscribed"),
    "not_subscribed": _("not subscribed"),
    "pending": _("pending"),
    "unsubscribed": _("unsubscribed"),
}


def condition_texts(condition: Condition, currency: str, words: Sentences) -> Iterator[str]:
    """`currency` is the shop's."""
    yield from _searches(condition, words)
    yield from cart_texts(condition.cart, currency, words)
    yield from _person_texts(condition.person, currency, words)


def texts_of_flow(flow: Flow, currency: str, words: Sentences) -> Iterator[str]:
    """The conditions that a flow checks before each step."""
    found = flow.conditions
    yield from _searches(found.condition, words)
    if found.minimum_value is not None:
        amount = format_price(found.minimum_value)
        yield words.text(_("the total is at least %(amount)s %(currency)s"), amount=amount, currency=currency)
    if found.exclude:
        yield words.text(_("the address is not %(addresses)s"), addresses=one_of(words, found.exclude))
    yield from cart_texts(found.cart, currency, words)
    yield from _person_texts(found.person, currency, words)
    if flow.sends_mails:
        consents = found.consent == "subscribed"
        yield words.text(
            _("for mails: the buyer consented to marketing")
            if consents
            else _("for mails: the buyer did not unsubscribe")
        )


def _searches(condition: Condition, words: Sentences) -> Iterator[str]:
    if condition.query is not None:
        yield words.text(_("the search '%(query)s' finds the checkout"), query=condition.query)
    if condition.saved_search is not None:
        yield words.text(_("the saved search '%(name)s' finds the checkout"), name=condition.saved_search)


def cart_texts(conditions: CartConditions, currency: str, words: Sentences) -> Iterator[str]:
    for each in conditions.comparisons:
        yield words.text(_NUMBERS[each.name], comparison=each, **_currency_if_used(each.name, currency))
    if conditions.products:
        products = one_of(words, [str(match) for match in conditions.products])
        yield words.text(_("a product in the cart has %(products)s"), products=products)
    if isinstance(conditions.discount, bool):
        yield words.text(_("a discount is used") if conditions.discount else _("no discount is used"))
    elif conditions.discount:
        yield words.text(_("the discount code %(codes)s is used"), codes=one_of(words, conditions.discount))
    if conditions.stock:
        yield one_of(words, [words.text(STOCK_TEXTS[state]) for state in conditions.stock])


def _person_texts(conditions: PersonConditions, currency: str, words: Sentences) -> Iterator[str]:
    for each in conditions.comparisons:
        yield words.text(_NUMBERS[each.name], comparison=each, **_currency_if_used(each.name, currency))
    if conditions.first_abandonment is not None:
        yield words.text(
            _("this is the buyer's first abandoned checkout")
            if conditions.first_abandonment
            else _("this is not the buyer's first abandoned checkout")
        )
    if conditions.subscriber:
        states = [words.text(_SUBSCRIBER_STATES[state]) for state in conditions.subscriber]
        yield words.text(_("the buyer's e-mail marketing is %(states)s"), states=one_of(words, states))


def _currency_if_used(name: str, currency: str) -> dict[str, object]:
    return {"currency": currency} if "%(currency)s" in _NUMBERS[name] else {}
