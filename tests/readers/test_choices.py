"""What a message says to something offered, and several services in one message."""

from __future__ import annotations

import pytest

from chalicelib.readers import choices, several
from chalicelib.readers.choices import Choice
from chalicelib.readers.phrases import Phrases
from chalicelib.readers.russian.words import normalise
from chalicelib.readers.services import Services
from tests.engine.world import shipped
from tests.readers.wednesday import NOW


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("второе", Choice("second")),
        ("давайте третье", Choice("third")),
        ("последний вариант", Choice("last")),
        ("любое", Choice("any")),
        ("а попозже?", Choice("later")),
        ("есть пораньше?", Choice("earlier")),
        ("можно в тот же день, но пораньше?", Choice("earlier")),
        ("попозже в этот же день", Choice("later")),
        ("ещё", Choice("more")),
        ("на самое раннее", Choice("soonest")),
        ("давайте ближайшее", Choice("soonest")),
        ("какое ближайшее окошко на маник", Choice("soonest")),
        ("а ближайшее какое есть время?", Choice("soonest")),
        ("как можно скорее", Choice("soonest")),
        ("другое время", Choice("other")),
        ("когда угодно", Choice("any_day")),
        ("на час позже", Choice("later", 60)),
        ("её на полчаса попозже", Choice("later", 30)),
        ("пораньше на 30 минут", Choice("earlier", 30)),
        ("можно перенести на неделю позже?", Choice("later", 10080)),
        ("на день раньше", Choice("earlier", 1440)),
        ("an hour later please", Choice("later", 60)),
        ("следом за мной", Choice("after_me")),
        ("можно к другому мастеру?", Choice("another_master")),
        ("сообщите, если освободится", Choice("wait")),
        ("нет, спасибо", Choice("let_go")),
        ("оставьте как есть", Choice("stays")),
        ("это для подруги", Choice("guest")),
        ("ой а можно еще подруге на 16:30", Choice("guest")),
        ("а маме можно на 3?", Choice("guest")),
        ("на среду тогда в то же время", Choice("as_before")),
        ("а запишите обратно", Choice("as_before")),
        ("давайте", Choice("agreed")),
        ("тагын", Choice("more")),
        ("first", Choice("first")),
    ],
)
def test_a_choice_is_understood(text: str, choice: Choice):
    assert choices.heard(text) == choice


@pytest.mark.parametrize(
    "text",
    [
        "маникюр",
        "мужскую стрижку",
        "часов в 5",
        "опаздываю на час",
        "во вторник",
        "второго декабря",
        "на 900 минут позже",
        "позже напишу",
        "Женя",
        "мужская",
        "в ближайший понедельник",
        "скорее всего завтра",
        "на ближайших выходных",
    ],
)
def test_what_chooses_nothing_is_no_choice(text: str):
    assert choices.heard(text) == Choice()


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("я передумала, не бровки, а маникюр", True),
        ("вместо бровей педикюр", True),
        ("поменяйте маникюр на педикюр", True),
        ("педикюр, а не маникюр", True),
        ("и педикюр тоже", False),
        ("передумала, запишите ещё и на педикюр", False),
        ("не на 5, а на 6", False),
        ("маникюр и педикюр", False),
    ],
)
def test_a_service_may_be_wished_in_place_of_another(text: str, instead: bool):
    assert Phrases().read(text, None, shipped(), NOW).instead is instead


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("ой а можно еще подруге на 16:30", True),
        ("а можно я с подругой приду? ей тоже маник", True),
        ("можно после меня подругу записать на маникюр", True),
        ("подругу сразу после меня запишите", True),
        ("подруга тоже хочет на маникюр", True),
        ("можно сестру записать на это же время?", True),
        ("и дочку мою запишите", True),
        ("с подругой на маникюр в среду с 10", True),
        ("запишите дочку на стрижку", False),
        ("а маме можно на маникюр?", False),
        ("подруга просит перенести ее на 5", False),
        ("и мне тоже на маникюр", False),
    ],
)
def test_one_more_visit_is_asked_for(text: str, another: bool):
    assert Phrases().read(text, None, shipped(), NOW).another is another


def test_the_reading_carries_the_choice():
    reading = Phrases().read("на час позже", "time", shipped(), NOW)
    assert (reading.choice, reading.minutes) == ("later", 60)


@pytest.mark.parametrize(
    ("text", "choice", "minutes"),
    [
        ("na chas pozzhe", "later", 60),
        ("drugoe vremya", "other", None),
        ("yf xfc hfymit", "earlier", 60),
        ("earlier", "earlier", None),
        ("later", "later", None),
        ("an hour later", "later", 60),
        ("the second one", "second", None),
    ],
)
def test_a_choice_may_be_said_in_other_letters_or_in_english(text: str, choice: str, minutes: int | None):
    reading = Phrases().read(text, "time", shipped(), NOW)
    assert (reading.choice, reading.minutes) == (choice, minutes)


@pytest.mark.parametrize(
    ("client", "text", "services"),
    [
        ("demo-salon", "маникюр в 10 и педикюр сразу после", ("manicure", "pedicure")),
        ("demo-salon", "стрижка и окрашивание", ("haircut_women", "colouring")),
        ("demo-salon", "педикюр, потом маникюр", ("pedicure", "manicure")),
        ("demo-salon", "маникюр + брови", ("manicure", "brows")),
        ("demo-salon", "маникюр с педикюром завтра", ("manicure", "pedicure")),
        ("demo-salon", "маникюр, нет, лучше педикюр", ("pedicure",)),
        ("demo-salon", "не маникюр, а педикюр", ("pedicure",)),
        ("demo-salon", "маникюр или педикюр", ("manicure",)),
        ("demo-salon", "маникюр с покрытием", ("manicure",)),
        ("demo-salon", "завтра хочу маник педик и брови", ("manicure", "pedicure", "brows")),
        ("demo-salon", "окрашивание стрижка", ("colouring", "haircut_women")),
        ("demo-salon", "педикюр шеллак", ("pedicure",)),
        ("demo-salon", "окрашивание бровей", ("brows",)),
        ("demo-barbershop", "стрижка и борода", ("combo",)),
        ("demo-barbershop", "стрижка и бритьё", ("haircut", "shave")),
        ("demo-clinic", "осмотр и чистка", ("checkup", "hygiene")),
    ],
)
def test_several_services_are_those_that_are_wished_together(client: str, text: str, services: tuple[str, ...]):
    known = Services(shipped(client).business.services)
    plain = normalise(text)
    first = known.find(plain, wished=True)
    assert (first, *several.further(known, plain, first)) == services


@pytest.mark.parametrize(("text", "besides"), [("и педикюр тоже", True), ("добавьте брови", True), ("педикюр", False)])
def test_what_is_wished_besides_is_told(text: str, besides: bool):
    assert several.is_besides(text) == besides


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("брови не надо", ("brows",)),
        ("не надо брови", ("brows",)),
        ("педикюр не нужен, только маникюр", ("pedicure",)),
        ("без педикюра", ("pedicure",)),
        ("брови вычеркните", ("brows",)),
        ("не брови, а маникюр", ("brows",)),
        ("маникюр и брови", ()),
        ("педикюр без покрытия", ()),
        ("не могу дозвониться, хочу маникюр", ()),
    ],
)
def test_a_service_that_is_named_only_to_be_left_out_is_told(text: str, dropped: tuple[str, ...]):
    assert Services(shipped("demo-salon").business.services).dropped(normalise(text)) == dropped
