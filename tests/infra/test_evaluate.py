"""`nochnik eval` judges a reader by messages it has not learnt, and says plainly where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from chalicelib.desk.values import Reading
from chalicelib.errors import Unavailable
from chalicelib.regulation.schema import Rules
from infra import cli
from infra.confusion import save, svg
from infra.errors import Failed
from infra.eval_report import confusion_table, figures, report
from infra.evaluate import Batch, Evaluation, evaluate, from_files, own_phrases, worst
from infra.labelled import Message
from infra.packs import load_pack
from infra.score import Read, score

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 12, 4, 18, 15, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


class Told:
    """A reader that answers what it was told to; nothing where it was told nothing."""

    name = "told"

    def __init__(self, readings: Mapping[str, Reading]) -> None:
        self._readings = readings

    def read(self, text: str, asked: str | None, rules: Rules, now: datetime) -> Reading:
        if text not in self._readings:
            raise Unavailable("deadline")
        return self._readings[text]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_pack(ROOT, "demo-salon")


def message(text: str, intent: str, **expected: Any) -> Message:
    return Message(text, None, {"intent": intent, "escalate": None, **expected})


MESSAGES = (
    message("a", "booking"),
    message("b", "booking"),
    message("c", "cancel"),
    message("d", "complaint", escalate="complaint"),
    message("e", "thanks", date=date(2026, 12, 5), time_from=time(15)),
    message("f", "thanks"),
)
READINGS = {
    "a": Reading("booking", 0.9),
    "b": Reading("cancel", 0.8),
    "c": Reading("booking", 0.7),
    "d": Reading("thanks", 0.4),
    "e": Reading("thanks", 0.9, date=date(2026, 12, 6), time_from=time(15)),
    "f": Reading("thanks", 0.9, escalate="urgent"),
}


@pytest.fixture
def done(rules: Rules) -> Evaluation:
    return evaluate([Batch(rules, NOW, MESSAGES)], Told(READINGS), 0.6)


# ---------------------------------------------------------------- what is read


def test_every_phrase_of_the_pack_is_read_once_without_knowing_it(rules: Rules) -> None:
    batches = own_phrases(rules, NOW)
    read = sorted((said.intent, said.text) for batch in batches for said in batch.messages)
    assert read == sorted((rule.name, phrase) for rule in rules.dialogue.intents for phrase in rule.phrases)
    for batch in batches:
        known = {phrase for rule in batch.rules.dialogue.intents for phrase in rule.phrases}
        assert known.isdisjoint(said.text for said in batch.messages)


def test_every_part_knows_nearly_all_the_other_phrases(rules: Rules) -> None:
    whole = sum(len(rule.phrases) for rule in rules.dialogue.intents)
    for batch in own_phrases(rules, NOW):
        known = sum(len(rule.phrases) for rule in batch.rules.dialogue.intents)
        assert known > whole * 0.85


def test_an_answer_to_the_consent_question_is_read_as_one(rules: Rules) -> None:
    asked = {said.intent: said.asked for batch in own_phrases(rules, NOW) for said in batch.messages}
    assert (asked["consent_yes"], asked["consent_no"], asked["booking"]) == ("consent", "consent", None)


def test_a_file_says_to_whom_and_when_its_messages_are_written(tmp_path: Path, rules: Rules) -> None:
    file = tmp_path / "set.txt"
    file.write_text("привет => greeting\n% other 2026-11-01T10:00:00+04:00\nзавтра в 5 => booking date:02.11 17:00\n")
    packs: list[str] = []
    batches = from_files([file], "demo-salon", NOW, lambda client: packs.append(client) or rules, whole=False)
    assert packs == ["demo-salon", "other"]
    assert [(batch.now.isoformat(), [said.expected for said in batch.messages]) for batch in batches] == [
        ("2026-12-04T18:15:00+00:00", [{"intent": "greeting", "escalate": None}]),
        (
            "2026-11-01T10:00:00+04:00",
            [
                {
                    "intent": "booking", "escalate": None, "name": None, "phone": None, "service": None,
                    "date": date(2026, 11, 2), "time_from": time(17), "time_to": None,
                }
            ],
        ),
    ]  # fmt: skip


def test_json_lines_are_labelled_messages_too(tmp_path: Path, rules: Rules) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text('{"text": "a", "asked": "time", "intent": "booking", "date": "2026-12-05", "name": null}\n')
    (batch,) = from_files([file], "demo-salon", NOW, lambda _: rules, whole=False)
    assert batch.messages == (
        Message("a", "time", {"intent": "booking", "date": date(2026, 12, 5), "name": None}, None, 1),
    )


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("set.txt", "no label\n", "set.txt:1: a line is «text => label»"),
        ("set.txt", "\nпривет => приветствие\n", "set.txt:2: «приветствие» is no intent: there are booking, resch"),
        ("set.txt", "привет => greeting booking\n", "set.txt:1: two intents, «greeting» and «booking»: leave one"),
        ("set.txt", "привет => greeting !help\n", "set.txt:1: «help» is no escalate: there are complaint, urgent"),
        ("set.txt", "привет => greeting @when\n", "set.txt:1: «when» is no asked: there are consent, service"),
        ("set.txt", "ногти => booking service:nails\n", "set.txt:1: demo-salon has no service «nails»: it has mani"),
        ("set.txt", "звоните => booking phone:123\n", r"set.txt:1: a phone is written \+79000000001, not «123»"),
        ("set.txt", " => booking\n", "set.txt:1: there is no text"),
        ("set.txt", "завтра => @time\n", "set.txt:1: no intent is told"),
        ("set.txt", "завтра => booking date:45.13.2026\n", "set.txt:1: there is no day «45.13.2026»"),
        ("set.txt", "завтра => booking 25:00\n", "set.txt:1: there is no hour «25:00»"),
        ("set.txt", "% demo-salon\n", "set.txt:1: a setting is «% client 2026-12-04T18:15:00"),
        ("set.txt", "# только это\n", "set.txt: there is no message in it"),
        ("set.jsonl", "", "set.jsonl: there is no message in it"),
        ("set.jsonl", "\n{}\n", 'set.jsonl:2: this is no labelled message: a line is an object with a "text"'),
        ("set.jsonl", '{"text": null}', 'set.jsonl:1: this is no labelled message: a line is an object with a "text"'),
        ("set.jsonl", '{"text": 5}', 'set.jsonl:1: this is no labelled message: a line is an object with a "text"'),
        ("set.jsonl", "[]", 'set.jsonl:1: this is no labelled message: a line is an object with a "text"'),
        ("set.jsonl", '{"text": "a", "intnt": "booking"}', 'what is "intnt". There are id, text'),
        ("set.jsonl", '{"text": "a", "intent": "book"}', "«book» is no intent: there are booking"),
        ("set.jsonl", '{"text": "a", "date": "tomorrow"}', '"date" is written 2026-12-05, not «tomorrow»'),
        ("set.jsonl", '{"text": "a", "now": "2026-12-04T18:15"}', '"now" goes with "client"'),
        ("set.jsonl", "{text", "set.jsonl:1: this is no labelled message: this is no JSON: "),
    ],
)
def test_a_mislabelled_line_is_named(tmp_path: Path, rules: Rules, name: str, text: str, why: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(Failed, match=why):
        from_files([file], "demo-salon", NOW, lambda _: rules, whole=False)


def test_a_file_in_an_old_encoding_is_named(tmp_path: Path, rules: Rules) -> None:
    (tmp_path / "set.txt").write_bytes("привет => greeting".encode("cp1251"))
    with pytest.raises(Failed, match=r"set\.txt is not in UTF-8: save it so"):
        from_files([tmp_path / "set.txt"], "demo-salon", NOW, lambda _: rules, whole=False)


def test_windows_notepad_spoils_no_first_message(tmp_path: Path, rules: Rules) -> None:
    (tmp_path / "set.txt").write_text("\ufeffпривет => greeting", encoding="utf-8")
    (batch,) = from_files([tmp_path / "set.txt"], "demo-salon", NOW, lambda _: rules, whole=False)
    assert [message.text for message in batch.messages] == ["привет"]


@pytest.mark.parametrize("picture", ["", "/tmp", "matrix.pdf"])
def test_a_picture_has_a_name_of_one(picture: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["eval", "demo-salon", "--picture", picture])
    assert left.value.code == 2
    assert f"«{picture}» is no picture: its name ends in .svg or .png" in capsys.readouterr().err


def test_what_the_model_does_not_answer_is_left_out_and_told(rules: Rules) -> None:
    done = evaluate([Batch(rules, NOW, (message("a", "booking"), message("zz", "booking")))], Told(READINGS), 0.6)
    assert (len(done.reads), done.unanswered) == (1, ("deadline",))
    assert "Not answered and left out: 1 (deadline 1×)." in list(report(done, "told"))


def test_a_model_that_never_answers_has_no_figures(rules: Rules) -> None:
    done = evaluate([Batch(rules, NOW, MESSAGES)], Told({}), 0.6)
    assert list(report(done, "told")) == [
        "told",
        "Not answered and left out: 6 (deadline 6×).",
        "No message was read.",
    ]


# ---------------------------------------------------------------- what is told


def test_the_gravest_mistake_comes_first(done: Evaluation) -> None:
    assert [read.message.text for read in worst(done.reads)] == ["d", "f", "b", "c", "e"]
    assert [read.message.text for read in worst(done.reads, 2)] == ["d", "f"]


def test_the_table_shows_only_intents_with_mistakes(done: Evaluation) -> None:
    assert list(confusion_table(done.score)) == [
        "                ┌ booking",
        "                │   ┌ cancel",
        "                │   │   ┌ thanks",
        "taken for       │   │   │  wrong  right    all",
        "booking         ·   1   ·      1      1      2",
        "cancel          1   ·   ·      1      0      1",
        "complaint       ·   ·   1      1      0      1",
        "all intents     1   1   1      3      3      6",
    ]


def test_a_reader_without_mistakes_has_no_table(rules: Rules) -> None:
    assert list(confusion_table(score([Read(MESSAGES[0], READINGS["a"])]))) == ["No intent was taken for another."]


def test_the_report_names_figures_intents_and_mistakes(done: Evaluation) -> None:
    told = list(report(done, "told: six messages"))
    assert told[0] == "told: six messages"
    assert "intent                     0.500  (3 of 6)" in told
    assert "escalation: recall         0.000  (0 of 1)" in told
    assert "escalation: false alarms   0.200  (1 of 5)" in told
    assert "thanks                   2      2    1.000      0.667" in told
    assert "The worst 5 of 5 messages with a mistake (expected → read):" in told
    assert "      date: 2026-12-05 → 2026-12-06" in told
    assert "      intent: complaint → thanks (0.40)" in told
    assert told[-1].startswith("Time per message: median ")


def test_labels_that_tell_no_reason_are_not_judged_by_it(rules: Rules) -> None:
    unlabelled = replace(MESSAGES[5], expected={"intent": "thanks"})
    done = evaluate([Batch(rules, NOW, (unlabelled,))], Told(READINGS), 0.6)
    assert not any("escalation" in line for line in report(done, "told"))
    assert figures(done, "told")["false_alarms"] is None


def test_programs_are_told_the_same(done: Evaluation) -> None:
    told = figures(done, "told")
    assert told["intent"] == {"value": 0.5, "part": 3, "of": 6}
    assert told["name"] is None
    assert told["intents"]["booking"] == {"n": 2, "right": 1, "recall": 0.5, "precision": 0.5}
    assert told["taken_for"][0] == {"expected": "booking", "read": "cancel", "times": 1}
    assert told["misses"][0] == {
        "text": "d", "asked": None, "line": 0, "confidence": 0.4,
        "wrong": {"intent": ["complaint", "thanks"], "escalate": ["complaint", "–"]},
    }  # fmt: skip


# ---------------------------------------------------------------- the picture


def test_the_picture_has_a_number_in_every_cell_that_counts(done: Evaluation) -> None:
    drawn = ElementTree.fromstring(svg(done.score, "a < b"))
    texts = [text.text for text in drawn.iter(f"{SVG}text")]
    assert texts[0] == "a < b"
    assert texts.count("1") == 4
    assert texts.count("2") == 1
    assert {"booking", "cancel", "complaint", "thanks"} <= set(texts)


def test_a_png_is_drawn_where_something_can_draw_it(done: Evaluation, tmp_path: Path) -> None:
    def write(drawn: str, file: Path) -> None:
        file.write_text(f"png of {drawn[:4]}")

    assert save(tmp_path / "m.png", done.score, "t", write) == tmp_path / "m.png"
    assert (tmp_path / "m.png").read_text() == "png of <svg"


def test_without_it_the_picture_is_an_svg(done: Evaluation, tmp_path: Path) -> None:
    assert save(tmp_path / "m.png", done.score, "t", None) == tmp_path / "m.svg"
    assert (tmp_path / "m.svg").read_text(encoding="utf-8").startswith("<svg")


# ---------------------------------------------------------------- the command


def test_the_pack_s_own_phrases_are_judged(nochnik: Any, tmp_path: Path) -> None:
    picture = tmp_path / "m.svg"
    ran = nochnik("eval", "demo-salon", "--picture", str(picture))
    assert (ran.code, ran.err) == (0, f"The picture: {picture}\n")
    assert ran.out.startswith("phrases: RP-002's own phrases of demo-salon, in 10 parts; ")
    assert "escalation" not in ran.out
    assert picture.exists()


def test_a_file_is_judged_wherever_it_stands_among_the_options(nochnik: Any, tmp_path: Path) -> None:
    file = tmp_path / "set.txt"
    file.write_text("спасибо => thanks\n")
    ran = nochnik("eval", "demo-salon", "--json", str(file), "--reader", "phrases")
    assert ran.lines[0]["how"] == f"phrases: {file}"
    assert (ran.lines[0]["messages"], ran.lines[0]["intent"]) == (1, {"value": 1.0, "part": 1, "of": 1})


def test_a_file_that_is_not_there_is_one_sentence(nochnik: Any) -> None:
    ran = nochnik("eval", "demo-salon", "/nowhere.txt")
    assert ran.code == 2
    assert ran.err.startswith("nochnik: /nowhere.txt cannot be read: ")


def test_an_unknown_option_is_not_taken_for_a_file(nochnik: Any) -> None:
    with pytest.raises(SystemExit):
        nochnik("eval", "demo-salon", "--pictures", "x")
