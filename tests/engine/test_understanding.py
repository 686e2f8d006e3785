"""The model is asked only after consent, within its limits, and what it hears or words passes the same desk."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib import records
from chalicelib.desk.events import Event, Said, Spent, conversation_id, conversation_of
from chalicelib.desk.values import Asks, Consent, Conversation, Reading
from chalicelib.engine import converse
from chalicelib.errors import Unavailable
from chalicelib.meter import Meter
from chalicelib.office import Model, Office
from chalicelib.ports import Job
from chalicelib.readers.breaker import Breaker
from chalicelib.regulation.schema import Model as Limits
from chalicelib.regulation.schema import Rules
from chalicelib.understand import OWNER
from chalicelib.wire import Request, Response, Send
from tests.engine.world import NOW, World, demo

HER = "700000001"
UNCLEAR = "ну это самое как его там в общем вот"
AGREED = Consent("1.0", NOW, "telegram", "telegram:0", given=True)


@dataclass
class Account:
    """A model whose answers are told beforehand; every answer costs a hundred tokens."""

    meter: Meter = field(default_factory=Meter)
    asked: list[str] = field(default_factory=list)
    says: str = "хочу на маникюр завтра в 5"
    down: bool = False
    name: str = "gpt"

    def read(self, text: str, asked: str | None, rules: Rules, now: datetime) -> Reading:
        self._answer(text)
        return Reading("question_hours", 0.9, reader="gpt")

    def hear(self, voice: bytes) -> str:
        self._answer(voice.decode())
        return self.says

    def vary(self, text: str) -> str:
        self._answer(text)
        return f"Другими словами. {text}"

    def _answer(self, text: str) -> None:
        if self.down:
            raise Unavailable("down")
        self.asked.append(text)
        self.meter.add(100)

    def office(self, world: World) -> Office:
        model = Model(reader=self, breaker=Breaker(), ears=self, wording=self)
        return replace(world.office(), model=lambda: model, meter=self.meter, send=with_files(world))


def with_files(world: World) -> Send:
    """The messenger, which also has her voice message."""

    def send(request: Request) -> Response:
        if request.url.endswith("/getFile"):
            return Response(200, b'{"ok":true,"result":{"file_path":"voice/1.oga","file_size":3}}')
        if "/file/bot" in request.url:
            return Response(200, b"ogg")
        return world.messenger(request)

    return send


def a_world(consent: Consent | None = AGREED, *, rules: Rules | None = None, **state: object) -> World:
    world = World()
    world.table.rules = rules or demo()
    address = conversation_id("telegram", HER)
    known = Conversation(address, "telegram", HER, version=1, seen=NOW, consent=consent, stage="qualifying")
    world.table.conversations[address] = replace(known, **state)  # type: ignore[arg-type]
    return world


def limited(client: str = "demo-salon", **limits: object) -> Rules:
    rules = demo(client)
    return rules.model_copy(update={"dialogue": rules.dialogue.model_copy(update={"model": Limits(**limits)})})  # type: ignore[arg-type]


def bring(world: World, account: Account, event: Event, *, late: float = 0.5) -> None:
    sent = world.now - timedelta(seconds=late)
    job = Job(records.dump(event), "handle", event.key, conversation_of(event), 1, sent)
    assert converse([job], account.office(world)) == []


def writes(text: str, number: int = 1) -> Said:
    return Said(f"telegram:{number}", NOW, "telegram", HER, text)


def speaks(seconds: int = 5) -> Said:
    return Said("telegram:7", NOW, "telegram", HER, medium="voice", file="file-1", seconds=seconds)


def her(world: World) -> Conversation:
    return world.table.conversations[conversation_id("telegram", HER)]


def turn_of(world: World, key: str):
    return world.table.turns[conversation_id("telegram", HER), key]


def test_an_unclear_message_of_a_client_who_agreed_is_read_by_the_model():
    world, account = a_world(), Account()
    bring(world, account, writes(UNCLEAR))
    assert account.asked == [UNCLEAR]
    assert turn_of(world, "telegram:1").reader == "gpt"
    assert her(world).asks == Asks(NOW.date(), 1)


def test_a_text_on_which_the_reader_fails_is_answered_and_read_by_a_person():
    class Broken:
        name = "phrases"

        def read(self, text: str, asked: str | None, rules: Rules, now: datetime) -> Reading:
            raise ValueError("a fault of ours")

    world = a_world()
    event = writes("маникюр в 17:30 часов")
    job = Job(records.dump(event), "handle", event.key, conversation_of(event), 1, world.now)
    assert converse([job], replace(world.office(), local=Broken())) == []
    assert "зову коллегу" in world.messenger.texts(HER)[0]
    assert "low_confidence" in her(world).escalated


def test_before_consent_no_word_goes_to_the_model():
    for consent in (None, replace(AGREED, given=False)):
        world, account = a_world(consent), Account()
        bring(world, account, writes(UNCLEAR))
        bring(world, account, speaks())
        assert account.asked == []


def test_of_her_health_no_word_goes_to_the_model():
    world, account = a_world(rules=demo("demo-clinic")), Account()
    bring(world, account, writes("у меня это самое вот опухла щека и болит"))
    assert account.asked == []


def test_a_message_that_waited_too_long_for_the_model_is_read_here():
    world, account = a_world(), Account()
    bring(world, account, writes(UNCLEAR), late=2)
    assert account.asked == []


def test_a_model_that_is_down_leaves_the_answer_to_the_local_reader():
    world, account = a_world(), Account(down=True)
    bring(world, account, writes(UNCLEAR))
    assert turn_of(world, "telegram:1").reader == "phrases"
    assert her(world).asks is None


def test_a_chat_asks_the_model_so_often_a_day_and_no_more():
    today = Asks(NOW.date(), 30)
    world, account = a_world(asks=today), Account()
    bring(world, account, writes(UNCLEAR))
    assert account.asked == []
    world, account = a_world(asks=replace(today, day=NOW.date() - timedelta(days=1))), Account()
    bring(world, account, writes(UNCLEAR))
    assert her(world).asks == Asks(NOW.date(), 1)


def test_a_spent_budget_is_told_to_the_owner_once_and_the_rules_go_on_alone():
    world, account = a_world(rules=limited(daily_tokens=150)), Account()
    bring(world, account, writes(UNCLEAR))
    assert world.queues.events == {}
    bring(world, account, writes(UNCLEAR, 2))
    (spent,) = world.queues.events.values()
    assert isinstance(spent, Spent) and (spent.conversation, spent.tokens) == (OWNER, 200)
    bring(world, account, writes(UNCLEAR, 3))
    assert len(account.asked) == 2
    world.settle()
    owner = demo().business.colleague(demo().business.owner)
    assert owner is not None and len(world.messenger.texts(owner.telegram)) == 1


def test_a_new_day_has_a_new_budget():
    world, account = a_world(rules=limited(daily_tokens=100)), Account()
    bring(world, account, writes(UNCLEAR))
    world.now += timedelta(days=1)
    bring(world, account, replace(writes(UNCLEAR, 2), at=world.now))
    assert len(account.asked) == 2


def test_a_voice_message_is_heard_and_answered_as_text():
    world, account = a_world(), Account()
    bring(world, account, speaks())
    assert account.asked == ["ogg"]
    assert her(world).request.service == "manicure"
    assert turn_of(world, "telegram:7").reader == "voice"


def test_a_voice_message_that_is_too_long_or_not_to_be_heard_is_asked_to_be_written():
    cases = {
        "long": (a_world(), Account(), speaks(600)),
        "down": (a_world(), Account(down=True), speaks()),
        "not wished": (a_world(rules=limited(voice=False)), Account(), speaks()),
        "clinic": (a_world(rules=demo("demo-clinic")), Account(), speaks()),
    }
    for case, (world, account, event) in cases.items():
        bring(world, account, event)
        assert account.asked == [], case
        assert any(world.table.rules.dialogue.medium in text for text in world.messenger.texts(HER)), case


def test_without_a_key_a_voice_message_is_asked_to_be_written():
    world = a_world()
    assert world.deliver(speaks())
    assert demo().dialogue.medium in world.messenger.texts(HER)[0]


def test_a_response_is_said_in_other_words_where_the_pack_wishes_it():
    world, account = a_world(rules=limited(vary_wording=True), stage="lead", lead="l"), Account()
    bring(world, account, writes("во сколько вы закрываетесь?"))
    assert world.messenger.texts(HER)[0].startswith("Другими словами. ")


def test_the_question_for_consent_is_said_word_for_word():
    world, account = a_world(None, rules=limited(vary_wording=True)), Account()
    bring(world, account, writes("запишите на маникюр"))
    assert not world.messenger.texts(HER)[0].startswith("Другими словами. ")
