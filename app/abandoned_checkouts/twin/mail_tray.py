"""Replaces the mail server of a twin that has none: mails are only stored, and the journal shows them."""

from abandoned_checkouts.work.mail_server import HandOver, MailProblem, MailServer, handed_over
from abandoned_checkouts.work.outgoing_mail import OutgoingMail


class MailTray(MailServer):
    """Accepts every mail and does not send it."""

    @classmethod
    def without_server(cls, sender: str | None) -> "MailTray":
        """`sender` is the setting `mail_from`."""
        return cls(host="", port=0, user=None, password=None, tls=False, starttls=None, sender=sender)

    async def send(self, mail: OutgoingMail, hand_over: HandOver = handed_over) -> MailProblem | None:
        return None if await hand_over() else MailProblem("another process sends the mail", again=False)
