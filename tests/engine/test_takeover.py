"""A colleague takes a client over, writes to her, and gives her back: nobody is left waiting (SLA-001 §7, §8)."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.desk.events import Answered, OnDuty
from chalicelib.desk.values import DESK
from chalicelib.watch import watch
from tests.engine.duty_night import ANOTHER, AT_TWO, COMPLAINT, HER, DutyNight
from tests.engine.world import Death, World, shipped


def taken(colleague: str = "marina") -> DutyNight:
    """A complaint that a colleague has taken with one tap."""
    night = DutyNight()
    night.says(COMPLAINT)
    night.taps(colleague, "Беру")
    night.seen(), night.read()
    return night


def test_who_takes_a_client_sees_what_was_said_and_the_client_is_told_her_name():
    night = DutyNight()
    night.says("здравствуйте, сколько стоит окрашивание?")
    night.says(COMPLAINT)
    night.read()
    night.taps("marina", "Беру")
    transcript = night.wakes[-1].text
    assert "02:00 Клиент: здравствуйте, сколько стоит окрашивание?" in transcript and COMPLAINT in transcript
    assert "02:00 Ночник: " in transcript
    assert night.read() == ["Теперь с вами на связи Марина."]


def test_her_words_reach_the_client_and_the_clients_words_reach_her():
    night = taken()
    night.writes("marina", "Добрый вечер! Расскажите, что случилось?")
    assert night.read() == ["Марина: Добрый вечер! Расскажите, что случилось?"]
    night.says("цвет совсем не тот")
    assert (night.read(), night.seen()) == ([], [(0, "marina", "note")])
    assert night.wakes[-1].text.endswith("цвет совсем не тот")


def test_the_desk_is_silent_whatever_the_client_writes():
    night = taken()
    for text in ("запишите меня на маникюр завтра", "сколько стоит стрижка", "оператор", "верните деньги"):
        night.says(text)
    assert night.read() == []
    assert night.conversation().alarm is None
    assert set(night.seen()) == {(0, "marina", "note")}


def test_a_life_in_danger_is_answered_all_the_same():
    night = taken()
    night.says("я не хочу больше жить")
    assert any("112" in text for text in night.read())


def test_it_is_given_back_with_a_tap_and_both_sides_are_told():
    night = taken()
    night.writes("marina", "Всё решили, ждём вас завтра!")
    night.read()
    night.taps("marina", "Вернуть помощнику")
    assert night.read() == [shipped().sla.handover.returned]
    assert night.wakes[-1].text.startswith("Клиента снова ведёт помощник")
    assert (night.conversation().owner, night.conversation().taken) == (DESK, None)
    night.says("сколько стоит маникюр?")
    assert "1 500 ₽" in night.read()[0]


def test_silence_of_both_gives_it_back():
    night = taken()
    night.writes("marina", "Хорошо, договорились")
    night.seen(), night.read()
    night.passes(29)
    assert night.seen() == []
    night.passes(2)
    assert (night.seen(), night.read()) == ([(30, "marina", "note")], [shipped().sla.handover.returned])


def test_a_client_who_waits_in_vain_is_called_for_anew():
    night = taken()
    night.passes(9)
    assert night.seen() == []
    night.passes(10)
    assert night.seen() == [
        (10, "marina", "telegram"),
        (13, "marina", "telegram"), (13, "marina", "bitrix24"),
        (15, "marina", "smsru"), (15, "marina", "zvonok"),
        (18, "svetlana", "telegram"), (18, "svetlana", "smsru"),
    ]  # fmt: skip
    notices = [wake.text for wake in night.wakes[-7:] if wake.channel in ("telegram", "bitrix24")]
    assert len(notices) == 4 and all("ЖДЁТ ОТВЕТА УЖЕ 10 МИН" in notice for notice in notices)


def test_each_of_her_words_begins_the_wait_anew_and_the_clients_second_does_not():
    night = taken()
    night.passes(8)
    night.writes("marina", "минуту")
    night.passes(5)
    night.says("жду")
    night.passes(8)
    night.says("ну что?")
    night.seen()
    night.passes(3)
    assert night.seen() == [(23, "marina", "telegram")], "ten minutes after «жду»"


def test_only_who_has_the_client_writes_to_her():
    night = taken()
    first = next(wake for wake in night.wakes if wake.step)
    night.writes("svetlana", "Здравствуйте!", to=first)
    assert night.read() == []
    assert night.wakes[-1].text.startswith("Этим уже занимается Марина")


def test_a_reply_to_the_notice_takes_the_client_and_says_it():
    night = DutyNight()
    night.says(COMPLAINT)
    night.read()
    night.writes("marina", "Здравствуйте, я разберусь", to=night.wakes[0])
    (said,) = night.read()
    assert said == "Теперь с вами на связи Марина.\n\nМарина: Здравствуйте, я разберусь"
    assert night.conversation().owner == "marina"


def test_who_writes_to_nobody_is_told_how_to():
    night = DutyNight()
    night.writes("marina", "доброй ночи")
    assert night.seen() == [(0, "marina", "chat")]


def test_words_go_to_the_client_she_took_last_or_answers_to():
    night = taken()
    night.says(COMPLAINT, ANOTHER)
    of_first = next(wake for wake in reversed(night.wakes) if wake.text.startswith("Вы взяли"))
    night.taps("marina", "Беру", night.wakes[-1])
    night.read()
    night.writes("marina", "это второй")
    night.writes("marina", "это первой", to=of_first)
    night.writes("marina", "и это первой")
    texts = {address: [line.text for line in night.conversation(address).lines if line.who == "marina"]
             for address in (HER, ANOTHER)}  # fmt: skip
    assert texts == {HER: ["это первой", "и это первой"], ANOTHER: ["это второй"]}


def test_the_owner_who_answers_from_her_phone_silences_the_desk_as_well():
    night = DutyNight()
    night.says("сколько стоит маникюр?")
    night.happens(Answered("telegram:app", night.top.now, "telegram", HER))
    night.read()
    night.says("а педикюр?")
    assert (night.read(), night.conversation().owner) == ([], "svetlana")
    night.passes(11)
    assert (10, "marina", "telegram") in night.seen(), "whoever is on duty, when the owner does not answer"


# ---------------------------------------------------------------- promises


def test_a_promise_in_her_words_is_kept_or_climbs():
    night = taken()
    night.writes("marina", "Уточню у мастера и перезвоню через 20 минут")
    (promise,) = night.conversation().promises
    assert (promise.owner, promise.until) == ("marina", AT_TWO + timedelta(minutes=20))
    night.taps("marina", "Вернуть помощнику")
    night.seen()
    night.passes(23)
    assert night.seen() == [
        (17, "marina", "telegram"), (20, "marina", "telegram"), (20, "marina", "bitrix24"),
        (22, "marina", "smsru"), (22, "marina", "zvonok"),
    ]  # fmt: skip
    assert [choice.title for choice in night.wakes[-4].choices] == ["Беру", "Не могу", "Сделано"]


def test_a_promise_that_is_kept_wakes_nobody():
    night = taken()
    night.writes("marina", "перезвоню через 20 минут")
    night.passes(18)
    night.taps("marina", "Сделано")
    night.seen()
    night.passes(11)
    assert night.conversation().promises == ()
    assert [page for page in night.seen() if page[2] != "note"] == []


def test_a_promise_is_shown_to_who_takes_over():
    night = DutyNight()
    night.says(COMPLAINT)
    night.passes(16)
    night.taps("svetlana", "Беру")
    assert "Обещано: 09:30 (Светлана): Простите, что приходится ждать" in night.wakes[-1].text


# ---------------------------------------------------------------- the rota in the chat


def test_a_swap_is_agreed_by_two_taps_and_who_is_woken_changes_at_once():
    night = DutyNight()
    night.writes("marina", "подмени меня сегодня ночью")
    assert {page[1] for page in night.seen()} == {"anna", "olga", "marina"}, "Svetlana is in reserve herself"
    night.taps("anna", shipped().rota.texts.take)
    assert {page[1] for page in night.seen()} >= {"anna", "marina"}
    night.says(COMPLAINT)
    assert night.seen()[0] == (0, "anna", "telegram")


def test_everyone_is_told_in_the_evening_and_once():
    night = DutyNight(begins=AT_TWO.replace(hour=shipped().rota.told_at.hour, minute=shipped().rota.told_at.minute + 1))
    watch(night.top.office)
    told = [event for event in night.top.queues.events.values() if isinstance(event, OnDuty)]
    assert len(told) == 3 and all("25.11" in event.text for event in told)
    for event in told:
        night.happens(event)
    assert len([page for page in night.seen() if page[2] == "chat"]) == 3
    watch(night.top.office)
    for event in list(night.top.queues.events.values()):
        night.happens(event)
    assert night.seen() == []


# ---------------------------------------------------------------- crashes


def test_a_taking_that_dies_anywhere_is_finished_once():
    alive = _night_until_taken(Death())
    for moment in range(1, alive.death.passed + 1):
        world = _night_until_taken(Death(frozenset({moment})))
        (conversation,) = [one for one in world.table.conversations.values() if one.address == HER]
        assert conversation.taken is not None and conversation.taken.by == "marina", moment
        assert len(set(world.messenger.texts(HER))) == len(set(alive.messenger.texts(HER))), moment
        assert all(turn.finished for turn in world.table.turns.values()), moment


def _night_until_taken(death: Death) -> World:
    """A complaint and a tap, on a stack that may die at one moment."""
    from chalicelib.desk.events import Pressed, Said

    world = World(death=death)
    world.deliver(Said("telegram:1", world.now, "telegram", HER, COMPLAINT))
    world.settle()
    body = next(request.json for request in world.messenger.sent if request.json and "reply_markup" in request.json)
    button = body["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    world.deliver(Pressed("telegram:2", world.now, "telegram", str(body["chat_id"]), button, "Беру"))
    world.settle()
    return world
