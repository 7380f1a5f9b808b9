"""The definition of every figure. Pages, the command's docs and docs/reports.md show these texts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """`name` is the figure's name in JSON and CSV, and its anchor on pages."""

    name: str
    title: str
    text: str


_ALL = (
    Definition(
        "begun",
        "Begun",
        "Checkouts that were started, on the day on which they began. The server counts those that a platform or "
        "storefront reported, and imported abandoned checkouts.",
    ),
    Definition(
        "contact_given",
        "Contact given",
        "Begun checkouts whose buyer entered an e-mail address or phone number.",
    ),
    Definition(
        "abandoned",
        "Abandoned",
        "Checkouts with a contact that passed the threshold without a purchase, on the day on which they passed it. A "
        "checkout is abandoned once and stays counted, also when it is recovered later. One that turns out to have "
        "been bought before the threshold is not counted.",
    ),
    Definition(
        "shoppers",
        "Shoppers",
        "The people behind the abandoned checkouts: one for each customer, else for each e-mail address, else for each "
        "phone number. Several checkouts of one shopper are several abandonments.",
    ),
    Definition(
        "abandoned_value",
        "Abandoned value",
        "The sum of the totals of the abandoned checkouts, in the shop's currency at the rate of each checkout. A "
        "total includes tax, shipping and tips, like `totalPriceSet`.",
    ),
    Definition("average_value", "Average value", "The abandoned value divided by the abandoned checkouts."),
    Definition(
        "reminded",
        "Reminded",
        "Abandoned checkouts for which at least one recovery e-mail was sent, on the day of abandonment.",
    ),
    Definition(
        "visited",
        "Link visited",
        "Abandoned checkouts whose recovery link was opened at least once, on the day of abandonment.",
    ),
    Definition(
        "recovered",
        "Recovered",
        "Abandoned checkouts that were bought: at any time after a visit by the recovery link, else within the days of "
        "attribution (30, or the setting attribution_days). They count on the day of abandonment, not of purchase.",
    ),
    Definition(
        "recovered_by",
        "Recovered by",
        "How a checkout was recovered, decided at the purchase and recorded: by link if the buyer had opened the "
        "recovery link; after a mail if a recovery e-mail was sent within the days of attribution before; by itself "
        "otherwise. It is a description, not a proof that the mail was the cause: see lift.",
    ),
    Definition("recovered_value", "Recovered value", "The sum of the totals of the recovered checkouts."),
    Definition(
        "recovery_rate",
        "Recovery rate",
        "Recovered divided by abandoned, of the checkouts that were abandoned in the same period. A period is "
        "incomplete until the days of attribution after its last day have passed: its rate can still rise.",
    ),
    Definition("lost", "Lost", "Abandoned checkouts that are not recovered."),
    Definition("lost_value", "Lost value", "The abandoned value minus the recovered value."),
    Definition(
        "bought_elsewhere",
        "Bought elsewhere",
        "Abandoned checkouts that are not recovered and whose buyer bought something else within the days of "
        "attribution: another checkout, or an order in any channel. They are not recovered, and count for lift.",
    ),
    Definition(
        "bought",
        "Bought after abandonment",
        "Recovered checkouts, on the day of purchase.",
    ),
    Definition(
        "seconds_to_recovery",
        "Time to recovery",
        "The time from the abandonment to the purchase of the recovered checkouts. Median: half were bought within "
        "it. 90 %: nine of ten were.",
    ),
    Definition("mails_sent", "Mails sent", "Recovery e-mails on the day on which they were sent."),
    Definition("link_visits", "Link visits", "Every visit by a recovery link, on its day."),
    Definition(
        "skipped",
        "Skipped steps",
        "Steps of flows that did not run, on the day of the decision, by reason. Names and numbers in a reason are "
        "left out.",
    ),
    Definition(
        "slots",
        "Value and hour",
        "Abandoned checkouts by the hour of the abandonment in the shop's time zone, and by total: bands of 1, 2 and 5 "
        "times a power of ten.",
    ),
    Definition(
        "products",
        "Products",
        "Abandoned checkouts that contain the product, and the price of its lines after discounts on the line.",
    ),
    Definition(
        "steps",
        "Flow steps",
        "Mails that a step sent in the period, and the checkouts abandoned in the period that were recovered by link "
        "or after a mail, if this step sent the last mail before the purchase.",
    ),
    Definition(
        "lift",
        "Lift",
        "The share of buyers among the people a flow wrote to, minus the share among those it held out, with a 95 % "
        "interval (Newcombe). The difference of the money per person has Welch's interval. With too few people there "
        "is no figure, but the number of people who are missing.",
    ),
    Definition(
        "change",
        "Change",
        "The difference to the equally long period before, as a share of that period.",
    ),
)
DEFINITIONS = {each.name: each for each in _ALL}
