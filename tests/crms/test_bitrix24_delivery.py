"""What a delivery leaves in the portal, also when answers are lost on the way."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.crms import crm
from chalicelib.crms.bitrix24 import CRM
from chalicelib.errors import Refused, Unavailable
from chalicelib.wire import run
from tests.crms.portal import CONTACT, DEAL, LEAD, Portal, complaints, method_of
from tests.crms.salon import WEBHOOK, business, lead, registry

CARD = {
    "title": "Маникюр, Анна",
    "name": "Анна",
    "fm": [{"typeId": "PHONE", "valueType": "MOBILE", "value": "+79000000001"}],
    "contactId": 101,
    "sourceId": "WEB",
    "sourceDescription": "telegram",
    "stageId": "NEW",
    "assignedById": 7,
    "comments": (
        "Канал: telegram\nИмя: Анна\nТелефон: +79000000001\nУслуга: Маникюр\n"
        "Когда удобно: завтра после 18\nСтатус: Новая\nОтвечает: Лида"
    ),
    "originatorId": "nochnik",
    "originId": "a1b2c3",
}


def delivered(portal: Portal, **changes: Any) -> str:
    return run(CRM.deliver(lead(**changes), business(), registry(), WEBHOOK), portal.send)


def card_of(portal: Portal, entity: int = LEAD) -> dict[str, Any]:
    (card,) = portal.items[entity].values()
    return card


def test_the_crm_of_a_pack_is_found_by_its_name() -> None:
    assert crm("bitrix24") is CRM


@pytest.mark.parametrize("name", ["amocrm", "../bitrix24", "_bitrix24_rest", ""])
def test_a_crm_that_does_not_exist_is_not_found(name: str) -> None:
    with pytest.raises(LookupError):
        crm(name)


def test_a_new_client_becomes_a_contact_and_a_lead_with_every_field_of_the_registry() -> None:
    portal = Portal()
    assert delivered(portal) == "102"
    assert portal.items == {
        LEAD: {102: CARD},
        DEAL: {},
        CONTACT: {
            101: {
                "name": "Анна",
                "fm": [{"typeId": "PHONE", "valueType": "MOBILE", "value": "+79000000001"}],
                "sourceId": "WEB",
                "assignedById": 7,
                "originatorId": "nochnik",
                "originId": "a1b2c3",
            }
        },
    }


def test_a_new_client_costs_five_requests_and_each_fits_the_published_tables() -> None:
    portal = Portal()
    delivered(portal)
    assert [method_of(request) for request in portal.requests] == [
        "crm.item.list",
        "crm.item.list",
        "crm.duplicate.findbycomm",
        "crm.item.add",
        "crm.item.add",
    ]
    assert [wrong for request in portal.requests for wrong in complaints(request)] == []


def test_a_repeated_delivery_asks_once_and_answers_with_the_same_id() -> None:
    portal = Portal()
    first = delivered(portal)
    del portal.requests[:]
    assert (delivered(portal), [method_of(request) for request in portal.requests]) == (first, ["crm.item.list"])


def test_a_second_request_of_the_same_client_is_tied_to_her_contact() -> None:
    portal = Portal()
    delivered(portal)
    delivered(portal, id="d4e5f6")
    assert [card["contactId"] for card in portal.items[LEAD].values()] == [101, 101]


def test_leads_of_other_systems_are_not_taken_for_ours() -> None:
    portal = Portal()
    portal.items[LEAD][5] = {"originatorId": "website", "originId": "a1b2c3"}
    assert (delivered(portal), list(portal.items[LEAD])) == ("103", [5, 103])


@pytest.mark.parametrize("position", range(5))
@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_lost_answer_never_makes_a_second_lead_or_contact(lost: str, position: int) -> None:
    portal = Portal(**{lost: {position}})  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        delivered(portal)
    delivered(portal)
    assert (len(portal.items[LEAD]), len(portal.items[CONTACT])) == (1, 1)


@pytest.mark.parametrize("position", [3, 4])
def test_after_a_lost_answer_to_a_creation_the_next_try_waits_until_the_call_must_have_ended(position: int) -> None:
    with pytest.raises(Unavailable) as lost:
        delivered(Portal(after={position}))
    assert (lost.value.retry_after, lost.value.answered) == (60.0, False)


def test_a_lost_question_is_asked_again_without_a_special_wait() -> None:
    with pytest.raises(Unavailable) as lost:
        delivered(Portal(before={0}))
    assert (lost.value.retry_after, lost.value.answered) == (None, False)


def test_where_the_portal_has_no_leads_a_deal_is_made_in_the_funnel_of_its_stage() -> None:
    portal = Portal()
    run(CRM.deliver(lead(status="late"), business(entity="deal"), registry(), WEBHOOK), portal.send)
    expected = {name: value for name, value in CARD.items() if name not in ("name", "fm")}
    comments = CARD["comments"].replace("Новая", "Поздняя")  # type: ignore[attr-defined]
    assert card_of(portal, DEAL) == {**expected, "stageId": "C9:LATE", "categoryId": 9, "comments": comments}


def test_a_client_without_a_phone_gets_a_contact_with_her_name_only() -> None:
    portal = Portal()
    delivered(portal, contact="700000001")
    assert card_of(portal, CONTACT) == {
        "name": "Анна",
        "sourceId": "WEB",
        "assignedById": 7,
        "originatorId": "nochnik",
        "originId": "a1b2c3",
    }
    assert "crm.duplicate.findbycomm" not in [method_of(request) for request in portal.requests]


def test_a_nameless_client_is_called_by_her_phone() -> None:
    portal = Portal()
    delivered(portal, client_name="", service="")
    assert (card_of(portal, CONTACT)["name"], card_of(portal)["title"]) == ("+79000000001", "+79000000001")


def test_a_request_of_whom_nothing_is_known_is_entered_without_a_contact() -> None:
    portal = Portal()
    delivered(portal, client_name="", contact="")
    assert (portal.items[CONTACT], "contactId" in card_of(portal)) == ({}, False)


def test_unsaid_fields_stand_in_the_card_as_unsaid() -> None:
    portal = Portal()
    delivered(portal, preferred_time="")
    assert "Когда удобно: -" in card_of(portal)["comments"].split("\n")


def test_a_field_without_a_title_goes_by_its_name_in_the_registry() -> None:
    portal = Portal()
    run(CRM.deliver(lead(), business(), registry(fields=[{"name": "source"}]), WEBHOOK), portal.send)
    assert [line.split(":")[0] for line in card_of(portal)["comments"].split("\n")] == [
        "source", "client_name", "contact", "service", "preferred_time", "status", "assigned_to",
    ]  # fmt: skip


def test_a_status_the_registry_no_longer_has_falls_back_to_the_new_one() -> None:
    portal = Portal()
    delivered(portal, status="forgotten")
    assert card_of(portal)["stageId"] == "NEW"


def test_a_colleague_without_a_user_there_leaves_it_to_the_one_of_the_pack() -> None:
    portal = Portal()
    delivered(portal, assigned_to="vera")
    assert (card_of(portal)["assignedById"], card_of(portal)["comments"].split("\n")[-1]) == (7, "Отвечает: Вера")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("[url=https://example.com]нажмите[/url]", "нажмите"),
        ("[URL=https://example.com]нажмите[/URL]", "нажмите"),
        ("[[b]b]толсто[/b]", "толсто"),
        ("<script>alert(1)</script>Анна", "alert(1)Анна"),
        ("<<b>img src=x>Анна", "Анна"),
        ("Анна <img src=x onerror=y", "Анна ‹img src=x onerror=y"),
        ("Анна [url=https://example.com", "Анна (url=https://example.com"),
        ("Анна <3 [после обеда]", "Анна <3 [после обеда]"),
        ("Анна\nСтатус: Оплачено", "Анна Статус: Оплачено"),
    ],
)
def test_a_clients_words_carry_no_markup_into_the_card(written: str, kept: str) -> None:
    portal = Portal()
    delivered(portal, client_name=written)
    assert (card_of(portal)["name"], card_of(portal)["comments"].split("\n")[1]) == (kept, f"Имя: {kept}")


def test_markup_in_a_comment_is_dropped_and_its_lines_are_kept() -> None:
    portal = Portal()
    delivered(portal, comment="[b]Просит[/b] Веру\nпосле работы")
    assert card_of(portal)["comments"].split("\n")[7:] == ["Просит Веру", "после работы"]


def test_an_endless_name_is_cut_to_what_the_crm_keeps() -> None:
    portal = Portal()
    delivered(portal, client_name="А" * 300)
    assert (len(card_of(portal)["name"]), len(card_of(portal)["title"])) == (50, 255)


@pytest.mark.parametrize(
    "address", ["", "https://salon.bitrix24.ru", "salon.bitrix24.ru/rest/1/code", "ftp://a/rest/1/code"]
)
def test_an_address_that_is_no_webhook_is_for_a_person(address: str) -> None:
    with pytest.raises(Refused):
        run(CRM.deliver(lead(), business(), registry(), address), Portal().send)
