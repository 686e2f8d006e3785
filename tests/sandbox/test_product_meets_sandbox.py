"""The product's own channels and CRM against the emulators: each understands what the other says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openai
import pytest
from far_fakes import HOOKS, SECRETS, Far

from chalicelib.channels import instagram, telegram, whatsapp
from chalicelib.crms import bitrix24
from chalicelib.desk.effects import Reply
from chalicelib.desk.events import Answered, Blocked, Pressed, Said, conversation_of
from chalicelib.desk.values import Choice, Lead
from chalicelib.errors import Refused, Unavailable, Unreachable
from chalicelib.ports import Channel, Hearing
from chalicelib.regulation.load import load
from chalicelib.wire import over_http, run
from sandbox import accounts
from sandbox.phones import conversation_of as conversation_of_phone
from sandbox.server import Serving, serve

CHANNELS: dict[str, Channel] = {
    "telegram": telegram.CHANNEL,
    "whatsapp": whatsapp.CHANNEL,
    "instagram": instagram.CHANNEL,
}
ADDRESSES = {"telegram": "700000001", "whatsapp": "79000000001", "instagram": "17840000000000001"}
ACCOUNTS = {
    "telegram": {"token": accounts.TELEGRAM_TOKEN, "secret": SECRETS["telegram"]},
    "whatsapp": {"token": accounts.META_TOKEN, "account": accounts.WHATSAPP_NUMBER_ID, "secret": SECRETS["meta"]},
    "instagram": {"token": accounts.META_TOKEN, "account": accounts.INSTAGRAM_ACCOUNT_ID, "secret": SECRETS["meta"]},
}
MANY = tuple(Choice(f"option-{number}", f"Услуга номер {number}") for number in range(9))
FEW = (Choice("yes", "Согласна"), Choice("no", "Нет"))


@pytest.fixture
def serving(far: Far) -> Iterator[Serving]:
    running = serve(far.box, 0)
    for channel in CHANNELS:
        far.do(f"phones/{channel}-1/text", {"text": "Здравствуйте"})
    far.hooks.calls.clear()
    yield running
    running.close()


def send(serving: Serving, name: str, text: str, choices: tuple[Choice, ...] = ()) -> None:
    base = f"{serving.url}/{'telegram' if name == 'telegram' else 'meta'}"
    reply = Reply(name, ADDRESSES[name], text, choices)
    run(CHANNELS[name].write(reply, ACCOUNTS[name], base, "key"), over_http())


@pytest.mark.parametrize("name", CHANNELS)
def test_the_emulators_say_how_they_reach_us(serving: Serving, name: str) -> None:
    hook = "https://stack.example/hooks/telegram" if name == "telegram" else HOOKS[name]
    base = f"{serving.url}/{'telegram' if name == 'telegram' else 'meta'}"
    run(CHANNELS[name].register(hook, ACCOUNTS[name], base), over_http())
    heard = run(CHANNELS[name].check(ACCOUNTS[name], base, hook), over_http())
    elsewhere = run(CHANNELS[name].check(ACCOUNTS[name], base, "https://other.example/hook"), over_http())
    assert (heard, elsewhere) == (Hearing(registered=True), Hearing(registered=name == "instagram"))


@pytest.mark.parametrize("name", CHANNELS)
def test_a_dead_token_is_refused_when_it_is_looked_at(serving: Serving, name: str) -> None:
    base = f"{serving.url}/{'telegram' if name == 'telegram' else 'meta'}"
    dead = {**ACCOUNTS[name], "token": "1:another"}
    with pytest.raises(Refused):
        run(CHANNELS[name].check(dead, base, HOOKS[name]), over_http())


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("choices", [(), FEW, MANY], ids=["plain", "few", "many"])
@pytest.mark.parametrize("text", ["Согласны?", "Длинный ответ. " * 400], ids=["short", "long"])
def test_every_reply_gets_through(
    far: Far, serving: Serving, name: str, choices: tuple[Choice, ...], text: str
) -> None:
    send(serving, name, text, choices)
    shown = [message for message in far.phone(f"{name}-1")["messages"] if message["from"] == "bot"]
    assert "".join("".join(message["text"] for message in shown).split()).startswith("".join(text.split()))
    assert [choice["id"] for choice in shown[-1]["choices"]] == [choice.id for choice in choices]


@pytest.mark.parametrize("name", CHANNELS)
def test_what_a_phone_sends_is_verified_and_understood(far: Far, serving: Serving, name: str) -> None:
    far.do(f"phones/{name}-1/text", {"text": "Можно на стрижку?"})
    send(serving, name, "Согласны?", FEW)
    message = far.phone(f"{name}-1")["messages"][-1]["id"]
    far.do(f"phones/{name}-1/press", {"message": message, "choice": "yes"})
    events = []
    for call in far.hooks.posts:
        CHANNELS[name].verify({key.lower(): value for key, value in call.headers.items()}, call.body, ACCOUNTS[name])
        events += CHANNELS[name].read(call.body)
    said, pressed = events
    (phone,) = [phone for phone in far.box.state.phones("client") if phone.channel == name]
    assert isinstance(said, Said)
    assert (said.text, said.at) == ("Можно на стрижку?", datetime(2026, 11, 25, 19, 40, tzinfo=UTC))
    assert isinstance(pressed, Pressed)
    assert pressed.choice == "yes"
    assert {conversation_of(said), conversation_of(pressed)} == {conversation_of_phone(phone)}


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("kind", ["voice", "photo", "sticker", "contact", "location"])
def test_media_are_understood_as_something(far: Far, serving: Serving, name: str, kind: str) -> None:
    far.do(f"phones/{name}-1/media", {"kind": kind})
    (event,) = CHANNELS[name].read(far.hooks.posts[0].body)
    assert isinstance(event, Said)
    assert (event.text, event.medium != "text") == ("", True)


@pytest.mark.parametrize("name", CHANNELS)
def test_a_voice_message_is_fetched_and_heard(far: Far, serving: Serving, name: str) -> None:
    far.do(f"phones/{name}-1/media", {"kind": "voice", "words": "Можно завтра в пять?"})
    (said,) = CHANNELS[name].read(far.hooks.posts[0].body)
    assert isinstance(said, Said)
    assert said.file is not None
    assert (said.medium, said.text, said.seconds) == ("voice", "", 1 if name == "telegram" else 0)
    base = f"{serving.url}/{'telegram' if name == 'telegram' else 'meta'}"
    sound = run(CHANNELS[name].fetch(at_port(serving, said.file), ACCOUNTS[name], base), over_http())
    client = openai.OpenAI(api_key=accounts.OPENAI_KEY, base_url=f"{serving.url}/openai/v1", max_retries=0)
    heard = client.audio.transcriptions.create(model="gpt-4o-mini-transcribe", file=("voice.ogg", sound), language="ru")
    assert heard.text == "Можно завтра в пять?"
    assert far.phone(f"{name}-1")["messages"][-1]["voice"]["heard"] == "Можно завтра в пять?"


@pytest.mark.parametrize("name", CHANNELS)
def test_a_voice_message_that_is_gone_is_refused(far: Far, serving: Serving, name: str) -> None:
    far.do(f"phones/{name}-1/media", {"kind": "voice", "words": "Ау"})
    (said,) = CHANNELS[name].read(far.hooks.posts[0].body)
    assert isinstance(said, Said)
    assert said.file is not None
    far.do("reset")
    base = f"{serving.url}/{'telegram' if name == 'telegram' else 'meta'}"
    with pytest.raises(Refused):
        run(CHANNELS[name].fetch(at_port(serving, said.file), ACCOUNTS[name], base), over_http())


def at_port(serving: Serving, file: str) -> str:
    """The same file where the sandbox of this test listens: it was made before the port was known."""
    return file.replace("http://box", serving.url)


@pytest.mark.parametrize("name", ["whatsapp", "instagram"])
def test_a_colleagues_own_answer_is_understood_as_one(far: Far, serving: Serving, name: str) -> None:
    far.do(f"phones/{name}-1/colleague", {"text": "Сейчас помогу"})
    (event,) = CHANNELS[name].read(far.hooks.posts[0].body)
    assert isinstance(event, Answered)
    (phone,) = [phone for phone in far.box.state.phones("client") if phone.channel == name]
    assert conversation_of(event) == conversation_of_phone(phone)


def test_a_reply_is_understood_as_one_to_what_the_first_button_is_about(far: Far, serving: Serving) -> None:
    send(serving, "telegram", "Клиент ждёт", FEW)
    (message,) = (one for one in far.phone("telegram-1")["messages"] if one["from"] == "bot")
    far.do("phones/telegram-1/text", {"text": "Уже бегу", "to": message["id"]})
    (said,) = telegram.CHANNEL.read(far.hooks.posts[-1].body)
    assert isinstance(said, Said)
    assert (said.text, said.to) == ("Уже бегу", "yes")


def test_a_block_is_understood(far: Far, serving: Serving) -> None:
    far.do("phones/telegram-1/block", {"blocked": True})
    (event,) = telegram.CHANNEL.read(far.hooks.posts[0].body)
    assert isinstance(event, Blocked)


@pytest.mark.parametrize("name", CHANNELS)
def test_busy_and_unreachable_are_told_apart(far: Far, serving: Serving, name: str) -> None:
    for value in ("429", "500", "lost"):
        far.switch(name, value)
        with pytest.raises(Unavailable):
            send(serving, name, "Ау")
    far.switch(name, "403" if name == "telegram" else "window")
    with pytest.raises(Unreachable):
        send(serving, name, "Ау")
    far.switch(name, "ok")
    far.do(f"phones/{name}-1/block", {"blocked": True})
    with pytest.raises(Unreachable):
        send(serving, name, "Ау")


@pytest.mark.parametrize("name", CHANNELS)
def test_a_channel_can_be_registered(serving: Serving, name: str) -> None:
    base = f"{serving.url}/{'telegram' if name == 'telegram' else 'meta'}"
    run(CHANNELS[name].register(f"http://127.0.0.1:1/hooks/{name}", ACCOUNTS[name], base), over_http())


def test_a_lead_is_entered_once_also_when_an_answer_is_lost(far: Far, serving: Serving) -> None:
    rules = load(Path(__file__).parents[2] / "clients" / "demo-salon")
    status = rules.registry.new_status
    lead = Lead(
        id="lead-1",
        conversation="c",
        source="telegram",
        client_name="Анна",
        contact="+79000000001",
        service=rules.business.services[0].title,
        preferred_time="завтра в 15:00",
        status=status,
        assigned_to=rules.business.crm.assigned_to,
        created=datetime(2026, 11, 25, 19, 40, tzinfo=UTC),
    )
    far.stack.seen = far.stack.seen.__class__(rules=rules.model_dump(mode="json"))
    far.box.overview.look(now=True)
    flow = bitrix24.CRM.deliver
    base = f"{serving.url}{accounts.BITRIX24_PATH}"
    far.switch("bitrix24", "lost", times=1)
    with pytest.raises(Unavailable):
        run(flow(lead, rules.business, rules.registry, base), over_http())
    assert run(flow(lead, rules.business, rules.registry, base), over_http()) == "1"
    assert run(flow(lead, rules.business, rules.registry, base), over_http()) == "1"
    cards = far.state()["crm"]["cards"]
    assert [(card["entity"], card["id"]) for card in cards] == [("lead", 1), ("contact", 1)]
    said = " ".join(str(value) for value in cards[0]["fields"].values())
    assert all(part in said for part in ("telegram", "Анна", "+79000000001", lead.service, "завтра в 15:00"))
