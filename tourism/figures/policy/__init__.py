"""Definitions of the trade as pure functions (DOMAIN 4.2): counting, periods, charts."""
