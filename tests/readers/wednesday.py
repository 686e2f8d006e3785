"""The night on which the messages of these tests are written."""

from datetime import datetime
from zoneinfo import ZoneInfo

NOW = datetime(2026, 11, 18, 23, 40, tzinfo=ZoneInfo("Europe/Samara"))
