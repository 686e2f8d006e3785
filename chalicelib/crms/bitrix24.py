"""Bitrix24 over an incoming webhook: the contact, then the lead or the deal, each looked for before it is created.

REST v2 has no idempotency key and enforces no uniqueness, so ``originatorId`` + ``originId`` are our key and a repeated
delivery finds what the first one made. The calls themselves and the meaning of errors: bitrix24_portal.py.
Source: https://apidocs.bitrix24.com/api-reference/crm/universal/crm-item-add.html (and crm-item-list.html),
https://apidocs.bitrix24.com/api-reference/crm/duplicates/crm-duplicate-find-by-comm.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.bitrix24_portal import CALL_SECONDS, Portal, call, portal_at
from chalicelib.errors import Unavailable
from chalicelib.ports import Crm
from chalicelib.wire import Flow

if TYPE_CHECKING:
    from chalicelib.desk.values import Lead
    from chalicelib.regulation.schema import Business, Registry

ORIGINATOR = "nochnik"
LEAD, DEAL, CONTACT = 1, 2, 3
ENTITY = {"lead": LEAD, "deal": DEAL}
TITLE_LIMIT, NAME_LIMIT = 255, 50


class Bitrix24:
    """Bitrix24 as a `chalicelib.ports.Crm`."""

    name = "bitrix24"

    def deliver(self, lead: Lead, business: Business, registry: Registry, base_url: str) -> Flow[str]:
        """Enter a lead (or a deal where the portal works without leads) with its contact; return its id.

        ``base_url`` is the incoming webhook ``https://<portal>/rest/<user>/<code>``; it needs the scope ``crm``.
        Five requests at most, one when the lead is already there. Raises `Unavailable`, `Refused`.
        """
        portal = portal_at(base_url)
        entity = ENTITY[business.crm.entity]
        known = yield from _find(portal, entity, lead.id)
        if known is not None:
            return str(known)
        contact = yield from _contact(portal, lead, business)
        entered = yield from _add(portal, entity, _card(entity, lead, business, registry, contact))
        return str(entered)


def _contact(portal: Portal, lead: Lead, business: Business) -> Flow[int | None]:
    """The client's contact: made by an earlier try, known by her phone, or new. None when nothing is known of her."""
    known = yield from _find(portal, CONTACT, lead.id)
    phone = _phone(lead)
    if known is None and phone:
        known = yield from _find_by_phone(portal, phone)
    if known is not None or not (lead.client_name or lead.contact):
        return known
    return (yield from _add(portal, CONTACT, _contact_card(lead, business)))


# What is asked


def _find(portal: Portal, entity: int, origin: str) -> Flow[int | None]:
    """The item made for this lead, the oldest if there are several. ``start`` -1 spares the portal the count."""
    ours = {"=originatorId": ORIGINATOR, "=originId": origin}
    question = {"entityTypeId": entity, "select": ["id"], "filter": ours, "start": -1}
    result = yield from call(portal, "crm.item.list", question)
    items = result.get("items") if isinstance(result, dict) else None
    if not isinstance(items, list):
        # Taken for "nothing found", it would make a second lead.
        raise Unavailable("crm.item.list answered without a list of items")
    return _oldest(map(_id, items))


def _find_by_phone(portal: Portal, phone: str) -> Flow[int | None]:
    """The oldest contact with this phone; Bitrix24 compares the digits, however they are written there."""
    question = {"type": "PHONE", "values": [phone], "entity_type": "CONTACT"}
    result = yield from call(portal, "crm.duplicate.findbycomm", question)
    if result == []:  # PHP writes an empty map so
        return None
    contacts = result.get("CONTACT", []) if isinstance(result, dict) else None
    if not isinstance(contacts, list):
        raise Unavailable("crm.duplicate.findbycomm answered without a list of contacts")
    return _oldest(contacts)


def _add(portal: Portal, entity: int, fields: Mapping[str, Any]) -> Flow[int]:
    """Create an item. When the answer is lost, the next try waits until the call must have ended, then looks first."""
    try:
        result = yield from call(portal, "crm.item.add", {"entityTypeId": entity, "fields": dict(fields)})
        return _number(_id(result.get("item") if isinstance(result, dict) else None))
    except Unavailable as lost:
        if lost.answered:
            raise
        raise Unavailable(str(lost), max(CALL_SECONDS, lost.retry_after or 0.0), answered=False) from None


def _id(item: Any) -> Any:
    return item.get("id") if isinstance(item, dict) else None


def _oldest(ids: Iterable[Any]) -> int | None:
    return min(map(_number, ids), default=None)


def _number(found: Any) -> int:
    """An id, which older methods write as a string."""
    if not re.fullmatch(r"[1-9]\d*", str(found)):
        raise Unavailable("Bitrix24 answered with an item without an id", answered=False)
    return int(found)


# What is written


def _contact_card(lead: Lead, business: Business) -> dict[str, Any]:
    return _filled(
        {
            "name": _line(lead.client_name or lead.contact)[:NAME_LIMIT],
            "fm": _phones(lead),
            "sourceId": business.crm.source,
            "assignedById": _assignee(lead, business),
            "originatorId": ORIGINATOR,
            "originId": lead.id,
        }
    )


def _card(entity: int, lead: Lead, business: Business, registry: Registry, contact: int | None) -> dict[str, Any]:
    """The fields of a lead or a deal. A deal has no name and no phone of its own: they are its contact's."""
    own = {"name": _line(lead.client_name)[:NAME_LIMIT], "fm": _phones(lead)} if entity == LEAD else {}
    return _filled(
        {
            "title": _title(lead),
            **own,
            "contactId": contact,
            "sourceId": business.crm.source,
            "sourceDescription": _line(lead.source),
            **_stage(entity, lead, registry),
            "assignedById": _assignee(lead, business),
            "comments": _registry_line(lead, business, registry),
            "originatorId": ORIGINATOR,
            "originId": lead.id,
        }
    )


def _title(lead: Lead) -> str:
    said = [part for part in (_line(lead.service), _line(lead.client_name)) if part]
    return ", ".join(said or [_line(lead.contact)])[:TITLE_LIMIT]


def _stage(entity: int, lead: Lead, registry: Registry) -> dict[str, Any]:
    """The CRM's stage of the lead's status. A deal's stage outside the first funnel names its funnel: ``C9:NEW``."""
    status = registry.status(lead.status) or registry.status(registry.new_status)
    if status is None:
        return {}
    funnel = re.match(r"C(\d+):", status.stage) if entity == DEAL else None
    return {"stageId": status.stage, "categoryId": int(funnel[1]) if funnel else None}


def _assignee(lead: Lead, business: Business) -> int | None:
    """Who answers for it in the CRM; unsaid, Bitrix24 takes the owner of the webhook."""
    people = (business.colleague(lead.assigned_to), business.colleague(business.crm.assigned_to))
    return next((person.bitrix24 for person in people if person and person.bitrix24), None)


def _registry_line(lead: Lead, business: Business, registry: Registry) -> str:
    """Every field of RP-001 as a person reads it, under the titles of the pack."""
    status, colleague = registry.status(lead.status), business.colleague(lead.assigned_to)
    said = {
        "source": lead.source,
        "client_name": lead.client_name,
        "contact": lead.contact,
        "service": lead.service,
        "preferred_time": lead.preferred_time,
        "status": status.title if status else lead.status,
        "assigned_to": colleague.name if colleague else lead.assigned_to,
    }
    titles: dict[str, str] = {row.name: row.title for row in registry.fields if row.title}
    lines = [f"{titles.get(name, name)}: {_line(value) or '-'}" for name, value in said.items()]
    return "\n".join([*lines, _plain(lead.comment)]).strip()


def _phones(lead: Lead) -> list[dict[str, str]]:
    phone = _phone(lead)
    return [{"typeId": "PHONE", "valueType": "MOBILE", "value": phone}] if phone else []


def _phone(lead: Lead) -> str | None:
    """The contact when it is a phone: without one, RP-001 keeps the client's address in the channel."""
    return lead.contact if re.fullmatch(r"\+\d{10,15}", lead.contact) else None


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def _line(text: str) -> str:
    return " ".join(_plain(text).split())


def _plain(text: str) -> str:
    """A client's words without markup: the card would show BBCode as a link or a picture, some views HTML too."""
    before = None
    while before != text:  # what is left after removing a tag may be a tag again
        before = text
        text = re.sub(r"</?[a-zA-Z!?][^<>]*>|\[/?[a-zA-Z*][^\[\]]*\]", "", text)
    # An opening without its end could still find one in the next field.
    return re.sub(r"<(?=[a-zA-Z!?/])", "‹", re.sub(r"\[(?=[a-zA-Z*/])", "(", text))


CRM: Crm = Bitrix24()
