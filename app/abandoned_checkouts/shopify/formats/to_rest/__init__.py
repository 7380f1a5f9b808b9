"""From nouns to REST JSON: one module per noun.

Takes a Checkout or Customer and returns JSON objects. Imports values/, and from_rest/ for names that both use.
"""
