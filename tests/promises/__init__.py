"""What is promised of the program as a whole, proven by force: kills, storms of writers, hostile receivers.

Small in the ordinary suite; each can be run at any size, as `python -m tests.promises.deliveries --kills 100`.
"""
