"""The words of the pack made into a message: which fields a text may use, and how they are filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.regulation.schema import Business, Dialogue, Hours, Service, Weekday

FIELD = re.compile(r"\{([^{}]*)\}")
MISSING = "—"
DAYS: dict[Weekday, str] = {"mon": "пн", "tue": "вт", "wed": "ср", "thu": "чт", "fri": "пт", "sat": "сб", "sun": "вс"}

_PLACE = frozenset({"business", "address", "phone", "hours", "services"})
_ANSWER = _PLACE | {"name"}
_REQUEST = frozenset({"service", "wish", "name", "contact", "business", "phone"})
_NOTICE = frozenset({"client", "contact", "service", "wish", "channel", "text", "priority", "clause", "minutes"})
_CONSENT = frozenset({"url", "version", "operator", "business", "phone"})
_SHIFT = frozenset({"name", "date", "time", "until", "role", "duty", "reserve", "extra", "by", "names", "owner"})
_VISIT = frozenset({"name", "service", "date", "time", "master", "business", "address", "phone"})
_HANDOVER = _NOTICE | {"colleague", "business", "time", "promises"}
_BOOKING = _VISIT | {"wish", "minutes", "visits", "hours", "masters"}
_OF_BOOKING = {
    "too_far": _BOOKING | {"days", "last"},
    "too_soon": _BOOKING | {"notice"},
    "calendar": _BOOKING | {"link"},
    "then_rest": _BOOKING | {"rest"},
}
"""Texts about times with fields of their own."""
_OF_VISIT = _NOTICE | _VISIT
_FAULT = frozenset({"business", "about", "number", "why", "colleague"})

NOTICES = ("late", "cancelled", "moved", "booked", "unconfirmed", "after", "conflict")
HANDED = (
    "yours", "task", "theirs", "passed", "heard", "given_back", "over", "settled", "kept", "nobody", "unanswered",
    "unpaged", "tasks", "sms", "call", "call_keys",
)  # fmt: skip
"""Texts of SLA-001's hand-over that colleagues read."""
_SPOKEN = {
    **dict.fromkeys(("greeting", "greeting_again", "responses.*", "ask.*", "again.*", "replies.*"), _ANSWER),
    **dict.fromkeys(
        ("fallback.*", "coming", "worse", "idle", "medium", "noise", "rude", "off_topic", "assistant", "crisis"),
        _ANSWER,
    ),
    **dict.fromkeys(("none", "dropped", "another", "abandoned"), _ANSWER),
    "noted": _REQUEST | {"request"},
    "closed": _REQUEST | {"hours"},
    **dict.fromkeys(("accepted", "already", "mine", "changed", "corrected"), _REQUEST),
    "booking.*": _BOOKING,
    **{f"booking.{name}": allowed for name, allowed in _OF_BOOKING.items()},
    **{f"consent_{name}": _CONSENT for name in ("ask", "again", "refused", "withdrawn", "why")},
    "taken": _ANSWER | {"colleague"},
    "says": frozenset({"colleague", "text"}),
    "returned": _ANSWER,
    "promised": _ANSWER | {"time"},
    "small_words.*": frozenset(),
    **{f"small_words.{name}": frozenset({"time"}) for name in ("since", "until")},
    "small_words.price_from": frozenset({"price"}),
}

FAULTS = (
    "stuck", "nobody", "timers", "token", "webhook", "behind", "unreachable", "silent", "inbox_dead",
    "deliveries_dead", "crm",
)  # fmt: skip
"""Texts that the agency reads."""

TEMPLATE_FIELDS: dict[str, frozenset[str]] = {
    **{f"business.agency.texts.{name}": _FAULT for name in FAULTS},
    "business.agency.texts.over": frozenset({"text"}),
    "registry.fields.*.ask": _ANSWER,
    "registry.fields.*.again": _ANSWER,
    "registry.accepted": _REQUEST,
    "registry.already": _REQUEST,
    "registry.mine": _REQUEST,
    "registry.none": _ANSWER,
    "registry.changed": _REQUEST,
    "registry.corrected": _REQUEST,
    "registry.dropped": _ANSWER,
    "registry.another": _ANSWER,
    "registry.noted": _REQUEST | {"request"},
    "registry.abandoned": _ANSWER,
    "registry.closed": _REQUEST | {"hours"},
    "registry.booking.texts.*": _BOOKING,
    **{f"registry.booking.texts.{name}": allowed for name, allowed in _OF_BOOKING.items()},
    **{f"registry.booking.notice_{name}": _OF_VISIT for name in NOTICES},
    "dialogue.greeting": _ANSWER,
    "dialogue.greeting_again": _ANSWER,
    "dialogue.intents.*.responses.*": _ANSWER,
    "dialogue.fallback.*.say": _ANSWER,
    "dialogue.coming": _ANSWER,
    "dialogue.worse": _ANSWER,
    "dialogue.idle": _ANSWER,
    "dialogue.medium": _ANSWER,
    "dialogue.staff": _ANSWER,
    "dialogue.noise": _ANSWER,
    "dialogue.rude": _ANSWER,
    "dialogue.off_topic": _ANSWER,
    "dialogue.assistant": _ANSWER,
    "dialogue.crisis": _ANSWER,
    **{f"dialogue.{place}": allowed for place, allowed in _SPOKEN.items() if place.startswith("small_words.")},
    **{f"dialogue.languages.*.{place}": allowed for place, allowed in _SPOKEN.items()},
    "sla.triggers.*.reply": _ANSWER,
    "sla.triggers.*.notice": _NOTICE,
    "sla.silence.notice": _NOTICE,
    "sla.undelivered": _NOTICE,
    "sla.unsent": _NOTICE,
    "sla.changed": _NOTICE,
    "sla.corrected": _NOTICE,
    "sla.withdrawn": _NOTICE,
    "sla.spent": frozenset({"business", "text"}),
    **{f"sla.handover.{name}": _SPOKEN[name] for name in ("taken", "says", "returned")},
    **{f"sla.handover.{name}": _HANDOVER for name in HANDED},
    "sla.promises.told": _SPOKEN["promised"],
    "sla.promises.notice": _HANDOVER,
    "rota.texts.*": _SHIFT,
    "rota.texts.roles.*": frozenset(),
    "reminders.reminders.*.text": _VISIT,
    "reminders.no_show": _VISIT,
    "reminders.return_visit": _ANSWER,
    "reminders.advertising.ask": _ANSWER,
    "reminders.advertising.thanks": _ANSWER,
    "reminders.invite": _OF_VISIT,
    "consent.ask": _CONSENT,
    "consent.again": _CONSENT,
    "consent.refused": _CONSENT,
    "consent.withdrawn": _CONSENT,
    "consent.why": _CONSENT,
}
"""Every text of a pack that is a template, by its place in `Rules`, and its fields; ``*`` is each line or each name
that has no place of its own.

``days``, ``last`` and ``notice`` are how far ahead, until which day and how early before a visit it can be booked, each
in its own text; ``link`` is the address of a visit's file; ``rest`` is what is booked afterwards. ``hours`` and
``services`` are `opening_hours` and `price_list`, in answer to a question about some services only theirs; ``request``
is as much of service and wish as is known; ``wish`` is when the client would like to come, in her words for her and
exactly for a colleague. In the rota's texts ``name`` is the colleague who is spoken to or of, ``by`` the other one,
``names`` several of them.
"""

FOR_STAFF = ("business.agency.", "sla.", "rota.", "registry.booking.notice_", "reminders.invite")
_OF_SLA = (".reply", ".taken", ".says", ".returned", ".told")
FOR_CLIENTS = tuple(
    place
    for place in TEMPLATE_FIELDS
    if (not place.startswith(FOR_STAFF) or place.endswith(_OF_SLA))
    and (place.endswith(".*") or f"{place.rpartition('.')[0]}.*" not in TEMPLATE_FIELDS)
)
"""Those of them that a client hears, each once: of SLA-001 replies and hand-over only, of the notices about a visit
none."""


def render(text: str, /, **fields: str | None) -> str:
    """The text with its ``{fields}`` filled in; what is not known reads as a dash, so that a message is always sent."""
    return FIELD.sub(lambda field: fields.get(field[1]) or MISSING, text)


def price_list(business: Business, dialogue: Dialogue) -> str:
    """One line a service, in the language of ``dialogue``: «Маникюр — 1 500 ₽»."""
    return "\n".join(f"{service.title} — {price(service, dialogue)}" for service in business.services)


def opening_hours(week: Mapping[Weekday, Hours | None], dialogue: Dialogue) -> str:
    """A week in one line, in the language of ``dialogue``: «пн–пт 10:00–20:00, сб 10:00–18:00, вс выходной»."""
    spans: list[tuple[list[str], Hours | None]] = []
    for day in DAYS:
        name, hours = dialogue.weekdays[day], week.get(day)
        if spans and spans[-1][1] == hours:
            spans[-1][0].append(name)
        else:
            spans.append(([name], hours))
    return ", ".join(f"{_days(names, dialogue)} {_open(hours, dialogue)}" for names, hours in spans)


def price(service: Service, dialogue: Dialogue) -> str:
    """What a service costs, in the language of ``dialogue``: «от 1 800 ₽»."""
    amount = f"{service.price:,} ₽".replace(",", " ")
    return render(dialogue.small_words.price_from, price=amount) if service.price_from else amount


def _days(names: list[str], dialogue: Dialogue) -> str:
    if len(names) == len(DAYS):
        return dialogue.small_words.daily
    if len(names) == 1:
        return names[0]
    return f"{names[0]}–{names[-1]}" if len(names) > 2 else f"{names[0]}, {names[-1]}"


def _open(hours: Hours | None, dialogue: Dialogue) -> str:
    return f"{hours.opens:%H:%M}–{hours.closes:%H:%M}" if hours else dialogue.small_words.closed
