"""The seven documents of a client's pack, as data. The owner signs what these models hold.

Times of day are wall time in ``business.zone``. Money is whole roubles. An id is a short ASCII word that the other
documents refer to. Texts may contain ``{fields}``; which ones, `load` checks.
"""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from chalicelib.regulation.render import DAYS

ID = r"^[a-z][a-z0-9_-]{0,31}$"
PHONE = r"^\+7[0-9]{10}$"
CHAT = r"^-?[0-9]+$"
HTTPS = r"^https://\S+$"
_WRITTEN = r"[\t\n\r\P{Cc}]*"
VISIBLE = rf"^{_WRITTEN}[^\s\p{{C}}\x{{115F}}\x{{1160}}\x{{2800}}\x{{3164}}\x{{FFA0}}]{_WRITTEN}$"
"""Something to be seen (some letters of Unicode are empty) and no control characters."""
SPOKEN = rf"^{_WRITTEN}[\pL\pN]{_WRITTEN}$"


def _clock(written: Any) -> Any:
    if isinstance(written, str) and not re.fullmatch(r"[0-9]{2}:[0-9]{2}(:00)?", written):
        raise ValueError("время пишется как 09:30")
    return written


def _calendar(written: Any) -> Any:
    if isinstance(written, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
        raise ValueError("дата пишется как 2026-12-31")
    return written


Id = Annotated[str, Field(pattern=ID)]
Text = Annotated[str, Field(min_length=1, max_length=2000, pattern=VISIBLE)]
Phrase = Annotated[str, Field(min_length=1, max_length=2000, pattern=SPOKEN)]
"""What somebody says, as a reader knows it: at least a letter or a digit."""
Version = Annotated[str, Field(min_length=1, max_length=32, pattern=SPOKEN)]
Clause = Annotated[str, Field(min_length=1, max_length=64, pattern=SPOKEN)]
Title = Annotated[str, Field(min_length=1, max_length=20, pattern=VISIBLE)]
"""What stands on a button; WhatsApp takes 20 characters."""
Phone = Annotated[str, Field(pattern=PHONE)]
Clock = Annotated[time, BeforeValidator(_clock)]
"""Wall time to the minute: no seconds and no offset, which pydantic would take."""
Day = Annotated[date, BeforeValidator(_calendar)]
"""A date as it is written in the documents; pydantic alone would take a number of seconds for one."""
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RequestField = Literal["source", "client_name", "contact", "service", "preferred_time", "status", "assigned_to"]
Reason = Literal[
    "complaint", "urgent", "medical", "high_value", "human_request", "vip", "silence", "low_confidence", "promise",
    "stale",
]  # fmt: skip
Intent = Literal[
    "booking", "reschedule", "cancel", "confirm", "running_late", "question_price", "question_hours",
    "question_address", "question_service", "complaint", "emergency", "medical", "human", "consent_yes",
    "consent_no", "greeting", "thanks", "spam", "other",
]  # fmt: skip
Language = Literal["ru", "tt", "en"]
Priority = Literal["urgent", "high", "normal", "low"]
PRIORITIES: tuple[Priority, ...] = ("urgent", "high", "normal", "low")
ChannelName = Literal["telegram", "whatsapp", "instagram"]


class Document(BaseModel):
    """A part of a pack: unknown keys are mistakes, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _whole(written: Any) -> Any:
    if isinstance(written, bool):
        raise ValueError("здесь нужно целое число")
    return written


Whole = Annotated[int, BeforeValidator(_whole)]
"""A number of JSON, where pydantic would take ``true`` for one."""


class Hours(Document):
    """From ``opens`` until ``closes`` on one day: open, at work, or at lunch."""

    opens: Clock
    closes: Clock


class Resource(Document):
    """A chair, a room, a lift: ``count`` of them, each in use by one visit at a time."""

    id: Id
    title: Text
    count: Annotated[int, Field(ge=1, le=20)] = 1


class Service(Document):
    """What can be booked. ``words``: how clients call it besides its title; ``masters``: ids of staff, any one of whom
    does it; ``together``: who is needed besides; ``needs``: resources, one of each; ``buffer_minutes``: to clean up
    before the next visit."""

    id: Id
    title: Text
    price: Annotated[int, Field(ge=0, le=10_000_000)]
    price_from: bool = False
    minutes: Annotated[int, Field(gt=0, le=24 * 60)]
    buffer_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    masters: tuple[Id, ...] = Field(min_length=1)
    together: tuple[Id, ...] = ()
    needs: tuple[Id, ...] = ()
    words: tuple[Phrase, ...] = ()


class Colleague(Document):
    """A person of the business. ``telegram`` is the chat id the product writes to; ``bitrix24`` the user id there.
    ``hours``: when a master works, where it is not when the business is open; ``breaks`` and ``days_off``: her own."""

    id: Id
    name: Text
    role: Text
    phone: Phone | None = None
    telegram: Annotated[str, Field(pattern=CHAT)] | None = None
    bitrix24: int | None = None
    bitrix24_resource: Annotated[int, Field(ge=1)] | None = None
    """Her resource in Bitrix24's booking."""
    hours: dict[Weekday, Hours | None] = {}
    breaks: tuple[Hours, ...] = ()
    days_off: tuple[Day, ...] = ()


class Crm(Document):
    """Where leads go. ``entity``: `lead`, or `deal` when the portal works without leads (mode 2)."""

    kind: Literal["bitrix24"]
    entity: Literal["lead", "deal"] = "lead"
    source: str = "OTHER"
    assigned_to: Id


class Calendar(Document):
    """A calendar outside that is kept in step with the diary. ``visited`` and ``no_show`` are the words with which a
    master tells there, in the name or the description of a visit, what became of it."""

    kind: Literal["bitrix24"]
    visited: tuple[Phrase, ...] = ()
    no_show: tuple[Phrase, ...] = ()


class Pagers(Document):
    """Who carries text messages and automatic calls to colleagues."""

    sms: Literal["smsru", "smsc"] | None = None
    call: Literal["zvonok", "smsc_voice"] | None = None


class SilentHours(Document):
    """The longest usual silence of a channel, in hours of its own kind: those in which the business is ``open``, and
    those in which it is ``closed``. None: silence then means nothing."""

    open: Annotated[int, Field(ge=1, le=1000)] | None = None
    closed: Annotated[int, Field(ge=1, le=1000)] | None = None


class AgencyTexts(Document):
    """What the agency is told, each with what to do. ``{about}`` is a channel or a conversation's id, ``{number}``
    minutes, hours or messages, ``{why}`` a provider's words or SLA-001's reason, ``{colleague}`` a name."""

    stuck: Text
    """An escalation does not move: ``{number}`` minutes late."""
    nobody: Text
    """All the ladder was climbed again and again, ``{number}`` times, and nobody came."""
    timers: Text
    """``{number}`` timers did not ring by themselves."""
    token: Text
    """A messenger refuses our key."""
    webhook: Text
    """A messenger's webhook is not at our address."""
    behind: Text
    """``{number}`` messages wait at the messenger because it does not reach us."""
    unreachable: Text
    """A messenger does not answer."""
    silent: Text
    """No client has written for ``{number}`` hours."""
    inbox_dead: Text
    """``{number}`` messages could not be worked in all tries."""
    deliveries_dead: Text
    """``{number}`` leads or visits were given up."""
    crm: Text
    """``{number}`` leads or visits have been waiting for an hour."""
    over: Text
    """A fault is over: ``{text}`` is the first line of what was told of it."""


class Agency(Document):
    """Who is told when the assistant itself is unwell. ``telegram``: the chat the product writes to."""

    telegram: Annotated[str, Field(pattern=CHAT)]
    silent_hours: dict[Literal["telegram", "whatsapp", "instagram"], SilentHours] = {}
    """By channel; one that is not named may be silent for ever."""
    texts: AgencyTexts


class Business(Document):
    """business.yaml."""

    name: Text
    kind: Literal["salon", "barbershop", "clinic", "car_service"]
    zone: str
    address: Text
    phone: Phone
    hours: dict[Weekday, Hours | None]
    days_off: tuple[Day, ...] = ()
    services: tuple[Service, ...] = Field(min_length=1)
    resources: tuple[Resource, ...] = ()
    staff: tuple[Colleague, ...] = Field(min_length=1)
    channels: tuple[ChannelName, ...] = Field(min_length=1)
    crm: Crm
    calendar: Calendar | None = None
    pagers: Pagers = Pagers()
    agency: Agency | None = None
    owner: Id
    """The colleague who is told of what concerns the business and not a client, as a spent model budget."""
    vip: tuple[Phone, ...] = ()

    @field_validator("zone")
    @classmethod
    def known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"неизвестный часовой пояс «{zone}», пример: Europe/Samara") from None
        return zone

    def service(self, service_id: str | None) -> Service | None:
        return next((service for service in self.services if service.id == service_id), None)

    def colleague(self, colleague_id: str | None) -> Colleague | None:
        return next((person for person in self.staff if person.id == colleague_id), None)

    def resource(self, resource_id: str) -> Resource | None:
        return next((resource for resource in self.resources if resource.id == resource_id), None)


class RegistryField(Document):
    """One field of the request registry. ``title`` stands before it in the CRM; ``ask`` is the question when the client
    has to be asked for it; ``again`` the same question when her answer was not understood."""

    name: RequestField
    title: Text | None = None
    obligatory: bool = True
    ask: Text | None = None
    again: Text | None = None


class Status(Document):
    """A status of a request and the CRM stage it stands for."""

    name: Id
    title: Text
    stage: Clause


class BookingTexts(Document):
    """What is said about free times and visits. Buttons are at most 20 characters."""

    offer: Text
    """Said above free times that are as she wishes."""
    offer_instead: Text
    free_then: Text
    free_near: Text
    """Told before she has agreed: what is free as she wishes, or else nearest to it: ``{visits}``."""
    """Said above the nearest ones when nothing is free then."""
    nearest: Text
    """Said above the nearest ones, with the question when she would like to come."""
    nothing_free: Text
    """Said when nothing is free within the horizon."""
    too_far: Text
    """Said when she wishes to come after the last day that can be booked, ``{last}``; free times follow."""
    too_soon: Text
    """Said when it is later than ``{notice}`` before the hour she wishes for; free times follow."""
    held: Text
    """Said when a time is held for her while name and phone are asked."""
    taken: Text
    """Said when somebody else was faster; free times follow."""
    booked: Text
    calendar: Text | None = None
    """Said below it, where the stack has a public address: ``{link}`` is that of the visit's file for a calendar."""
    moved: Text
    exchanged: Text
    """Said when another service takes the place of a visit's."""
    moved_nowhere: Text
    """Said when the new time is not free: the visit stands as it was, free times follow."""
    which: Text
    """Asked when it is not clear which of her visits she means."""
    cancel_sure: Text
    cancelled: Text
    cancel_late: Text
    """Said after a cancellation that is later than RP-001 allows."""
    taken_out: Text
    """Said when the visits of who withdraws her consent leave the diary."""
    move_or_anew: Text
    """Asked when she wishes for a time of a service for which she has a visit: that one moved, or one more?"""
    kept: Text
    """Said when she leaves a visit as it stands after all."""
    confirmed: Text
    late: Text
    """Said when she is running late and the next visit does not suffer."""
    late_person: Text
    """The same when it does: a person decides."""
    mine: Text
    """Her visits: ``{visits}``."""
    offer_master: Text
    """Said above free times of the master she named: ``{master}``."""
    master_busy: Text
    """Said when that master is not free as she wishes: ``{visits}`` are the nearest there, and those of others."""
    not_hers: Text
    """Said when the master she named does something else: ``{masters}`` do what she wishes."""
    who_does: Text
    """Said when she wishes for another master and there is none."""
    still: Text
    """Said while another time is looked for: the visit stands as it was."""
    several: Text
    """Said above times for several services or two people: ``{visits}``."""
    in_turn: Text
    """Said when two people cannot come at the same time, but one after the other."""
    one_only: Text
    """Said when at the time she wishes there is room for one of two only; times for both follow."""
    not_together: Text
    """Said when nothing fits both: the first is offered alone."""
    then_rest: Text
    """Said when some of what she wishes is booked by itself, after this: ``{rest}``."""
    day_off: Text
    """Said when the master she named does not work on the day she wishes; other times follow."""
    not_here: Text
    """Said when nobody is called as the master she named: ``{masters}`` work here."""
    never_free: Text
    """Said when she would wait for a time at which nobody works."""
    wait_later: Text
    """Said when she asks for a place on the waiting list before she has agreed."""
    thanked: Text
    """Said when her name or number is written down before it was asked for."""
    held_several: Text
    booked_several: Text
    overlaps: Text
    """Said when she asks for the time of another visit of hers; other times follow."""
    wait_offer: Text
    """Said beside other times: she may be told when the one she wished for becomes free."""
    waiting: Text
    """Said when she is on the waiting list."""
    freed: Text
    """Said when a time has become free that she waits for; it is held for her for a few minutes."""
    freed_late: Text
    """Said when she answers too late and somebody else has taken it."""
    more: Title
    other_time: Title
    anew: Title
    for_guest: Title
    wait: Title
    take: Title
    confirm: Title
    move: Title
    cancel: Title
    yes: Title
    no: Title


class Booking(Document):
    """RP-001, front matter: how times are booked. Without it requests are taken, and a colleague sets the time."""

    step_minutes: Annotated[int, Field(ge=5, le=120)] = 30
    """Times begin at multiples of it."""
    notice_minutes: Annotated[int, Field(ge=0, le=14 * 24 * 60)] = 60
    """How long before its beginning a visit can be booked at the latest."""
    horizon_days: Annotated[int, Field(ge=1, le=180)] = 60
    hold_minutes: Annotated[int, Field(ge=1, le=30)] = 5
    late_cancel_hours: Annotated[int, Field(ge=0, le=72)] = 3
    """A cancellation later than this is told to the colleague as a late one."""
    confirm_hours: Annotated[int, Field(ge=1, le=48)] = 3
    """So long before an unconfirmed visit a colleague is asked to call."""
    patience_minutes: Annotated[int, Field(ge=0, le=120)] = 15
    """Who is this late is still served."""
    texts: BookingTexts
    notice_late: Text
    """Told to the master when a client is running late."""
    notice_cancelled: Text
    notice_moved: Text
    notice_booked: Text
    notice_unconfirmed: Text
    notice_after: Text
    """Asked of the master after a visit: has she come?"""
    notice_conflict: Text
    """Told to the colleague on duty when the calendar outside says something else than the diary: ``{text}`` is what
    stands there."""
    came: Title
    no_show: Title

    def in_texts(self, texts: BookingTexts | None) -> Booking:
        return self.model_copy(update={"texts": texts}) if texts else self


class Registry(Document):
    """RP-001, front matter: the request registry."""

    number: Literal["RP-001"] = "RP-001"
    version: Version
    fields: tuple[RegistryField, ...]
    statuses: tuple[Status, ...] = Field(min_length=1)
    new_status: Id
    accepted: Text
    already: Text
    """Said when she asks for what already stands in the registry."""
    mine: Text
    """Said when she asks what she is written down for."""
    none: Text
    """The same when nothing is written down."""
    changed: Text
    """Said when she changes a request that stands in the registry; SLA-001 tells the colleague."""
    corrected: Text
    """Said when she corrects her name or number after that; SLA-001 tells the colleague."""
    dropped: Text
    """Said when she drops it; SLA-001 tells the colleague."""
    another: Text
    """Said when the request of the next person («и подругу тоже») begins."""
    noted: Text
    """Said before a question that stands again: what she told instead of answering it is written down."""
    abandoned: Text
    """Said when she gives up a request before it is in the registry."""
    closed: Text
    """Said when the business is closed at the time she wishes; then she is asked for another."""
    booking: Booking | None = None

    def field(self, name: RequestField) -> RegistryField | None:
        return next((field for field in self.fields if field.name == name), None)

    def status(self, name: str) -> Status | None:
        return next((status for status in self.statuses if status.name == name), None)


class IntentRule(Document):
    """What one intent sounds like and what is answered. ``escalate``: the reason a person is needed, if so."""

    name: Intent
    phrases: tuple[Phrase, ...] = Field(min_length=1)
    responses: tuple[Text, ...] = Field(min_length=1)
    escalate: Reason | None = None


class Fallback(Document):
    """What happens at the n-th message in a row that was not understood: ask with choices, or call a person."""

    say: Text
    escalate: Reason | None = None


class Mode(Document):
    """When the desk answers by itself. ``always``: at once. ``off_hours``: at once while the business is closed; while
    it is open, only what no colleague has answered within ``minutes``. ``after_silence``: so at any hour."""

    answers: Literal["always", "off_hours", "after_silence"] = "always"
    minutes: Annotated[Whole, Field(ge=1, le=60)] = 3


class Model(Document):
    """What a language model may be used for, and how much of it."""

    daily_tokens: Annotated[Whole, Field(ge=0)] = 200_000
    calls_per_chat: Annotated[Whole, Field(ge=0, le=30)] = 30
    """A day and chat."""
    voice: bool = True
    """Voice messages are written down by the model (never in a clinic: they may speak of health)."""
    voice_seconds: Annotated[Whole, Field(gt=0, le=300)] = 120
    """Longer ones are asked to be written."""
    vary_wording: bool = False
    """Whether the model may put a response into other words; its facts are compared with the pack's."""


class SmallWords(Document):
    """What hours, days and prices are put together with. ``{time}`` is an hour or a day."""

    hour: Title
    minute: Title
    since: Title
    until: Title
    price_from: Title
    daily: Title
    closed: Title


class Spoken(Document):
    """What is said in another language, under the names the Russian texts have in their documents."""

    weekdays: dict[Weekday, Title] = {}
    small_words: SmallWords
    greeting: Text
    greeting_again: Text
    responses: dict[Intent, Text]
    """The first response of an intent."""
    ask: dict[RequestField, Text]
    again: dict[RequestField, Text]
    replies: dict[Reason, Text]
    """Replies of SLA-001's triggers."""
    fallback: tuple[Text, ...] = Field(min_length=1)
    accepted: Text
    already: Text
    mine: Text
    none: Text
    changed: Text
    corrected: Text
    dropped: Text
    another: Text
    noted: Text
    abandoned: Text
    closed: Text
    coming: Text
    worse: Text
    idle: Text
    offers: dict[Intent, Title] = {}
    booking: BookingTexts | None = None
    medium: Text
    noise: Text
    rude: Text
    off_topic: Text
    assistant: Text
    crisis: Text
    consent_ask: Text
    consent_again: Text
    consent_yes: Title
    consent_no: Title
    consent_refused: Text
    consent_withdrawn: Text
    consent_why: Text
    taken: Text
    says: Text
    returned: Text
    promised: Text
    """The last four as in SLA-001."""


class Dialogue(Document):
    """RP-002: intents, answers, and what to do when a message is not understood."""

    number: Literal["RP-002"] = "RP-002"
    version: Version
    language: Literal["ru"] = "ru"
    confidence_threshold: Annotated[float, Field(gt=0, lt=1)]
    mode: Mode = Mode()
    model: Model = Model()
    weekdays: dict[Weekday, Title] = DAYS
    """How the days are said in short."""
    small_words: SmallWords = SmallWords(
        hour="ч", minute="мин.", since="с {time}", until="до {time}", price_from="от {price}", daily="ежедневно",
        closed="выходной",
    )  # fmt: skip
    greeting: Text
    greeting_again: Text
    """Said to a client who is known, by her name."""
    intents: tuple[IntentRule, ...] = Field(min_length=1)
    fallback: tuple[Fallback, ...] = Field(min_length=1)
    offers: dict[Intent, Title] = {}
    """Buttons under «I did not understand» when nothing is being asked: what most people want. Without any, the
    services."""
    coming: Text
    """Said to a client who goes on writing while a colleague is called to her."""
    worse: Text
    """Said after it where somebody is unwell: the emergency numbers."""
    idle: Text
    """Said to words that wish for nothing, where a visit or a request stands and nothing is asked."""
    medium: Text
    """Said to a voice message, photo or sticker that cannot be read."""
    noise: Text
    """Said to emoji alone, to letters without meaning, to an endless text."""
    rude: Text
    off_topic: Text
    """Said to flirting, to idle talk and to attempts to command the assistant."""
    assistant: Text
    """Said when she asks who she is talking to: a program, never a person."""
    crisis: Text
    """Said, alone, where a life is in danger: the emergency numbers."""
    languages: dict[Language, Spoken] = {}
    staff: Text
    """Said to a colleague who writes to the bot as if she were a client."""

    def intent(self, name: str) -> IntentRule | None:
        return next((rule for rule in self.intents if rule.name == name), None)


class Trigger(Document):
    """When a person is needed, what the client is told at once and what the colleague reads. ``words`` are words and
    expressions, in any form of theirs; ``priority`` says which ladder is climbed."""

    clause: Clause
    reason: Reason
    priority: Priority
    words: tuple[Phrase, ...] = ()
    reply: Text | None = None
    notice: Text


class Silence(Document):
    """The client stopped answering in the middle: whom to tell after how long."""

    clause: Clause
    after_minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    priority: Priority = "normal"
    notice: Text


class Step(Document):
    """A step of a ladder, so many minutes after its beginning: ``who`` is woken, ``by`` what; or the client is honestly
    told (``tell_client``) until when somebody will call her."""

    after_minutes: Annotated[int, Field(ge=0, le=240)]
    who: Literal["duty", "reserve", "extra", "owner"] | None = None
    by: tuple[Literal["telegram", "crm", "sms", "call"], ...] = ()
    tell_client: bool = False


class Ladder(Document):
    """Whom to wake one after the other until somebody comes. After the last step and ``again_minutes`` it begins anew.
    What is called between ``waits_from`` and ``waits_until`` waits until then, and is told in one message."""

    steps: tuple[Step, ...] = Field(min_length=1)
    again_minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 30
    waits_from: Clock | None = None
    waits_until: Clock | None = None


class HandOver(Document):
    """How a colleague takes a client over and gives her back. Buttons are at most 20 characters."""

    clause: Clause
    answer_minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    """A client who waits longer for the colleague's word is called for anew."""
    release_minutes: Annotated[int, Field(ge=5, le=24 * 60)]
    """After so long a silence the desk has the client again."""
    task_minutes: Annotated[int, Field(ge=5, le=24 * 60)]
    """Within this time who took a thing that is done by hand has done it."""
    take: Title
    cannot: Title
    release: Title
    done: Title
    taken: Text
    """Said to the client: ``{colleague}`` answers now."""
    says: Text
    """The colleague's words, as the client reads them: ``{colleague}``, ``{text}``."""
    returned: Text
    """Said to the client when the desk has her again."""
    yours: Text
    """Told to who took it: ``{text}`` is what was said so far, ``{promises}`` what is promised."""
    task: Text
    """The same for what is done by hand, until ``{time}``."""
    theirs: Text
    """Told to the others who were woken: ``{colleague}`` has it."""
    passed: Text
    """Told to who cannot: others are called."""
    heard: Text
    """What the client says meanwhile: ``{text}``."""
    desk: Title
    """How the desk is called where a colleague reads what was said."""
    nameless: Title
    """How a client is called who has told no name, or has not agreed yet that it is kept."""
    wordless: Title
    """Stands there for a photo, a voice message and the like."""
    given_back: Text
    """Told to the colleague when the desk has the client again."""
    over: Text
    """Told to who is too late: ``{colleague}`` has it."""
    settled: Text
    """Told to who is too late, when nobody is needed any more, and to those who were woken when the client came back
    by herself."""
    kept: Text
    """Told to who has said that a thing is done."""
    nobody: Text
    """Told to a colleague who writes to no client: which button to press, which message to answer."""
    unanswered: Text
    """The notice when a client waits in vain for who took her."""
    unpaged: Text
    """The notice when a word to ``{colleague}`` could not be delivered: ``{text}``."""
    tasks: Text
    """Said above what has waited for the morning."""
    sms: Text
    """A text message: ``{text}`` is the first line of the notice."""
    call: Text
    """What the machine says on the phone."""
    call_keys: Text
    """Said after it where a pressed key comes back to us: 1 takes it, 2 passes it on."""


class Promises(Document):
    """What was promised to a client has an owner and a deadline."""

    clause: Clause
    warn_minutes: Annotated[int, Field(ge=1, le=60)]
    """So long before the deadline its owner is reminded; then the ladder climbs."""
    notice: Text
    told: Text
    """Said to a client to whom nobody came: she will be called until ``{time}``."""
    call_by: Clock
    """The time promised at night; while the business is open, ``call_within_minutes``."""
    call_within_minutes: Annotated[int, Field(ge=10, le=24 * 60)]


class Sla(Document):
    """SLA-001: reaction times and escalation."""

    number: Literal["SLA-001"] = "SLA-001"
    version: Version
    reaction_seconds: Annotated[int, Field(gt=0)]
    high_value: Annotated[int, Field(gt=0)] = 30_000
    triggers: tuple[Trigger, ...] = Field(min_length=1)
    silence: Silence
    ladders: dict[Priority, Ladder]
    by_hand: Priority = "low"
    """The ladder of what a colleague has to do by hand while no client waits for it."""
    handover: HandOver
    promises: Promises
    undelivered: Text
    """Told to the colleague when a lead could not be entered into the CRM."""
    unsent: Text
    """Told to the colleague when a client could not be answered."""
    changed: Text
    """Told to the colleague when a client changes a request that already stands in the registry."""
    corrected: Text
    """Told to the colleague when she corrects her name or number: the CRM has the old one."""
    withdrawn: Text
    """Told to the colleague when a client withdraws consent: her data in the CRM must be deleted."""
    spent: Text
    """Told to the owner when the model's budget of the day is used up."""

    def ladder(self, priority: Priority) -> Ladder:
        """The ladder of a priority; where the pack has none, the next more urgent one."""
        more_urgent = PRIORITIES[: PRIORITIES.index(priority) + 1]
        return next(self.ladders[one] for one in (*reversed(more_urgent), *PRIORITIES) if one in self.ladders)

    def trigger(self, reason: str) -> Trigger | None:
        return next((trigger for trigger in self.triggers if trigger.reason == reason), None)


class Shift(Document):
    """Who is on duty on these days between ``starts`` and ``ends`` (past midnight when ``ends`` is not later).
    ``extra``: further people, for the nights on which most is written."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    starts: Clock
    ends: Clock
    duty: Id
    reserve: Id | None = None
    extra: tuple[Id, ...] = ()


class Override(Document):
    """Somebody else is on duty on a date: in the shift that begins at ``starts``, without it in every shift that begins
    on that date. Without ``extra`` the shift's own further people stay."""

    date: Day
    starts: Clock | None = None
    duty: Id
    reserve: Id | None = None
    extra: tuple[Id, ...] | None = None


class Holiday(Document):
    """A date with the shifts of another weekday: those that would begin on that one begin on it."""

    date: Day
    like: Weekday


class Roles(Document):
    """What a colleague is in a shift, as it is said of her: «вы {role}»."""

    duty: Text
    reserve: Text
    extra: Text


class RotaTexts(Document):
    """What the desk says to colleagues about the rota. Buttons are at most 20 characters."""

    roles: Roles
    line: Text
    """One shift, for who asks who is on duty."""
    line_extra: Text
    """Added to it when there are further people."""
    none: Text
    """Said when no shift is meant by what she asks."""
    told: Text
    """Told to everyone on the evening before her duty, a line a shift."""
    mine: Text
    """Said above her shifts, a ``mine_line`` each."""
    mine_line: Text
    mine_none: Text
    when: Text
    """Asked when she names no day."""
    which: Text
    """Asked when several shifts may be meant; they follow as buttons."""
    not_yours: Text
    """Said when she asks to be relieved of a shift that is not hers."""
    over: Text
    """Said of a shift that is over or stands in the rota no more."""
    asked: Text
    """Said to her when her colleagues have been asked."""
    nobody: Text
    """The same when there is nobody to ask."""
    offer: Text
    """Asked of her colleagues."""
    took: Text
    """Said to who has taken the shift, told to who has asked, and to the owner."""
    found: Text
    swapped: Text
    yours: Text
    """Said to who agrees to a shift in which she is anyway."""
    late: Text
    """Said to who agrees when somebody else was faster."""
    refused: Text
    """Said to who cannot, and told to who has asked."""
    cannot: Text
    withdrawn: Text
    """Said to who has taken her wish back, and to who agrees to it afterwards."""
    withdrawn_late: Text
    whom: Text
    """Asked of an editor when it is not clear whom she means."""
    not_allowed: Text
    """Said to who may not change the rota herself."""
    unreachable: Text
    """Said to an editor about a colleague who cannot be woken."""
    placed: Text
    """Said to the editor, told to who is on duty now, and to who is not any more."""
    assigned: Text
    relieved: Text
    take: Title
    refuse: Title


class Rota(Document):
    """RT-001: the duty rota. ``editors`` may change it, as the owner may; at ``told_at`` everyone hears of the next
    day's duty."""

    number: Literal["RT-001"] = "RT-001"
    version: Version
    shifts: tuple[Shift, ...] = Field(min_length=1)
    holidays: tuple[Holiday, ...] = ()
    overrides: tuple[Override, ...] = ()
    editors: tuple[Id, ...] = ()
    told_at: Clock = time(19, 0)
    texts: RotaTexts


class Reminder(Document):
    """A message ``hours_before`` a visit. ``if_quiet``: what becomes of it when that moment falls into quiet hours; it
    is sent an hour ``before`` they begin, ``after`` they end, or not at all (`regulation.quiet`)."""

    id: Id
    hours_before: Annotated[int, Field(gt=0, le=14 * 24)]
    if_quiet: Literal["before", "after", "skip"] | None = None
    text: Text


class Advertising(Document):
    """Consent to be invited again (38-FZ art. 18): asked once, after a visit, apart from DP-001."""

    ask: Text
    yes: Title
    no: Title
    thanks: Text


class Reminders(Document):
    """RM-001: reminders and notices. Nothing is sent from ``quiet_from`` until ``quiet_to``."""

    number: Literal["RM-001"] = "RM-001"
    version: Version
    quiet_from: Clock
    quiet_to: Clock
    at_most_a_day: Annotated[int, Field(ge=1, le=5)] = 2
    """Reminders of one visit that a client may get on one day."""
    channels: tuple[ChannelName, ...] = ()
    """In which order her other channels are tried when a reminder cannot be given where the visit was made. Without
    any, those of business.yaml in their order."""
    reminders: tuple[Reminder, ...] = ()
    no_show: Text
    return_visit_days: Annotated[int, Field(gt=0)] | None = None
    advertising: Advertising | None = None
    invite: Text | None = None
    """Told to the owner when a client who agreed to it may be invited: a person writes ``return_visit`` to her, not in
    Telegram, WhatsApp or Instagram."""
    return_visit: Text | None = None
    """The invitation after ``return_visit_days``. It is advertising (38-FZ art. 18): only with consent to that."""


class ConsentDocument(Document):
    """DP-001, front matter: consent to the processing of personal data (152-FZ art. 9). ``text`` is the document."""

    number: Literal["DP-001"] = "DP-001"
    version: Version
    operator: Text
    purpose: Text
    data: tuple[Text, ...] = Field(min_length=1)
    actions: tuple[Text, ...] = Field(min_length=1)
    """What is done with the data, by the words of 152-FZ art. 3."""
    term: Text
    withdrawal: Text
    url: Annotated[str, Field(pattern=HTTPS)]
    ask: Text
    again: Text
    yes: Title
    no: Title
    refused: Text
    withdrawn: Text
    why: Text
    """What the data are for and how they are got rid of, to who asks or would rather keep them."""
    draft_minutes: Annotated[int, Field(gt=0, le=60)] = 60
    text: str = ""


class Rules(Document):
    """A compiled pack: everything the desk may say and must do for one client."""

    client: Id
    business: Business
    registry: Registry
    dialogue: Dialogue
    sla: Sla
    rota: Rota
    reminders: Reminders
    consent: ConsentDocument
