"""Shopify's webhooks as a sender makes them: which topic an event has, its body by version, its headers, its filter."""
