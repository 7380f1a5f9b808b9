"""A mail provider's report that a mail bounced, or that its receiver complained."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["hard_bounce", "soft_bounce", "complaint"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# How logs and the timeline name each kind.
LABELS: dict[Kind, str] = {
    "hard_bounce": "the address does not exist or refuses mails (hard bounce)",
    "soft_bounce": "the mailbox did not take the mail (soft bounce)",
    "complaint": "the receiver marked a mail as spam (complaint)",
}
# This many mails in a row that bounce softly stop further mails, as one hard bounce does.
SOFT_BOUNCES = 3
_LONGEST_REASON, _LONGEST_ID = 500, 200


@dataclass(frozen=True, slots=True)
class MailReport:
    """`event_id` is the provider's id of the event. `message_id` is the header Message-ID of the mail, without `<>`,
    if the provider reports it. `happened_at` is in microseconds; None if the report has no readable time."""

    event_id: str
    kind: Kind
    address: str
    reason: str = ""
    happened_at: int | None = None
    message_id: str | None = None


def report(
    event_id: object, kind: Kind, address: object, reason: object, happened_at: int | None, message_id: object = None
) -> MailReport | None:
    """A report from values of a provider's JSON; None if they have no address."""
    if not isinstance(address, str) or "@" not in address:
        return None
    # Some providers repeat the address as in the header: "Ada <ada@example.com>".
    plain = address.rpartition("<")[2].partition(">")[0].strip()
    text = " ".join(str(reason or "").split())[:_LONGEST_REASON]
    known = str(message_id).strip().strip("<>")[:_LONGEST_ID] if isinstance(message_id, str) and message_id else None
    return MailReport(str(event_id)[:_LONGEST_ID], kind, plain, text, happened_at, known)
