"""What a shop's own people do: flows, saved searches, settings, erasure over HTTP, and pages to look at checkouts."""
