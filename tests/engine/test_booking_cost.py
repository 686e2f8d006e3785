"""What a booking asks of the table: after the choice of a time, one read and one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.aws.memory import AT_ONCE
from chalicelib.desk.effects import DeliverLead, SetTimer
from chalicelib.desk.events import Pressed, Said, conversation_id
from chalicelib.ports import Turn
from infra.tabletop import Tabletop
from tests.engine.world import LOCAL, shipped

NIGHT = datetime(2026, 11, 24, 19, 40, tzinfo=UTC)
HER = "700000001"


@dataclass
class Counted:
    """A table that remembers what it was asked for."""

    inner: Any
    calls: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if not callable(found):
            return found

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(name)
            return found(*args, **kwargs)

        return counted


def test_the_choice_of_an_offered_time_costs_one_read_and_one_transaction():
    top = Tabletop(shipped(), NIGHT, LOCAL)
    for number, text in enumerate(["запишите на маникюр завтра вечером, я Анна, 8 900 000-00-01", "да"]):
        top.happens(Said(f"telegram:{number}", NIGHT, "telegram", HER, text))
    offered = top.table.conversations[conversation_id("telegram", HER)].times[0]
    table = Counted(top.table)
    top.office = replace(top.office, memory=table)
    turns = top.happens(Pressed("telegram:9", NIGHT, "telegram", HER, f"slot:{offered.id}"))
    assert "вы записаны" in turns[0].effects[-1].text
    asked = [call for call in table.calls if call not in ("pack", "done")]
    assert asked == ["load", "save"]


def test_two_services_cost_no_more_than_one():
    top = Tabletop(shipped(), NIGHT, LOCAL)
    told = "запишите на маникюр и педикюр завтра, я Анна, 8 900 000-00-01"
    for number, text in enumerate([told, "да"]):
        top.happens(Said(f"telegram:{number}", NIGHT, "telegram", HER, text))
    offered = top.table.conversations[conversation_id("telegram", HER)].times[0]
    table = Counted(top.table)
    top.office = replace(top.office, memory=table)
    turns = top.happens(Pressed("telegram:9", NIGHT, "telegram", HER, f"slot:{offered.id}"))
    assert [visit.slot.service for visit in turns[0].visits] == ["manicure", "pedicure"]
    asked = [call for call in table.calls if call not in ("pack", "done")]
    assert asked == ["load", "save"]


def test_the_largest_booking_fits_into_one_transaction():
    """An implantation takes a doctor, an assistant, a chair and a surgery; she tells all of it in five bubbles."""
    top = Tabletop(shipped("demo-clinic"), NIGHT, LOCAL)
    top.happens(Said("telegram:0", NIGHT, "telegram", HER, "здравствуйте, хочу записаться"))
    top.happens(Said("telegram:1", NIGHT, "telegram", HER, "да"))
    told = ["имплантация", "в пятницу", "в 10:00", "Анна", "8 900 000-00-01"]
    bubbles = [Said(f"telegram:1{n}", NIGHT, "telegram", HER, text) for n, text in enumerate(told)]
    (turn,) = top.happens(*bubbles)[:1]
    assert [visit.state for visit in turn.visits] == ["booked"]
    assert _rows(turn) <= AT_ONCE


def test_several_services_in_one_message_fit_into_one_transaction_as_well():
    """All of it is known and told in five bubbles, the times are kept and booked in the same turn."""
    top = Tabletop(shipped("demo-clinic"), NIGHT, LOCAL)
    top.happens(Said("telegram:0", NIGHT, "telegram", HER, "здравствуйте, хочу записаться"))
    top.happens(Said("telegram:1", NIGHT, "telegram", HER, "да"))
    told = ["имплантация, потом чистка", "в пятницу", "в 10:00", "Анна", "8 900 000-00-01"]
    bubbles = [Said(f"telegram:1{n}", NIGHT, "telegram", HER, text) for n, text in enumerate(told)]
    (turn,) = top.happens(*bubbles)[:1]
    assert [visit.slot.service for visit in turn.visits] == ["implant", "hygiene"]
    assert _rows(turn) <= AT_ONCE


def test_a_booking_with_which_she_agrees_and_shows_her_number_fits_as_well():
    """What was kept for her while she read about consent is booked with all she tells then."""
    top = Tabletop(shipped("demo-clinic"), NIGHT, LOCAL)
    top.happens(Said("telegram:0", NIGHT, "telegram", HER, "имплантация, потом чистка, в пятницу в 10:00, Анна"))
    contact = Said("telegram:14", NIGHT, "telegram", HER, "", medium="contact", phone="+79000000001")
    agreed = [Said(f"telegram:1{n}", NIGHT, "telegram", HER, text) for n, text in enumerate(["да", "ну", "вот", "мой"])]
    (turn,) = top.happens(*agreed, contact)[:1]
    assert [visit.slot.service for visit in turn.visits] == ["implant", "hygiene"]
    assert turn.consent and turn.person and turn.reach
    assert _rows(turn) <= AT_ONCE


def _rows(turn: Turn) -> int:
    """Of one transaction (`aws.memory.save`)."""
    effects = [effect for effect in turn.effects if isinstance(effect, SetTimer | DeliverLead)]
    once = (turn.consent, turn.person, turn.reach, turn.open, turn.over, turn.swaps)
    many = (turn.joined, effects, turn.visits, turn.diary, turn.waits, turn.waits_no_more)
    return 2 + sum(map(bool, once)) + sum(map(len, many))
