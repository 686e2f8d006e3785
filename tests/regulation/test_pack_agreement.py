"""Documents that are each well written and still do not agree: what `nochnik check` says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.regulation.load import load
from tests.regulation.conftest import intent_of

if TYPE_CHECKING:
    from tests.regulation.conftest import PackCopy

EVERYBODY = "есть svetlana, anna, olga, marina"
WEEKDAYS = """  - days: [mon, tue, wed, thu, fri]
    starts: "09:00"
    ends: "21:00"
    duty: svetlana"""


def test_a_master_who_does_not_work_here(pack: PackCopy) -> None:
    pack.change("business.yaml", "masters: [olga]", "masters: [oleg]")
    sentence = f"сотрудника «oleg» нет в business.yaml: {EVERYBODY}"
    assert pack.mistakes() == [pack.at("business.yaml", "masters: [oleg]", sentence)]


def test_leads_assigned_to_nobody(pack: PackCopy) -> None:
    pack.change("business.yaml", "assigned_to: svetlana", "assigned_to: sveta")
    sentence = f"сотрудника «sveta» нет в business.yaml: {EVERYBODY}"
    assert pack.mistakes() == [pack.at("business.yaml", "assigned_to: sveta", sentence)]


def test_a_title_too_long_for_a_button(pack: PackCopy) -> None:
    pack.change("business.yaml", "title: Оформление бровей", "title: Оформление бровей хной")
    sentence = "название «Оформление бровей хной» не поместится на кнопке: не больше 20 знаков"
    assert pack.mistakes() == [pack.at("business.yaml", "title: Оформление бровей хной", sentence)]


def test_two_services_with_one_id(pack: PackCopy) -> None:
    first = pack.at("business.yaml", "id: manicure", "").line
    pack.change("business.yaml", "id: pedicure", "id: manicure # второй")
    sentence = f"услуга «manicure» уже есть: дайте другой id (первый раз в строке {first})"
    assert pack.mistakes() == [pack.at("business.yaml", "# второй", sentence)]


def test_a_word_that_leads_to_two_services(pack: PackCopy) -> None:
    first = pack.at("business.yaml", "words: [маник", "").line
    pack.change("business.yaml", "words: [педик,", "words: [Маник, педик,")
    sentence = f"слово «Маник» уже есть у услуги: оставьте его в одном месте (первый раз в строке {first})"
    assert pack.mistakes() == [pack.at("business.yaml", "words: [Маник, педик", sentence)]


def test_a_word_written_twice_in_one_line(pack: PackCopy) -> None:
    pack.change("business.yaml", "words: [педик,", "words: [педик, педик,")
    expected = pack.at("business.yaml", "words: [педик, педик", "")
    sentence = f"слово «педик» уже есть у услуги: оставьте его в одном месте (первый раз в строке {expected.line})"
    assert pack.mistakes() == [pack.at("business.yaml", "words: [педик, педик", sentence)]


def test_a_weekday_nothing_is_said_of(pack: PackCopy) -> None:
    pack.change("business.yaml", "  sun: null\n", "")
    sentence = "не сказано, как вы работаете (воскресенье): напишите часы или «sun: null»"
    assert pack.mistakes() == [pack.at("business.yaml", "hours:", sentence)]


def test_a_day_that_closes_before_it_opens(pack: PackCopy) -> None:
    pack.change("business.yaml", 'opens: "10:00", closes: "18:00"', 'opens: "18:00", closes: "10:00"')
    sentence = "суббота: закрытие не позже открытия, исправьте часы"
    assert pack.mistakes() == [pack.at("business.yaml", 'opens: "18:00"', sentence)]


def test_an_hour_of_the_week_without_anybody_on_duty(pack: PackCopy) -> None:
    pack.change("RT-001.yaml", WEEKDAYS, WEEKDAYS.replace("21:00", "20:00"))
    line = pack.at("RT-001.yaml", "days: [mon, tue, wed, thu, fri]", "").line
    days = "понедельник, вторник, среда, четверг, пятница"
    sentence = f"не закрыто: {days} 20:00–21:00; добавьте смену или продлите ту, что в строке {line}"
    assert pack.mistakes() == [pack.at("RT-001.yaml", "shifts:", sentence)]


def test_a_gap_across_midnight_is_named_day_by_day(pack: PackCopy) -> None:
    pack.change("RT-001.yaml", "  - days: [fri, sat]\n", "  - days: [sat]\n")
    line = pack.at("RT-001.yaml", "days: [mon, tue, wed, thu, fri]", "").line
    evening = f"не закрыто: пятница 21:00–24:00; добавьте смену или продлите ту, что в строке {line}"
    assert pack.mistakes() == [
        pack.at("RT-001.yaml", "shifts:", evening),
        pack.at("RT-001.yaml", "shifts:", "не закрыто: суббота 00:00–09:00; добавьте смену или продлите соседнюю"),
    ]


def test_gaps_are_told_in_the_order_of_the_week(pack: PackCopy) -> None:
    pack.change("RT-001.yaml", "days: [sun, mon, tue, wed, thu]", "days: [sun, tue, thu]")
    gaps = [mistake.sentence.split(";")[0] for mistake in pack.mistakes()]
    assert gaps == [
        "не закрыто: понедельник, среда 21:00–24:00", "не закрыто: вторник, четверг 00:00–09:00",
    ]  # fmt: skip


def test_an_intent_written_twice_is_one_mistake(pack: PackCopy) -> None:
    first = pack.at("RP-002.json", '"name": "thanks"', "").line
    pack.edit(lambda dialogue: dialogue["intents"].append(intent_of(dialogue, "thanks")))
    sentence = f"намерение «thanks» уже описано: соедините оба описания (первый раз в строке {first})"
    assert [mistake.sentence for mistake in pack.mistakes()] == [sentence]


def test_a_reason_that_there_is_not(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: intent_of(dialogue, "complaint").update(escalate="жалоба"))
    (mistake,) = pack.mistakes()
    assert mistake.sentence.startswith("escalate: можно только complaint, urgent")


def test_two_shifts_at_once(pack: PackCopy) -> None:
    first = pack.at("RT-001.yaml", "days: [mon, tue, wed, thu, fri]", "").line
    pack.change("RT-001.yaml", "days: [sat, sun]", "days: [fri, sat, sun]")
    sentence = f"две смены сразу: пятница 09:00–21:00; другая описана в строке {first}, оставьте одну"
    assert pack.mistakes() == [pack.at("RT-001.yaml", "days: [fri, sat, sun]", sentence)]


def test_a_shift_from_sunday_night_into_monday_is_no_gap(pack: PackCopy) -> None:
    pack.change("RT-001.yaml", "- days: [sun, mon, tue, wed, thu]", "- days: [mon, tue, wed, thu, sun]")
    assert len(load(pack.folder).rota.shifts) == 4


def test_an_unknown_colleague_on_duty(pack: PackCopy) -> None:
    pack.change("RT-001.yaml", "reserve: anna", "reserve: inna")
    sentence = f"сотрудника «inna» нет в business.yaml: {EVERYBODY}"
    assert pack.mistakes() == [pack.at("RT-001.yaml", "reserve: inna", sentence)]


def test_an_unknown_colleague_in_a_swap(pack: PackCopy) -> None:
    pack.change("RT-001.yaml", "  - date: 2026-12-31\n    duty: svetlana", "  - date: 2026-12-31\n    duty: gleb")
    sentence = f"сотрудника «gleb» нет в business.yaml: {EVERYBODY}"
    assert pack.mistakes() == [pack.at("RT-001.yaml", "duty: gleb", sentence)]


def test_a_colleague_on_duty_who_cannot_be_woken(pack: PackCopy) -> None:
    pack.change("business.yaml", '    phone: "+79000000014"\n    telegram: "900000004"\n', "")
    sentence = "«marina» не разбудить: допишите telegram или phone в business.yaml"
    assert pack.mistakes() == [
        pack.at("RT-001.yaml", "duty: marina", sentence),
        pack.at("RT-001.yaml", "reserve: marina", sentence),
    ]


def test_a_reserve_who_is_the_one_on_duty(pack: PackCopy) -> None:
    pack.change("RT-001.yaml", "reserve: anna", "reserve: olga # сама")
    sentence = "резерв и дежурный это один человек: назовите другого или уберите резерв"
    assert pack.mistakes() == [pack.at("RT-001.yaml", "# сама", sentence)]


def test_an_intent_that_is_left_out(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: dialogue["intents"].pop())
    sentence = "нет намерения «other»: добавьте его фразы и ответы"
    assert pack.mistakes() == [pack.at("RP-002.json", '"intents"', sentence)]


def test_an_intent_without_phrases(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: dialogue["intents"][-1].update(phrases=[]))
    sentence = "phrases: примеров фраз нет, помощник этого не узнает: допишите хотя бы одну"
    assert pack.mistakes() == [pack.at("RP-002.json", '"phrases": []', sentence)]


def test_a_phrase_of_two_intents(pack: PackCopy) -> None:
    first = pack.at("RP-002.json", '"сколько стоит маникюр"', "").line
    pack.change("RP-002.json", '"до скольки вы работаете"', '"Сколько стоит маникюр?!"')
    sentence = f"фраза «Сколько стоит маникюр?!» уже есть: оставьте её в одном месте (первый раз в строке {first})"
    assert pack.mistakes() == [pack.at("RP-002.json", '"Сколько стоит маникюр?!"', sentence)]


def test_every_phrase_of_two_intents(pack: PackCopy) -> None:
    phrases = ["сколько стоит маникюр", "до скольки вы работаете"]
    pack.edit(lambda dialogue: intent_of(dialogue, "other")["phrases"].extend(phrases))
    assert [mistake.sentence.split(":")[0] for mistake in pack.mistakes()] == [
        f"фраза «{phrase}» уже есть" for phrase in phrases
    ]


def test_a_complaint_that_calls_nobody(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: intent_of(dialogue, "complaint").pop("escalate"))
    (mistake,) = pack.mistakes()
    assert mistake.sentence == "complaint: здесь всегда нужен человек, допишите escalate"
    assert mistake.line == pack.at("RP-002.json", '"name": "complaint"', "").line - 1  # its opening brace


def test_an_emergency_answer_without_a_number_to_ring(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: intent_of(dialogue, "emergency").update(responses=["Зову коллегу."]))
    sentence = "при угрозе жизни ответ должен называть 103 или 112: допишите"
    assert pack.mistakes() == [pack.at("RP-002.json", '"Зову коллегу."', sentence)]


def test_a_medical_answer_without_a_number_to_ring(pack: PackCopy) -> None:
    pack.change("SLA-001.yaml", "не ждите ответа: звоните 103 или 112.", "не ждите ответа.")
    sentence = "при угрозе жизни ответ должен называть 103 или 112: допишите"
    (mistake,) = pack.mistakes()
    assert mistake.sentence == sentence
    assert mistake.line == pack.at("SLA-001.yaml", "О здоровье я советовать не могу", "").line - 1  # its key


def test_a_fallback_that_ends_without_a_person(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: dialogue["fallback"][-1].pop("escalate"))
    (mistake,) = pack.mistakes()
    assert mistake.sentence == "последний шаг должен звать человека: допишите escalate"
    assert mistake.line == pack.at("RP-002.json", "Не хочу мучить вас вопросами", "").line - 1  # its opening brace


def test_a_reason_a_message_may_give_without_a_rule(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: dialogue["languages"].clear())
    pack.change("SLA-001.yaml", "reason: complaint", "reason: promise")
    sentence = "нет правила для «complaint»: на такое сообщение никто не придёт"
    assert pack.mistakes() == [pack.at("SLA-001.yaml", "triggers:", sentence)]


def test_a_reason_an_intent_gives_without_a_rule(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: intent_of(dialogue, "human").update(escalate="promise"))
    sentence = "в SLA-001.yaml нет правила для «promise»: добавьте его в triggers"
    assert pack.mistakes() == [pack.at("RP-002.json", '"escalate": "promise"', sentence)]


def test_a_reason_the_fallback_gives_without_a_rule(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: dialogue["fallback"][-1].update(escalate="promise"))
    sentence = "в SLA-001.yaml нет правила для «promise»: добавьте его в triggers"
    assert pack.mistakes() == [pack.at("RP-002.json", '"escalate": "promise"', sentence)]


def test_a_rule_that_leaves_the_client_without_a_word(pack: PackCopy) -> None:
    reply = "    reply: >-\n      Рады вас слышать! Коллега, которая сейчас дежурит, тоже увидит ваше сообщение.\n"
    pack.change("SLA-001.yaml", reply, "")
    sentence = "vip: клиент не услышит ни слова, допишите reply"
    assert pack.mistakes() == [pack.at("SLA-001.yaml", "SLA-001 §2.6", sentence)]


def test_guests_of_honour_without_a_rule(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: dialogue["languages"].clear())
    pack.change("SLA-001.yaml", "reason: vip", "reason: promise")
    sentence = "в SLA-001.yaml нет правила для «vip»: добавьте его в triggers"
    assert pack.mistakes() == [pack.at("business.yaml", "vip:", sentence)]


def test_two_rules_for_one_reason(pack: PackCopy) -> None:
    first = pack.at("SLA-001.yaml", "reason: complaint", "").line
    pack.change("business.yaml", '\nvip:\n  - "+79000000090"\n', "\n")
    pack.change("SLA-001.yaml", "reason: vip", "reason: complaint # второе")
    sentence = f"правило для «complaint» уже есть: соедините оба (первый раз в строке {first})"
    assert pack.mistakes() == [pack.at("SLA-001.yaml", "# второе", sentence)]


def test_a_registry_without_one_of_its_seven_fields(pack: PackCopy) -> None:
    pack.change("RP-001.md", "  - name: source\n    title: Откуда\n", "")
    sentence = "нет поля «source»: в реестре должны быть все семь полей"
    assert pack.mistakes() == [pack.at("RP-001.md", "fields:", sentence)]


def test_a_field_the_client_is_never_asked_for(pack: PackCopy) -> None:
    pack.change("RP-001.md", "    ask: Как вас зовут?\n", "")
    sentence = "client_name: нет вопроса клиенту, допишите ask"
    assert pack.mistakes() == [pack.at("RP-001.md", "- name: client_name", sentence)]


def test_a_question_that_cannot_be_put_differently(pack: PackCopy) -> None:
    pack.change("RP-001.md", "    again: Напишите, пожалуйста, имя, на которое оставить заявку.\n", "")
    sentence = "client_name: нет вопроса клиенту, допишите again"
    assert pack.mistakes() == [pack.at("RP-001.md", "- name: client_name", sentence)]


def test_a_new_request_in_an_unknown_status(pack: PackCopy) -> None:
    pack.change("RP-001.md", "new_status: new", "new_status: fresh")
    sentence = "статуса «fresh» нет: есть new, in_work, booked, dropped"
    assert pack.mistakes() == [pack.at("RP-001.md", "new_status: fresh", sentence)]


def test_a_field_the_template_does_not_know(pack: PackCopy) -> None:
    pack.change("RP-001.md", "    ask: Как вас зовут?", "    ask: Как вас зовут, {имя}?")
    sentence = "неизвестное поле {имя}: здесь можно {address}, {business}, {hours}, {name}, {phone}, {services}"
    assert pack.mistakes() == [pack.at("RP-001.md", "зовут, {имя}?", sentence)]


def test_a_field_of_another_text(pack: PackCopy) -> None:
    pack.change("RP-002.json", '"Наш адрес: {address}."', '"Наш адрес: {url}."')
    sentence = "неизвестное поле {url}: здесь можно {address}, {business}, {hours}, {name}, {phone}, {services}"
    assert pack.mistakes() == [pack.at("RP-002.json", "Наш адрес: {url}", sentence)]


def test_a_brace_without_its_pair(pack: PackCopy) -> None:
    pack.change("RP-002.json", '"Наш адрес: {address}."', '"Наш адрес: {address."')
    assert pack.mistakes() == [pack.at("RP-002.json", "{address.", "фигурная скобка без пары: поле пишется как {name}")]


def test_a_text_nobody_would_read_in_a_messenger(pack: PackCopy) -> None:
    pack.change("RP-002.json", '"Наш адрес: {address}."', '"Наш адрес: {address}.' + "а" * 900 + '"')
    sentence = "текст длиннее 900 знаков, а в мессенджере столько не читают: сократите"
    assert pack.mistakes() == [pack.at("RP-002.json", "аааа", sentence)]


def test_quiet_hours_that_end_when_they_begin(pack: PackCopy) -> None:
    pack.change("RM-001.yaml", 'quiet_to: "09:00"', 'quiet_to: "22:00"')
    sentence = "тихие часы начинаются и кончаются в одно время: исправьте"
    assert pack.mistakes() == [pack.at("RM-001.yaml", "quiet_to", sentence)]


def test_a_consent_that_hides_its_operator(pack: PackCopy) -> None:
    pack.change("DP-001.md", "\nООО «Сирень», ИНН 6300000000, адрес", "\nадрес")
    sentence = "в тексте согласия нет оператора этими словами: допишите в документ то же самое"
    assert pack.mistakes() == [pack.at("DP-001.md", "operator:", sentence)]


def test_a_consent_whose_purpose_is_not_what_people_read(pack: PackCopy) -> None:
    pack.change("DP-001.md", "purpose: запись", "purpose: реклама, запись")
    sentence = "в тексте согласия нет цели этими словами: допишите в документ то же самое"
    assert pack.mistakes() == [pack.at("DP-001.md", "purpose:", sentence)]


def test_a_consent_without_its_term(pack: PackCopy) -> None:
    pack.change("DP-001.md", "Согласие действует один год", "Согласие действует два года")
    sentence = "в тексте согласия нет срока этими словами: допишите в документ то же самое"
    assert pack.mistakes() == [pack.at("DP-001.md", "term:", sentence)]


def test_a_consent_that_cannot_be_withdrawn(pack: PackCopy) -> None:
    pack.change("DP-001.md", "Чтобы отозвать согласие, напишите в этот же чат", "Чтобы отозвать согласие, приезжайте")
    sentence = "в тексте согласия нет отзыва этими словами: допишите в документ то же самое"
    assert pack.mistakes() == [pack.at("DP-001.md", "withdrawal:", sentence)]


def test_data_that_are_taken_without_being_named(pack: PackCopy) -> None:
    pack.change("DP-001.md", "  - номер телефона", "  - номер телефона\n  - дата рождения")
    sentence = "в тексте согласия среди данных нет «дата рождения»: допишите в документ"
    assert pack.mistakes() == [pack.at("DP-001.md", "- дата рождения", sentence)]


def test_a_consent_asked_for_without_showing_its_text(pack: PackCopy) -> None:
    pack.change("DP-001.md", "редакция {version}: {url}", "редакция {version}.")
    assert pack.mistakes() == [pack.at("DP-001.md", "ask: >-", "клиенту не показан текст согласия: допишите {url}")]


def test_a_consent_with_two_equal_buttons(pack: PackCopy) -> None:
    pack.change("DP-001.md", "no: Не даю согласия", "no: Даю согласие")
    sentence = "кнопки «да» и «нет» одинаковы: назовите их по-разному"
    assert pack.mistakes() == [pack.at("DP-001.md", "no: Даю согласие", sentence)]


def test_a_slip_in_one_document_does_not_hide_those_in_another(pack: PackCopy) -> None:
    pack.change("business.yaml", "kind: salon", "kind: bank")
    pack.change("RP-001.md", "new_status: new", "new_status: fresh")
    pack.change("RP-002.json", '"Наш адрес: {address}."', '"Наш адрес: {дом}."')
    assert [mistake.file for mistake in pack.mistakes()] == ["business.yaml", "RP-001.md", "RP-002.json"]
