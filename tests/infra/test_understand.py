"""`nochnik understand` answers every line of JSON with one, at once, and stops at none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from infra.understand import Message, Unfit, parse

ROOT = Path(__file__).parents[2]
AT = ("--client", "demo-salon", "--now", "2026-12-04T22:15:00+04:00")
NOTHING = {
    "intent": "other", "escalate": None, "name": None, "phone": None, "service": None, "date": None,
    "time_from": None, "time_to": None, "reader": "phrases",
}  # fmt: skip


def test_a_message_is_answered_with_all_it_says(nochnik: Any) -> None:
    ran = nochnik("understand", *AT, typed=[{"id": "a", "text": "маникюр завтра в 17:00, Анна, 8 900 000-00-01"}])
    (answer,) = ran.lines
    assert 0 < answer.pop("confidence") <= 1
    assert answer == {
        "id": "a", "intent": "booking", "escalate": None, "name": "Анна", "phone": "+79000000001",
        "service": "manicure", "date": "2026-12-05", "time_from": "17:00", "time_to": None, "reader": "phrases",
    }  # fmt: skip
    assert (ran.code, ran.err) == (0, "")


def test_the_order_of_the_keys_stays(nochnik: Any) -> None:
    ran = nochnik("understand", *AT, typed=[{"id": 1, "text": "привет"}])
    assert list(ran.lines[0]) == [
        "id", "intent", "confidence", "escalate", "name", "phone", "service", "date", "time_from", "time_to", "reader",
    ]  # fmt: skip


def test_yes_is_an_answer_to_what_was_asked(nochnik: Any) -> None:
    typed = [{"id": 1, "text": "да", "asked": "consent"}, {"id": 2, "text": "ага", "asked": "reminder"}]
    assert [line["intent"] for line in nochnik("understand", *AT, typed=typed).lines] == ["consent_yes", "confirm"]


def test_a_time_without_a_zone_is_the_business_s(nochnik: Any) -> None:
    typed = [{"id": 1, "text": "запишите на завтра"}]
    told = [nochnik("understand", "--now", now, typed=typed).lines for now in ("2026-12-04T23:30", "2026-12-04T19:30Z")]
    assert told[0] == told[1]
    assert told[0][0]["date"] == "2026-12-05"


def test_bad_lines_are_told_and_the_others_answered(nochnik: Any) -> None:
    typed = "\n".join(
        ['{"id":1,"text":"привет"}', "", "nope", "[1]", '{"text":"a"}', '{"id":2}', '{"id":3,"text":4}',
         '{"id":4,"text":"a","asked":5}', '{"id":5,"text":"спасибо"}']
    ).encode()  # fmt: skip
    ran = nochnik("understand", *AT, typed=typed)
    assert [(line["id"], line.get("intent") or line["error"]) for line in ran.lines] == [
        (1, "greeting"),
        (None, "this is no JSON: Expecting value: line 1 column 1 (char 0)"),
        (None, 'a line is an object: {"id", "text"}'),
        (None, '"id" is missing'),
        (2, '"text" is missing'),
        (3, '"text" is no string'),
        (4, '"asked" is no string'),
        (5, "thanks"),
    ]
    assert ran.code == 1


def test_bytes_that_are_no_utf_8_are_a_bad_line(nochnik: Any) -> None:
    ran = nochnik("understand", *AT, typed=b'{"id":1,"text":"\xff"}\n{"id":2,"text":""}\n')
    assert "error" in ran.lines[0]
    assert {"id": 2, **NOTHING}.items() <= ran.lines[1].items()


def test_half_an_emoji_does_not_break_the_answer(nochnik: Any) -> None:
    ran = nochnik("understand", *AT, typed=b'{"id":"\\ud83d","text":"\\ud83d"}\n')
    assert ran.lines[0]["id"] == "?"


def test_further_keys_are_left_alone() -> None:
    assert parse(b'{"id": 1, "text": "a", "intent": "booking", "asked": null}') == Message(1, "a")


def test_json_that_is_nested_without_end_is_a_bad_line() -> None:
    with pytest.raises(Unfit):
        parse(b"[" * 200_000)


def test_an_unknown_client_is_named_beside_those_that_are_there(nochnik: Any) -> None:
    ran = nochnik("understand", "--client", "nobody")
    assert (ran.code, ran.out) == (2, "")
    assert "There is no client nobody" in ran.err
    assert "demo-salon" in ran.err


def test_a_moment_that_is_none_is_one_sentence(nochnik: Any) -> None:
    ran = nochnik("understand", "--now", "tomorrow")
    assert (ran.code, ran.err) == (
        2,
        "nochnik: --now tomorrow is no moment: write it as 2026-12-04T23:40 or with a zone, +04:00.\n",
    )


@pytest.mark.parametrize("reader", ["gpt", "layered"])
def test_a_model_needs_a_key(nochnik: Any, monkeypatch: pytest.MonkeyPatch, reader: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")
    ran = nochnik("understand", "--reader", reader)
    assert ran.code == 2
    assert "OPENAI_API_KEY" in ran.err


def test_a_model_that_does_not_answer_is_told_line_by_line(nochnik: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    ran = nochnik("understand", *AT, "--reader", "gpt", typed=[{"id": 7, "text": "привет"}])
    (answer,) = ran.lines
    assert (answer["id"], answer["error"].partition(":")[0], ran.code) == (7, "the model did not answer", 1)


def test_each_line_is_answered_before_the_next_is_written() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "infra.cli", "understand", *AT],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "LC_ALL": "C"},
    ) as command:  # fmt: skip
        assert command.stdin and command.stdout
        for number in range(3):
            command.stdin.write(json.dumps({"id": number, "text": "привет"}).encode() + b"\n")
            command.stdin.flush()
            assert json.loads(command.stdout.readline())["id"] == number
        command.stdin.close()
        assert command.wait() == 0


def test_a_reader_who_has_read_enough_is_no_error() -> None:
    typed = (json.dumps({"id": 1, "text": "привет"}) + "\n").encode() * 300
    command = f"{sys.executable} -m infra.cli understand {' '.join(AT)} | head -1"
    ran = subprocess.run(command, shell=True, input=typed, capture_output=True, cwd=ROOT, check=False)
    assert (len(ran.stdout.splitlines()), ran.stderr) == (1, b"")


def test_nothing_of_a_cloud_or_a_model_is_loaded() -> None:
    watched = (
        "import sys; from infra import cli; cli.main(sys.argv[1:]); "
        "print(sorted({'boto3', 'botocore', 'openai', 'requests', 'chalice'} & sys.modules.keys()), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", watched, "understand", *AT],
        input=b'{"id":1,"text":"a"}\n', capture_output=True, cwd=ROOT, check=True,
    )  # fmt: skip
    assert ran.stderr == b"[]\n"


def test_five_hundred_messages_take_seconds(nochnik: Any) -> None:
    texts = ("на маникюр завтра в 5, Анна 8 900 000-00-01", "сколько стоит стрижка?", "pfgbibnt vtyz yf cht;e")
    typed = [{"id": number, "text": texts[number % 3]} for number in range(500)]
    started = time.perf_counter()
    assert len(nochnik("understand", *AT, typed=typed).lines) == 500
    assert time.perf_counter() - started < 5


def test_a_date_is_told_as_iso(nochnik: Any) -> None:
    (answer,) = nochnik("understand", *AT, typed=[{"id": 1, "text": "15 декабря с 10 до 12"}]).lines
    assert datetime.fromisoformat(answer["date"]) == datetime(2026, 12, 15)
    assert (answer["time_from"], answer["time_to"]) == ("10:00", "12:00")
