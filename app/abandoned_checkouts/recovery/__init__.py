"""What buyers see: the page behind the recovery link, the mails that lead to it, and the way out of them."""
