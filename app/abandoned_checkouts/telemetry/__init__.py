"""What operators see of a running server: log lines, metrics and traces.

Other packages report to it: `note_…` in `current`, `count` in `counters`, `span` in `spans`. What is turned off costs a
comparison, and its library is not imported. It imports no other package of ours.
"""
