"""The calendars outside."""
