"""Which words call a person, and which only look as if they did."""

from __future__ import annotations

import pytest
from wednesday import NOW

from chalicelib.readers.escalation import over_the_limit
from chalicelib.readers.phrases import Phrases
from chalicelib.regulation.schema import Rules
from tests.engine.world import shipped


@pytest.mark.parametrize(
    "text",
    [
        "не срочно",
        "это совсем не срочно, когда будет время",
        "жалоб нет, всё супер",
        "скорее всего приду",
        "до скорой встречи!",
        "хочу укладку на скорую руку завтра",
        "вы напротив станции скорой помощи?",
        "ничего не болит, просто чистка",
        "аллергии нет",
        "это не больно?",
        "без претензий",
        "можно в рассрочку?",
        "хочу на маникюр завтра",
        "сколько стоит стрижка до 2000 рублей",
        "хорошо, жду вашего ответа",
        "стою в пробке 20 минут",
        "претензий ноль, до встречи",
        "жаловаться не на что, спасибо",
        "сколько стоит имплант, один, мне 52 года",
    ],
)
def test_denied_and_harmless_words_wake_nobody(text: str, salon: Rules, phrases: Phrases) -> None:
    assert phrases.read(text, None, salon, NOW).escalate is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("срочно нужна запись", "urgent"),
        ("вызовите скорую", "urgent"),
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
        ("запишите нас на свадебные причёски, бюджет 45 000 рублей", "high_value"),
        ("позовите администратора", "human_request"),
        ("срооочненько нужен маникюр", "urgent"),
        ("срочно! кровь не останавливается", "medical"),
    ],
)
def test_real_reasons_are_seen(text: str, reason: str, salon: Rules, phrases: Phrases) -> None:
    assert phrases.read(text, None, salon, NOW).escalate == reason


@pytest.mark.parametrize("text", ["хочу всё на четырёх", "сколько стоит «все на 4»?", "интересует все на шести"])
def test_words_of_the_regulation_with_a_number_are_heard(text: str, phrases: Phrases) -> None:
    assert phrases.read(text, None, shipped("demo-clinic"), NOW).escalate == "high_value"


def test_the_limit_of_the_pack_is_what_makes_an_order_big(salon: Rules) -> None:
    cheap = salon.model_copy(update={"sla": salon.sla.model_copy(update={"high_value": 1000})})
    text = "бюджет 5000 рублей"
    assert not over_the_limit(text, salon.sla.high_value)
    assert over_the_limit(text, cheap.sla.high_value)
