"""How an abandoned checkout was recovered: by its link, after a mail, or by itself."""

from abandoned_checkouts.reports.facts import How


def recovered_how(bought_at: int, visited_at: int | None, last_mail_at: int | None, window: int) -> How:
    """By the link if the buyer had opened it; after a mail if one was sent within `window` before; else by itself.

    `last_mail_at` is the last mail before the purchase. All arguments are in microseconds.
    """
    if visited_at is not None and visited_at <= bought_at:
        return "link"
    if last_mail_at is not None and last_mail_at <= bought_at < last_mail_at + window:
        return "mail"
    return "itself"
