"""Flows: what a shop wants done about checkouts that are left. Pure rules; the work is done by work/flow_runner."""
