"""The Bitrix24 emulator: the portal's envelope, its errors, its bucket, and what it finds again."""

from __future__ import annotations

from typing import Any

import pytest
from far_fakes import Far

from sandbox import accounts

LEAD, DEAL, CONTACT = 1, 2, 3


def entered(far: Far, entity: int = LEAD, **fields: Any) -> Any:
    answer = far.bitrix24("crm.item.add", entityTypeId=entity, fields=fields)
    assert answer.status_code == 200, answer.json
    return answer.json["result"]["item"]


def found(far: Far, wanted: dict[str, Any], **given: Any) -> list[int]:
    answer = far.bitrix24("crm.item.list", entityTypeId=LEAD, filter=wanted, **given)
    return [item["id"] for item in answer.json["result"]["items"]]


def refusal(answer: Any) -> tuple[int, str, str]:
    assert set(answer.json) == {"error", "error_description"}
    return answer.status_code, answer.json["error"], answer.json["error_description"]


def test_a_lead_is_entered_and_answered_whole(far: Far) -> None:
    phone = {"typeId": "PHONE", "valueType": "MOBILE", "value": "+79000000001"}
    lead = entered(
        far, title="Стрижка", name="Анна", fm=[phone], sourceId="OTHER", originatorId="nochnik", originId="1"
    )
    assert lead == far.bitrix24("crm.item.get", entityTypeId=LEAD, id=1).json["result"]["item"]
    assert {name: lead[name] for name in ("id", "title", "stageId", "assignedById", "createdTime", "fm")} == {
        "id": 1,
        "title": "Стрижка",
        "stageId": "NEW",
        "assignedById": 1,
        "createdTime": "2026-11-25T22:40:00+03:00",
        "fm": [{"id": 1, **phone}],
    }


def test_every_answer_carries_the_time_block(far: Far) -> None:
    times = far.bitrix24("crm.settings.mode.get").json["time"]
    assert set(times) == {
        "start", "finish", "duration", "processing", "date_start", "date_finish", "operating_reset_at", "operating",
    }  # fmt: skip


def test_the_classic_mode_has_leads(far: Far) -> None:
    assert far.bitrix24("crm.settings.mode.get").json["result"] == 1


def test_a_lead_without_a_title_is_called_by_its_number(far: Far) -> None:
    assert entered(far)["title"] == "Лид #1"


def test_unknown_fields_are_ignored_as_there(far: Far) -> None:
    lead = entered(far, title="Стрижка", colour="red", ufCrmNote="вечером")
    assert ("colour" in lead, lead["ufCrmNote"]) == (False, "вечером")


@pytest.mark.parametrize("way", ["json", "form", "query", "suffix", "case"])
def test_parameters_and_names_come_in_every_shape(far: Far, way: str) -> None:
    path = f"{accounts.BITRIX24_PATH}/crm.item.add"
    flat = {"entityTypeId": "1", "fields[title]": "Стрижка", "fields[fm][0][typeId]": "PHONE",
            "fields[fm][0][value]": "+79000000001"}  # fmt: skip
    deep = {"entityTypeId": 1, "fields": {"title": "Стрижка", "fm": [{"typeId": "PHONE", "value": "+79000000001"}]}}
    answer = {
        "json": lambda: far.client.post(path, json=deep),
        "form": lambda: far.client.post(path, data=flat),
        "query": lambda: far.client.get(path, query_string=flat),
        "suffix": lambda: far.client.post(f"{path}.json", json=deep),
        "case": lambda: far.client.post(path.replace("crm.item.add", "Crm.Item.Add"), json=deep),
    }[way]()
    item = answer.json["result"]["item"]
    assert (item["title"], item["fm"][0]["value"]) == ("Стрижка", "+79000000001")


def test_empty_brackets_make_a_list(far: Far) -> None:
    entered(far, title="Стрижка")
    path = f"{accounts.BITRIX24_PATH}/crm.item.list"
    answer = far.client.post(path, data={"entityTypeId": "1", "select[]": "title", "filter[=title]": "Стрижка"})
    assert answer.json["result"]["items"] == [{"title": "Стрижка", "id": 1}]


@pytest.mark.parametrize(
    ("method", "given", "expected"),
    [
        ("crm.item.add", {"fields": {}}, (400, "100", "Could not find value for parameter {entityTypeId}")),
        ("crm.item.add", {"entityTypeId": 1}, (400, "100", "Could not find value for parameter {fields}")),
        ("crm.item.add", {"entityTypeId": 1, "fields": "x"}, (400, "", "Parameter 'fields' must be array.")),
        (
            "crm.item.add",
            {"entityTypeId": "лид", "fields": {}},
            (400, "100", "Invalid value {лид} to match with parameter {entityTypeId}. Should be value of type int."),
        ),
        ("crm.item.add", {"entityTypeId": 77, "fields": {}}, (400, "NOT_FOUND", "Smart process not found")),
        (
            "crm.item.add",
            {"entityTypeId": 1, "fields": {}, "params": {}},
            (400, "INVALID_ARG_VALUE", "Unknown parameter 'params' of crm.item.add"),
        ),
        (
            "crm.item.add",
            {"entityTypeId": 1, "fields": {"stageId": "NIGHT"}},
            (400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", "Invalid value of the field stageId"),
        ),
        (
            "crm.item.add",
            {"entityTypeId": 1, "fields": {"sourceId": "TELEGRAM"}},
            (400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", "Invalid value of the field sourceId"),
        ),
        (
            "crm.item.add",
            {"entityTypeId": 1, "fields": {"fm": [{"typeId": "PHONE", "value": ""}]}},
            (400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", "Invalid value of the field fm"),
        ),
        ("crm.item.get", {"entityTypeId": 1, "id": 99}, (400, "NOT_FOUND", "Element not found")),
        ("crm.item.update", {"entityTypeId": 1, "id": 99, "fields": {}}, (400, "NOT_FOUND", "Element not found")),
        (
            "crm.item.list",
            {"entityTypeId": 1, "filter": {"=phone": "+7"}},
            (400, "INVALID_ARG_VALUE", "Invalid filter: field 'phone' is not allowed in filter"),
        ),
        ("crm.duplicate.findbycomm", {"values": ["+7"]}, (400, "", "Communication type is not defined.")),
        (
            "crm.duplicate.findbycomm",
            {"type": "PHONE", "values": [79]},
            (400, "", "Communication values is not defined."),
        ),
        ("crm.lead.fly", {}, (404, "ERROR_METHOD_NOT_FOUND", "Method not found!")),
    ],
)
def test_a_call_that_cannot_be_made_is_refused_like_there(
    far: Far, method: str, given: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    if "values" in given or method == "crm.item.list":
        entered(far, title="Стрижка")
    assert refusal(far.bitrix24(method, **given)) == expected


@pytest.mark.parametrize("path", ["/bitrix24/rest/1/wrong", "/bitrix24/rest/2/demo-webhook-code"])
def test_a_wrong_webhook_has_no_credentials(far: Far, path: str) -> None:
    answer = far.client.post(f"{path}/crm.settings.mode.get", json={})
    assert refusal(answer) == (401, "INVALID_CREDENTIALS", "Invalid request credentials")


def test_a_lead_is_found_again_by_its_origin(far: Far) -> None:
    for origin in ("a", "b"):
        entered(far, title=origin, originatorId="nochnik", originId=origin)
    answer = far.bitrix24(
        "crm.item.list", entityTypeId=LEAD, filter={"=originatorId": "nochnik", "=originId": "b"}, select=["id"],
        start=-1,
    )  # fmt: skip
    assert {name: value for name, value in answer.json.items() if name != "time"} == {"result": {"items": [{"id": 2}]}}


def test_filters_know_their_prefixes(far: Far) -> None:
    for title, money in (("Стрижка", 1500), ("Окрашивание", 5000)):
        entered(far, title=title, opportunity=money)
    assert found(far, {"%title": "раш"}) == [2]
    assert found(far, {">=opportunity": 5000}) == [2]
    assert found(far, {"!=title": "Стрижка"}) == [2]
    assert found(far, {"@title": ["Стрижка", "Маникюр"]}) == [1]
    assert found(far, {"id": 1}) == [1]
    assert found(far, {}, order={"opportunity": "DESC"}) == [2, 1]


def test_an_empty_filter_written_by_php_is_a_list(far: Far) -> None:
    entered(far)
    assert far.bitrix24("crm.item.list", entityTypeId=LEAD, filter=[]).json["total"] == 1


def test_a_page_has_fifty_items(far: Far) -> None:
    for number in range(52):
        far.box.state.add_item(LEAD, {"title": str(number)})
    first = far.bitrix24("crm.item.list", entityTypeId=LEAD).json
    second = far.bitrix24("crm.item.list", entityTypeId=LEAD, start=50).json
    assert (len(first["result"]["items"]), first["next"], first["total"]) == (50, 50, 52)
    assert (len(second["result"]["items"]), "next" in second) == (2, False)


def test_multifields_come_with_everything_only(far: Far) -> None:
    entered(far, title="Стрижка", fm=[{"typeId": "PHONE", "value": "+79000000001"}])
    picked = far.bitrix24("crm.item.list", entityTypeId=LEAD, select=["title", "fm"]).json["result"]["items"]
    whole = far.bitrix24("crm.item.list", entityTypeId=LEAD, select=["*"]).json["result"]["items"]
    assert (picked, "fm" in whole[0]) == ([{"title": "Стрижка", "id": 1}], True)


def test_an_update_keeps_the_rest(far: Far) -> None:
    entered(far, title="Стрижка", name="Анна")
    changed = far.bitrix24("crm.item.update", entityTypeId=LEAD, id=1, fields={"stageId": "IN_PROCESS"})
    item = changed.json["result"]["item"]
    assert (item["title"], item["name"], item["stageId"]) == ("Стрижка", "Анна", "IN_PROCESS")


def test_duplicates_are_found_by_the_digits_of_a_phone(far: Far) -> None:
    entered(far, CONTACT, name="Анна", fm=[{"typeId": "PHONE", "value": "8 (900) 000-00-01"}])
    entered(far, LEAD, fm=[{"typeId": "PHONE", "value": "+79000000001"}])
    same = {"type": "PHONE", "values": ["+79000000001"]}
    assert far.bitrix24("crm.duplicate.findbycomm", **same).json["result"] == {"LEAD": [1], "CONTACT": [1]}
    only = far.bitrix24("crm.duplicate.findbycomm", **same, entity_type="CONTACT").json["result"]
    assert only == {"CONTACT": [1]}


def test_no_duplicates_are_an_empty_list(far: Far) -> None:
    answer = far.bitrix24("crm.duplicate.findbycomm", TYPE="PHONE", VALUES=["+79000000001"])
    assert answer.json["result"] == []


def test_the_pack_s_own_stages_are_the_portal_s_too(far: Far) -> None:
    far.state()
    rows = far.bitrix24("crm.status.list", filter={"ENTITY_ID": "STATUS"}).json["result"]
    assert [(row["STATUS_ID"], row["NAME"]) for row in rows][-1] == ("UC_NIGHT", "Ночная заявка")
    assert entered(far, stageId="UC_NIGHT")["stageId"] == "UC_NIGHT"


def test_the_bucket_takes_fifty_and_leaks_two_a_second(far: Far) -> None:
    def many(count: int) -> list[int]:
        return [far.bitrix24("crm.settings.mode.get").status_code for _ in range(count)]

    assert many(51) == [200] * 50 + [503]
    far.seconds += 1.0
    assert many(3) == [200, 200, 503]
    assert refusal(far.bitrix24("crm.settings.mode.get")) == (503, "QUERY_LIMIT_EXCEEDED", "Too many requests")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("QUERY_LIMIT_EXCEEDED", (503, "QUERY_LIMIT_EXCEEDED", "Too many requests")),
        ("OPERATION_TIME_LIMIT", (429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.")),
        ("401", (401, "INVALID_CREDENTIALS", "Invalid request credentials")),
    ],
)
def test_faults_are_the_originals(far: Far, value: str, expected: tuple[int, str, str]) -> None:
    far.switch("bitrix24", value)
    assert refusal(far.bitrix24("crm.item.add", entityTypeId=LEAD, fields={})) == expected
    assert far.state()["crm"]["cards"] == []


def test_a_broken_portal_answers_a_page_and_enters_nothing(far: Far) -> None:
    far.switch("bitrix24", "500")
    answer = far.bitrix24("crm.item.add", entityTypeId=LEAD, fields={})
    assert (answer.status_code, answer.mimetype, far.state()["crm"]["cards"]) == (500, "text/html", [])


def test_a_lost_answer_has_entered_the_lead(far: Far) -> None:
    far.switch("bitrix24", "lost", times=1)
    assert far.bitrix24("crm.item.add", entityTypeId=LEAD, fields={"originId": "a"}).status_code == 504
    assert found(far, {"=originId": "a"}) == [1]


def test_items_and_their_numbers_outlive_a_restart(far: Far) -> None:
    entered(far, title="Раз")
    far.reopen()
    assert entered(far, title="Два")["id"] == 2
    assert found(far, {}) == [1, 2]
