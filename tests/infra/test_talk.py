"""`nochnik talk` is the real desk without a cloud: bookings, corrections, complaints, refusals, time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.talk import Advance, Colleague, NotPossible, Press, Write, duration, read_step
from infra.terminal import Screen, Terminal, from_a_pipe

AT = ("--client", "demo-salon", "--now", "2026-12-03T22:15:00+04:00")
KEYS = ["replies", "asks", "effects", "because", "conversation"]
ALL_AT_ONCE = {"text": "Хочу на маникюр завтра в 5, меня зовут Анна, +7 900 000-00-01"}
ANNAS = {"service": "manicure", "date": "2026-12-04", "time_from": "17:00", "name": "Анна", "phone": "+79000000001"}


def talk(nochnik: Any, *lines: Any, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    ran = nochnik("talk", *AT, "--jsonl", *options, typed=list(lines))
    assert (ran.code, ran.err) == (0, "")
    told: list[dict[str, Any]] = ran.lines
    return told


def kinds(line: dict[str, Any]) -> list[str]:
    return [effect["kind"] for effect in line["effects"]]


def leads(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [effect["lead"] for line in lines for effect in line["effects"] if effect["kind"] == "deliver_lead"]


def booked(line: dict[str, Any]) -> dict[str, Any]:
    return {name: line["conversation"]["booking"][name] for name in ANNAS}


def test_a_booking_in_one_message(nochnik: Any) -> None:
    lines = talk(nochnik, ALL_AT_ONCE, {"button": "consent:yes"})
    assert [list(line) for line in lines] == [KEYS, KEYS]
    assert [line["asks"] for line in lines] == ["consent", None]
    assert [choice["id"] for choice in lines[0]["replies"][0]["choices"]] == ["consent:yes", "consent:no"]
    assert [(lead["service"], lead["client_name"], lead["contact"]) for lead in leads(lines)] == [
        ("Маникюр", "Анна", "+79000000001")
    ]
    assert booked(lines[1]) == ANNAS
    assert (lines[1]["conversation"]["stage"], lines[1]["conversation"]["owner"]) == ("lead", "desk")
    assert lines[1]["because"][0].startswith("DP-001")


def test_a_booking_in_ten_messages(nochnik: Any) -> None:
    said = ["Здравствуйте", "сколько стоит маникюр?", "на маникюр", "да", "а где вы находитесь?", "завтра",
            "в 17:00", "Анна", "а до скольки вы работаете?", "8 900 000-00-01"]  # fmt: skip
    lines = talk(nochnik, *({"text": text} for text in said))
    assert len(lines) == 10
    assert all(line["replies"] for line in lines)
    assert len(leads(lines)) == 1
    assert booked(lines[-1]) == ANNAS


def test_a_booking_with_corrections(nochnik: Any) -> None:
    said = ["хочу на педикюр завтра в 4", "да", "ой, не педикюр, а маникюр", "не в 4, а в 5", "Анна", "89000000001"]
    lines = talk(nochnik, *({"text": text} for text in said))
    assert len(leads(lines)) == 1
    assert booked(lines[-1]) == ANNAS


def test_a_complaint_in_the_middle_wakes_a_person(nochnik: Any) -> None:
    lines = talk(nochnik, {"text": "на маникюр завтра в 5"}, {"text": "да"}, {"text": "прошлый раз мне всё испортили, верните деньги!"})  # fmt: skip # noqa: E501
    woken = [effect for effect in lines[2]["effects"] if effect["kind"] == "wake"]
    assert [wake["reason"] for wake in woken] == ["complaint"]
    assert woken[0]["colleague"] in ("svetlana", "anna", "olga", "marina")
    assert "верните деньги" in woken[0]["text"]
    assert lines[2]["conversation"]["stage"] == "person"


def test_a_refusal_of_consent_keeps_nothing(nochnik: Any) -> None:
    lines = talk(nochnik, ALL_AT_ONCE, {"button": "Не даю согласия"})
    assert lines[1]["effects"] == []
    assert lines[1]["asks"] is None
    assert lines[1]["conversation"]["booking"] is None
    assert lines[1]["conversation"]["consent"] is False


def test_bubbles_are_one_turn(nochnik: Any) -> None:
    (line,) = talk(nochnik, {"texts": ["здравствуйте", "хочу на маникюр", "завтра в 5"]})
    assert len(line["replies"]) == 1
    assert line["conversation"]["booking"]["date"] == "2026-12-04"


def test_due_timers_ring_when_time_passes(nochnik: Any) -> None:
    lines = talk(nochnik, {"text": "на маникюр завтра в 5"}, {"advance": "PT1M"}, {"advance": "PT15M"})
    assert kinds(lines[0]) == ["set_timer"]
    assert (lines[1]["replies"], lines[1]["effects"]) == ([], [])
    assert [(effect["kind"], effect["colleague"]) for effect in lines[2]["effects"] if effect["kind"] == "wake"] == [
        ("wake", "marina"), ("wake", "marina"), ("wake", "marina"),
    ]  # fmt: skip
    assert {effect["reason"] for effect in lines[2]["effects"] if effect["kind"] == "wake"} == {"silence"}


def test_a_timer_rings_at_its_own_time(nochnik: Any) -> None:
    two_steps = talk(nochnik, {"text": "на маникюр"}, {"advance": "PT5M"}, {"advance": "PT5M"})
    one_step = talk(nochnik, {"text": "на маникюр"}, {"advance": "PT14M"})
    assert two_steps[2]["effects"] == one_step[1]["effects"]


def test_a_draft_without_consent_is_forgotten_after_an_hour(nochnik: Any) -> None:
    lines = talk(nochnik, ALL_AT_ONCE, {"advance": "PT2H"}, {"text": "привет"})
    assert lines[1]["conversation"] | {"stage": "new", "booking": None} == lines[1]["conversation"]
    assert lines[2]["conversation"]["booking"] is None


def test_a_colleague_writes_in_the_conversation(nochnik: Any) -> None:
    lines = talk(nochnik, {"text": "привет"}, {"colleague": "Марина", "action": "text", "text": "Добрый вечер!"})
    assert lines[1]["replies"] == [{"text": "Теперь с вами на связи Марина.\n\nМарина: Добрый вечер!", "choices": []}]
    assert (lines[1]["conversation"]["owner"], lines[1]["conversation"]["taken"]) == ("marina", "marina")


def test_a_colleague_takes_a_client_and_gives_her_back(nochnik: Any) -> None:
    steps = [{"colleague": "Марина", "action": action} for action in ("take", "release")]
    lines = talk(nochnik, {"text": "верните деньги, мастер испортил волосы"}, *steps)
    assert [line["conversation"]["owner"] for line in lines] == ["marina", "marina", "desk"]
    assert lines[0]["conversation"]["alarm"]["paged"] == ["marina"]
    assert [line["replies"][0]["text"] for line in lines[1:]] == [
        "Теперь с вами на связи Марина.",
        "Снова на связи ночной помощник. Если понадобится человек, напишите «оператор».",
    ]


def test_a_colleague_answers_in_the_businesss_own_app(nochnik: Any) -> None:
    lines = talk(nochnik, {"text": "привет"}, {"colleague": "Марина", "action": "app", "text": "Добрый вечер!"})
    assert lines[1]["replies"] == [{"text": "Добрый вечер!", "choices": [], "from": "marina"}]


KINDS = "a line has one of text, texts, button, advance, colleague; this one has"
STAFF = "svetlana, anna, olga, marina"
MISTAKES: list[tuple[Any, str]] = [
    ({"txt": "a"}, f"{KINDS} txt"),
    ({}, f"{KINDS} nothing"),
    ({"text": "a", "button": "b"}, f"{KINDS} text, button"),
    ({"text": "a", "name": "b"}, 'what is name beside "text"?'),
    ({"text": 1}, '"text" is a string'),
    ({"texts": []}, '"texts" is a list of strings'),
    ({"advance": "15"}, "15 is no duration: write it as PT15M"),
    ({"advance": "-PT5M"}, "the clock winds forward, 400 days at most"),
    ({"advance": "P9999D"}, "the clock winds forward, 400 days at most"),
    ({"colleague": "marina", "action": "sing"}, '"action" is one of take, pass, text, release, done, app'),
    ({"colleague": "marina", "action": "text"}, '"text" is a string'),
    ({"colleague": "eve", "action": "text", "text": "a"}, f"there is no colleague eve; there are: {STAFF}"),
    ({"button": "consent:yes"}, "there is no button consent:yes; shown so far: none"),
    ("text", 'a line is an object, as {"text": "..."}'),
]


def test_what_cannot_be_done_is_told_and_the_conversation_goes_on(nochnik: Any) -> None:
    *told, last = talk(nochnik, *(line for line, _ in MISTAKES), {"text": "привет"})
    assert told == [{"error": error} for _, error in MISTAKES]
    assert last["replies"]


def test_a_line_that_is_no_json_is_told(nochnik: Any) -> None:
    ran = nochnik("talk", *AT, "--jsonl", typed=b"nope\n")
    assert ran.lines == [{"error": "this is no JSON: Expecting value: line 1 column 1 (char 0)"}]


def test_an_old_button_can_still_be_pressed(nochnik: Any) -> None:
    lines = talk(nochnik, ALL_AT_ONCE, {"button": "consent:yes"}, {"button": "Даю согласие"})
    assert "error" not in lines[2]
    assert len(leads(lines)) == 1


@pytest.mark.parametrize("channel", ["telegram", "whatsapp", "instagram"])
def test_every_channel_can_be_talked_in(nochnik: Any, channel: str) -> None:
    lines = talk(nochnik, ALL_AT_ONCE, {"button": "consent:yes"}, options=("--channel", channel))
    assert [lead["source"] for lead in leads(lines)] == [channel]


def test_a_number_that_the_channel_vouches_for_is_not_asked(nochnik: Any) -> None:
    said = [{"text": "на маникюр завтра в 5, я Анна"}, {"button": "consent:yes"}]
    lines = talk(nochnik, *said, options=("--channel", "whatsapp", "--phone", "8 900 000-00-01"))
    assert booked(lines[1]) == ANNAS


def test_a_phone_that_is_none_is_one_sentence(nochnik: Any) -> None:
    ran = nochnik("talk", *AT, "--phone", "12")
    assert (ran.code, ran.err) == (2, "nochnik: --phone 12 is no phone number: write it as +79000000001.\n")


def test_the_same_script_gives_the_same_conversation(nochnik: Any) -> None:
    script = [ALL_AT_ONCE, {"button": "consent:yes"}, {"text": "спасибо"}, {"advance": "PT1H"}]
    assert talk(nochnik, *script) == talk(nochnik, *script)


def test_a_layered_reader_needs_a_key(nochnik: Any) -> None:
    ran = nochnik("talk", *AT, "--reader", "layered", "--jsonl")
    assert ran.code == 2
    assert "OPENAI_API_KEY" in ran.err


def test_every_event_is_recorded_with_its_key_and_time(nochnik: Any, tmp_path: Path) -> None:
    tape = tmp_path / "night.jsonl"
    talk(nochnik, {"texts": ["на маникюр", "завтра"]}, {"advance": "PT2M"}, {"button": "consent:yes"}, options=("--record", str(tape)))  # fmt: skip # noqa: E501
    events = [json.loads(line) for line in tape.read_text().splitlines()]
    assert [(event["kind"], event["key"], event["at"]) for event in events] == [
        ("said", "telegram:1", "2026-12-03T18:15:00+00:00"),
        ("pressed", "telegram:3", "2026-12-03T18:17:00+00:00"),
    ]


# ---------------------------------------------------------------- lines and durations


def test_lines_become_steps() -> None:
    lines = (b'{"text":""}', b'{"texts":["a","b"]}', b'{"button":"x"}', b'{"advance":"P1DT2H"}',
             b'{"colleague":"m","action":"text","text":"t"}', b'{"colleague":"m","action":"take"}')  # fmt: skip
    assert [read_step(line) for line in lines] == [
        Write(("",)),
        Write(("a", "b")),
        Press("x"),
        Advance(duration("26h")),
        Colleague("m", "text", "t"),
        Colleague("m", "take"),
    ]


@pytest.mark.parametrize("written", ["", "PT", "15", "00:15", "soon", "15 minutes", "P", "PTxM"])
def test_what_is_no_duration_is_refused(written: str) -> None:
    with pytest.raises(NotPossible):
        duration(written)


# ---------------------------------------------------------------- at the keyboard


def test_a_conversation_can_be_piped_as_plain_lines(nochnik: Any) -> None:
    typed = "хочу на маникюр завтра в 5\n1\n/why\n+11m\n@olga Ждём вас\n/state\n/nope\n[Нет такой]\n"
    ran = nochnik("talk", *AT, typed=typed.encode())
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "Thu 22:15 > хочу на маникюр завтра в 5"
    assert "    [1] Даю согласие   [2] Не даю согласия" in lines
    assert lines[lines.index("Thu 22:15 > /why") + 1].startswith("    DP-001")
    assert lines[lines.index("Thu 22:15 > +11m") + 1].startswith("    → ")
    assert lines[lines.index("Thu 22:26 > @olga Ждём вас") + 1 :][:3] == [
        "    Теперь с вами на связи Ольга.", "", "    Ольга: Ждём вас",
    ]  # fmt: skip
    assert "    stage: person" in lines
    assert "    /nope? There are /why, /state and /help." in lines
    assert lines[-1].startswith("    there is no button Нет такой; ")
    assert "\x1b" not in ran.out


def test_a_line_that_ends_with_a_backslash_is_a_bubble(nochnik: Any) -> None:
    ran = nochnik("talk", *AT, typed="привет\\\nна маникюр\n/state\n".encode())
    assert ran.out.count("Здравствуйте!") == 1
    assert "booking: service manicure" in ran.out


def test_colours_are_only_for_a_screen_that_has_them() -> None:
    assert Screen(colours=True).paint("x", "2") == "\x1b[2mx\x1b[0m"
    assert Screen(colours=False).paint("x", "2") == "x"


def test_a_long_line_is_broken_below_its_own_indentation() -> None:
    assert list(Screen(colours=False, width=14).wrapped("  один два три", "  ")) == ["    один два", "    три"]


def test_help_says_what_can_be_typed() -> None:
    said: list[str] = []
    from_a_pipe(Terminal(_nobody(), Screen(colours=False), said.append), ["/help\n"])
    assert "wind the clock" in said[1]


def _nobody() -> Any:
    from datetime import UTC, datetime

    from chalicelib.readers.phrases import Phrases
    from infra.packs import load_pack
    from infra.tabletop import Tabletop
    from infra.talk import Talk

    root = Path(__file__).parents[2]
    return Talk(Tabletop(load_pack(root, "demo-salon"), datetime(2026, 12, 4, 18, 15, tzinfo=UTC), Phrases()))


def test_an_hour_of_the_calendar_file_is_taken_and_the_nearest_are_offered(nochnik: Any, tmp_path: Path) -> None:
    file = tmp_path / "visits.json"
    file.write_text('[{"service": "manicure", "master": "Анна", "start": "2026-12-04T16:30", "client": "Вера"}]')
    line = talk(nochnik, ALL_AT_ONCE, {"text": "да"}, options=("--calendar", str(file)))[1]
    offered = [choice["id"] for choice in line["replies"][0]["choices"] if "@" in choice["id"]]
    assert offered == ["slot:2026-12-04T15:00@anna", "slot:2026-12-04T18:00@anna", "slot:2026-12-04T18:30@anna"]
    assert leads([line]) == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[", "visits.json: the file:"),
        ('[{"service": "manicure"}]', "visits.json: 0.start:"),
        ('[{"start": "2026-12-04T16:30", "minutes": 60}]', "visit 1: whose is it? Say a master or a service"),
        ('[{"master": "zoe", "start": "2026-12-04T16:30", "minutes": 60}]', "visit 1: there is no master zoe"),
        ('[{"master": "anna", "start": "2026-12-04T16:30"}]', "visit 1: how long is it? Say minutes or a service"),
    ],
)
def test_a_calendar_file_that_cannot_be_read_is_told(nochnik: Any, tmp_path: Path, written: str, told: str) -> None:
    file = tmp_path / "visits.json"
    file.write_text(written)
    ran = nochnik("talk", *AT, "--jsonl", "--calendar", str(file))
    assert ran.code == 2
    assert told in ran.err
