"""The watch: what is lost is rung, what is wrong is told once, and the heartbeat beats while all is well."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.desk.events import Rang, Said
from chalicelib.desk.faults import Noted, Watchbook
from chalicelib.errors import Refused, Unavailable
from chalicelib.ports import DueTimer, Left, Open
from chalicelib.settings import from_environment
from chalicelib.watch import watch
from chalicelib.wire import Request, Response
from tests.engine.world import NOW, World, shipped

AGENCY = shipped().business.agency
assert AGENCY
PUBLIC = "https://abc.execute-api.eu-central-1.amazonaws.com/api"
HOOKS = f"{PUBLIC}/hooks"
BEAT = "https://beat.example/salon"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LOOK = 5 * MINUTE
ANNA = Open("c0ffee", "alarm", "complaint", "svetlana", NOW, NOW + MINUTE, "t-1")


def telegram(**told: object) -> dict[str, object]:
    hook = {"url": f"{HOOKS}/telegram", "has_custom_certificate": False, "pending_update_count": 0}
    return {"ok": True, "result": {**hook, **told}}


DEAD_TOKEN = (401, {"ok": False, "error_code": 401, "description": "Unauthorized"})


@dataclass
class Providers:
    """The messengers, the agency's chat and the heartbeat, each with the answer it gives until told otherwise."""

    answers: dict[str, tuple[int, Any]] = field(
        default_factory=lambda: {
            "/getWebhookInfo": (200, telegram()),
            "/sendMessage": (200, {"ok": True, "result": {"message_id": 1}}),
            "/v26.0/whatsapp-account": (
                200,
                {"id": "1", "webhook_configuration": {"application": f"{HOOKS}/whatsapp"}},
            ),
            "/v26.0/me/subscribed_apps": (200, {"data": [{"id": "7", "subscribed_fields": ["messages"]}]}),
            BEAT: (200, ""),
        }
    )
    sent: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.sent.append(request)
        (status, answer), *more = [one for end, one in self.answers.items() if request.url.endswith(end)]
        assert not more
        if status == 0:
            raise Unavailable("ConnectTimeout", answered=False)
        return Response(status, json.dumps(answer).encode())

    @property
    def texts(self) -> list[str]:
        """What the agency has read, and nobody else."""
        said = [one.json for one in self.sent if one.url.endswith("/sendMessage")]
        assert {one["chat_id"] for one in said} <= {int(AGENCY.telegram)}
        return [one["text"] for one in said]

    @property
    def titles(self) -> list[str]:
        return [text.partition("\n")[0] for text in self.texts]

    @property
    def beats(self) -> int:
        return sum(one.url == BEAT for one in self.sent)


class Night(World):
    """A stack whose watch looks every five minutes; its channels were heard just now."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.providers = Providers()
        self.table.rules = shipped()
        self.table.heard_at = dict.fromkeys(("telegram", "whatsapp"), NOW)

    def looking(self, **given: str) -> Any:
        settings = from_environment({"CLIENT": "demo-salon", "PUBLIC_URL": PUBLIC, "HEARTBEAT_URL": BEAT, **given})
        return replace(self.office(), settings=settings, send=self.providers)

    def looks(self, times: int = 1, **given: str) -> list[int]:
        """So many runs, five minutes apart."""
        rang = []
        for _ in range(times):
            rang.append(watch(self.looking(**given)))
            self.now += LOOK
        return rang


@pytest.fixture
def night() -> Night:
    return Night()


# All is well


def test_while_all_is_well_the_heartbeat_beats_and_nobody_is_told(night: Night) -> None:
    assert night.looks(3) == [0, 0, 0]
    assert (night.providers.beats, night.providers.texts) == (3, [])
    assert night.table.book == Watchbook(NOW)


def test_a_run_asks_each_messenger_once_and_the_heartbeat(night: Night) -> None:
    night.looks()
    assert [(one.method, one.url) for one in night.providers.sent] == [
        ("POST", "https://api.telegram.org/bottelegram-token/getWebhookInfo"),
        ("GET", "https://graph.facebook.com/v26.0/whatsapp-account"),
        ("GET", "https://graph.facebook.com/v26.0/me/subscribed_apps"),
        ("GET", BEAT),
    ]


def test_a_run_reads_the_table_six_times_beside_the_pack_and_writes_nothing(night: Night) -> None:
    night.looks()
    asked: list[str] = []

    @dataclass
    class Counted:
        inner: Any

        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(self.inner, name)

    office = night.looking()
    watch(replace(office, memory=Counted(office.memory), post=Counted(office.post)))
    assert asked == [
        "ahead", "overdue", "inbox", "open", "inbox", "current_pack", "pack", "swaps", "watchbook", "left",
    ]  # fmt: skip


def test_where_there_is_no_heartbeat_none_is_called(night: Night) -> None:
    night.looks(HEARTBEAT_URL="")
    assert night.providers.beats == 0


@pytest.mark.parametrize("status", [0, 404, 503])
def test_a_heartbeat_that_does_not_answer_is_no_fault(night: Night, status: int) -> None:
    night.providers.answers[BEAT] = (status, "")
    assert night.looks() == [0]
    assert night.providers.texts == []


def test_before_a_pack_is_published_nothing_is_looked_at(night: Night) -> None:
    night.table.current_pack = lambda: 0  # type: ignore[method-assign]
    night.looks()
    assert night.providers.sent == []


# Escalations


def test_an_open_line_whose_timer_is_gone_is_rung_by_its_token(night: Night) -> None:
    night.table.opened["c0ffee"] = ANNA
    assert night.looks() == [0]
    assert night.looks() == [1]
    assert list(night.queues.events.values()) == [Rang("late:t-1", ANNA.due, "c0ffee", "alarm", "t-1")]


def test_a_ladder_whose_timer_and_its_row_were_lost_goes_on(night: Night) -> None:
    her = Said("telegram:1", NOW, "telegram", "700000001", "Ваш мастер испортил мне волосы, верните деньги!")
    night.deliver(her)
    night.settle()
    (line,) = night.table.opened.values()
    paged = len(night.messenger.sent)
    night.queues.timers.clear()
    night.table.timers.clear()
    night.now = line.due + 3 * MINUTE
    assert watch(night.looking()) == 1
    night.settle()
    (moved,) = night.table.opened.values()
    assert moved.due > night.now
    assert moved.token != line.token
    assert len(night.messenger.sent) > paged
    assert watch(night.looking()) == 0


def test_what_is_stuck_although_it_was_rung_is_told_once_and_once_when_it_moves(night: Night) -> None:
    night.table.opened["c0ffee"] = ANNA
    night.looks(8)
    assert night.providers.titles == ["Салон красоты «Сирень»: обращение стоит на месте уже 24 мин"]
    assert "complaint" in night.providers.texts[0]
    assert "Светлана" in night.providers.texts[0]
    del night.table.opened["c0ffee"]
    night.looks(6)
    assert night.providers.texts[1:] == [
        "Снова в порядке. Было: Салон красоты «Сирень»: обращение стоит на месте уже 24 мин"
    ]
    assert night.table.book == Watchbook(NOW)


def test_who_is_called_again_and_again_in_vain_is_told_of(night: Night) -> None:
    night.table.opened["c0ffee"] = replace(ANNA, due=NOW + HOUR, round=1)
    night.looks()
    assert night.providers.texts == []
    night.table.opened["c0ffee"] = replace(ANNA, due=NOW + HOUR, round=2)
    night.looks(3)
    assert night.providers.titles == ["Салон красоты «Сирень»: никто не пришёл, лестница пошла заново, повторов: 2"]


def test_a_scheduler_that_does_not_ring_is_told_only_when_it_lasts(night: Night) -> None:
    for number in range(4):
        due = DueTimer("c0ffee", "silence", str(number), night.now - 3 * MINUTE)
        night.table.timers[due.token] = due
        assert night.looks() == [1]
        assert bool(night.providers.texts) == (number >= 2)
    assert night.providers.titles == ["Салон красоты «Сирень»: таймеры не звонят сами"]


# Messengers


@pytest.mark.parametrize(
    ("end", "answer", "title"),
    [
        ("/v26.0/whatsapp-account", (401, {"error": {"code": 190, "message": "expired"}}), "whatsapp не принимает наш"),
        (
            "/v26.0/whatsapp-account",
            (200, {"webhook_configuration": {"application": "https://other.example/hook"}}),
            "whatsapp присылает сообщения не нам",
        ),
        ("/v26.0/me/subscribed_apps", (200, {"data": []}), "instagram присылает сообщения не нам"),
        ("/getWebhookInfo", (200, telegram(url="")), "telegram присылает сообщения не нам"),
    ],
)
def test_a_messenger_that_does_not_hear_is_told_at_once(
    night: Night, end: str, answer: tuple[int, Any], title: str
) -> None:
    night.providers.answers[end] = answer
    night.looks(3)
    (told,) = night.providers.titles
    assert told.startswith(f"Салон красоты «Сирень»: {title}")
    assert night.providers.beats == 0


def test_an_error_that_grows_is_told_and_an_old_one_is_not(night: Night) -> None:
    failing = {"pending_update_count": 4, "last_error_message": "Wrong response from the webhook: 502 Bad Gateway"}
    old = telegram(**failing, last_error_date=int((NOW - HOUR).timestamp()))
    night.providers.answers["/getWebhookInfo"] = (200, old)
    night.looks()
    assert night.providers.beats == 1
    for _ in range(2):
        fresh = telegram(**failing, last_error_date=int((night.now - MINUTE).timestamp()))
        night.providers.answers["/getWebhookInfo"] = (200, fresh)
        night.looks()
    (told,) = night.providers.texts
    assert told.startswith("Салон красоты «Сирень»: telegram не может до нас достучаться\nЖдут сообщений: 4.")
    assert "502 Bad Gateway" in told


def test_a_messenger_that_is_down_for_a_moment_is_nobodys_business(night: Night) -> None:
    night.providers.answers["/v26.0/whatsapp-account"] = (0, None)
    night.looks(2)
    assert (night.providers.texts, night.providers.beats) == ([], 2)
    night.looks()
    assert night.providers.titles == ["Салон красоты «Сирень»: whatsapp не отвечает"]


def test_what_comes_and_goes_is_told_once(night: Night) -> None:
    well = night.providers.answers["/v26.0/me/subscribed_apps"]
    for number in range(6):
        night.providers.answers["/v26.0/me/subscribed_apps"] = well if number % 2 else (200, {"data": []})
        night.looks()
    assert len(night.providers.texts) == 1


def test_without_our_own_address_no_messenger_is_asked(night: Night) -> None:
    night.looks(PUBLIC_URL="")
    assert [one.url for one in night.providers.sent] == [BEAT]


# Silence


def at(day: int, hour: int) -> datetime:
    """A moment of November 2026 in Samara; the 22nd is a Sunday, on which the salon is closed."""
    return (
        datetime(2026, 11, day, hour - 4, tzinfo=UTC)
        if hour >= 4
        else datetime(2026, 11, day - 1, 20 + hour, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("last", "now", "told"),
    [
        (at(23, 20), at(24, 10), False),  # a night without clients
        (at(21, 18), at(23, 10), False),  # Saturday's end to Monday: 40 closed hours, as every week
        (at(21, 10), at(22, 10), False),  # eight open hours and sixteen closed ones
        (at(20, 20), at(23, 3), False),  # a Saturday without a word: 8 open hours and 47 closed ones
        (at(20, 20), at(23, 4), True),
        (at(23, 10), at(23, 19), False),
        (at(23, 10), at(23, 20), True),  # all ten hours of a working day
        (at(23, 15), at(24, 14), False),  # five in the evening and four in the morning: nine
        (at(23, 15), at(24, 15), True),
    ],
)
def test_silence_is_counted_in_open_and_in_closed_hours(
    night: Night, last: datetime, now: datetime, told: bool
) -> None:
    night.table.book = Watchbook(at(20, 12))
    night.table.heard_at = {"telegram": last, "whatsapp": now}
    night.now = now
    night.looks()
    hours = int((now - last).total_seconds() // 3600)
    title = f"Салон красоты «Сирень»: в telegram тишина {hours} ч, обычно столько не молчат"
    assert night.providers.titles == ([title] if told else [])


def test_a_channel_never_heard_of_is_waited_for_from_the_first_look_on(night: Night) -> None:
    night.table.heard_at = {"whatsapp": NOW + 10 * HOUR}
    night.looks()
    night.now = at(23, 19)
    night.looks()
    assert night.providers.texts == []
    night.now = at(23, 20)
    night.looks()
    assert len(night.providers.texts) == 1


def test_a_turn_notes_when_a_channel_was_heard_once_in_ten_minutes(night: Night) -> None:
    night.table.heard_at = {}
    noted: list[datetime] = []
    office = replace(night.office(), memory=night.table)
    night.table.heard = lambda channel, when: noted.append(when)  # type: ignore[method-assign]
    from chalicelib import records
    from chalicelib.engine import converse
    from chalicelib.ports import Job

    for number, minutes in enumerate((0, 4, 9, 10, 12)):
        said = Said(f"telegram:{number}", NOW + minutes * MINUTE, "telegram", "700000001", "Здравствуйте")
        assert converse([Job(records.dump(said), "h", str(number), "g")], office) == []
    assert noted == [NOW, NOW + 10 * MINUTE]


def test_a_note_that_fails_brings_no_message_back(night: Night) -> None:
    def broken(channel: str, when: datetime) -> None:
        raise Unavailable("throttled")

    night.table.heard = broken  # type: ignore[method-assign]
    assert night.deliver(Said("telegram:1", NOW, "telegram", "700000001", "Здравствуйте"), tries=1)
    assert len(night.messenger.texts("700000001")) == 1


# Queues


def test_dead_letters_are_told_at_once_and_once(night: Night) -> None:
    night.queues.lying = Left(inbox_dead=1, deliveries_dead=2)
    night.looks()
    night.queues.lying = Left(inbox_dead=2, deliveries_dead=3)
    night.looks(3)
    (told,) = night.providers.texts
    titles = [part.partition("\n")[0] for part in told.split("\n\n")]
    assert titles == [
        "Салон красоты «Сирень»: сообщения не удалось обработать, лежат: 1",
        "Салон красоты «Сирень»: заявки и записи не попали в CRM, лежат: 2",
    ]
    assert night.providers.beats == 0


def test_a_crm_that_takes_nothing_is_told_after_an_hour(night: Night) -> None:
    night.queues.lying = Left(deliveries=3)
    night.looks(11)
    assert (night.providers.texts, night.providers.beats) == ([], 11)
    night.looks()
    assert night.providers.titles == ["Салон красоты «Сирень»: CRM час не принимает заявки, ждут: 3"]


# Telling


def test_who_could_not_be_told_is_told_at_the_next_look(night: Night) -> None:
    night.queues.lying = Left(inbox_dead=1)
    night.providers.answers["/sendMessage"] = (0, None)
    with pytest.raises(Unavailable):
        watch(night.looking())
    assert night.table.book is None
    night.providers.answers["/sendMessage"] = (200, {"ok": True, "result": {"message_id": 1}})
    night.providers.sent.clear()
    night.looks(2)
    assert len(night.providers.texts) == 1


def test_a_dead_token_of_the_bot_that_tells_makes_the_watch_fail(night: Night) -> None:
    """The alarm on its errors is the other way to the agency."""
    night.providers.answers |= {"/getWebhookInfo": DEAD_TOKEN, "/sendMessage": DEAD_TOKEN}
    with pytest.raises(Refused):
        watch(night.looking())


def test_what_is_overdue_is_rung_even_when_nobody_can_be_told(night: Night) -> None:
    night.table.opened["c0ffee"] = replace(ANNA, due=NOW - HOUR)
    night.queues.lying = Left(inbox_dead=1)
    night.providers.answers["/sendMessage"] = DEAD_TOKEN
    with pytest.raises(Refused):
        watch(night.looking())
    assert list(night.queues.events) == ["late:t-1"]


def test_a_pack_without_an_agency_is_watched_all_the_same(night: Night) -> None:
    rules = shipped()
    night.table.rules = rules.model_copy(update={"business": rules.business.model_copy(update={"agency": None})})
    night.queues.lying = Left(inbox_dead=1)
    night.looks(2)
    assert (night.providers.texts, night.providers.beats) == ([], 0)
    assert night.table.book == Watchbook(NOW, {"inbox_dead:": Noted(NOW, "inbox_dead")})


def test_the_agencys_own_bot_tells_where_there_is_one(night: Night) -> None:
    night.queues.lying = Left(inbox_dead=1)
    night.looks()
    assert night.providers.sent[-1].url == "https://api.telegram.org/botagency-token/sendMessage"
