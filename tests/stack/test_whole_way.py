"""From a webhook to an answer, a lead and a timer, on the stack that goes to AWS."""

from __future__ import annotations

import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from chalicelib.desk.events import conversation_id
from tests.stack.night import eventually, free_hours, webhook

pytestmark = pytest.mark.stack
UPDATES = itertools.count(900_000_000)
CHATS = itertools.count(710_000_001)
HOURS = free_hours()
REGISTRY = ["Откуда", "Имя", "Контакт", "Услуга", "Когда удобно", "Статус", "Ответственный"]


def told_at_once() -> str:
    return f"Хочу на маникюр {next(HOURS)}, меня зовут Анна, +79000000001"


def turns(stack, conversation: str) -> list[dict]:
    rows = stack.client("dynamodb").query(
        TableName=stack.table,
        KeyConditionExpression="pk = :pk and begins_with(sk, :event)",
        ExpressionAttributeValues={":pk": {"S": f"conversation#{conversation}"}, ":event": {"S": "event#"}},
        ConsistentRead=True,
    )
    return rows["Items"]


def texts(night, chat: int) -> list[str]:
    guests = [guest for guest in night.state()["guests"] if guest["address"] == str(chat)]
    return [message["text"] for guest in guests for message in guest["messages"] if message["from"] == "bot"]


def silent(night, phone: str) -> list[str]:
    """What the colleague on duty read of this client's silence."""
    address = night.phone(phone)["address"]
    return [text for text in night.duty_texts() if address in text and "ЗАМОЛЧАЛ" in text]


@pytest.mark.parametrize("phone", ["telegram-1", "whatsapp-1", "instagram-1"])
def test_a_conversation_in_every_channel_ends_in_a_lead_with_every_field_of_the_registry(stack, night, phone):
    night.newcomer(phone)
    before = len(night.cards())
    asked = night.say(phone, f"Здравствуйте, хочу на маникюр {next(HOURS)}")
    assert [choice["id"] for choice in asked["choices"]] == ["consent:yes", "consent:no"]
    eventually(lambda: any("DP-001" in clause for clause in night.bot(phone)[-1]["because"]))
    answer = night.press(phone, asked, "consent:yes")
    assert "зовут" in answer["text"]
    answer = night.say(phone, "Анна")
    if "номер" in answer["text"]:  # WhatsApp knows it
        answer = night.say(phone, "8 900 000-00-01")
    assert "вы записаны" in answer["text"]
    file = requests.get(answer["text"].rpartition("Добавить в календарь: ")[2], timeout=30)
    assert (file.status_code, "SUMMARY:Маникюр" in file.content.decode()) == (200, True)
    eventually(lambda: len(night.cards()) == before + 1)
    fields = max(night.cards(), key=lambda card: card["id"])["fields"]
    assert all(fields.get(title) for title in REGISTRY), fields
    assert (fields["Услуга"], fields["Имя"], fields["Откуда"]) == ("Маникюр", "Анна", phone.split("-")[0])


def test_the_same_webhook_three_times_at_once_is_one_reply_and_one_lead(stack, night):
    chat, told, agreed, text = next(CHATS), next(UPDATES), next(UPDATES), told_at_once()
    with ThreadPoolExecutor(3) as pool:
        answers = pool.map(lambda _: night.telegram(chat, text, told), range(3))
        assert [answer.status_code for answer in answers] == [200] * 3
        eventually(lambda: texts(night, chat))
        before = len(night.cards())
        list(pool.map(lambda _: night.telegram(chat, "да", agreed), range(3)))
    eventually(lambda: len(texts(night, chat)) == 2 and len(night.cards()) == before + 1)
    again = next(UPDATES)
    night.telegram(chat, "спасибо", again)
    eventually(lambda: len(texts(night, chat)) == 3)
    assert len(night.cards()) == before + 1
    assert len(turns(stack, conversation_id("telegram", str(chat)))) == 3


def test_two_messages_at_once_in_one_conversation_are_both_answered(stack, night):
    chat = next(CHATS)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda text: night.telegram(chat, text, next(UPDATES)), ["Здравствуйте", "хочу на педикюр"]))
    done = eventually(lambda: _both_finished(turns(stack, conversation_id("telegram", str(chat)))))
    versions = {int(turn["version"]["N"]) for turn in done if "joined_to" not in turn}
    replies = eventually(lambda: texts(night, chat))
    assert versions == set(range(1, len(replies) + 1)), "one reply a turn; what came in one batch is one turn"


def _both_finished(rows: list[dict]) -> list[dict]:
    return rows if len(rows) == 2 and all(row.get("finished", {}).get("BOOL") for row in rows) else []


@pytest.mark.parametrize(
    ("channel", "forged"),
    [
        ("telegram", {}),
        ("telegram", {"X-Telegram-Bot-Api-Secret-Token": "guess"}),
        ("whatsapp", {"X-Hub-Signature-256": "sha256=" + "0" * 64}),
        ("instagram", {}),
    ],
)
def test_a_forged_webhook_is_401_and_nothing_of_it_is_heard(stack, night, channel, forged):
    stranger = str(next(CHATS))
    assert night.raw(channel, webhook(channel, stranger, "подделка", next(UPDATES)), forged).status_code == 401
    assert night.raw(channel, webhook(channel, stranger, "Здравствуйте", next(UPDATES))).status_code == 200
    conversation = conversation_id(channel, stranger)
    done = eventually(lambda: [turn for turn in turns(stack, conversation) if turn.get("finished", {}).get("BOOL")])
    assert len(done) == len(turns(stack, conversation)) == 1


def test_silence_wakes_the_colleague_on_duty_and_a_timer_of_an_earlier_step_does_nothing(stack, night):
    phone = "telegram-1"
    night.newcomer(phone)
    asked = night.say(phone, "Можно на маникюр послезавтра после 18?")
    stale = eventually(lambda: night.timer(phone))["name"]
    night.press(phone, asked, "consent:yes")
    night.post(f"timers/{stale}/ring", {})
    conversation = stale.partition("-")[0]
    eventually(lambda: any(turn["sk"]["S"].startswith("event#timer:") for turn in turns(stack, conversation)))
    assert not silent(night, phone)
    armed = eventually(lambda: night.timer(phone))
    assert 0 < armed["in_seconds"] <= 600
    night.post("clock", {"minutes": 12})
    eventually(lambda: len(silent(night, phone)) == 1)


def test_a_busy_messenger_is_asked_again_and_the_replies_come_in_order(night):
    phone = "telegram-1"
    night.newcomer(phone)
    night.switch("telegram", "429", times=1)
    night.post(f"phones/{phone}/text", {"text": "Здравствуйте"})
    night.post(f"phones/{phone}/text", {"text": "а где вы находитесь?"})
    eventually(lambda: len(night.bot(phone)) == 2)
    first, second = night.bot(phone)
    assert "помощник" in first["text"] and "адрес" in second["text"].lower()


def test_a_client_who_blocked_the_bot_is_unreachable_until_she_writes_again(stack, night):
    phone = "telegram-1"
    night.newcomer(phone)
    night.say(phone, "Здравствуйте")
    night.post(f"phones/{phone}/block", {"blocked": True})
    address = night.phone(phone)["address"]
    key = {"pk": {"S": f"conversation#{conversation_id('telegram', address)}"}, "sk": {"S": "state"}}

    def reachable() -> bool:
        item = stack.client("dynamodb").get_item(TableName=stack.table, Key=key, ConsistentRead=True)["Item"]
        return bool(json.loads(item["body"]["S"])["reachable"])

    eventually(lambda: not reachable())
    night.post(f"phones/{phone}/block", {"blocked": False})
    night.say(phone, "я тут")
    assert reachable()


def test_a_poison_message_dies_alone(stack, night):
    """Eight tries take over a minute; here the queue gives up after two."""
    sqs, inbox = stack.client("sqs"), stack.outputs["InboxUrl"]
    found = sqs.get_queue_attributes(QueueUrl=inbox, AttributeNames=["RedrivePolicy"])["Attributes"]
    policy = json.loads(found["RedrivePolicy"])
    sqs.set_queue_attributes(QueueUrl=inbox, Attributes={"RedrivePolicy": json.dumps(policy | {"maxReceiveCount": 2})})
    try:
        once = {"MessageGroupId": "poison", "MessageDeduplicationId": str(next(UPDATES))}
        sqs.send_message(QueueUrl=inbox, MessageBody="{}", **once)
        night.newcomer("telegram-1")
        night.say("telegram-1", "Здравствуйте")
        eventually(lambda: night.state()["queues"]["inbox_dead"] == 1)
    finally:
        sqs.set_queue_attributes(QueueUrl=inbox, Attributes={"RedrivePolicy": json.dumps(policy)})
        sqs.purge_queue(QueueUrl=stack.outputs["InboxDeadUrl"])


def lead_of_a_newcomer(night) -> None:
    phone = "telegram-1"
    night.newcomer(phone)
    asked = night.say(phone, told_at_once())
    assert "вы записаны" in night.press(phone, asked, "consent:yes")["text"]


def test_a_crm_that_is_busy_gets_the_lead_later(night):
    before = len(night.cards())
    night.switch("bitrix24", "QUERY_LIMIT_EXCEEDED", times=2)
    lead_of_a_newcomer(night)
    eventually(lambda: len(night.cards()) == before + 1, 60)


def test_a_dead_crm_address_wakes_a_person_and_redrive_sends_the_lead(stack, night):
    from infra.redrive import redrive

    def called() -> str:
        """With what a colleague is called to this client, now or in the morning."""
        rows = stack.items(conversation_id("telegram", night.phone("telegram-1")["address"]))
        (state,) = (json.loads(row["body"]["S"]) for row in rows if row["sk"]["S"] == "state")
        return state["alarm"]["notice"] if state["alarm"] else ""

    eventually(
        lambda: night.state()["queues"]["deliveries"] == 0, 90
    )  # what an earlier conversation still has to deliver
    assert night.state()["queues"]["deliveries_dead"] == 0
    before = len(night.cards())
    night.switch("bitrix24", "401")
    try:
        lead_of_a_newcomer(night)
        eventually(lambda: night.state()["queues"]["deliveries_dead"] == 2, 60)  # her lead and her visit
        eventually(lambda: called().startswith("ЗАЯВКА НЕ ПОПАЛА В CRM"))
    finally:
        night.switch("bitrix24", "ok")
    assert redrive(stack.client("sqs"), stack.outputs["DeliveriesDeadUrl"], stack.outputs["DeliveriesUrl"]) == 2
    eventually(lambda: len(night.cards()) == before + 1, 60)


def test_a_timer_that_never_rang_is_rung_by_the_watch(stack, night):
    phone = "telegram-1"
    night.newcomer(phone)
    night.say(phone, "Хочу на педикюр завтра в 12")
    timer = eventually(lambda: night.timer(phone))
    stack.client("scheduler").delete_schedule(Name=timer["name"], GroupName=stack.outputs["ScheduleGroup"])
    night.post("clock", {"minutes": 15})
    event = {"version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events", "account": "1",
             "time": "2026-11-22T00:00:00Z", "region": "us-east-1", "resources": [], "detail": {}}  # fmt: skip
    answer = stack.client("lambda").invoke(FunctionName=stack.function("Watch"), Payload=json.dumps(event))
    assert json.loads(answer["Payload"].read())["rang"] >= 1
    eventually(lambda: len(silent(night, phone)) == 1)


def test_the_watch_gives_a_sign_of_life_and_tells_the_agency_of_a_lost_webhook_once(stack, night):
    """With the rights of its own role only."""
    import requests

    from sandbox.accounts import TELEGRAM_TOKEN

    def look() -> None:
        event = {"version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events", "account": "1",
                 "time": "2026-11-22T00:00:00Z", "region": "us-east-1", "resources": [], "detail": {}}  # fmt: skip
        answer = stack.client("lambda").invoke(FunctionName=stack.function("Watch"), Payload=json.dumps(event))
        assert "FunctionError" not in answer, answer["Payload"].read()

    def told() -> list[str]:
        (agency,) = night.state()["agency"]
        return [message["text"] for message in agency["messages"] if "присылает сообщения не нам" in message["text"]]

    bot = f"{stack.page}/telegram/bot{TELEGRAM_TOKEN}"
    look()
    before = night.state()["heartbeat"]
    assert before
    requests.post(f"{bot}/deleteWebhook", timeout=30).raise_for_status()
    try:
        look()
        look()
        assert [text.partition("\n")[0] for text in told()] == [
            "Салон красоты «Сирень»: telegram присылает сообщения не нам"
        ]
        assert night.state()["heartbeat"] == before
    finally:
        requests.post(f"{bot}/setWebhook", json={"url": stack.hooks["telegram"]}, timeout=30).raise_for_status()
    look()
    assert night.state()["heartbeat"] > before


def test_the_stack_tells_its_health_and_its_page_has_no_personal_data(stack, night):
    import requests

    base = night.hooks["telegram"].removesuffix("/hooks/telegram")
    assert requests.get(f"{base}/health", timeout=30).json() == {"ok": True, "pack": 1}
    page = requests.get(f"{base}/", timeout=30)
    assert "Сирень" in page.text and "+79000000001" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
