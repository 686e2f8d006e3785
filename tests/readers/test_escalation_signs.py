"""Which words call a person, and which only look as if they did."""

from __future__ import annotations

import pytest

from chalicelib.readers import cues
from chalicelib.readers.escalation import Escalation
from chalicelib.readers.russian.words import normalise
from chalicelib.regulation.schema import Rules


@pytest.mark.parametrize(
    "text",
    [
        "не срочно",
        "это совсем не срочно, когда будет время",
        "жалоб нет, всё супер",
        "скорее всего приду",
        "до скорой встречи!",
        "накрасилась на скорую руку",
        "вы напротив станции скорой помощи?",
        "ничего не болит, просто чистка",
        "аллергии нет",
        "это не больно?",
        "без претензий",
        "можно в рассрочку?",
        "хочу на маникюр завтра",
        "сколько стоит стрижка до 2000 рублей",
        "жду ответа",
        "стою в пробке 20 минут",
    ],
)
def test_denied_and_harmless_words_wake_nobody(text: str, salon: Rules) -> None:
    assert Escalation(salon).signs(normalise(text)).reason is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("срочно нужна запись", "urgent"),
        ("вызовите скорую", "medical"),
        ("СРОЧНО", "urgent"),
        ("машина встала на трассе", "urgent"),
        ("у меня жалоба", "complaint"),
        ("верните мне деньги", "complaint"),
        ("супер сервис, второй час жду", "complaint"),
        ("боль не проходит", "medical"),
        ("не могу терпеть боль", "medical"),
        ("нет, боль осталась", "medical"),
        ("палец опух", "medical"),
        ("нужно 3 импланта", "high_value"),
        ("бюджет 50 тысяч", "high_value"),
        ("готова отдать 45 000 рублей", "high_value"),
        ("позовите администратора", "human_request"),
        ("срочно! кровь не останавливается", "medical"),
    ],
)
def test_real_reasons_are_seen(text: str, reason: str, salon: Rules) -> None:
    assert Escalation(salon).signs(normalise(text)).reason == reason


def test_the_limit_of_the_pack_is_what_makes_an_order_big(salon: Rules) -> None:
    cheap = salon.model_copy(update={"sla": salon.sla.model_copy(update={"high_value": 1000})})
    text = "бюджет 5000 рублей"
    assert Escalation(salon).signs(text).reason is None
    assert Escalation(cheap).signs(text).reason == "high_value"


def test_a_cue_may_have_choices_gaps_and_ends() -> None:
    found = cues.Cues(["[sum 0.5]", "(один|два раза|сло*) ~ !три конец $"])
    assert found.find(["слово", "и", "еще", "конец"]) == [cues.Hit("sum", 0.5, 0, 4)]
    assert found.find(["два", "раза", "конец"]) == [cues.Hit("sum", 0.5, 0, 3)]
    assert found.find(["один", "конец", "тут"]) == []


def test_a_cue_may_take_a_number_and_stand_first() -> None:
    found = cues.Cues(["[many]", "^ <n> зубов"])
    assert found.find(["12", "зубов"]) == [cues.Hit("many", 1.0, 0, 2)]
    assert found.find(["мои", "12", "зубов"]) == []
