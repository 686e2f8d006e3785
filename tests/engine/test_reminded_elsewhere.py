"""A reminder through the engine: booked in WhatsApp, reminded in Telegram; only under a number that is proven."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo

from chalicelib.desk.effects import Wake
from chalicelib.desk.events import Blocked, Event, Pressed, Said, conversation_id
from chalicelib.desk.values import Conversation
from chalicelib.wire import Response
from tests.engine.world import World, shipped

ANNA, NUMBER, PHONE = "700000001", "79000000001", "+79000000001"
STRANGER = "700000009"
SAMARA = ZoneInfo("Europe/Samara")
BOTH = {"telegram": ANNA, "whatsapp": NUMBER}
FORBIDDEN = Response(403, b'{"ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}')
_numbers = count(1)


def salon() -> World:
    world = World()
    world.table.rules = shipped()
    return world


def does(world: World, event: Event) -> None:
    assert world.deliver(event)
    world.settle()


def writes(world: World, channel: str, text: str, who: str | None = None, phone: str | None = None) -> None:
    number = PHONE if channel == "whatsapp" else phone
    does(world, Said(f"m:{next(_numbers)}", world.now, channel, who or BOTH[channel], text, phone=number))


def presses(world: World, channel: str, choice: str, who: str | None = None) -> None:
    does(world, Pressed(f"p:{next(_numbers)}", world.now, channel, who or BOTH[channel], choice, receipt="r"))


def shares_her_number_in_telegram(world: World, who: str = ANNA) -> None:
    writes(world, "telegram", "Здравствуйте", who)
    presses(world, "telegram", "consent:yes", who)
    does(world, Said(f"m:{next(_numbers)}", world.now, "telegram", who, "", "contact", phone=PHONE))


def types_a_number_in_telegram(world: World, who: str) -> None:
    writes(world, "telegram", "Хочу на стрижку, меня зовут Вера, +79000000001", who)
    presses(world, "telegram", "consent:yes", who)


def books_in_whatsapp(world: World) -> str:
    writes(world, "whatsapp", "Хочу на маникюр 26 ноября в 17, меня зовут Анна")
    presses(world, "whatsapp", "consent:yes")
    (visit,) = world.table.booked
    return visit


def comes(world: World, day: int, hour: int = 17) -> None:
    """The clock comes to an hour of November in Samara; what is due about visits rings on the way."""
    until = datetime(2026, 11, day, hour, 1, tzinfo=SAMARA)
    while due := [one for one in world.queues.timers.values() if one.timer == "visit" and one.at <= until]:
        world.ring(min(due, key=lambda timer: timer.at).token)
        world.settle()
    world.now = until.astimezone(UTC)


def of(world: World, channel: str) -> Conversation:
    return world.table.conversations[conversation_id(channel, BOTH[channel])]


def in_whatsapp(world: World) -> list[str]:
    """The texts that went to WhatsApp, buttons left out."""
    bodies = [request.json for request in world.messenger.sent if request.url.endswith("/messages")]
    return [body["interactive"]["body"]["text"] if "interactive" in body else body["text"]["body"] for body in bodies]


def test_booked_in_whatsapp_she_is_reminded_in_telegram_and_confirms_there():
    world = salon()
    shares_her_number_in_telegram(world)
    visit = books_in_whatsapp(world)
    said_in_whatsapp = len(in_whatsapp(world))
    comes(world, 25)
    assert world.messenger.texts(ANNA)[-1].startswith("Анна, здравствуйте! Напоминаем: чт 26.11.2026 в 17:00 ждём вас")
    assert len(in_whatsapp(world)) == said_in_whatsapp
    presses(world, "telegram", f"visit:confirm:{visit}")
    assert [of(world, channel).visits[-1].state for channel in BOTH] == ["confirmed", "confirmed"]
    assert world.table.booked[visit].state == "confirmed"


def test_what_she_moves_and_cancels_there_is_so_everywhere():
    world = salon()
    shares_her_number_in_telegram(world)
    visit = books_in_whatsapp(world)
    comes(world, 25)
    writes(world, "telegram", "перенесите на 27 ноября в 12")
    assert "Перенёс вашу запись: Маникюр, пт 27.11.2026 в 12:00" in world.messenger.texts(ANNA)[-1]
    assert [of(world, channel).visits[-1].slot.hour for channel in BOTH] == ["2026-11-27T12:00"] * 2
    writes(world, "whatsapp", "отмените запись")
    writes(world, "whatsapp", "да")
    assert [of(world, channel).visits[-1].state for channel in BOTH] == ["cancelled"] * 2
    assert all(not page.has(visit) for page in world.table.pages.values())


def test_whoever_is_faster_than_the_news_moves_the_visit_as_it_stands_now():
    world = salon()
    shares_her_number_in_telegram(world)
    visit = books_in_whatsapp(world)
    comes(world, 25)
    assert world.deliver(Said("t:1", world.now, "telegram", ANNA, "перенесите на 27 ноября в 12"))
    news = dict(world.queues.events)
    world.queues.events.clear()
    assert world.deliver(Said("w:1", world.now, "whatsapp", NUMBER, "перенесите на 28 ноября в 12", phone=PHONE))
    world.queues.events.update(news)
    world.settle()
    taken = [page.date.day for page in world.table.pages.values() if page.has(visit)]
    assert taken == [28]
    assert [of(world, channel).visits[-1].slot.hour for channel in BOTH] == ["2026-11-28T12:00"] * 2


def test_the_timers_of_a_visit_that_was_moved_there_ring_where_it_was_made():
    world = salon()
    shares_her_number_in_telegram(world)
    books_in_whatsapp(world)
    comes(world, 25)
    writes(world, "telegram", "перенесите на 28 ноября в 12")
    before = len(world.messenger.texts(ANNA))
    set_anew = [one for one in world.queues.timers.values() if one.timer == "visit" and one.at.day >= 27]
    assert {one.conversation for one in set_anew} == {conversation_id("whatsapp", NUMBER)}
    comes(world, 27, 13)
    assert [text[:40] for text in world.messenger.texts(ANNA)[before:]] == ["Анна, здравствуйте! Напоминаем: сб 28.11"]


def test_whoever_types_her_number_gets_none_of_her_reminders_and_a_person_calls():
    world = salon()
    types_a_number_in_telegram(world, STRANGER)
    books_in_whatsapp(world)
    before = len(world.messenger.texts(STRANGER))
    comes(world, 25)
    assert len(world.messenger.texts(STRANGER)) == before
    woken = [effect for effect in world.table.history[-1].effects if isinstance(effect, Wake)]
    assert [effect.reason for effect in woken] == ["promise"]


def test_whoever_types_her_number_has_his_own_reminders_not_sent_to_her():
    """He books in Telegram with her number and blocks the bot; she has a proven one in WhatsApp."""
    world = salon()
    writes(world, "whatsapp", "Здравствуйте, хочу на стрижку")
    presses(world, "whatsapp", "consent:yes")
    writes(world, "telegram", "Хочу на маникюр 26 ноября в 17, меня зовут Вера, +79000000001", STRANGER)
    presses(world, "telegram", "consent:yes", STRANGER)
    does(world, Blocked("b:1", world.now, "telegram", STRANGER))
    before = len(in_whatsapp(world))
    comes(world, 25)
    assert len(in_whatsapp(world)) == before


def test_a_bot_that_is_blocked_when_the_reminder_comes_sends_it_to_whatsapp_within_its_day():
    world = salon()
    shares_her_number_in_telegram(world)
    writes(world, "telegram", "Хочу на маникюр 26 ноября в 17, меня зовут Анна")
    comes(world, 25, 9)
    writes(world, "whatsapp", "Здравствуйте")
    presses(world, "whatsapp", "consent:yes")
    world.messenger.refusals = [FORBIDDEN]
    comes(world, 25)
    assert "Напоминаем: чт 26.11.2026 в 17:00" in in_whatsapp(world)[-1]
    assert not of(world, "telegram").reachable


def test_who_withdraws_her_consent_in_telegram_is_not_reminded_there():
    world = salon()
    shares_her_number_in_telegram(world)
    books_in_whatsapp(world)
    writes(world, "telegram", "отзываю согласие на обработку данных")
    assert [reach.channel for reach in world.table.reached(PHONE)] == ["whatsapp"]
    before = len(world.messenger.texts(ANNA))
    comes(world, 25)
    assert len(world.messenger.texts(ANNA)) == before
    (visit,) = world.table.booked.values()
    assert visit.stands


def test_who_withdraws_where_she_has_booked_is_forgotten_in_both():
    world = salon()
    shares_her_number_in_telegram(world)
    books_in_whatsapp(world)
    comes(world, 25)
    writes(world, "whatsapp", "отзываю согласие на обработку данных")
    assert (of(world, "telegram").visits, world.table.booked) == ((), {})
    assert [reach.channel for reach in world.table.reached(PHONE)] == ["telegram"]
