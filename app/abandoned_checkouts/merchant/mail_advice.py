"""What to do if a mail server does not take a mail."""

from collections.abc import Mapping

from abandoned_checkouts.checkouts.mail_problems import MailProblemKind
from abandoned_checkouts.merchant.words import _

ADVICE: Mapping[MailProblemKind, str] = {
    "connection_refused": _(
        "Nothing answers at this host and port. Check both in ABANDONED_CHECKOUTS_SMTP_URL: smtp:// is usually port "
        "587, smtps:// port 465."
    ),
    "unknown_name": _("Check the name of the host in ABANDONED_CHECKOUTS_SMTP_URL."),
    "unreachable": _(
        "Check the host and the port in ABANDONED_CHECKOUTS_SMTP_URL, and that this server may connect to it: smtp:// "
        "is usually port 587, smtps:// port 465."
    ),
    "timeout": _(
        "The mail server is slow, or a firewall blocks the connection. Check the port in ABANDONED_CHECKOUTS_SMTP_URL, "
        "and try again later."
    ),
    "closed": _(
        "Often the port expects another kind of connection: use smtps:// for port 465, and smtp:// for port 587."
    ),
    "tls": _(
        "Use the host name that is in the certificate of the mail server, smtps:// for port 465, and smtp:// for port "
        "587."
    ),
    "unsupported": _(
        "The mail server lacks something that the settings require. Check starttls= in ABANDONED_CHECKOUTS_SMTP_URL."
    ),
    "sign_in": _("Check the user and the password in ABANDONED_CHECKOUTS_SMTP_URL."),
    "sign_in_needed": _(
        "Write the user and the password into ABANDONED_CHECKOUTS_SMTP_URL: smtp://user:password@host."
    ),
    "sender": _(
        "The mail server does not send for this sender. Use an address of your own domain that the mail server knows."
    ),
    "recipient": _(
        "The mail server does not send to this address. Check the address, and that the server sends mails to other "
        "domains for this user."
    ),
    "busy": _("Try again later. If it stays like this, ask the operator of the mail server."),
    "later": _("Try again later. Some mail servers take the first mail of a new sender only at a second attempt."),
    "too_large": _("Make the mail shorter, or ask the operator of the mail server about its limit."),
    "refused": _(
        "The mail server refused the mail. Often it does not accept the sender: use an address of your own domain."
    ),
    "not_confirmed": _("The mail may have arrived. Look into the mailbox before you try again."),
}
