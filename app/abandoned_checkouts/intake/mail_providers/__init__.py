"""The webhooks of mail providers: from each provider's JSON to reports of bounces and complaints.

Takes the body of a request; returns MailReports. Each module has one provider. Imports checkouts/ and http_kit/.
"""
