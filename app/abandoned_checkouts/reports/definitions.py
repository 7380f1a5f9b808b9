"""The definition of every figure. Pages, the command's docs and docs/reports.md show these texts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """`name` is the figure's name in JSON and CSV, and its anchor on pages."""

    name: str
    title: str
    text: str


def _(text: str) -> str:
    """Marks a text for the translation of the merchant pages."""
    return text


_ALL = (
    Definition(
        "begun",
        _("Begun"),
        _(
            "Checkouts that were started, on the day on which they began. The server counts those that a "
            "platform or storefront reported, and imported abandoned checkouts."
        ),
    ),
    Definition(
        "contact_given", _("Contact given"), _("Begun checkouts whose buyer entered an e-mail address or phone number.")
    ),
    Definition(
        "abandoned",
        _("Abandoned"),
        _(
            "Checkouts with a contact that passed the threshold without a purchase, on the day on which they "
            "passed it. A checkout is abandoned once and stays counted, also when it is recovered later. One "
            "that turns out to have been bought before the threshold is not counted."
        ),
    ),
    Definition(
        "shoppers",
        _("Shoppers"),
        _(
            "The people behind the abandoned checkouts: one for each customer, else for each e-mail address, "
            "else for each phone number. Several checkouts of one shopper are several abandonments."
        ),
    ),
    Definition(
        "abandoned_value",
        _("Abandoned value"),
        _(
            "The sum of the totals of the abandoned checkouts, in the shop's currency at the rate of each "
            "checkout. A total includes tax, shipping and tips, like `totalPriceSet`."
        ),
    ),
    Definition("average_value", _("Average value"), _("The abandoned value divided by the abandoned checkouts.")),
    Definition(
        "reminded",
        _("Reminded"),
        _("Abandoned checkouts for which at least one recovery e-mail was sent, on the day of abandonment."),
    ),
    Definition(
        "visited",
        _("Link visited"),
        _("Abandoned checkouts whose recovery link was opened at least once, on the day of abandonment."),
    ),
    Definition(
        "recovered",
        _("Recovered"),
        _(
            "Abandoned checkouts that were bought: at any time after a visit by the recovery link, else "
            "within the days of attribution (30, or the setting attribution_days). They count on the day of "
            "abandonment, not of purchase."
        ),
    ),
    Definition(
        "recovered_by",
        _("Recovered by"),
        _(
            "How a checkout was recovered, decided at the purchase and recorded: by link if the buyer had "
            "opened the recovery link; after a mail if a recovery e-mail was sent within the days of "
            "attribution before; by itself otherwise. It is a description, not a proof that the mail was the "
            "cause: see lift."
        ),
    ),
    Definition("recovered_value", _("Recovered value"), _("The sum of the totals of the recovered checkouts.")),
    Definition(
        "recovery_rate",
        _("Recovery rate"),
        _(
            "Recovered divided by abandoned, of the checkouts that were abandoned in the same period. A "
            "period is incomplete until the days of attribution after its last day have passed: its rate can "
            "still rise."
        ),
    ),
    Definition("lost", _("Lost"), _("Abandoned checkouts that are not recovered.")),
    Definition("lost_value", _("Lost value"), _("The abandoned value minus the recovered value.")),
    Definition(
        "bought_elsewhere",
        _("Bought elsewhere"),
        _(
            "Abandoned checkouts that are not recovered and whose buyer bought something else within the days "
            "of attribution: another checkout, or an order in any channel. They are not recovered, and count "
            "for lift."
        ),
    ),
    Definition("bought", _("Bought after abandonment"), _("Recovered checkouts, on the day of purchase.")),
    Definition(
        "seconds_to_recovery",
        _("Time to recovery"),
        _(
            "The time from the abandonment to the purchase of the recovered checkouts. Median: half were "
            "bought within it. The second time: nine of ten were."
        ),
    ),
    Definition("mails_sent", _("Mails sent"), _("Recovery e-mails on the day on which they were sent.")),
    Definition("link_visits", _("Link visits"), _("Every visit by a recovery link, on its day.")),
    Definition(
        "skipped",
        _("Skipped steps"),
        _(
            "Steps of flows that did not run, on the day of the decision, by reason. Names and numbers in a "
            "reason are left out."
        ),
    ),
    Definition(
        "slots",
        _("Value and hour"),
        _(
            "Abandoned checkouts by the hour of the abandonment in the shop's time zone, and by total: bands "
            "of 1, 2 and 5 times a power of ten."
        ),
    ),
    Definition(
        "products",
        _("Products"),
        _("Abandoned checkouts that contain the product, and the price of its lines after discounts on the line."),
    ),
    Definition(
        "steps",
        _("Flow steps"),
        _(
            "Mails that a step sent in the period; visits by the recovery link, if this step sent the last mail "
            "before the visit; how often the step was skipped; and the checkouts abandoned in the period that were "
            "recovered by link or after a mail, if this step sent the last mail before the purchase."
        ),
    ),
    Definition(
        "lift",
        _("Lift"),
        _(
            "The share of buyers among the people a flow wrote to, minus the share among those it held out, "
            "with a 95-percent interval (Newcombe). The difference of the money per person has Welch's "
            "interval. With too few people there is no figure, but the number of people who are missing."
        ),
    ),
    Definition(
        "change", _("Change"), _("The difference to the equally long period before, as a share of that period.")
    ),
)
DEFINITIONS = {each.name: each for each in _ALL}
