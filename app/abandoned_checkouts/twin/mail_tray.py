"""Replaces the mail server of a twin that has none: mails are only recorded in the journal."""

from email.message import EmailMessage

from abandoned_checkouts.work.mail_server import MailProblem, MailServer


class MailTray(MailServer):
    """Accepts every mail and does not send it."""

    @classmethod
    def without_server(cls, sender: str | None) -> "MailTray":
        """`sender` is the setting `mail_from`."""
        return cls(host="", port=0, user=None, password=None, tls=False, starttls=None, sender=sender)

    async def send(self, message: EmailMessage) -> MailProblem | None:
        return None
