"""What the conformance tests have to know about each messenger. A new channel is one more entry."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.channels import names
from chalicelib.desk.effects import Reply
from chalicelib.errors import Refused, Unavailable, Unreachable
from chalicelib.ports import Hearing
from chalicelib.wire import Request, Response

PAYLOADS = Path(__file__).parent / "payloads"
SECRET = "a-secret-of-forty-letters-and-some-digits"
ACCOUNT = {"token": "1234567:AA-very-secret-token", "account": "880000000000001"}
BASE = "http://127.0.0.1:9"
HOOK = "https://abc.example/api/hooks/x"
ELSEWHERE = "https://other.example/hook"


def payload_files(channel: str) -> list[Path]:
    return sorted((PAYLOADS / channel).glob("*.json"))


def payload(channel: str, case: str) -> bytes:
    return (PAYLOADS / channel / f"{case}.json").read_bytes()


@dataclass(frozen=True)
class Sent:
    """One message as its request carries it."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Failure:
    """An answer of the provider and what it means."""

    case: str
    status: int
    answer: object
    means: type[Exception]
    retry_after: float | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        body = self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
        return Response(self.status, body, self.headers)


@dataclass(frozen=True)
class Messenger:
    """``text``, ``text_with_choices`` and ``title`` are limits in units of ``size`` and of characters."""

    signed: Callable[[bytes], dict[str, str]]
    silent: bool = False
    address: str = ""
    sent: Callable[[Request], Sent] = lambda request: Sent("")
    answer: object = None
    size: Callable[[str], int] = len
    text: int = 0
    text_with_choices: int = 0
    choices: int = 0
    title: int = 0
    failures: tuple[Failure, ...] = ()
    voice: str = ""
    """What `read` gives as the file of a voice message."""
    heard: tuple[tuple[str, object, Hearing], ...] = ()
    """What the provider answers when asked how it reaches us at ``HOOK``, and what that means."""
    found: Callable[[int, str], object] | None = None
    """What the provider answers when asked where a file of so many bytes is (the address, where it tells one); None
    where ``voice`` is the address itself."""


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def utf8(text: str) -> int:
    return len(text.encode())


def hmac_header(name: str) -> Callable[[bytes], dict[str, str]]:
    return lambda body: {name: "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}


def sent_by_telegram(request: Request) -> Sent:
    rows = request.json.get("reply_markup", {}).get("inline_keyboard", [])
    return Sent(request.json["text"], tuple((one["callback_data"], one["text"]) for row in rows for one in row))


def sent_by_whatsapp(request: Request) -> Sent:
    if request.json["type"] == "text":
        return Sent(request.json["text"]["body"])
    interactive = request.json["interactive"]
    action = interactive["action"]
    if interactive["type"] == "button":
        shown = [button["reply"] for button in action["buttons"]]
    else:
        assert 0 < len(action["button"]) <= 20
        (section,) = action["sections"]
        shown = section["rows"]
    assert len(shown) <= (3 if interactive["type"] == "button" else 10)
    assert all(len(one["title"]) <= 20 for one in shown) or interactive["type"] == "list"
    return Sent(interactive["body"]["text"], tuple((one["id"], one["title"]) for one in shown))


def sent_by_instagram(request: Request) -> Sent:
    message = request.json["message"]
    return Sent(message["text"], tuple((one["payload"], one["title"]) for one in message.get("quick_replies", [])))


def graph(code: int, subcode: int | None = None, **more: object) -> dict[str, object]:
    error = {"message": f"(#{code}) no, {ACCOUNT['token']}", "type": "OAuthException", "code": code, **more}
    return {"error": error if subcode is None else {**error, "error_subcode": subcode}}


def found_by_telegram(size: int, url: str) -> dict[str, object]:
    file = {"file_id": "vo-1", "file_unique_id": "v", "file_size": size, "file_path": "voice/file_7.oga"}
    return {"ok": True, "result": file}


def found_by_whatsapp(size: int, url: str) -> dict[str, object]:
    file = {"mime_type": "audio/ogg; codecs=opus", "sha256": "c2Ft", "file_size": str(size), "id": "9002"}
    return {"messaging_product": "whatsapp", "url": url, **file}


def telegram_says(code: int, description: str, **parameters: object) -> dict[str, object]:
    said = {"ok": False, "error_code": code, "description": f"{description} /bot{ACCOUNT['token']}/"}
    return {**said, "parameters": parameters} if parameters else said


def webhook_info(**told: object) -> dict[str, object]:
    """https://core.telegram.org/bots/api#webhookinfo"""
    info = {"url": HOOK, "has_custom_certificate": False, "pending_update_count": 0, "max_connections": 10}
    return {"ok": True, "result": {**info, **told}}


ERRED = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
ERROR = {"last_error_date": int(ERRED.timestamp()), "last_error_message": f"502, {ACCOUNT['token']}"}


def goes_to(**levels: str) -> dict[str, object]:
    return {"webhook_configuration": levels, "id": "880000000000001"}


def apps(*subscribed: list[str]) -> dict[str, object]:
    return {"data": [{"id": str(number), "subscribed_fields": fields} for number, fields in enumerate(subscribed)]}


GRAPH_FAILURES = (
    Failure("too many calls of the app", 400, graph(4), Unavailable),
    Failure("unknown fault of theirs", 500, graph(1), Unavailable),
    Failure("service down", 503, graph(2), Unavailable),
    Failure("a fault they call passing", 400, graph(987654, is_transient=True), Unavailable),
    Failure("busy without a body", 429, b"", Unavailable, 17.0, {"Retry-After": "17"}),
    Failure("a gateway's page", 502, b"<html>Bad gateway</html>", Unavailable),
    Failure("a page where JSON should be", 200, b"<html>Hello</html>", Unavailable),
    Failure("dead token", 401, graph(190), Refused),
    Failure("dead token without a body", 401, b"", Refused),
    Failure("no permission", 403, graph(200), Refused),
    Failure("bad parameter", 400, graph(100), Refused),
    Failure("a code to come", 400, graph(424242), Refused),
    Failure("an answer of another shape", 400, [1], Refused),
)

TABLE = {
    "telegram": Messenger(
        signed=lambda body: {"x-telegram-bot-api-secret-token": SECRET},
        address="700100200",
        sent=sent_by_telegram,
        answer={"ok": True, "result": {"message_id": 1}},
        size=utf16,
        text=4096,
        text_with_choices=4096,
        choices=100,
        title=64,
        failures=(
            Failure("too many", 429, telegram_says(429, "Too Many Requests", retry_after=7), Unavailable, 7.0),
            Failure("too many without a time", 429, telegram_says(429, "Too Many Requests"), Unavailable),
            Failure("down", 500, telegram_says(500, "Internal Server Error"), Unavailable),
            Failure("a gateway's page", 502, b"<html>Bad gateway</html>", Unavailable),
            Failure("a page where JSON should be", 200, b"<html>Hello</html>", Unavailable),
            Failure("blocked", 403, telegram_says(403, "Forbidden: bot was blocked by the user"), Unreachable),
            Failure("deactivated", 403, telegram_says(403, "Forbidden: user is deactivated"), Unreachable),
            Failure("never met", 400, telegram_says(400, "Bad Request: chat not found"), Unreachable),
            Failure("bad request", 400, telegram_says(400, "Bad Request: BUTTON_DATA_INVALID"), Refused),
            Failure("dead token", 401, telegram_says(401, "Unauthorized"), Refused),
            Failure("no such bot", 404, telegram_says(404, "Not Found"), Refused),
            Failure("an answer of another shape", 400, [1], Refused),
        ),
        heard=(
            ("well", webhook_info(), Hearing(registered=True)),
            ("elsewhere", webhook_info(url=ELSEWHERE), Hearing(registered=False)),
            ("nowhere", webhook_info(url=""), Hearing(registered=False)),
            ("waiting", webhook_info(pending_update_count=3), Hearing(True, 3)),
            ("failing", webhook_info(pending_update_count=3, **ERROR), Hearing(True, 3, ERRED, "502, ***")),
            ("failed once", webhook_info(**ERROR), Hearing(True, 0, ERRED, "502, ***")),
            ("another shape", {"ok": True, "result": [1]}, Hearing(registered=False)),
        ),
        voice="vo-1",
        found=found_by_telegram,
    ),
    "whatsapp": Messenger(
        signed=hmac_header("x-hub-signature-256"),
        address="79000000001",
        sent=sent_by_whatsapp,
        answer={"messaging_product": "whatsapp", "messages": [{"id": "wamid.OUT1"}]},
        size=utf16,
        text=4096,
        text_with_choices=1024,
        choices=10,
        title=24,
        failures=(
            *GRAPH_FAILURES,
            *(
                Failure(f"passing {code}", 400, graph(code), Unavailable)
                for code in (80007, 130429, 131000, 131016, 131048, 131056, 131057, 133016)
            ),
            *(
                Failure(f"not reachable {code}", 400, graph(code), Unreachable)
                for code in (131021, 131026, 131030, 131047, 131049, 131050, 130472, 130497)
            ),
            *(
                Failure(f"a person must act {code}", 400, graph(code), Refused)
                for code in (3, 10, 368, 131005, 131008, 131009, 131031, 131042, 131051, 131062, 132001, 133010)
            ),
        ),
        heard=(
            ("the app's", goes_to(application=HOOK), Hearing(registered=True)),
            ("elsewhere", goes_to(application=ELSEWHERE), Hearing(registered=False)),
            (
                "the account's before the app's",
                goes_to(whatsapp_business_account=HOOK, application=ELSEWHERE),
                Hearing(registered=True),
            ),
            (
                "the number's before all",
                goes_to(phone_number=ELSEWHERE, whatsapp_business_account=HOOK, application=HOOK),
                Hearing(registered=False),
            ),
            ("nowhere", goes_to(), Hearing(registered=False)),
            ("not told", {"id": "880000000000001"}, Hearing(registered=True)),
        ),
        voice="9002",
        found=found_by_whatsapp,
    ),
    "instagram": Messenger(
        signed=hmac_header("x-hub-signature-256"),
        address="990000000000001",
        sent=sent_by_instagram,
        answer={"recipient_id": "990000000000001", "message_id": "aWdfOUT1"},
        size=utf8,
        text=1000,
        text_with_choices=1000,
        choices=13,
        title=20,
        failures=(
            *GRAPH_FAILURES,
            Failure("window closed", 400, graph(10, 2534022), Unreachable),
            Failure("window closed, older code", 400, graph(10, 2018278), Unreachable),
            Failure("cannot receive", 400, graph(10, 2018108), Unreachable),
            Failure("person unavailable", 400, graph(551, 1545041), Unreachable),
            Failure("no such user", 400, graph(100, 2534014), Unreachable),
            Failure("messages are off in our settings", 403, graph(200, 2534041), Refused),
            Failure("no permission for this", 403, graph(10), Refused),
            Failure("too many", 400, graph(613, 2534040), Unavailable),
        ),
        heard=(
            ("ours", apps(["messages", "messaging_postbacks"]), Hearing(registered=True)),
            ("another app's", apps(["feed"]), Hearing(registered=False)),
            ("one of two", apps(["feed"], ["messages"]), Hearing(registered=True)),
            ("nobody's", apps(), Hearing(registered=False)),
            ("another shape", {"data": [{"id": "1", "subscribed_fields": "messages"}]}, Hearing(registered=False)),
        ),
        voice="https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1001&signature=invented",
    ),
    "probe": Messenger(signed=hmac_header("x-nochnik-signature"), silent=True),
}

SPEAKING = [name for name in names() if name in TABLE and not TABLE[name].silent]


def sending(request: Request, name: str) -> Response:
    """A provider that takes everything."""
    return Response(200, json.dumps(TABLE[name].answer).encode())


def reply(name: str, text: str, choices: tuple = ()) -> Reply:
    return Reply(name, TABLE[name].address, text, tuple(choices))
