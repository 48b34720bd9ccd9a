"""Calendars of prices."""
