"""Who is booked reads where the file of her visit is, where the stack has a public address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.desk.events import Pressed, Said
from chalicelib.page import calendars
from infra.tabletop import Tabletop
from tests.engine.world import LOCAL, NOW, shipped

HER = "700000001"
PUBLIC = "https://abc123.execute-api.eu-central-1.amazonaws.com/api"


def booked(public: str, told: str = "маникюр завтра в 17, Анна, 89000000001", yes: str = "consent:yes") -> Tabletop:
    top = Tabletop(shipped(), NOW, LOCAL)
    top.office = replace(top.office, settings=replace(top.office.settings, public_url=public))
    top.happens(Said("telegram:1", NOW, "telegram", HER, told))
    top.happens(Pressed("telegram:2", NOW, "telegram", HER, yes))
    return top


def last_reply(top: Tabletop) -> str:
    replies = [effect.text for turn in top.table.history for effect in turn.effects if effect.kind == "reply"]
    return replies[-1]


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ("маникюр завтра в 17, Анна, 89000000001", "Добавить в календарь: "),
        ("manicure tomorrow at 5 pm, my name is Anna, +79000000001", "Add it to your calendar: "),
    ],
)
def test_who_is_booked_reads_where_the_file_of_her_visit_is(told: str, line: str):
    top = booked(PUBLIC, told)
    (visit,) = top.table.booked
    link = PUBLIC + calendars.address("calendar-secret", "visit", visit)
    assert last_reply(top).endswith(f"\n\n{line}{link}")


def test_the_link_opens_the_file_of_her_visit():
    top = booked(PUBLIC)
    name = last_reply(top).rpartition("/")[2]
    office = calendars.Calendars(top.table, top.office.secrets, lambda: top.now)
    file = calendars.visit(name, office)
    assert file is not None
    assert "SUMMARY:Маникюр" in file


def test_without_a_public_address_there_is_no_such_line():
    assert "календарь" not in last_reply(booked(""))


def test_a_pack_without_the_text_says_no_such_line():
    rules = shipped()
    booking = rules.registry.booking
    texts = booking.texts.model_copy(update={"calendar": None})
    registry = rules.registry.model_copy(update={"booking": booking.model_copy(update={"texts": texts})})
    top = Tabletop(rules.model_copy(update={"registry": registry}), NOW, LOCAL)
    top.office = replace(top.office, settings=replace(top.office.settings, public_url=PUBLIC))
    top.happens(Said("telegram:1", NOW, "telegram", HER, "маникюр завтра в 17, Анна, 89000000001"))
    top.happens(Pressed("telegram:2", NOW + timedelta(minutes=1), "telegram", HER, "consent:yes"))
    assert "вы записаны" in last_reply(top)
    assert PUBLIC not in last_reply(top)
