"""The texts for states, events, activities and scheduled steps."""

from abandoned_checkouts.merchant.words import _

LABELS = {
    "checkout_created": _("Checkout started"),
    "checkout_updated": _("Checkout updated"),
    "checkout_completed": _("Completed"),
    "checkout_abandoned": _("Abandoned"),
    "checkout_recovered": _("Recovered"),
    "checkout_lapsed": _("Recovery period ended"),
    "checkout_closed": _("Closed by the merchant"),
    "checkout_reopened": _("Reopened by the merchant"),
    "checkout_deleted": _("Deleted"),
    "checkout_withdrawn": _("Bought before it was abandoned"),
    "checkout_erased": _("Buyer's data erased"),
    "recovery_link_visited": _("Recovery link visited"),
    "SCHEDULED": _("Scheduled"),
    "EMAIL_SENT": _("E-mail sent"),
    "EMAIL_NOT_SENT": _("E-mail not sent"),
    "hard_bounce": _("E-mail bounced; no more e-mails are sent to the address"),
    "soft_bounce": _("E-mail bounced for now"),
    "complaint": _("Marked as spam; no more e-mails are sent to the address"),
    "bought_elsewhere": _("Bought elsewhere"),
    "NOTIFICATION_SENT": _("Notification sent"),
    "TASK_CREATED": _("Task created"),
    "AUTOMATION_SKIPPED": _("Automation skipped"),
    "send_email": _("E-mail scheduled"),
    "send_notification": _("Notification scheduled"),
    "create_task": _("Task scheduled"),
    "apply_discount": _("Discount code scheduled"),
    "if": _("Decision scheduled"),
    "wait": _("Waiting"),
}
# The states of a checkout (see checkouts/lifecycle): text and colour.
STATES = {
    "open": (_("Open"), ""),
    "completed": (_("Completed"), "good"),
    "abandoned": (_("Abandoned"), "warn"),
    "recovered": (_("Recovered"), "good"),
    "lapsed": (_("Recovery period ended"), ""),
}
EMAIL_STATES = {
    "sent": _("sent"),
    "not_sent": _("not sent"),
    "scheduled": _("scheduled"),
    "suppressed": _("suppressed"),
}
# The consent of a customer to mails of marketing.
CONSENT_STATES = {
    "SUBSCRIBED": _("subscribed"),
    "NOT_SUBSCRIBED": _("not subscribed"),
    "PENDING": _("not confirmed yet"),
    "UNSUBSCRIBED": _("unsubscribed"),
    "REDACTED": _("unsubscribed"),
    "INVALID": _("the address is invalid"),
}
