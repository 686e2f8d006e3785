"""What the portal takes and knows: methods with their parameters, fields of its items, stages and sources."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.far_side import Answer

LEAD, DEAL, CONTACT, COMPANY = 1, 2, 3, 4
BOOKING = 1000
"""Bookings are kept beside the CRM's items, under a kind of their own."""


ENTITIES = {LEAD: "LEAD", DEAL: "DEAL", CONTACT: "CONTACT", COMPANY: "COMPANY"}


NOTICE_PARAMETERS = ("USER_ID", "MESSAGE", "MESSAGE_OUT", "TAG", "SUB_TAG", "ATTACH", "CLIENT_ID")
NOTICE = dict.fromkeys(NOTICE_PARAMETERS, ("string", False))


METHODS: Mapping[str, Mapping[str, tuple[str, bool]]] = {
    "crm.item.add": {
        "entityTypeId": ("integer", True), "fields": ("object", True), "useOriginalUfNames": ("flag", False),
    },
    "crm.item.update": {
        "entityTypeId": ("integer", True), "id": ("integer", True), "fields": ("object", True),
        "useOriginalUfNames": ("flag", False),
    },
    "crm.item.get": {
        "entityTypeId": ("integer", True), "id": ("integer", True), "useOriginalUfNames": ("flag", False),
    },
    "crm.item.list": {
        "entityTypeId": ("integer", True), "select": ("array", False), "filter": ("object", False),
        "order": ("object", False), "start": ("integer", False), "useOriginalUfNames": ("flag", False),
    },
    "crm.duplicate.findbycomm": {
        "TYPE": ("string", False), "VALUES": ("array", False), "ENTITY_TYPE": ("string", False),
    },
    "crm.settings.mode.get": {},
    "crm.status.list": {"ORDER": ("object", False), "FILTER": ("object", False)},
    "im.notify.system.add": NOTICE,
    "im.notify.personal.add": NOTICE,
    "booking.v1.booking.add": {"fields": ("object", True)},
    "booking.v1.booking.update": {"id": ("integer", True), "fields": ("object", True)},
    "booking.v1.booking.delete": {"id": ("integer", True)},
    "booking.v1.booking.get": {"id": ("integer", True)},
    "booking.v1.booking.list": {
        "filter": ("object", False), "order": ("object", False), "start": ("integer", False),
    },
    "booking.v1.resource.get": {"id": ("integer", True)},
    "booking.v1.resource.list": {
        "filter": ("object", False), "order": ("object", False), "start": ("integer", False),
    },
}  # fmt: skip


LEGACY = frozenset({
    "crm.duplicate.findbycomm", "crm.settings.mode.get", "crm.status.list", "im.notify.system.add",
    "im.notify.personal.add",
})  # fmt: skip
"""Methods whose parameter names may stand in any case."""


SHARED_FIELDS: Mapping[str, Any] = {
    "title": None, "name": None, "secondName": None, "lastName": None, "honorific": None, "birthdate": None,
    "sourceId": None, "sourceDescription": None, "post": None, "opened": "N", "comments": None, "assignedById": 1,
    "companyId": 0, "contactId": 0, "contactIds": [], "originatorId": None, "originId": None, "webformId": 0,
    "observers": [], "utmSource": None, "utmMedium": None, "utmCampaign": None, "utmContent": None, "utmTerm": None,
    "fm": [],
}  # fmt: skip


MONEY_FIELDS = {"opportunity": 0, "currencyId": "RUB", "isManualOpportunity": "N"}


FIELDS: Mapping[int, Mapping[str, Any]] = {
    LEAD: {**SHARED_FIELDS, **MONEY_FIELDS, "companyTitle": None, "stageId": "NEW", "statusDescription": None},
    DEAL: {
        **{name: default for name, default in SHARED_FIELDS.items() if name not in ("name", "lastName", "fm")},
        **MONEY_FIELDS, "typeId": "SALE", "categoryId": 0, "stageId": "NEW", "begindate": None, "closedate": None,
        "leadId": None, "additionalInfo": None,
    },
    CONTACT: {**SHARED_FIELDS, "typeId": "CLIENT", "companyIds": [], "export": "Y", "originVersion": None},
    COMPANY: {**SHARED_FIELDS, **MONEY_FIELDS, "typeId": "CUSTOMER", "industry": None},
}  # fmt: skip


STATUSES: Mapping[str, Sequence[tuple[str, str, str | None]]] = {
    "STATUS": (
        ("NEW", "Не обработан", None), ("IN_PROCESS", "В работе", None), ("PROCESSED", "Обработан", None),
        ("JUNK", "Некачественный лид", "F"), ("CONVERTED", "Качественный лид", "S"),
    ),
    "DEAL_STAGE": (
        ("NEW", "Новая", None), ("PREPARATION", "Подготовка документов", None),
        ("PREPAYMENT_INVOICE", "Счёт на предоплату", None), ("EXECUTING", "В работе", None),
        ("FINAL_INVOICE", "Финальный счёт", None), ("WON", "Сделка успешна", "S"), ("LOSE", "Сделка провалена", "F"),
        ("APOLOGY", "Анализ причины провала", "F"),
    ),
    "SOURCE": (
        ("CALL", "Звонок", None), ("EMAIL", "Электронная почта", None), ("WEB", "Веб-сайт", None),
        ("ADVERTISING", "Реклама", None), ("PARTNER", "Существующий клиент", None),
        ("RECOMMENDATION", "По рекомендации", None), ("TRADE_SHOW", "Выставка", None), ("WEBFORM", "CRM-форма", None),
        ("CALLBACK", "Обратный звонок", None), ("RC_GENERATOR", "Генератор продаж", None),
        ("STORE", "Интернет-магазин", None), ("OTHER", "Другое", None),
    ),
}  # fmt: skip


STAGES_OF = {LEAD: "STATUS", DEAL: "DEAL_STAGE"}


class Refusal(Exception):
    """The portal's error: HTTP status, code, text."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code = status, code

    def answer(self) -> Answer:
        return Answer(self.status, {"error": self.code, "error_description": str(self)})


def checked(method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The method's parameters with their types. Raises `Refusal`."""
    known = METHODS[method]
    named = {name.upper() if method in LEGACY else name: value for name, value in given.items()}
    for name in named:
        if name not in known:
            raise Refusal(400, "INVALID_ARG_VALUE", f"Unknown parameter '{name}' of {method}")
    for name, (_, required) in known.items():
        if required and named.get(name) is None:
            raise Refusal(400, "100", f"Could not find value for parameter {{{name}}}")
    return {name: _typed(name, known[name][0], value) for name, value in named.items() if value is not None}


def _typed(name: str, kind: str, value: Any) -> Any:
    if kind == "integer":
        return integer(value, name)
    if kind == "object":
        if value == []:  # PHP cannot tell an empty map from an empty list
            return {}
        if not isinstance(value, dict):
            raise Refusal(400, "", f"Parameter '{name}' must be array.")
    if kind == "array" and not isinstance(value, list):
        raise Refusal(400, "", f"Parameter '{name}' must be array.")
    if kind == "flag" and value not in ("Y", "N", True, False):
        raise Refusal(
            400, "100", f"Invalid value {{{value}}} to match with parameter {{{name}}}. Should be value of type bool."
        )
    return value


def integer(value: Any, name: str) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
        text = f"Invalid value {{{value}}} to match with parameter {{{name}}}. Should be value of type int."
        raise Refusal(400, "100", text)
    return int(value)


def entity_of(given: Mapping[str, Any]) -> int:
    entity = int(given["entityTypeId"])
    if entity not in ENTITIES:
        raise Refusal(400, "NOT_FOUND", "Smart process not found")
    return entity


def not_valid(field: str) -> Refusal:
    return Refusal(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", f"Invalid value of the field {field}")


def multifields(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list):
        raise not_valid("fm")
    rows = []
    for number, row in enumerate(given, 1):
        if not isinstance(row, dict) or row.get("typeId") not in ("PHONE", "EMAIL", "WEB", "IM", "LINK"):
            raise not_valid("fm")
        if not isinstance(row.get("value"), str) or not row["value"]:
            raise not_valid("fm")
        kind = row.get("valueType", "WORK")
        rows.append({"id": number, "typeId": row["typeId"], "valueType": kind, "value": row["value"]})
    return rows
