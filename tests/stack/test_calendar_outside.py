"""The diary and Bitrix24's booking in step, on the stack that goes to AWS."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from sandbox.accounts import BITRIX24_PATH
from tests.stack.night import Night, eventually
from tests.stack.stand import Stack

pytestmark = pytest.mark.stack
ZONE = ZoneInfo("Europe/Samara")
ANNA, OLGA = 112, 113
EVERY_MINUTE = {"version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events", "account": "1",
                "time": "2026-11-22T00:00:00Z", "region": "us-east-1", "resources": [], "detail": {}}  # fmt: skip


def portal(night: Night, method: str, **given: Any) -> Any:
    answer = requests.post(f"{night.page}{BITRIX24_PATH}/booking.v1.booking.{method}", json=given, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def day_of(weekday: int) -> datetime:
    """Midnight of the next such weekday but one in Samara: nothing of today's hours matters."""
    today = datetime.now(UTC).astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=(weekday - today.weekday()) % 7 + 7)


def booked_there(night: Night, resource: int, begins: datetime, minutes: int) -> int:
    ends = begins + timedelta(minutes=minutes)
    period = {
        end: {"timestamp": int(moment.timestamp()), "timezone": ZONE.key}
        for end, moment in (("from", begins), ("to", ends))
    }
    return portal(night, "add", fields={"resourceIds": [resource], "name": "По телефону", "datePeriod": period})["id"]


def there(night: Night, day: datetime) -> list[dict[str, Any]]:
    within = {"dateFrom": int(day.timestamp()), "dateTo": int((day + timedelta(days=1)).timestamp())}
    return portal(night, "list", filter={"within": within}, order={"id": "ASC"})["booking"]


def entries(stack: Stack, who: str, day: datetime) -> dict[str, str]:
    row = stack.client("dynamodb").get_item(
        TableName=stack.table, Key={"pk": {"S": "diary"}, "sk": {"S": f"{day.date()}#{who}"}}, ConsistentRead=True
    )
    found = row.get("Item", {}).get("entries", {}).get("M", {})
    return {name: written["S"] for name, written in found.items()}


def a_minute_passes(stack: Stack) -> None:
    answer = stack.client("lambda").invoke(FunctionName=stack.function("Step"), Payload=json.dumps(EVERY_MINUTE))
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_the_calendar_is_looked_at_every_minute(stack: Stack) -> None:
    rules = stack.client("events").list_rules()["Rules"]
    (rule,) = [rule for rule in rules if f"{stack.name}-Step" in rule["Name"]]
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(1 minute)", "ENABLED")


def test_a_visit_made_there_takes_the_time_here_and_gives_it_back(stack: Stack, night: Night) -> None:
    day = day_of(3)
    number = booked_there(night, OLGA, day + timedelta(hours=11), 60)
    a_minute_passes(stack)
    eventually(lambda: entries(stack, "olga", day).get(f"b24-{number}") == "660-720")
    portal(night, "delete", id=number)
    a_minute_passes(stack)
    eventually(lambda: f"b24-{number}" not in entries(stack, "olga", day))


def test_a_visit_made_here_appears_there_and_a_conflict_wakes_a_person_and_overwrites_nothing(
    stack: Stack, night: Night
) -> None:
    day, phone = day_of(4), "telegram-1"
    night.newcomer(phone)
    told = f"Хочу на маникюр {day:%d.%m} в 17:00, меня зовут Анна, +79000000001"
    night.press(phone, night.say(phone, told), "consent:yes")
    made = eventually(lambda: there(night, day))
    assert [(one["resourceIds"], one["datePeriod"]["from"]["timestamp"], one["name"]) for one in made] == [
        ([ANNA], int((day + timedelta(hours=17)).timestamp()), "Маникюр, Анна")
    ]
    visit = made[0]["description"].partition("nochnik:")[2]
    assert entries(stack, "anna", day)[visit] == "1020-1110"
    a_minute_passes(stack)
    assert [name for name in entries(stack, "anna", day) if name.startswith("b24-")] == []

    number = booked_there(night, ANNA, day + timedelta(hours=16, minutes=30), 60)
    a_minute_passes(stack)
    differs = [text for text in eventually(lambda: _differs(night)) if "17:00" in text]
    assert len(differs) == 1
    assert "16:30–17:30" in differs[0]
    a_minute_passes(stack)
    a_minute_passes(stack)
    assert entries(stack, "anna", day) == {visit: "1020-1110", f"b24-{number}": "990-1020"}
    assert [one["id"] for one in there(night, day)] == [made[0]["id"], number]
    assert len(_differs(night)) == 1, "the same difference wakes nobody twice"


def _differs(night: Night) -> list[str]:
    return [text for text in night.duty_texts() if "КАЛЕНДАРЬ РАСХОДИТСЯ" in text]
