"""Why flows did not run a step, in the reader's language.

The log and the sums have these reasons in English, with names and numbers, or with … in their places. Here are all of
them, so that a page can show them in another language. A reason that another server sent is shown as it is.
"""

import re

from abandoned_checkouts.checkouts.mail_problems import SENTENCES
from abandoned_checkouts.merchant.known_texts import KnownTexts
from abandoned_checkouts.merchant.words import Words, _

REASONS: tuple[str, ...] = (
    _("the flow was turned off"),
    _("the flow was deleted"),
    _("the flow was changed"),
    _("the flow started again"),
    _("the step was removed from the flow"),
    _("the step failed"),
    _("the shop was deleted"),
    _("the checkout was deleted"),
    _("the checkout was recovered"),
    _("the checkout was completed"),
    _("the merchant closed the checkout"),
    _("the buyer bought elsewhere"),
    _("held out"),
    _("the total is below %(amount)s %(currency)s"),
    _("the address is excluded"),
    _("the saved search '%(name)s' does not exist"),
    _("the search does not match the checkout"),
    _("the value of the cart is not %(comparison)s"),
    _("the number of items in the cart is not %(comparison)s"),
    _("no product in the cart has %(products)s"),
    _("no discount is used"),
    _("a discount is used"),
    _("the discount code %(codes)s is not used"),
    _("all products are still available"),
    _("some products are sold out"),
    _("all products are sold out"),
    _("the number of earlier orders is not %(comparison)s"),
    _("the number of days since the last order is not %(comparison)s"),
    _("the number of abandoned checkouts is not %(comparison)s"),
    _("the value of abandoned checkouts is not %(comparison)s"),
    _("this is the buyer's first abandoned checkout"),
    _("this is not the buyer's first abandoned checkout"),
    _("the buyer is %(state)s, not %(states)s"),
    _("the buyer has no e-mail address"),
    _("the buyer unsubscribed"),
    _("the buyer has not consented to marketing"),
    _("the mail has a discount code, and there is none for this checkout"),
    _("the buyer received a discount code less than %(number)s day ago"),
    _("the buyer received a discount code less than %(number)s days ago"),
    _("the buyer received another discount code meanwhile, or none is left"),
    _("no discount codes are left in the list '%(name)s'"),
    _("the cart is empty"),
    _("all products in the cart are sold out"),
    _("another abandoned checkout of the buyer is more significant"),
    _("the flow '%(name)s' already writes to the buyer"),
    _("the buyer received %(number)s mails in seven days; the limit is %(most)s"),
    _("the address does not exist or refuses mails (hard bounce)"),
    _("the mailbox did not take the mail (soft bounce)"),
    _("the receiver marked a mail as spam (complaint)"),
    _("the last %(number)s mails bounced"),
    _("no mail server; set ABANDONED_CHECKOUTS_SMTP_URL"),
    _("no mail server; set ABANDONED_CHECKOUTS_SMTP_URL; the mail waited longer than newer_than_days (%(number)s)"),
    _("quiet hours %(hours)s (%(zone)s)"),
    _("the shop's webhook did not accept the discount code: %(problem)s"),
    _(
        "the shop's webhook did not accept the discount code: %(problem)s; it was asked for newer_than_days "
        "(%(number)s)"
    ),
    _("the server stopped while it sent the mail; %(problem)s"),
    _("the mail cannot be created: %(problem)s"),
    _("the title cannot be filled in: %(problem)s"),
    _("the mail cannot be signed: %(problem)s"),
    # Written by earlier versions.
    _("the mail server answered %(answer)s"),
    _("the mail server did not confirm the mail: %(answer)s"),
    _("it is not known whether the mail was sent, so it is not sent again"),
    _("due %(time)s"),
)
_KNOWN = KnownTexts((*REASONS, *SENTENCES.values()))
_WAITS = re.compile(r"waits until (?P<time>\S+): (?P<reason>.+)", re.DOTALL)
_LONGEST = 2_000


def reason_text(words: Words, reason: str) -> str:
    """The reason in the reader's language. Names before it, such as that of the flow, stay. What another server said
    after it is quoted."""
    if len(reason) > _LONGEST:
        return reason
    places = [match.start() for match in re.finditer(": ", reason)]
    whole = _translated(words, reason)
    if whole is not None:
        return whole
    for place in places:
        after = _translated(words, reason[place + 2 :])
        if after is not None:
            return f"{reason[:place]}: {after}"
    for place in places:
        before = _translated(words, reason[:place])
        if before is not None:
            return f"{before}: {words.quoted(reason[place + 2 :])}"
    return reason


def _translated(words: Words, reason: str) -> str | None:
    waits = _WAITS.fullmatch(reason)
    if waits is not None:
        why = reason_text(words, waits["reason"])
        return words.text(_("waits until %(time)s: %(reason)s"), time=waits["time"], reason=why)
    return _KNOWN.translated(words, reason, nested=("problem",), quoted=("answer",))
