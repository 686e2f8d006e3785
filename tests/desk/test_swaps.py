"""What colleagues say to the bot about the rota, and what becomes of it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.desk import swaps
from chalicelib.desk.agreed import UNCHANGED, StaffWish, Swap, Swaps, Withdrawn
from chalicelib.desk.duty import starting, with_swaps
from chalicelib.desk.swaps import Answer, answer, pressed
from chalicelib.regulation.schema import Colleague, Rules
from tests.desk.talk import demo

SAMARA = ZoneInfo("Europe/Samara")
SUNDAY = datetime(2026, 11, 22, 23, 40, tzinfo=SAMARA)
TODAY, FRIDAY = date(2026, 11, 22), date(2026, 11, 27)
EVENING = time(21)
FRIDAY_NIGHT = StaffWish("swap", FRIDAY, "night")
NIGHT = "пт 27.11.2026"


def person(name: str) -> Colleague:
    found = demo().business.colleague(name)
    assert found
    return found


def ask(who: str, wish: StaffWish, rules: Rules | None = None, now: datetime = SUNDAY) -> Answer:
    return answer(rules or demo(), person(who), wish, now)


def press(who: str, choice: str, agreed: Swaps = UNCHANGED, now: datetime = SUNDAY) -> Answer:
    said = pressed(with_swaps(demo(), agreed), agreed, person(who), choice, now)
    assert said
    return said


def ids(said: Answer) -> list[str]:
    return [choice.id for choice in said.choices]


def told(said: Answer) -> dict[str, str]:
    """Who is told what."""
    return {notice.to.id: notice.text for notice in said.notices}


def buttons(said: Answer) -> tuple[str, str]:
    """«Подменю» and «Не могу», the same for everybody who was asked."""
    found = {tuple((choice.id, choice.title) for choice in notice.choices) for notice in said.notices}
    ((yes, agree), (no, refuse)) = found.pop()
    assert not found and (agree, refuse) == ("Подменю", "Не могу")
    return yes, no


def after(said: Answer, before: Swaps = UNCHANGED) -> Swaps:
    assert said.change
    return before.after(said.change, TODAY)


# ---------------------------------------------------------------- who is on duty


@pytest.mark.parametrize(
    ("wish", "lines"),
    [
        (StaffWish("who"), ["вс 22.11.2026, 21:00–09:00: Марина, в резерве Светлана"]),
        (StaffWish("who", FRIDAY, "night"), [f"{NIGHT}, 21:00–09:00: Анна, в резерве Светлана, на усилении Ольга"]),
        (StaffWish("who", FRIDAY, "morning"), [f"{NIGHT}, 09:00–21:00: Светлана, в резерве Ольга"]),
        (
            StaffWish("who", FRIDAY),
            [
                f"{NIGHT}, 09:00–21:00: Светлана, в резерве Ольга",
                f"{NIGHT}, 21:00–09:00: Анна, в резерве Светлана, на усилении Ольга",
            ],
        ),
        (
            StaffWish("who", date(2026, 11, 28), at=time(3)),
            [f"{NIGHT}, 21:00–09:00: Анна, в резерве Светлана, на усилении Ольга"],
        ),
        (StaffWish("who", at=time(10)), ["пн 23.11.2026, 09:00–21:00: Светлана, в резерве Ольга"]),
        (StaffWish("who", part="night"), ["вс 22.11.2026, 21:00–09:00: Марина, в резерве Светлана"]),
        (StaffWish("who", date(2027, 1, 1), "day"), ["пт 01.01.2027, 09:00–21:00: Ольга, в резерве Анна"]),
    ],
)  # fmt: skip
def test_who_is_on_duty_then(wish: StaffWish, lines: list[str]):
    assert ask("marina", wish) == Answer("\n".join(lines))


def test_this_night_at_two_in_the_morning_is_the_one_that_is_passing():
    two = datetime(2026, 11, 28, 2, tzinfo=SAMARA)
    assert ask("marina", StaffWish("who", date(2026, 11, 28), "night"), now=two).text.startswith(NIGHT)


def test_ones_own_shifts_are_told_with_what_she_is_in_them():
    expected = """Анна, ваши смены:
пт 27.11.2026, 21:00–09:00, на дежурстве
сб 28.11.2026, 09:00–21:00, в резерве
сб 28.11.2026, 21:00–09:00, на дежурстве
вс 29.11.2026, 09:00–21:00, в резерве
пт 04.12.2026, 21:00–09:00, на дежурстве
сб 05.12.2026, 09:00–21:00, в резерве
сб 05.12.2026, 21:00–09:00, на дежурстве"""
    assert ask("anna", StaffWish("mine")) == Answer(expected)


def test_on_the_evening_before_everyone_hears_once_of_all_her_shifts_of_the_next_day():
    notices = swaps.tomorrow(demo(), datetime(2026, 11, 27, 19, tzinfo=SAMARA))  # Saturday comes
    assert {notice.to.id: notice.text.count("\n") + 1 for notice in notices} == {"svetlana": 1, "anna": 2, "olga": 2}
    advice = "Не получается? Напишите «подмени меня сб 28.11.2026»."
    assert next(notice.text for notice in notices if notice.to.id == "anna") == (
        f"Анна, завтра вы в резерве: сб 28.11.2026, с 09:00 до 21:00. {advice}\n"
        f"Анна, завтра вы на дежурстве: сб 28.11.2026, с 21:00 до 09:00. {advice}"
    )


def test_the_evening_is_that_of_the_business():
    assert swaps.told_at(demo(), FRIDAY) == datetime(2026, 11, 27, 15, tzinfo=UTC)


# ---------------------------------------------------------------- a colleague asks to be relieved


def test_a_wish_goes_to_everyone_who_is_not_in_that_shift():
    said = ask("anna", FRIDAY_NIGHT)
    assert told(said) == {"marina": f"Анна просит подменить: {NIGHT}, с 21:00 до 09:00, на дежурстве. Возьмёте?"}
    assert said.text == (
        f"Хорошо, предлагаю смену {NIGHT}, 21:00–09:00, коллегам: Марина. Пока никто не согласится, она за вами. "
        "Передумаете, напишите «отмени»."
    )
    assert said.change is None


def test_who_was_named_is_asked_alone():
    wish = StaffWish("swap", date(2026, 11, 24), "night", colleague="olga")
    assert list(told(ask("marina", wish))) == ["olga"]
    assert set(told(ask("marina", replace(wish, colleague=None)))) == {"anna", "olga"}


def test_the_first_who_agrees_has_the_shift_and_all_whom_it_concerns_hear_of_it():
    yes, _ = buttons(ask("anna", FRIDAY_NIGHT))
    found = f"Марина подменяет вас: {NIGHT}, 21:00–09:00. В график записано, можно отдыхать."
    assert press("marina", yes) == Answer(
        f"Спасибо! {NIGHT}, с 21:00 до 09:00, вы вместо коллеги: Анна. В график записано.",
        notices=(
            swaps.Notice(person("anna"), found),
            swaps.Notice(person("svetlana"), f"График: {NIGHT}, 21:00–09:00, Марина вместо коллеги: Анна."),
        ),
        change=Swap(FRIDAY, EVENING, "marina", "svetlana", ("olga",)),
    )  # fmt: skip


def test_who_agrees_after_somebody_else_is_told_who_was_faster():
    yes, _ = buttons(ask("marina", StaffWish("swap", date(2026, 11, 24), "night")))
    agreed = after(press("olga", yes))
    assert press("anna", yes, agreed) == Answer(
        "Спасибо, смену уже взяли. вт 24.11.2026, 21:00–09:00: Ольга, Светлана."
    )


def test_a_second_tap_of_who_has_it_changes_nothing():
    yes, _ = buttons(ask("anna", FRIDAY_NIGHT))
    again = press("marina", yes, after(press("marina", yes)))
    assert (again.change, again.notices) == (None, ())
    assert again.text == (
        f"Марина, эта смена, {NIGHT}, 21:00–09:00, уже с вами в графике. В ней: Марина, Светлана, Ольга."
    )


def test_who_asked_cannot_take_her_own_shift():
    yes, _ = buttons(ask("anna", FRIDAY_NIGHT))
    assert press("anna", yes).change is None


def test_who_cannot_is_thanked_and_who_asked_hears_of_it():
    _, no = buttons(ask("anna", FRIDAY_NIGHT))
    said = press("marina", no)
    assert (said.text, said.change) == ("Понятно, спасибо за ответ.", None)
    assert told(said) == {"anna": f"Марина не может подменить вас: {NIGHT}, 21:00–09:00. Пока смена за вами."}


def test_who_cannot_when_it_is_settled_already_disturbs_nobody():
    yes, no = buttons(ask("marina", StaffWish("swap", date(2026, 11, 24), "night")))
    assert press("anna", no, after(press("olga", yes))) == Answer("Понятно, спасибо за ответ.")


def test_a_reserve_and_further_people_may_be_relieved_too():
    yes, _ = buttons(ask("olga", FRIDAY_NIGHT))
    assert press("marina", yes).change == Swap(FRIDAY, EVENING, "anna", "svetlana", ("marina",))
    yes, _ = buttons(ask("svetlana", FRIDAY_NIGHT))
    assert press("marina", yes).change == Swap(FRIDAY, EVENING, "anna", "marina", ("olga",))


def test_a_wish_that_was_taken_back_cannot_be_agreed_to():
    yes, _ = buttons(ask("anna", FRIDAY_NIGHT))
    later = SUNDAY + timedelta(minutes=1)
    back = ask("anna", StaffWish("withdraw"), now=later)
    assert back == Answer(
        "Хорошо, больше никого не ищу. Смена за вами; на что уже согласились, то в графике.",
        change=Withdrawn("anna", later),
    )
    assert press("marina", yes, after(back)) == Answer(f"Спасибо, Анна уже не ищет замену: {NIGHT}, 21:00–09:00.")


def test_who_asks_anew_after_taking_it_back_can_be_relieved():
    back = after(ask("anna", StaffWish("withdraw")))
    yes, _ = buttons(ask("anna", FRIDAY_NIGHT, now=SUNDAY + timedelta(seconds=5)))
    assert press("marina", yes, back).change == Swap(FRIDAY, EVENING, "marina", "svetlana", ("olga",))


def test_a_shift_that_is_not_hers_is_told_kindly():
    said = ask("marina", FRIDAY_NIGHT)
    assert said == Answer(f"Марина, {NIGHT} вас в этой смене нет. Ваши смены покажу на «когда я дежурю».")


def test_of_two_shifts_on_one_day_she_chooses_one():
    said = ask("anna", StaffWish("swap", date(2026, 11, 28)))
    assert [(choice.id, choice.title) for choice in said.choices] == [
        ("swap:ask:2026-11-28:0900", "сб 28.11 09:00"),
        ("swap:ask:2026-11-28:2100", "сб 28.11 21:00"),
    ]
    assert set(told(press("anna", "swap:ask:2026-11-28:0900"))) == {"svetlana", "marina"}


def test_without_a_day_her_next_shifts_are_the_choice():
    assert ids(ask("olga", StaffWish("swap")))[:2] == ["swap:ask:2026-11-23:0900", "swap:ask:2026-11-24:0900"]


def test_a_morning_in_which_her_night_ends_is_asked_about_before_anybody_else_is():
    said = ask("marina", StaffWish("swap", FRIDAY))
    assert (ids(said), said.notices) == (["swap:ask:2026-11-26:2100"], ())


def test_the_choice_of_somebody_elses_shift_moves_nothing():
    said = press("marina", "swap:ask:2026-11-27:2100")
    assert (said.text.startswith(f"Марина, {NIGHT} вас в этой смене нет"), said.notices) == (True, ())


def test_a_shift_that_is_over_cannot_be_taken_but_one_that_goes_on_can():
    yes, _ = buttons(ask("anna", FRIDAY_NIGHT))
    ends = datetime(2026, 11, 28, 9, tzinfo=SAMARA)
    assert press("marina", yes, now=ends).text.startswith("Эта смена уже прошла")
    assert press("marina", yes, now=ends - timedelta(minutes=1)).change is not None


def test_with_nobody_left_to_ask_the_owner_is_named():
    said = ask("anna", replace(FRIDAY_NIGHT, colleague="olga"))  # who is in it anyway
    assert said == Answer(
        f"На смену {NIGHT}, 21:00–09:00, предложить некого: остальные уже в ней. Как быть, решает Светлана."
    )


def test_the_longest_ids_fit_into_a_button():
    longest = "a" * 32
    staff = [one if one.id != "anna" else one.model_copy(update={"id": longest}) for one in demo().business.staff]
    shifts = [one if one.duty != "anna" else one.model_copy(update={"duty": longest}) for one in demo().rota.shifts]
    rules = demo().model_copy(
        update={
            "business": demo().business.model_copy(update={"staff": tuple(staff)}),
            "rota": demo().rota.model_copy(update={"shifts": tuple(shifts)}),
        }
    )
    asker = person("anna").model_copy(update={"id": longest})
    yes, no = buttons(answer(rules, asker, FRIDAY_NIGHT, SUNDAY))
    assert (len(yes.encode("ascii")), len(no.encode("ascii"))) == (64, 63)
    said = pressed(rules, UNCHANGED, person("marina"), yes, SUNDAY)
    assert said and said.change == Swap(FRIDAY, EVENING, "marina", "svetlana", ("olga",))


@pytest.mark.parametrize(
    "choice", ["yes", "book:2026-11-27", "swap:yes:2026-13-27:2100:anna:0", "swap:yes:2026-11-27:2199:anna:0", "swap:"]
)
def test_other_buttons_are_none_of_the_rotas(choice: str):
    assert pressed(demo(), UNCHANGED, person("marina"), choice, SUNDAY) is None


@pytest.mark.parametrize("choice", ["swap:yes:2026-11-27:2200:anna:0", "swap:yes:2026-11-27:2100:oleg:0"])
def test_a_button_of_a_shift_or_a_colleague_that_is_no_more_is_told_so(choice: str):
    assert press("marina", choice).text.startswith("Эта смена уже прошла, или график изменился.")


# ---------------------------------------------------------------- an editor puts somebody there


def put(who: str, colleague: str | None, **more: object) -> Answer:
    return ask(who, replace(StaffWish("assign", FRIDAY, "night", colleague=colleague), **more))


def test_an_editor_puts_a_colleague_into_a_shift_and_all_whom_it_concerns_hear_of_it():
    rules = demo().model_copy(update={"rota": demo().rota.model_copy(update={"editors": ("olga",)})})
    said = ask("olga", StaffWish("assign", FRIDAY, "night", colleague="marina"), rules)
    assert said.change == Swap(FRIDAY, EVENING, "marina", "svetlana", ("olga",))
    assert said.text == (f"Записано: {NIGHT}, 21:00–09:00, Марина на дежурстве. Всем, кого это касается, сообщаю.")
    assert told(said) == {
        "marina": f"Марина, график изменился: {NIGHT}, с 21:00 до 09:00, вы на дежурстве. Кто изменил: Ольга.",
        "anna": f"Анна, график изменился: {NIGHT}, 21:00–09:00, вы свободны. Кто изменил: Ольга.",
        "svetlana": f"График: {NIGHT}, 21:00–09:00, Марина вместо коллеги: Анна.",
    }


def test_who_is_in_the_shift_in_another_place_changes_places():
    said = put("svetlana", "olga")
    assert said.change == Swap(FRIDAY, EVENING, "olga", "svetlana", ("anna",))
    assert "вы на усилении" in told(said)["anna"]


def test_somebody_may_be_put_into_reserve_or_instead_of_somebody():
    assert put("svetlana", "marina", role="reserve").change == Swap(FRIDAY, EVENING, "anna", "marina", ("olga",))
    assert put("svetlana", "marina", instead="olga").change == Swap(FRIDAY, EVENING, "anna", "svetlana", ("marina",))


def test_who_stands_there_already_changes_nothing():
    said = put("svetlana", "anna")
    assert (said.change, said.notices) == (None, ())


def test_of_two_shifts_on_one_day_the_editor_chooses_one():
    said = put("svetlana", "marina", part=None)
    assert ids(said) == ["swap:put:2026-11-27:0900:marina:d", "swap:put:2026-11-27:2100:marina:d"]
    assert press("svetlana", ids(said)[1]) == put("svetlana", "marina")


@pytest.mark.parametrize("choice", ["swap:put:2026-11-27:2100:marina:d", "swap:put:2026-11-27:2100:marina:r"])
def test_a_colleague_who_is_no_editor_cannot_use_an_editors_button(choice: str):
    assert press("olga", choice) == Answer(
        "График меняет Светлана. Свою смену можно отдать сразу, напишите «подмени меня в пятницу»."
    )


def test_only_an_editor_may_put_somebody_there():
    assert put("olga", "marina").change is None
    assert put("marina", "anna").text.startswith("График меняет Светлана.")


def test_who_puts_somebody_into_her_own_shift_without_being_an_editor_asks_that_colleague():
    wish = StaffWish("assign", date(2026, 11, 24), "night", colleague="olga", instead="marina")
    assert list(told(ask("marina", wish))) == ["olga"]


def test_whom_and_when_are_asked_for():
    assert put("svetlana", None).text.startswith("Кого поставить?")
    assert put("svetlana", "olga", date=None, part=None).text == (
        "На какой день? Напишите целиком, например «поставь Анну в пятницу ночью»."
    )


def test_somebody_who_is_not_in_that_shift_cannot_be_replaced_in_it():
    assert put("svetlana", "anna", instead="marina") == Answer(demo().rota.texts.none)


def test_the_owner_and_the_packs_editors_may_change_the_rota():
    assert [one.id for one in demo().business.staff if swaps.may_edit(demo(), one)] == ["svetlana", "anna"]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_asked_and_tapped_every_shift_is_somebodys_and_nobody_is_in_it_twice(seed: int):
    chance, agreed, open_buttons = random.Random(seed), UNCHANGED, ["swap:no:2026-11-27:2100:anna:0"]
    people, now = [one.id for one in demo().business.staff], SUNDAY
    days = [date(2026, 11, 22) + timedelta(days=ahead) for ahead in range(8)]
    swapped = 0
    for _ in range(100):
        now += timedelta(minutes=chance.choice((0, 1, 90)))
        who, rules = person(chance.choice(people)), with_swaps(demo(), agreed)
        wish = StaffWish(
            chance.choice((*["swap", "assign"] * 5, "withdraw")), chance.choice([None, *days]),
            chance.choice((None, "day", "night")), None, chance.choice([None, *people]),
            chance.choice([None, *people]), chance.choice(("duty", "reserve")),
        )  # fmt: skip
        said = pressed(rules, agreed, who, chance.choice(open_buttons), now) if chance.random() < 0.6 else None
        said = said or answer(rules, who, wish, now)
        assert said.text and "{" not in said.text
        open_buttons += [choice.id for notice in said.notices for choice in notice.choices] + ids(said)
        agreed = agreed.after(said.change, now.date()) if said.change else agreed
        swapped += isinstance(said.change, Swap)
        after_all = with_swaps(demo(), agreed)
        for day in days:
            before, held = starting(demo(), day), starting(after_all, day)
            assert len(held) == len(before)
            for was, duty in zip(before, held, strict=True):
                found = [one.id for one in duty.people]
                assert len(set(found)) == len(found) >= len(was.people)
    assert swapped
