"""The page's API: what it shows, how it waits for news, what it can do."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from far_fakes import RULES, Far

from chalicelib.desk.events import conversation_id
from sandbox.cloud import PendingTimer, Seen, Talk, Turn
from sandbox.phones import conversation_of as conversation_of_phone

ANNA = conversation_id("telegram", "700000001")


def reply(text: str, channel: str = "telegram", address: str = "700000001") -> dict[str, Any]:
    return {"kind": "reply", "channel": channel, "address": address, "text": text}


def turn(version: int, effects: list[dict[str, Any]], *because: str, **more: str) -> Turn:
    return Turn(version, f"2026-11-25T19:40:{version:02}+00:00", tuple(effects), because, **more)


def seen(*turns: Turn, **state: Any) -> Seen:
    talk = Talk({"id": ANNA, "stage": "qualifying", "owner": "desk", "asked": "time", "misses": 0, **state}, turns)
    return Seen(rules=RULES, talks={ANNA: talk})


def reasons(far: Far, phone_id: str) -> list[tuple[str, list[str]]]:
    return [(message["text"], message["because"]) for message in far.phone(phone_id)["messages"]]


def test_a_new_sandbox_has_three_clients_and_the_colleagues_of_the_pack(far: Far) -> None:
    page = far.state()
    assert page["now"] == "2026-11-25T19:40:00+00:00"
    assert page["business"] == {"name": "Салон «Лён»", "zone": "Europe/Samara", "phone": "+79000000002"}
    assert [(phone["id"], phone["address"], phone["profile"]) for phone in page["phones"]] == [
        ("telegram-1", "700000001", "Анна"),
        ("whatsapp-1", "79000000001", "Ольга"),
        ("instagram-1", "17840000000000001", "Мария"),
    ]
    assert [(phone["id"], phone["who"]) for phone in page["duty"]] == [("duty-900000001", "Ольга, администратор")]
    assert page["queues"] == {"inbox_dead": 0, "deliveries_dead": 0, "deliveries": 0}


def test_a_colleague_who_left_the_pack_has_no_phone(far: Far) -> None:
    far.state()
    business = {**RULES["business"], "staff": []}
    far.stack.seen = Seen(rules={**RULES, "business": business})
    far.box.overview.look(now=True)
    assert far.state()["duty"] == []


def test_the_agency_of_the_pack_has_a_phone_that_is_no_colleagues(far: Far) -> None:
    far.stack.seen = Seen(rules={**RULES, "business": {**RULES["business"], "agency": {"telegram": "900000009"}}})
    far.box.overview.look(now=True)
    far.telegram("sendMessage", chat_id=900000009, text="Вебхук снят")
    (agency,) = far.state()["agency"]
    assert (agency["id"], agency["who"], [message["text"] for message in agency["messages"]]) == (
        "agency-900000009", "Агентство", ["Вебхук снят"],
    )  # fmt: skip
    assert [phone["id"] for phone in far.state()["duty"]] == ["duty-900000001"]
    far.stack.seen = Seen(rules=RULES)
    far.box.overview.look(now=True)
    assert far.state()["agency"] == []


def test_the_heartbeat_shows_when_it_was_last_called(far: Far) -> None:
    assert far.state()["heartbeat"] is None
    assert far.client.get("/heartbeat").status_code == 200
    assert far.state()["heartbeat"] == "2026-11-25T19:40:00+00:00"


def test_the_conversation_is_shown_as_the_stack_keeps_it(far: Far) -> None:
    far.stack.seen = seen()
    assert far.phone("telegram-1")["conversation"] == {
        "id": ANNA, "stage": "qualifying", "owner": "desk", "asked": "time",
    }  # fmt: skip
    assert far.phone("whatsapp-1")["conversation"] is None


def test_every_answer_shows_its_clauses(far: Far) -> None:
    far.stack.seen = seen(
        turn(1, [reply("Здравствуйте"), reply("Согласны?")], "RP-002 greeting", "DP-001"),
        turn(2, [reply("На какое время?")], "RP-001 preferred_time"),
    )
    far.do("phones/telegram-1/text", {"text": "Привет"})
    for text in ("Здравствуйте", "Согласны?", "На какое время?"):
        far.telegram("sendMessage", chat_id=700000001, text=text)
    assert reasons(far, "telegram-1") == [
        ("Привет", []),
        ("Здравствуйте", ["RP-002 greeting", "DP-001"]),
        ("Согласны?", ["RP-002 greeting", "DP-001"]),
        ("На какое время?", ["RP-001 preferred_time"]),
    ]


def test_a_whatsapp_client_is_known_by_her_user_id(far: Far) -> None:
    olga = conversation_id("whatsapp", "RU.79000000001")
    said = Talk({"id": olga, "stage": "new"}, (turn(1, [reply("Да", "whatsapp", "RU.79000000001")], "RP-002"),))
    far.stack.seen = Seen(rules=RULES, talks={olga: said})
    far.do("phones/whatsapp-1/text", {"text": "Привет"})
    far.whatsapp(to=None, recipient="RU.79000000001", type="text", text={"body": "Да"})
    assert reasons(far, "whatsapp-1") == [("Привет", []), ("Да", ["RP-002"])]


def test_the_same_words_twice_keep_their_own_clauses(far: Far) -> None:
    far.stack.seen = seen(turn(1, [reply("Не поняла")], "RP-002 §1"), turn(2, [reply("Не поняла")], "RP-002 §2"))
    for _ in range(2):
        far.telegram("sendMessage", chat_id=700000001, text="Не поняла")
    assert reasons(far, "telegram-1") == [("Не поняла", ["RP-002 §1"]), ("Не поняла", ["RP-002 §2"])]


def test_a_reply_cut_in_two_has_its_clauses_twice(far: Far) -> None:
    far.stack.seen = seen(turn(1, [reply("Первая часть. Вторая часть.")], "RP-002 other"))
    for part in ("Первая часть.", "Вторая часть."):
        far.telegram("sendMessage", chat_id=700000001, text=part)
    assert reasons(far, "telegram-1") == [
        ("Первая часть.", ["RP-002 other"]), ("Вторая часть.", ["RP-002 other"]),
    ]  # fmt: skip


def test_a_call_for_a_colleague_shows_its_clauses_on_her_phone(far: Far) -> None:
    wake = {"kind": "wake", "colleague": "olga", "channel": "telegram", "address": "900000001", "text": "Клиент ждёт"}
    far.stack.seen = seen(turn(1, [wake], "SLA-001 §2"))
    far.telegram("sendMessage", chat_id=900000001, text="Клиент ждёт")
    assert reasons(far, "duty-900000001") == [("Клиент ждёт", ["SLA-001 §2"])]


def behind(far: Far, phone_id: str = "telegram-1") -> list[tuple[str, str | None, str]]:
    return [(message["text"], message["turn"], message["reader"]) for message in far.phone(phone_id)["messages"]]


def test_a_message_and_its_answer_show_their_turn_and_who_understood_it(far: Far) -> None:
    far.stack.seen = seen(turn(1, [reply("На какое время?")], "RP-002", event="telegram:550000001", reader="phrases"))
    far.do("phones/telegram-1/text", {"text": "Хочу стрижку"})
    far.telegram("sendMessage", chat_id=700000001, text="На какое время?")
    far.do("phones/telegram-1/text", {"text": "Завтра"})
    assert behind(far) == [
        ("Хочу стрижку", "telegram:550000001", "phrases"),
        ("На какое время?", "telegram:550000001", "phrases"),
        ("Завтра", None, ""),
    ]


@pytest.mark.parametrize("channel", ["whatsapp", "instagram"])
def test_metas_messages_are_known_by_their_ids(far: Far, channel: str) -> None:
    (phone,) = [phone for phone in far.box.state.phones("client") if phone.channel == channel]
    message = far.do(f"phones/{channel}-1/text", {"text": "Хочу стрижку"}).json["message"]
    told = turn(1, [], "RP-002", event=f"{channel}:{message}", reader="gpt")
    talk = Talk({"id": "c", "stage": "new"}, (told,))
    far.stack.seen = Seen(rules=RULES, talks={conversation_of_phone(phone): talk})
    far.box.overview.look(now=True)
    assert behind(far, f"{channel}-1") == [("Хочу стрижку", f"{channel}:{message}", "gpt")]


def test_bubbles_that_were_answered_together_have_one_turn(far: Far) -> None:
    first, second = "telegram:550000001", "telegram:550000002"
    far.stack.seen = seen(
        turn(1, [reply("На какое время?")], "RP-002", event=first, reader="phrases"),
        turn(1, [], event=second, joined_to=first),
    )
    for text in ("Хочу", "стрижку"):
        far.do("phones/telegram-1/text", {"text": text})
    assert behind(far) == [("Хочу", first, "phrases"), ("стрижку", first, "phrases")]


def test_a_bubble_is_of_the_same_group_also_before_its_turn_is_seen(far: Far) -> None:
    far.stack.seen = seen(turn(0, [], event="telegram:550000001", joined_to="telegram:9"))
    far.do("phones/telegram-1/text", {"text": "Хочу"})
    assert behind(far) == [("Хочу", "telegram:9", "")]


def test_an_answer_whose_turn_forgot_what_it_said_keeps_its_reasons(far: Far) -> None:
    far.stack.seen = seen(
        turn(0, [], "DP-001", event="telegram:1"),
        turn(1, [], event="telegram:2", joined_to="telegram:1"),
        replace(turn(2, [], "RP-002", event="telegram:3"), at="2026-11-25T19:41:00+00:00"),
    )
    far.telegram("sendMessage", chat_id=700000001, text="Согласны?")
    far.wall += timedelta(minutes=2)
    far.telegram("sendMessage", chat_id=700000001, text="До свидания")
    assert reasons(far, "telegram-1") == [("Согласны?", ["DP-001"]), ("До свидания", ["RP-002"])]


@pytest.mark.parametrize(
    ("last", "minutes"), [(turn(2, [reply("Здравствуйте")], "RP-002"), 0), (turn(0, [], "DP-001"), 2)]
)
def test_an_answer_whose_turn_is_not_seen_yet_borrows_no_reasons(far: Far, last: Turn, minutes: int) -> None:
    far.stack.seen = seen(turn(0, [], "DP-001"), last)
    far.wall += timedelta(minutes=minutes, seconds=10)
    far.telegram("sendMessage", chat_id=700000001, text="На какое время?")
    assert reasons(far, "telegram-1") == [("На какое время?", [])]


def test_the_share_of_every_layer_is_counted(far: Far) -> None:
    layers = ["phrases", "phrases", "button", "", "тайный"]
    far.stack.seen = seen(*[turn(number, [], reader=layer) for number, layer in enumerate(layers)])
    assert [(one["id"], one["title"], one["count"]) for one in far.state()["readers"]] == [
        ("button", "кнопка", 1),
        ("choice", "выбор из предложенного", 0),
        ("phrases", "фразы регламента", 2),
        ("gpt", "GPT", 0),
        ("voice", "голос", 0),
        ("тайный", "тайный", 1),
    ]


def test_a_card_shows_every_field_of_the_registry(far: Far) -> None:
    far.state()
    contact = {"name": "Анна", "fm": [{"typeId": "PHONE", "value": "+79000000001"}]}
    far.bitrix24("crm.item.add", entityTypeId=3, fields=contact)
    lead = {
        **contact, "title": "Стрижка, Анна", "stageId": "UC_NIGHT", "sourceId": "OTHER", "assignedById": 7,
        "contactId": 1, "originId": "lead-1", "comments": "Услуга: Стрижка\nВремя: завтра в 15:00\nпросит Иру",
    }  # fmt: skip
    far.bitrix24("crm.item.add", entityTypeId=1, fields=lead)
    crm = far.state()["crm"]
    assert crm["stages"][-1] == {"id": "UC_NIGHT", "title": "Ночная заявка"}
    assert crm["cards"][0] == {
        "id": 1,
        "entity": "lead",
        "title": "Стрижка, Анна",
        "stage": "UC_NIGHT",
        "created": "2026-11-25T22:40:00+03:00",
        "fields": {
            "Услуга": "Стрижка",
            "Время": "завтра в 15:00",
            "Комментарий": "просит Иру",
            "Имя": "Анна",
            "Телефон": "+79000000001",
            "Источник": "Другое",
            "Ответственный": "Ольга",
            "Номер у нас": "lead-1",
        },
    }
    assert (crm["cards"][1]["entity"], crm["cards"][1]["title"]) == ("contact", "Анна")


def test_a_pack_of_deals_has_the_stages_of_deals(far: Far) -> None:
    business = {**RULES["business"], "crm": {"entity": "deal"}}
    far.stack.seen = Seen(rules={**RULES, "business": business})
    stages = [stage["id"] for stage in far.state()["crm"]["stages"]]
    assert (stages[1], stages[-1]) == ("PREPARATION", "UC_NIGHT")


def test_a_timer_somebody_waits_for_is_shown_with_its_owner(far: Far) -> None:
    stale = PendingTimer(f"{ANNA}-t0", ANNA, "silence", "2026-11-25T19:45:00+00:00", "t0")
    timer = PendingTimer(f"{ANNA}-t1", ANNA, "silence", "2026-11-25T19:50:00+00:00", "t1")
    far.stack.seen = replace(seen(silence="t1"), timers=(stale, timer))
    assert far.state()["timers"] == [
        {
            "name": f"{ANNA}-t1",
            "conversation": ANNA,
            "who": "Анна, Telegram",
            "kind": "silence",
            "due": "2026-11-25T19:50:00+00:00",
            "in_seconds": 600,
        }
    ]


def test_of_a_client_who_is_not_on_the_page_the_last_timer_is_shown(far: Far) -> None:
    timers = [PendingTimer(name, "c", "silence", f"2026-11-25T19:5{name}:00+00:00", name) for name in ("0", "1")]
    far.stack.seen = Seen(rules=RULES, timers=tuple(timers))
    assert [(timer["name"], timer["who"]) for timer in far.state()["timers"]] == [("1", "другой клиент")]


def test_a_timer_is_rung_once(far: Far) -> None:
    far.stack.seen = replace(seen(), timers=(PendingTimer("t", ANNA, "silence", "2026-11-25T19:50:00+00:00", "t"),))
    assert far.do("timers/t/ring").json == {"rang": "t"}
    assert (far.stack.rung, far.do("timers/gone/ring").status_code) == (["t"], 404)


def test_the_clock_is_wound(far: Far) -> None:
    assert far.do("clock", {"minutes": 15}).json == {"now": "2026-11-25T19:55:00+00:00", "rang": 0}
    page = far.state()
    assert (page["now"], page["ahead_minutes"]) == ("2026-11-25T19:55:00+00:00", 15)
    assert far.stack.wound == [timedelta(minutes=15)]


@pytest.mark.parametrize("minutes", [0, -5, "15", None, True, 43201])
def test_the_clock_is_wound_forward_by_whole_minutes_only(far: Far, minutes: Any) -> None:
    assert far.do("clock", {"minutes": minutes}).status_code == 400
    assert far.stack.wound == []


def test_a_newcomer_takes_the_phone_with_another_address(far: Far) -> None:
    far.do("phones/telegram-1/text", {"text": "Привет"})
    far.do("phones/telegram-1/block", {"blocked": True})
    phone = far.do("phones/telegram-1/new").json["phone"]
    assert (phone["id"], phone["address"], phone["profile"], phone["blocked"], phone["messages"]) == (
        "telegram-1", "700000002", "Ольга", False, [],
    )  # fmt: skip
    assert far.telegram("sendMessage", chat_id=700000001, text="Ау").status_code == 400


def test_a_colleague_s_phone_does_not_change_hands(far: Far) -> None:
    far.state()
    assert far.do("phones/duty-900000001/new").status_code == 409


def test_a_colleague_can_write_too(far: Far) -> None:
    far.do("phones/duty-900000001/text", {"text": "Что нового?"})
    assert far.hooks.bodies()[0]["message"]["from"]["id"] == 900000001


def test_who_has_blocked_the_business_does_not_write_to_it(far: Far) -> None:
    far.do("phones/whatsapp-1/block", {"blocked": True})
    assert far.do("phones/whatsapp-1/text", {"text": "Ау"}).status_code == 409


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("phones/telegram-1/text", {"text": "  "}, 400),
        ("phones/telegram-1/text", {}, 400),
        ("phones/nobody/text", {"text": "Ау"}, 404),
        ("phones/telegram-1/media", {"kind": "smell"}, 400),
        ("phones/telegram-1/media", {"kind": "voice", "words": 5}, 400),
        ("phones/telegram-1/media", {"kind": "voice", "words": "ы" * 4097}, 400),
        ("phones/telegram-1/press", {"message": "1", "choice": "yes"}, 404),
        ("phones/telegram-1/block", {"blocked": "yes"}, 400),
        ("switches/pigeon", {"value": "ok"}, 404),
        ("switches/telegram", {"value": "pigeon"}, 400),
        ("switches/telegram", {"value": "500", "times": 0}, 400),
    ],
)
def test_what_cannot_be_done_is_refused(far: Far, path: str, body: dict[str, Any], status: int) -> None:
    assert far.do(path, body).status_code == status
    assert far.hooks.posts == []


def test_a_choice_that_is_not_offered_cannot_be_pressed(far: Far) -> None:
    far.telegram("sendMessage", chat_id=700000001, text="Да?")
    assert far.do("phones/telegram-1/press", {"message": "1001", "choice": "yes"}).status_code == 400


def test_a_switch_for_the_next_calls_goes_back_by_itself(far: Far) -> None:
    far.switch("telegram", "500", times=2)
    statuses = [far.telegram("sendMessage", chat_id=700000001, text="Ау").status_code for _ in range(3)]
    assert statuses == [500, 500, 200]


def test_switches_are_shown_and_outlive_a_restart(far: Far) -> None:
    far.switch("bitrix24", "401")
    far.switch("openai", "lie", times=3)
    far.reopen()
    shown = {one["id"]: (one["value"], one["times"]) for one in far.state()["switches"]}
    assert shown == {
        "telegram": ("ok", None), "whatsapp": ("ok", None), "instagram": ("ok", None), "bitrix24": ("401", None),
        "smsru": ("ok", None), "smsc": ("ok", None), "zvonok": ("ok", None), "openai": ("lie", 3),
    }  # fmt: skip


def test_messages_and_newcomers_outlive_a_restart(far: Far) -> None:
    far.do("phones/telegram-1/new")
    far.do("phones/telegram-1/text", {"text": "Привет"})
    before = far.phone("telegram-1")
    far.reopen()
    assert far.phone("telegram-1") == before


def test_reset_forgets_messages_and_cards_and_nobody_s_number(far: Far) -> None:
    far.do("phones/telegram-1/new")
    far.do("phones/telegram-1/text", {"text": "Привет"})
    far.bitrix24("crm.item.add", entityTypeId=1, fields={})
    far.do("reset")
    assert (far.phone("telegram-1")["messages"], far.phone("telegram-1")["address"]) == ([], "700000002")
    assert far.state()["crm"]["cards"] == []


def test_the_log_names_every_call_and_no_secret(far: Far) -> None:
    far.telegram("sendMessage", chat_id=700000001, text="Ау")
    far.telegram("setWebhook", url="https://example.org", secret_token="webhook-secret")
    far.bitrix24("crm.settings.mode.get")
    far.do("phones/telegram-1/text", {"text": "Привет"})
    log = far.client.get("/api/log").json["log"]
    assert [(line["emulator"], line["method"], line["path"], line["status"]) for line in log] == [
        ("telegram", "POST", "/telegram/bot***/sendMessage", 200),
        ("telegram", "POST", "/telegram/bot***/setWebhook", 200),
        ("bitrix24", "POST", "/bitrix24/rest/1/***/crm.settings.mode.get", 200),
        ("hooks", "POST", "http://stack/hooks/telegram", 200),
    ]
    assert not any(secret in str(log) for secret in ("demo-telegram", "demo-webhook", "webhook-secret"))


def test_the_log_is_read_by_emulator_and_from_a_line_on(far: Far) -> None:
    far.telegram("getMe")
    far.bitrix24("crm.settings.mode.get")
    far.telegram("getWebhookInfo")
    lines = far.client.get("/api/log?emulator=telegram").json["log"]
    assert [line["path"] for line in lines] == ["/telegram/bot***/getMe", "/telegram/bot***/getWebhookInfo"]
    after = far.client.get(f"/api/log?emulator=telegram&after={lines[0]['n']}").json["log"]
    assert after == lines[1:]


def test_news_are_told_at_once_to_one_who_is_behind(far: Far) -> None:
    page = far.state()
    far.do("phones/telegram-1/text", {"text": "Привет"})
    later = far.state(since=page["seq"])
    assert later["seq"] > page["seq"]
    assert later["phones"][0]["messages"][0]["text"] == "Привет"


def test_nothing_new_comes_back_with_the_same_number(far: Far) -> None:
    page = far.state()
    assert far.state(since=page["seq"])["seq"] == page["seq"]


def test_a_number_from_another_life_is_answered_at_once(tmp_path: Path) -> None:
    far = Far(tmp_path, long_poll_seconds=30)
    started = time.monotonic()
    far.state(since=10**6)
    assert time.monotonic() - started < 5
    far.box.close()


@pytest.mark.parametrize("news", ["a message", "the stack"])
def test_a_waiting_page_is_woken(tmp_path: Path, news: str) -> None:
    far = Far(tmp_path, long_poll_seconds=30)
    seq = far.state()["seq"]
    told: list[Any] = []
    waiting = threading.Thread(target=lambda: told.append(far.state(since=seq)))
    waiting.start()
    if news == "a message":
        far.telegram("sendMessage", chat_id=700000001, text="Ау")
    else:
        far.stack.seen = seen()
    waiting.join(timeout=10)
    assert (len(told), told[0]["seq"] > seq) == (1, True)
    far.box.close()


def test_seq_grows_with_every_change(far: Far) -> None:
    numbers = [far.state()["seq"]]
    for path, body in (
        ("phones/telegram-1/text", {"text": "Привет"}),
        ("phones/telegram-1/block", {"blocked": True}),
        ("switches/telegram", {"value": "500"}),
        ("clock", {"minutes": 1}),
        ("phones/telegram-1/new", {}),
        ("reset", {}),
    ):
        far.do(path, body)
        numbers.append(far.state()["seq"])
    assert numbers == sorted(set(numbers))


def test_the_page_and_its_files_are_served_and_nothing_beside_them(far: Far) -> None:
    assert far.client.get("/").mimetype == "text/html"
    assert far.client.get("/page.js").status_code == 200
    assert far.client.get("/../server.py").status_code == 404
    assert far.client.get("/nothing.css").status_code == 404


def test_a_wrong_method_is_not_allowed(far: Far) -> None:
    assert far.client.get("/api/reset").status_code == 405


def test_a_page_that_asks_all_the_time_sees_the_news(far: Far) -> None:
    """The stack is looked at twice a second at most, and being asked in between does not put that off."""
    import time

    far.state()
    looked = far.box.overview._looked
    until = time.monotonic() + 2
    while far.box.overview._looked == looked and time.monotonic() < until:
        far.state()
        time.sleep(0.05)
    assert far.box.overview._looked > looked
