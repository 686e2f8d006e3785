"""The sandbox on one port: the page, its API, and every far side."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.security import safe_join
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

from chalicelib.desk.events import Acted, Marked
from sandbox.bitrix24 import Bitrix24
from sandbox.clock import Clock, wall
from sandbox.cloud import AwsStack, Cloud, Stack, StackUnreachable
from sandbox.far_side import Answer, Route, Unreadable, json_object, masked_body, masked_path
from sandbox.hooks import Call, Courier, Delivery, Reply, Send, over_http
from sandbox.meta import Meta
from sandbox.openai import OpenAI
from sandbox.overview import HEARTBEAT, WAIT_SECONDS, Overview
from sandbox.phones import MEDIA_TITLES, Phones
from sandbox.smsc import Smsc
from sandbox.smsru import SmsRu
from sandbox.state import Message, Phone, State
from sandbox.switches import switch
from sandbox.telegram import Telegram
from sandbox.timetable import DEEDS, possible
from sandbox.zvonok import Zvonok

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PAGE = Path(__file__).parent / "page"
FILE = "sandbox.sqlite3"
HOST = "127.0.0.1"
DAY_MINUTES = 24 * 60
MOST_WORDS = 4096
KEYS = ("", *"0123456789")
PICKED_UP_WITHIN = timedelta(minutes=5)
ACTIONS: Mapping[str, Literal["take", "pass", "text", "release", "kept"]] = {
    "take": "take", "pass": "pass", "text": "text", "release": "release", "kept": "kept",
}  # fmt: skip
"""What a colleague can do with a client."""


@dataclass(frozen=True)
class World:
    """What the sandbox takes from outside; tests put their own in its place."""

    stack: Callable[[Cloud], Stack] = AwsStack
    send: Callable[[], Send] = over_http
    wall: Callable[[], datetime] = wall
    seconds: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    long_poll_seconds: float = WAIT_SECONDS


class NotPossible(Exception):
    """The page asks for something that cannot be done: status and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Sandbox:
    """The whole far side as one WSGI application.

    ``hooks``: webhook URL of the deployed stack by channel, and under ``zvonok`` what stands in its cabinet.
    ``secrets``: ``telegram`` (header), ``meta`` (app secret),
    ``verify`` (verify token). ``base``: this server's own address, for links in webhooks.
    """

    def __init__(
        self,
        state_dir: Path,
        cloud: Cloud,
        hooks: Mapping[str, str],
        secrets: Mapping[str, str],
        base: str,
        world: World = World(),
    ) -> None:
        self.state = State(state_dir / FILE)
        self._world = world
        self._stack = world.stack(cloud)
        self.clock = Clock(world.wall, self._stack.ahead)
        self._phones = Phones(self.state, self._stack.knows, lambda: self.overview.look())
        self._phones.open()
        self.overview = Overview(self.state, self._stack, self._phones, self.clock)
        courier = Courier(world.send(), self._note_hook, world.sleep)
        self._telegram = Telegram(
            self.state, self._phones, self.clock, courier, hooks.get("telegram"), secrets.get("telegram", "")
        )
        self._meta = Meta(
            self.state, self._phones, self.clock, courier, hooks, secrets.get("meta", ""), secrets.get("verify", ""),
            base, lambda: self.overview.business()["phone"] or "+79000000000",
        )  # fmt: skip
        self._bitrix24 = Bitrix24(
            self.state, self.clock, self.overview.stages, world.seconds, self.overview.resources, self.overview.users
        )
        self._zvonok = Zvonok(self.state, self.clock, courier, hooks.get("zvonok"), world.sleep)
        gateways = (SmsRu(self.state, self.clock, world.sleep), Smsc(self.state, self.clock, world.sleep), self._zvonok)
        openai = OpenAI(self.state, world.sleep)
        routes = [
            *self._telegram.routes(), *self._meta.routes(), *self._bitrix24.routes(), *openai.routes(),
            *(route for gateway in gateways for route in gateway.routes()), *self._routes(),
            Route("/heartbeat", ("GET",), self._heartbeat, "heartbeat"),
        ]  # fmt: skip
        self._map = Map([Rule(route.path, methods=route.methods, endpoint=route) for route in routes])

    def close(self) -> None:
        """Let every waiting page go and close the file."""
        self.state.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        return self._respond(request)(environ, start_response)

    def _respond(self, request: Request) -> Response:
        try:
            route, values = self._map.bind_to_environ(request.environ).match()
        except HTTPException as error:
            if isinstance(error, NotFound) and request.method == "GET":
                return self._file(request)
            return Response(f"{error.code} {error.name}\n", error.code)
        answer = self._answered(route, request, values)
        if route.emulator:
            at = self.clock.now().isoformat()
            path = masked_path(request.path)
            self.state.log(at, route.emulator, request.method, path, answer.status, masked_body(request))
        return answer.response()

    def _answered(self, route: Route, request: Request, values: Mapping[str, Any]) -> Answer:
        try:
            answer: Answer = route.handler(request, **values)
        except NotPossible as error:
            return Answer(error.status, {"error": str(error)})
        except Unreadable:
            return Answer(400, {"error": "The body is not a JSON object."})
        except StackUnreachable as error:
            return Answer(503, {"error": f"The stack does not answer: {error}"})
        return answer

    def _file(self, request: Request) -> Response:
        """A file of the page."""
        path = safe_join(str(PAGE), request.path.lstrip("/") or "index.html")
        if path is None or not Path(path).is_file():
            return Response("404 Not Found\n", 404)
        return send_file(path, request.environ, max_age=0)

    def _know_the_staff(self) -> None:
        if self.overview.seen.rules is None:
            self.overview.look()

    def _note_hook(self, call: Call, reply: Reply) -> None:
        path, _, _ = call.url.partition("?")
        body = call.body.decode()
        self.state.log(self.clock.now().isoformat(), "hooks", call.method, path, reply.status, body)

    # The page's API

    def _routes(self) -> list[Route]:
        return [
            Route("/api/state", ("GET",), self._show),
            Route("/api/log", ("GET",), self._log),
            Route("/api/phones/<phone_id>/text", ("POST",), self._text),
            Route("/api/phones/<phone_id>/colleague", ("POST",), self._colleague),
            Route("/api/phones/<phone_id>/press", ("POST",), self._press),
            Route("/api/phones/<phone_id>/media", ("POST",), self._media),
            Route("/api/phones/<phone_id>/block", ("POST",), self._block),
            Route("/api/phones/<phone_id>/new", ("POST",), self._new),
            Route("/api/timers/<name>/ring", ("POST",), self._ring),
            Route("/api/visits/<visit_id>/<deed>", ("POST",), self._mark),
            Route("/api/call", ("POST",), self._call),
            Route("/api/colleague", ("POST",), self._act),
            Route("/api/clock", ("POST",), self._wind),
            Route("/api/switches/<switch_id>", ("POST",), self._turn),
            Route("/api/reset", ("POST",), self._reset),
        ]

    def _show(self, request: Request) -> Answer:
        since = request.args.get("since", type=int)
        if since is None:
            self.overview.look()
        else:
            self.overview.wait(since, self._world.long_poll_seconds)
        self._hang_up()
        if self.state.closed:
            raise NotPossible(503, "The sandbox is closing.")
        try:
            return Answer(200, self.overview.document(self._bitrix24, request.args.get("day")))
        except ValueError:
            raise NotPossible(400, "day: a date like 2026-12-31 is needed.") from None

    def _heartbeat(self, request: Request) -> Answer:
        """Somebody outside who waits for the stack's sign of life."""
        self.state.put_note(HEARTBEAT, self.clock.now().isoformat())
        return Answer(200, "OK", "text/plain")

    def _log(self, request: Request) -> Answer:
        lines = self.state.logged(request.args.get("emulator"), request.args.get("after", 0, type=int))
        return Answer(200, {"log": [asdict(line) for line in lines]})

    def _text(self, request: Request, phone_id: str) -> Answer:
        text, to = _text_of(request), json_object(request).get("to")
        phone = self._writing(phone_id)
        if to is None:
            return _sent(*self._side(phone).text(phone, text))
        if phone.channel != "telegram":
            raise NotPossible(409, "Only on Telegram's phones can a message be replied to.")
        message = self.state.message(phone.id, str(to))
        if message is None:
            raise NotPossible(404, "There is no such message on this phone.")
        return _sent(*self._telegram.text(phone, text, message))

    def _colleague(self, request: Request, phone_id: str) -> Answer:
        text = _text_of(request)
        phone = self._phone(phone_id)
        if phone.channel == "telegram":
            raise NotPossible(409, "A Telegram bot has no telephone on which a colleague could answer.")
        return _sent(*self._meta.colleague(phone, text))

    def _media(self, request: Request, phone_id: str) -> Answer:
        body = json_object(request)
        kind, words = body.get("kind"), body.get("words", "")
        if kind not in MEDIA_TITLES:
            raise NotPossible(400, f"kind: one of {', '.join(MEDIA_TITLES)} is needed.")
        if not isinstance(words, str) or len(words) > MOST_WORDS:
            raise NotPossible(400, f"words: a string of at most {MOST_WORDS} characters is needed.")
        phone = self._writing(phone_id)
        side = self._side(phone)
        return _sent(*(side.voice(phone, words.strip()) if kind == "voice" else side.media(phone, kind)))

    def _press(self, request: Request, phone_id: str) -> Answer:
        body = json_object(request)
        phone = self._writing(phone_id)
        message = self.state.message(phone.id, str(body.get("message")))
        if message is None:
            raise NotPossible(404, "There is no such message on this phone.")
        choice = str(body.get("choice"))
        if choice not in dict(message.choices):
            raise NotPossible(400, "This message has no such choice.")
        return _sent(message, self._side(phone).press(phone, message, choice))

    def _block(self, request: Request, phone_id: str) -> Answer:
        blocked = json_object(request).get("blocked")
        if not isinstance(blocked, bool):
            raise NotPossible(400, "blocked: true or false is needed.")
        phone = replace(self._phone(phone_id), blocked=blocked)
        self.state.put_phone(phone)
        delivery = self._telegram.block(phone, blocked=blocked) if phone.channel == "telegram" else None
        return Answer(200, {"phone": self.overview.phone(phone)} | (_fared(delivery) if delivery else {}))

    def _new(self, request: Request, phone_id: str) -> Answer:
        phone = self._phone(phone_id)
        if phone.role != "client":
            raise NotPossible(409, "Only a client's phone can change hands.")
        newcomer = self._phones.renew(phone)
        self.overview.look(now=True)
        return Answer(200, {"phone": self.overview.phone(newcomer)})

    def _ring(self, request: Request, name: str) -> Answer:
        if not self._stack.ring(name):
            raise NotPossible(404, "There is no such timer: it rang already.")
        self.overview.look(now=True)
        return Answer(200, {"rang": name})

    def _mark(self, request: Request, visit_id: str, deed: str) -> Answer:
        if deed not in DEEDS:
            raise NotPossible(404, f"A visit can be marked as one of {', '.join(DEEDS)}.")
        self.overview.look(now=True)
        visit, rules, now = self.overview.seen.visits.get(visit_id), self.overview.rules(), self.clock.now()
        if visit is None or rules is None:
            raise NotPossible(404, "There is no such visit in the diary.")
        if not visit.conversation:
            raise NotPossible(409, "This visit was not made in a conversation.")
        if deed not in possible(visit, rules, now):
            raise NotPossible(409, f"A visit that is {visit.state} cannot be marked so now.")
        # The moment is in the key: a slip that is put right and made again is three events.
        key = f"page:{visit.id}:{deed}:{now:%Y%m%dT%H%M%S.%f}"
        self._stack.happen(Marked(key, now, visit.conversation, visit.id, DEEDS[deed], by="page"))
        return Answer(200, {"visit": visit.id, "told": DEEDS[deed]})

    def _call(self, request: Request) -> Answer:
        body = json_object(request)
        number, digit = body.get("id"), body.get("digit", "")
        page = self.state.page(number) if isinstance(number, int) else None
        if page is None or page.kind != "call":
            raise NotPossible(404, "There is no such call.")
        if page.status != "ringing":
            raise NotPossible(409, "This call is over.")
        if not isinstance(digit, str) or digit not in KEYS:
            raise NotPossible(400, "digit: one key is needed, or an empty string for a call that nobody takes.")
        if page.provider != "zvonok":
            self.state.put_page(replace(page, status="answered" if digit else "missed"))
            return Answer(200, {"call": page.n})
        delivery = self._zvonok.press(page, digit)
        return Answer(200, {"call": page.n, **(_fared(delivery) if delivery else {})})

    def _act(self, request: Request) -> Answer:
        """A colleague does something about a client, as if from her own chat."""
        body = json_object(request)
        conversation, by, action = (str(body.get(name) or "") for name in ("conversation", "colleague", "action"))
        if action not in ACTIONS:
            raise NotPossible(400, f"action: one of {', '.join(ACTIONS)} is needed.")
        text = _text_of(request) if action == "text" else ""
        self._know_the_staff()
        if not self.overview.colleague(by):
            raise NotPossible(404, "There is no such colleague in the pack.")
        if not self._stack.knows(conversation):
            raise NotPossible(404, "There is no such conversation.")
        now = self.clock.now()
        # Her words are an answer to a message about this client: who has taken nobody takes her with them.
        about = str(body.get("about") or (conversation if action == "text" else ""))
        key = f"page:{by}:{action}:{now:%Y%m%dT%H%M%S.%f}"
        self._stack.happen(Acted(key, now, conversation, by, ACTIONS[action], about, text))
        return Answer(200, {"conversation": conversation, "event": key})

    def _hang_up(self) -> None:
        """A visitor has more time to pick up than a telephone really rings; then the call is missed."""
        self.state.hang_up((self.clock.now() - PICKED_UP_WITHIN).isoformat())

    def _wind(self, request: Request) -> Answer:
        minutes = json_object(request).get("minutes")
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 0 < minutes <= DAY_MINUTES * 30:
            raise NotPossible(400, "minutes: a whole number from 1 to 43200 is needed.")
        rang = self._stack.wind(timedelta(minutes=minutes), self._world.wall(), self.clock.forget)
        self.clock.forget()
        self._hang_up()
        self.overview.look(now=True)
        return Answer(200, {"now": self.clock.now().isoformat(), "rang": rang})

    def _turn(self, request: Request, switch_id: str) -> Answer:
        known, body = switch(switch_id), json_object(request)
        if known is None:
            raise NotPossible(404, "There is no such switch.")
        value, times = body.get("value"), body.get("times")
        if value not in dict(known.options):
            raise NotPossible(400, f"value: one of {', '.join(dict(known.options))} is needed.")
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
            raise NotPossible(400, "times: a whole number of calls is needed.")
        self.state.put_switch(switch_id, value, times)
        return Answer(200, {"id": switch_id, "value": value, "times": times})

    def _reset(self, request: Request) -> Answer:
        self.state.reset()
        return Answer(200, {"seq": self.state.seq})

    def _phone(self, phone_id: str) -> Phone:
        self._know_the_staff()
        phone = self.state.phone(phone_id)
        if phone is None:
            raise NotPossible(404, "There is no such phone.")
        return phone

    def _writing(self, phone_id: str) -> Phone:
        phone = self._phone(phone_id)
        if phone.blocked:
            raise NotPossible(409, "She has blocked the business; unblock first.")
        return phone

    def _side(self, phone: Phone) -> Telegram | Meta:
        return self._telegram if phone.channel == "telegram" else self._meta


def _text_of(request: Request) -> str:
    text = json_object(request).get("text")
    if not isinstance(text, str) or not text.strip():
        raise NotPossible(400, "text: a non-empty string is needed.")
    return text


def _sent(message: Message, delivery: Delivery) -> Answer:
    return Answer(200, {"message": message.id, **_fared(delivery)})


def _fared(delivery: Delivery) -> dict[str, Any]:
    return {"accepted": delivery.accepted, "status": delivery.status, "tries": delivery.tries}


@dataclass(frozen=True)
class Serving:
    """A running sandbox; ``url`` is where."""

    url: str
    port: int
    _box: Sandbox = field(repr=False)
    _server: BaseWSGIServer = field(repr=False)
    _thread: threading.Thread = field(repr=False)

    def close(self) -> None:
        """Stop listening, let waiting pages go, close the file."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._box.close()


def serve(box: Sandbox, port: int) -> Serving:
    """Serve on 127.0.0.1:``port`` (0: any free one) in a thread of its own. Raises OSError when the port is taken."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(128)
        server = make_server(HOST, port, box, threaded=True, fd=listening.fileno())
    thread = threading.Thread(target=server.serve_forever, name="sandbox", daemon=True)
    thread.start()
    return Serving(f"http://{HOST}:{server.port}", server.port, box, server, thread)
