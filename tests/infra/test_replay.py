"""`nochnik replay` plays past conversations through a changed pack and shows what would be different, and why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.desk.events import Answered, Pressed, Said
from chalicelib.readers.phrases import Phrases
from chalicelib.regulation.schema import Rules
from infra.nights import Happening, Night, Titled, from_sandbox, read_file
from infra.packs import load_pack
from infra.replay import Played, Tally, replay, told
from sandbox.server import FILE
from sandbox.state import Message, Phone, State, Voice

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Europe/Samara")
AT = datetime(2026, 12, 4, 23, 40, tzinfo=ZONE)
READER = Phrases()
HER = "700000001"


@pytest.fixture(scope="module")
def rules() -> Rules:
    """Without times to book: a request of a few messages, and one timer."""
    salon = load_pack(ROOT, "demo-salon")
    return salon.model_copy(update={"registry": salon.registry.model_copy(update={"booking": None})})


def silent_after(rules: Rules, minutes: int) -> Rules:
    """Of a client who has fallen silent so long one colleague is told, and that is all."""
    silence = rules.sla.silence.model_copy(update={"after_minutes": minutes})
    normal = rules.sla.ladders["normal"]
    once = normal.model_copy(update={"steps": normal.steps[:1], "again_minutes": 24 * 60})
    sla = rules.sla.model_copy(update={"silence": silence, "ladders": {**rules.sla.ladders, "normal": once}})
    return rules.model_copy(update={"sla": sla})


def asking(rules: Rules, question: str) -> Rules:
    """The pack with another question for the name."""
    fields = tuple(
        field.model_copy(update={"ask": question}) if field.name == "client_name" else field
        for field in rules.registry.fields
    )
    return rules.model_copy(update={"registry": rules.registry.model_copy(update={"fields": fields})})


def without_name(rules: Rules) -> Rules:
    fields = tuple(
        field.model_copy(update={"obligatory": False}) if field.name == "client_name" else field
        for field in rules.registry.fields
    )
    return rules.model_copy(update={"registry": rules.registry.model_copy(update={"fields": fields})})


def said(number: int, text: str, minutes: float = 0) -> Said:
    return Said(f"telegram:{number}", AT + timedelta(minutes=minutes), "telegram", HER, text)


def night(*happened: Any) -> Night:
    whole = (what if isinstance(what, Happening) else Happening(what.at, what) for what in happened)
    return Night("night", tuple(whole))


BOOKING = night(
    said(1, "на маникюр завтра в 5"),
    Pressed("telegram:2", AT + timedelta(minutes=1), "telegram", HER, "consent:yes", "Даю согласие"),
    said(3, "Анна", 2),
    said(4, "8 900 000-00-01", 3),
)


def played(night: Night, old: Rules, new: Rules) -> list[Played]:
    return list(replay(night, old, new, READER))


def texts(one: Played) -> tuple[list[str], list[str]]:
    return [reply["text"] for reply in one.before.replies], [reply["text"] for reply in one.after.replies]


# ---------------------------------------------------------------- what differs


def test_with_the_same_pack_nothing_differs(rules: Rules) -> None:
    whole = played(BOOKING, rules, rules)
    assert [one.words for one in whole] == ["на маникюр завтра в 5", "[Даю согласие]", "Анна", "8 900 000-00-01"]
    assert [one.differs for one in whole] == [False] * 4
    assert whole[-1].before.conversation["stage"] == "lead"


def test_another_question_differs_where_it_is_asked(rules: Rules) -> None:
    whole = played(BOOKING, rules, asking(rules, "Подскажите имя?"))
    assert [(one.differs, one.apart) for one in whole] == [
        (False, False),
        (True, False),
        (False, False),
        (False, False),
    ]
    was, now = texts(whole[1])
    assert (len(was), now) == (1, ["Подскажите имя?"])


def test_what_follows_a_parting_is_marked(rules: Rules) -> None:
    whole = played(BOOKING, rules, without_name(rules))
    assert [one.apart for one in whole] == [False, False, True, True]
    assert (whole[1].before.asks, whole[1].after.asks) == ("name", "phone")


def test_a_changed_timer_shows_at_both_of_its_times(rules: Rules) -> None:
    whole = played(night(said(1, "на маникюр завтра в 5")), silent_after(rules, 10), silent_after(rules, 4))
    rung = [(one.at - AT, len(one.before.effects), len(one.after.effects)) for one in whole if not one.words]
    assert rung == [(timedelta(minutes=4), 0, 2), (timedelta(minutes=10), 2, 0)]


def test_a_timer_whose_reason_is_gone_is_not_told(rules: Rules) -> None:
    assert all(one.words for one in played(BOOKING, rules, rules))


def test_a_button_known_by_its_title_is_the_one_that_was_offered(rules: Rules) -> None:
    refuses = Happening(AT, Titled("telegram:2", "telegram", HER, rules.consent.no))
    (_, pressed, *_) = played(night(said(1, "на маникюр завтра в 5"), refuses), rules, rules)
    assert (pressed.words, pressed.before.conversation["consent"]) == (f"[{rules.consent.no}]", False)


def test_a_button_that_nobody_offered_breaks_nothing(rules: Rules) -> None:
    (only,) = played(night(Happening(AT, Titled("telegram:2", "telegram", HER, "foreign:button"))), rules, rules)
    assert (only.words, only.differs) == ("[foreign:button]", False)


def test_a_voice_message_is_heard_after_consent_only(rules: Rules) -> None:
    wish, agrees, *_ = (one.what for one in BOOKING.happenings)
    assert isinstance(wish, Said)
    (unheard,) = played(night(replace(wish, medium="voice")), rules, rules)
    *_, heard = played(night(wish, agrees, replace(said(3, "Анна", 2), medium="voice")), rules, rules)[:3]
    assert unheard.before.conversation["booking"] is None
    assert heard.before.conversation["booking"]["name"] == "Анна"


def test_a_night_without_words_is_no_night(rules: Rules) -> None:
    assert played(night(), rules, rules) == []


def test_a_difference_is_told_with_the_clauses_of_both(rules: Rules) -> None:
    whole = played(BOOKING, rules, without_name(rules))
    lines = list(told(BOOKING, whole, ZONE))
    assert lines[:2] == ["", "═══ night"]
    start = lines.index("04.12 23:41  > [Даю согласие]")
    assert lines[start + 1] == "    − было, + стало:"
    assert any(line.startswith("    − спрашивает: name") for line in lines)
    assert any(line.startswith("    + спрашивает: phone") for line in lines)
    assert any(line.startswith("    было, потому что: ") for line in lines[start:])
    assert any(line.startswith("    стало, потому что: ") for line in lines[start:])
    assert "    (разговор разошёлся раньше)" in lines


def test_nothing_is_told_of_a_night_without_differences(rules: Rules) -> None:
    assert list(told(BOOKING, played(BOOKING, rules, rules), ZONE)) == []


def test_the_tally_counts_messages_and_timers(rules: Rules) -> None:
    tally = Tally()
    tally.add(played(night(said(1, "на маникюр завтра в 5")), silent_after(rules, 10), silent_after(rules, 4)))
    assert tally.sentence() == "Отличаются: сообщений 1 из 1, таймеров 2 из 2."
    assert tally.line() == {
        "messages": 1, "timers": 2, "differing_messages": 1, "differing_timers": 2, "apart": 0,
    }  # fmt: skip


# ---------------------------------------------------------------- where the words come from


def test_a_conversation_written_down_as_text_is_a_night(tmp_path: Path) -> None:
    file = tmp_path / "night.txt"
    lines = ("# client: demo-salon", "# now: 2026-12-04T23:40", "", "> раз⏎два", "  Ответ.", "", "+ 10m", "", "> [Да]")
    file.write_text("\n".join(lines))
    read = read_file(file, "Europe/Samara")
    assert (read.name, read.client, read.timed) == ("night", "demo-salon", False)
    assert read.happenings == (
        Happening(AT, Said("telegram:4", AT, "telegram", HER, "раз\nдва")),
        Happening(AT + timedelta(minutes=10), Titled("telegram:9", "telegram", HER, "Да")),
    )


def test_bubbles_colleagues_and_old_messages_can_be_written_down(tmp_path: Path) -> None:
    file = tmp_path / "night.txt"
    lines = ("# now: 2026-12-04T23:40", "> раз", ">| два", "< Да!", "> (25h ago) три", "> (sticker)")
    file.write_text("\n".join(lines))
    (bubbles, colleague, old, sticker) = read_file(file, "Europe/Samara").happenings
    assert bubbles.what == replace(said(0, "раз\nдва"), key="telegram:2", keys=("telegram:2/1",))
    assert colleague.what == Answered("telegram:4", AT, "telegram", HER)
    assert (old.at, old.what) == (AT, replace(said(5, "три"), at=AT - timedelta(hours=25)))
    assert sticker.what == replace(said(6, ""), medium="sticker")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.jsonl", '{"kind": "said"}\n', "a.jsonl:1: this record cannot be read"),
        ("a.txt", "+ soon\n", "a.txt:1: «+ soon» is no time"),
        ("a.txt", "> привет\n>завтра\n", "a.txt:2: what is «>завтра»? A line is «> what she writes»"),
        ("a.txt", "Клиентка пишет: привет\n", "a.txt:1: what is «Клиентка пишет: привет»?"),
        ("a.txt", "# now: завтра\n> привет\n", "a.txt:1: «завтра» is no moment: write # now: 2026-11-23T12:00"),
        ("a.txt", "# channel: viber\n> привет\n", "a.txt:1: «viber» is no channel: there are telegram, "),
        ("a.txt", "# mode: night\n> привет\n", "a.txt:1: «night» is no mode: there are always, off_hours"),
        ("a.txt", "", "a.txt: there is no conversation in it. A line is «> what she writes»"),
        ("a.txt", "# только это\n", "a.txt: there is no conversation in it."),
        ("a.jsonl", "\n", "a.jsonl: there is no conversation in it. `nochnik talk --record` writes one."),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_line(
    nochnik: Any, tmp_path: Path, name: str, text: str, why: str
) -> None:
    (tmp_path / name).write_text(text)
    ran = nochnik("replay", "demo-salon", "--pack", str(ROOT / "clients" / "demo-salon"), str(tmp_path / name))
    assert ran.code == 2
    assert why in ran.err


def test_windows_notepad_spoils_no_first_message(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\ufeff> привет\n> на маникюр\n", encoding="utf-8")
    assert len(read_file(tmp_path / "a.txt", "Europe/Samara").happenings) == 2


def test_a_text_has_no_time_to_show_it_since(nochnik: Any, tmp_path: Path, changed: Path) -> None:
    (tmp_path / "a.txt").write_text("> привет\n")
    ran = nochnik("replay", "demo-salon", "--pack", str(changed), str(tmp_path / "a.txt"), "--since", "2026-12-05")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("nochnik: --since goes with recorded events or --here: ")


def test_the_sandbox_takes_no_file(nochnik: Any, tmp_path: Path, changed: Path) -> None:
    ran = nochnik("replay", "demo-salon", "--pack", str(changed), "--here", str(tmp_path / "a.txt"))
    assert ran.err == "nochnik: --here takes the conversations of the sandbox: name no FILE beside it.\n"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[State]:
    state = State(tmp_path / FILE)
    yield state
    state.close()


def shown(state: State, phone: Phone, *bubbles: tuple[str, float, str, dict[str, Any]]) -> None:
    """Bubbles of one phone: who, seconds after the start, text, and what else."""
    state.put_phone(phone)
    for number, (sender, seconds, text, more) in enumerate(bubbles, 1):
        at = (AT + timedelta(seconds=seconds)).isoformat()
        state.add_message(Message(str(number), phone.id, sender, text, at, **more))  # type: ignore[arg-type]


CONSENT = (("consent:yes", "Даю согласие"), ("consent:no", "Не даю согласия"))


def test_the_sandbox_s_telegram_is_a_night(box: State, tmp_path: Path) -> None:
    shown(
        box,
        Phone("telegram-1", "client", "telegram", HER, "Клиент", "Анна"),
        ("client", 0, "здравствуйте", {}),
        ("client", 2, "на маникюр", {}),
        ("bot", 3, "Даёте согласие?", {"kind": "buttons", "choices": CONSENT, "pressed": "consent:yes"}),
        ("client", 60, "🎤", {"kind": "voice"}),
    )
    box.put_voice("telegram-1", Voice("f", "4", 2, b"", "завтра в пять"))
    (found,) = from_sandbox(tmp_path)
    assert found.name == "Анна, telegram"
    assert [happening.what for happening in found.happenings] == [
        replace(said(1, "здравствуйте\nна маникюр", 2 / 60), keys=("telegram:2",)),
        Pressed("telegram:3:pressed", AT + timedelta(seconds=3), "telegram", HER, "consent:yes", "Даю согласие"),
        Said("telegram:4", AT + timedelta(seconds=60), "telegram", HER, "завтра в пять", "voice"),
    ]


def test_a_pressed_button_of_whatsapp_is_no_second_message(box: State, tmp_path: Path) -> None:
    shown(
        box,
        Phone("whatsapp-1", "client", "whatsapp", "79000000001", "Клиент", "Ольга"),
        ("client", 0, "на маникюр", {}),
        ("bot", 1, "Даёте согласие?", {"kind": "buttons", "choices": CONSENT, "pressed": "consent:no"}),
        ("client", 9, "Не даю согласия", {}),
    )
    (found,) = from_sandbox(tmp_path)
    wrote, pressed = (happening.what for happening in found.happenings)
    assert isinstance(wrote, Said)
    assert (wrote.address, wrote.phone) == ("RU.79000000001", "+79000000001")
    assert isinstance(pressed, Pressed)
    assert (pressed.choice, pressed.at) == ("consent:no", AT + timedelta(seconds=9))


# ---------------------------------------------------------------- the command


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The salon's documents, which let a client be silent for longer."""
    folder = tmp_path / "changed"
    shutil.copytree(ROOT / "clients" / "demo-salon", folder)
    sla = folder / "SLA-001.yaml"
    before = sla.read_text()
    sla.write_text(before.replace("after_minutes: 10", "after_minutes: 14"))
    assert sla.read_text() != before
    return folder


def test_a_recorded_conversation_is_replayed(nochnik: Any, tmp_path: Path, changed: Path) -> None:
    tape = tmp_path / "tape.jsonl"
    typed = [{"text": "на маникюр завтра в 5"}, {"advance": "PT2M"}, {"text": "спасибо"}]
    nochnik("talk", "--jsonl", "--now", "2026-12-04T23:40", "--record", str(tape), typed=typed)
    ran = nochnik("replay", "demo-salon", "--pack", str(changed), str(tape))
    assert (ran.code, ran.err) == (0, "")
    assert "═══ tape" in ran.out
    assert "04.12 23:40  > на маникюр завтра в 5" in ran.out
    assert "    − → timer silence at 23:50\n    + → timer silence at 23:54\n" in ran.out
    assert ran.out.splitlines()[-1].startswith("Отличаются: сообщений ")


def test_programs_get_every_message_and_the_tally(nochnik: Any, tmp_path: Path, changed: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("> привет\n> на маникюр\n")
    ran = nochnik("replay", "demo-salon", "--json", "--pack", str(changed), str(file))
    *messages, tally = ran.lines
    assert [line["message"] for line in messages][:2] == ["привет", "на маникюр"]
    assert set(messages[0]) == {"night", "at", "message", "differs", "apart", "before", "after"}
    assert tally["messages"] == 2


def test_without_files_the_scenarios_are_replayed(nochnik: Any) -> None:
    ran = nochnik("replay", "demo-salon", "--pack", str(ROOT / "clients" / "demo-salon"), "--json")
    assert ran.lines[-1]["messages"] >= 40
    assert ran.lines[-1]["differing_messages"] == 0


def test_older_messages_are_played_but_not_shown(nochnik: Any, tmp_path: Path, changed: Path) -> None:
    tape = tmp_path / "tape.jsonl"
    typed = [{"text": "на маникюр завтра в 5"}, {"button": "consent:yes"}, {"advance": "P1D"}, {"text": "Анна"}]
    nochnik("talk", "--jsonl", "--now", "2026-12-04T23:40", "--record", str(tape), typed=typed)
    ran = nochnik("replay", "demo-salon", "--pack", str(changed), str(tape), "--json", "--since", "2026-12-05T12:00")
    assert [line["message"] for line in ran.lines[:-1] if line["message"]] == ["Анна"]
    assert ran.lines[0]["before"]["conversation"]["consent"] is True


def test_a_broken_pack_is_told_like_check_does(nochnik: Any, changed: Path) -> None:
    (changed / "SLA-001.yaml").write_text("number: SLA-001\n")
    broken = nochnik("replay", "demo-salon", "--pack", str(changed))
    assert broken.code == 2
    assert broken.err.startswith(f"nochnik: {changed} has mistakes.\n{changed}/SLA-001.yaml:1: ")


def test_a_conversation_with_another_client_is_refused(nochnik: Any, tmp_path: Path, changed: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("# client: demo-clinic\n> привет\n")
    ran = nochnik("replay", "demo-salon", "--pack", str(changed), str(file))
    assert (ran.code, ran.err) == (2, f"nochnik: {file} is a conversation with demo-clinic, not with demo-salon.\n")


def test_a_sandbox_that_never_ran_is_one_sentence(
    nochnik: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(Exception, match="Nothing was ever said here"):
        from_sandbox(tmp_path)


def test_a_recorded_line_is_an_event(nochnik: Any, tmp_path: Path) -> None:
    tape = tmp_path / "tape.jsonl"
    nochnik("talk", "--jsonl", "--now", "2026-12-04T23:40:00+04:00", "--record", str(tape), typed=[{"text": "привет"}])
    assert json.loads(tape.read_text())["kind"] == "said"
    assert read_file(tape, "Europe/Samara").happenings == (Happening(AT, said(1, "привет")),)
