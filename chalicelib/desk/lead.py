"""A finished request becomes a line of the registry (RP-001)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from chalicelib.desk.values import Lead
from chalicelib.desk.wording import exact_time, wish_text

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.desk.values import Conversation
    from chalicelib.regulation.schema import Rules


def lead_of(conversation: Conversation, event: str, rules: Rules, now: datetime) -> Lead:
    """The registry line. Its id comes from the event that finished it, so that a repeated turn makes the same lead."""
    request = conversation.request
    held = conversation.hold
    services = [one.service for one in held.slot.parts] if held else [request.service, *request.then]
    known = (rules.business.service(service) for service in services)
    masters = (rules.business.colleague(master) for master in request.masters)
    return Lead(
        id=hashlib.sha256(f"{conversation.id}:{event}".encode()).hexdigest()[:32],
        conversation=conversation.id,
        source=conversation.channel,
        client_name=request.name or "",
        contact=request.phone or conversation.address,
        service=" + ".join(service.title for service in known if service),
        preferred_time=wish_text(request.wish, rules),
        status=rules.registry.new_status,
        assigned_to=rules.business.crm.assigned_to,
        created=now,
        comment=exact_time(held.slot, rules) if held else ", ".join(master.name for master in masters if master),
    )
