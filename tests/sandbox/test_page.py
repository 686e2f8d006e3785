"""The sandbox page in a real browser, in front of a server that only keeps a state and writes down what is POSTed."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from browser import ENTER, ESCAPE, Browser, browser, missing

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "sandbox" / "page"
STATE = json.loads((HERE / "page_state.json").read_text(encoding="utf-8"))
KINDS = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript"}
TELEGRAM, WHATSAPP, INSTAGRAM = (f'.phone[data-key="{name}-1"]' for name in ("telegram", "whatsapp", "instagram"))

pytestmark = [pytest.mark.page, pytest.mark.skipif(bool(missing()), reason=missing())]


class Box:
    """The sandbox as the page sees it. ``broken``: every API call is answered 503."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = copy.deepcopy(STATE)
        self.posted: list[tuple[str, Any]] = []
        self.days: list[str] = []  # the day of every look at the state; empty: today
        self.broken = False
        self.fared = {"accepted": True, "status": 200, "tries": 1}
        self.free = threading.Event()  # cleared: every POST waits
        self.free.set()
        self._news = threading.Condition()

    def change(self) -> None:
        with self._news:
            self.state["seq"] += 1
            self._news.notify_all()

    def hear(self, phone: int, message: dict[str, Any]) -> None:
        empty = {"at": self.state["now"], "choices": [], "pressed": None, "because": []}
        self.state["phones"][phone]["messages"].append({**empty, **message})
        self.change()

    def get(self, path: str) -> tuple[int, str, bytes]:
        name, _, query = path.partition("?")
        if name == "/api/state":
            with self._news:
                asked = parse_qs(query)
                self.days.append(asked.get("day", [""])[0])
                if "since" in asked:
                    self._news.wait_for(lambda: self.broken or asked["since"] != [str(self.state["seq"])], 20)
                body = json.dumps(self.state).encode()
            return (503, "text/plain", b"") if self.broken else (200, "application/json", body)
        file = PAGE / (name.strip("/") or "index.html")
        return 200, KINDS[file.suffix], file.read_bytes()

    def post(self, path: str, body: Any) -> tuple[int, str, bytes]:
        self.free.wait(10)
        if self.broken:
            return 503, "application/json", b'{"error": "The stack does not answer."}'
        self.posted.append((path, body))
        return 200, "application/json", json.dumps(self.fared).encode()


def handler(box: Box) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(*box.get(self.path))

        def do_POST(self) -> None:
            self.answer(*box.post(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))

        def answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet: the tests look at what was POSTed."""

    return Handler


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A browser that leaves a page drops its long poll."""


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def page(window: Browser, box: Box) -> Iterator[Browser]:
    server = Quiet(("127.0.0.1", 0), handler(box))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    window.open(f"http://127.0.0.1:{server.server_port}/")
    window.eventually(lambda: len(window.texts(".phones .phone")), 3)
    yield window
    window.open("about:blank")
    server.shutdown()
    server.server_close()


def test_three_messengers_stand_side_by_side(page: Browser) -> None:
    assert page.texts("#phones .channel") == ["Telegram", "WhatsApp", "Instagram"]
    script = "return [...document.querySelectorAll('#phones .phone')].map(phone => phone.getBoundingClientRect().top)"
    assert len(set(page.run(script))) == 1


def test_the_phones_keep_their_places_however_they_are_listed(page: Browser, box: Box) -> None:
    page.type(f"{TELEGRAM} textarea", "дописываю")
    box.state["phones"].reverse()
    box.hear(1, {"id": "wamid.22", "from": "client", "text": "добрый вечер"})
    page.eventually(lambda: page.texts(f"{WHATSAPP} .message.client .text"), ["добрый вечер"])
    assert page.texts("#phones .channel") == ["Telegram", "WhatsApp", "Instagram"]
    assert page.run("return document.activeElement.value") == "дописываю"


def test_nothing_sticks_out_of_a_narrow_screen(page: Browser) -> None:
    page.resize(500, 900)
    width = page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.resize(1440, 900)
    assert width == 0


def test_enter_sends_what_was_typed(page: Browser, box: Box) -> None:
    page.type(f"{WHATSAPP} textarea", "хочу на маникюр завтра в 5" + ENTER)
    page.eventually(lambda: box.posted, [("/api/phones/whatsapp-1/text", {"text": "хочу на маникюр завтра в 5"})])
    assert page.run("return document.activeElement.value") == ""


def test_a_sent_message_waits_in_sight_until_the_state_has_it(page: Browser, box: Box) -> None:
    waiting = f"{WHATSAPP} .message.waiting .text"
    page.type(f"{WHATSAPP} textarea", "добрый вечер" + ENTER)
    page.eventually(lambda: page.texts(waiting), ["добрый вечер"])
    box.hear(1, {"id": "wamid.22", "from": "client", "text": "добрый вечер"})
    page.eventually(lambda: page.texts(waiting), [])
    assert page.texts(f"{WHATSAPP} .message.client .text") == ["добрый вечер"]


def test_a_message_that_did_not_go_can_be_sent_again(page: Browser, box: Box) -> None:
    box.broken = True
    page.type(f"{TELEGRAM} textarea", "вы где?" + ENTER)
    page.eventually(lambda: page.texts(f"{TELEGRAM} .failed:not([hidden]) span"), ["Не отправлено"])
    assert page.texts("#notice:not([hidden])") == ["Сообщение не ушло: ночник не отвечает песочнице"]
    box.broken = False
    page.click(f"{TELEGRAM} .failed:not([hidden]) button")
    page.eventually(lambda: box.posted, [("/api/phones/telegram-1/text", {"text": "вы где?"})])


def test_a_webhook_that_was_refused_is_told(page: Browser, box: Box) -> None:
    box.fared = {"accepted": False, "status": 500, "tries": 3}
    page.type(f"{TELEGRAM} textarea", "вы где?" + ENTER)
    refused = ["Ночник не принял событие: вебхук ответил 500"]
    page.eventually(lambda: page.texts("#notice:not([hidden])"), refused)


def test_a_button_under_a_message_is_pressed(page: Browser, box: Box) -> None:
    page.click(f'{TELEGRAM} .choice[data-key="yes"]')
    page.eventually(lambda: box.posted, [("/api/phones/telegram-1/press", {"message": "12", "choice": "yes"})])


def test_a_quick_reply_is_pressed(page: Browser, box: Box) -> None:
    page.click(f'{INSTAGRAM} .choice[data-key="evening"]')
    page.eventually(lambda: box.posted, [("/api/phones/instagram-1/press", {"message": "mid.31", "choice": "evening"})])


def test_a_row_of_a_list_is_chosen(page: Browser, box: Box) -> None:
    page.click(f"{WHATSAPP} .log .choice")
    assert page.texts(f"{WHATSAPP} .sheet .choice") == ["Стрижка", "Маникюр", "Брови", "Окрашивание"]
    page.click(f'{WHATSAPP} .sheet .choice[data-key="wamid.21/nails"]')
    page.eventually(lambda: box.posted, [("/api/phones/whatsapp-1/press", {"message": "wamid.21", "choice": "nails"})])
    assert page.texts(f"{WHATSAPP} .sheet:not([hidden])") == []


def test_quick_replies_leave_when_something_is_said_after_them(page: Browser, box: Box) -> None:
    box.hear(2, {"id": "mid.32", "from": "client", "text": "подумаю"})
    page.eventually(lambda: page.texts(f"{INSTAGRAM} .choices:not([hidden]) .choice"), [])


def test_a_text_with_tags_is_shown_as_text(page: Browser) -> None:
    said = '<img src=x onerror="window.hurt = true">'
    assert page.texts(f"{TELEGRAM} .message.client .text") == [said]
    assert page.run("return [document.images.length, window.hurt === undefined]") == [0, True]


def test_beside_an_answer_stands_why(page: Browser) -> None:
    clauses = f"{TELEGRAM} .why:not([hidden]) .clause"
    assert page.texts(clauses) == ["RP-002 intent greeting", "DP-001 consent before data"]
    assert page.texts(f"{TELEGRAM} .why:not([hidden]) .took") == ["за 2 с"]


def test_a_timer_is_rung_now(page: Browser, box: Box) -> None:
    page.click("#timers button")
    page.eventually(lambda: box.posted, [("/api/timers/telegram-700000001-t1/ring", {})])


def test_the_clock_is_wound(page: Browser, box: Box) -> None:
    page.click(".timers [data-wind]")
    page.click(".clock [data-wind='15']")
    page.eventually(lambda: box.posted, [("/api/clock", {"minutes": 15})] * 2)


def test_a_timer_counts_down_by_the_wound_clock(page: Browser, box: Box) -> None:
    assert page.texts("#timers .left") in (["08:57"], ["08:56"])
    box.state["now"] = "2025-11-22T23:49:32+04:00"
    box.change()
    page.eventually(lambda: page.texts("#timers .left"), ["00:29"])


def test_a_far_side_is_made_to_refuse(page: Browser, box: Box) -> None:
    page.type("#switches select", "слишком")
    page.eventually(lambda: box.posted, [("/api/switches/bitrix24", {"value": "QUERY_LIMIT_EXCEEDED"})])


def test_a_photo_is_sent_from_the_menu(page: Browser, box: Box) -> None:
    page.click(f"{TELEGRAM} .more")
    page.click(f"{TELEGRAM} [data-media=photo]")
    page.eventually(lambda: box.posted, [("/api/phones/telegram-1/media", {"kind": "photo"})])


def test_after_a_press_on_the_microphone_the_next_words_are_spoken_and_only_they(page: Browser, box: Box) -> None:
    page.click(f"{WHATSAPP} .speak")
    page.type(f"{WHATSAPP} textarea", "можно завтра в пять" + ENTER)
    page.type(f"{WHATSAPP} textarea", "алло" + ENTER)
    spoken = ("/api/phones/whatsapp-1/media", {"kind": "voice", "words": "можно завтра в пять"})
    page.eventually(lambda: box.posted, [spoken, ("/api/phones/whatsapp-1/text", {"text": "алло"})])


def test_what_is_typed_already_is_spoken_at_once(page: Browser, box: Box) -> None:
    page.type(f"{INSTAGRAM} textarea", "можно завтра в пять")
    page.click(f"{INSTAGRAM} .speak")
    spoken = ("/api/phones/instagram-1/media", {"kind": "voice", "words": "можно завтра в пять"})
    page.eventually(lambda: box.posted, [spoken])
    assert page.run("return document.activeElement.value") == ""


def test_escape_puts_the_microphone_away(page: Browser, box: Box) -> None:
    page.click(f"{WHATSAPP} .speak")
    page.type(f"{WHATSAPP} textarea", ESCAPE + "алло" + ENTER)
    page.eventually(lambda: box.posted, [("/api/phones/whatsapp-1/text", {"text": "алло"})])


@pytest.mark.parametrize(
    ("heard", "shown"),
    [
        (None, "не расшифровано"),
        ("можно завтра", "расшифровано"),
        ("можно автора", "расслышано: «можно автора»"),
        ("", "ничего не расслышано"),
    ],
)
def test_a_voice_message_shows_its_length_its_words_and_what_was_heard(
    page: Browser, box: Box, heard: str | None, shown: str
) -> None:
    voice = {"kind": "voice", "text": "можно завтра", "voice": {"seconds": 65, "heard": heard}}
    box.hear(1, {"id": "wamid.22", "from": "client", **voice})
    spoken = f"{WHATSAPP} .message.spoken"
    page.eventually(lambda: page.texts(f"{spoken} .text"), ["можно завтра"])
    assert page.texts(f"{spoken} .voice:not([hidden]) .length") == ["1:05"]
    assert page.texts(f"{spoken} .heard:not([hidden])") == [shown]


def test_a_text_is_no_voice_message(page: Browser) -> None:
    assert page.texts(".voice:not([hidden]), .heard:not([hidden])") == []


def test_messages_sent_at_once_go_out_in_order_and_nobody_waits(page: Browser, box: Box) -> None:
    box.free.clear()
    page.type(f"{TELEGRAM} textarea", "раз" + ENTER + "два" + ENTER + "три" + ENTER)
    page.eventually(lambda: page.texts(f"{TELEGRAM} .message.waiting .text"), ["раз", "два", "три"])
    assert box.posted == []
    box.free.set()
    page.eventually(lambda: [body["text"] for _, body in box.posted], ["раз", "два", "три"])


def test_bubbles_answered_by_one_turn_are_one_group(page: Browser, box: Box) -> None:
    for number, turn in enumerate(["t:1", "t:2", "t:2", "t:2", None]):
        box.hear(1, {"id": f"wamid.{number}", "from": "client", "text": f"слово {number}", "turn": turn})
    page.eventually(lambda: len(page.texts(f"{WHATSAPP} .message.client")), 5)
    script = f"return [...document.querySelectorAll('{WHATSAPP} .message.client')].map(one => one.dataset.together)"
    assert page.run(script) == ["", "first", "middle", "last", ""]
    assert page.texts(f"{WHATSAPP} .together:not([hidden])") == ["3 сообщения, один ответ"]


def test_beside_an_answer_stands_who_understood_the_message(page: Browser) -> None:
    assert page.texts(f"{TELEGRAM} .why .reader:not([hidden])") == ["фразы"]


def test_the_reasons_unfolded_show_the_share_of_each_layer(page: Browser) -> None:
    page.click(f"{TELEGRAM} .why:not([hidden])")
    shares = page.run(f"return document.querySelector('{TELEGRAM} .why:not([hidden]) .shares').innerText.split('\\n')")
    assert shares == ["кнопка: 2 (25 %)", "фразы регламента: 5 (63 %)", "GPT: 1 (13 %)"]


def test_a_colleague_answers_by_hand_what_is_typed(page: Browser, box: Box) -> None:
    page.type(f"{WHATSAPP} textarea", "Сейчас помогу")
    page.click(f"{WHATSAPP} .more")
    page.click(f"{WHATSAPP} [data-do=colleague]")
    page.eventually(lambda: box.posted, [("/api/phones/whatsapp-1/colleague", {"text": "Сейчас помогу"})])
    box.hear(1, {"id": "wamid.22", "from": "bot", "kind": "by_hand", "text": "Сейчас помогу"})
    page.eventually(lambda: len(page.texts(f"{WHATSAPP} .by-hand:not([hidden])")), 1)
    assert page.texts(f"{TELEGRAM} [data-do=colleague]:not([hidden])") == []


def test_a_client_blocks_the_bot_and_takes_it_back(page: Browser, box: Box) -> None:
    page.click(f"{TELEGRAM} .more")
    page.click(f"{TELEGRAM} .menu [data-do=block]")
    page.eventually(lambda: box.posted, [("/api/phones/telegram-1/block", {"blocked": True})])
    box.state["phones"][0]["blocked"] = True
    box.change()
    page.eventually(lambda: len(page.texts(f"{TELEGRAM} .blocked:not([hidden])")), 1)
    page.click(f"{TELEGRAM} .blocked button")
    page.eventually(lambda: box.posted[1:], [("/api/phones/telegram-1/block", {"blocked": False})])


def test_a_newcomer_takes_the_phone(page: Browser, box: Box) -> None:
    page.click(f"{INSTAGRAM} .more")
    page.click(f"{INSTAGRAM} [data-do=new]")
    page.eventually(lambda: box.posted, [("/api/phones/instagram-1/new", {})])


def test_escape_closes_the_menu_and_gives_the_focus_back(page: Browser) -> None:
    page.click(f"{TELEGRAM} .more")
    page.type(f"{TELEGRAM} .menu button", ESCAPE)
    assert page.texts(".menu:not([hidden])") == []
    assert page.run("return document.activeElement.className") == "icon more"


def test_starting_over_takes_two_presses(page: Browser, box: Box) -> None:
    page.click("#reset")
    assert (page.texts("#reset"), box.posted) == (["Точно забыть всё?"], [])
    page.click("#reset")
    page.eventually(lambda: box.posted, [("/api/reset", {})])


def test_an_example_fills_the_phone_in_focus(page: Browser) -> None:
    page.click(f"{INSTAGRAM} textarea")
    page.click(".example")
    values = page.run("return [...document.querySelectorAll('#phones textarea')].map(field => field.value)")
    assert values == ["", "", "Хочу на маникюр завтра в 5"]


def test_news_leave_a_half_typed_message_alone(page: Browser, box: Box) -> None:
    page.type(f"{TELEGRAM} textarea", "я ещё дум")
    box.hear(0, {"id": "13", "from": "bot", "text": "Вы ещё здесь?"})
    page.eventually(lambda: page.texts(f"{TELEGRAM} .message.bot .text")[1:], ["Вы ещё здесь?"])
    assert page.run("return document.activeElement.value") == "я ещё дум"


def test_who_scrolled_up_is_not_dragged_down(page: Browser, box: Box) -> None:
    for number in range(20):
        box.hear(0, {"id": f"old-{number}", "from": "bot", "text": "Длинный ответ. " * 8})
    page.eventually(lambda: len(page.texts(f"{TELEGRAM} .message")), 22)
    log = f"document.querySelector('{TELEGRAM} .log')"
    page.eventually(lambda: page.run(f"return {log}.scrollHeight - {log}.scrollTop - {log}.clientHeight < 2"), True)
    page.run(f"{log}.scrollTop = 100")
    page.eventually(lambda: page.run(f"return {log}.scrollTop"), 100)
    box.hear(0, {"id": "new", "from": "bot", "text": "Новое"})
    page.eventually(lambda: len(page.texts(f"{TELEGRAM} .newest:not([hidden])")), 1)
    assert page.run(f"return {log}.scrollTop") == 100


def test_a_colleague_reads_on_the_duty_phone(page: Browser) -> None:
    assert page.texts("#duty .message .text") == ["Клиент молчит 10 минут."]


def hears(box: Box, **message: Any) -> None:
    empty = {"at": box.state["now"], "choices": [], "pressed": None, "because": [], "from": "bot"}
    box.state["duty"][0]["messages"].append({**empty, **message})
    box.change()


def test_a_colleague_takes_a_client_and_writes_to_her(page: Browser, box: Box) -> None:
    hears(
        box,
        id="42",
        text="ЖАЛОБА",
        choices=[{"id": "take:c:a", "title": "Беру"}, {"id": "cannot:c:a", "title": "Не могу"}],
    )
    page.eventually(lambda: page.texts("#duty .choice"), ["Беру", "Не могу"])
    page.click("#duty .choice")
    page.type("#duty textarea", "Уже бегу" + ENTER)
    path = "/api/phones/duty-900000001"
    taken = (f"{path}/press", {"message": "42", "choice": "take:c:a"})
    page.eventually(lambda: box.posted, [taken, (f"{path}/text", {"text": "Уже бегу"})])


def test_a_colleague_replies_to_a_message_and_to_none_after_it(page: Browser, box: Box) -> None:
    page.click("#duty .message .reply")
    assert page.texts(".replying:not([hidden]) span") == ["Клиент молчит 10 минут."]
    page.type("#duty textarea", "Напишу ей" + ENTER + "Завтра" + ENTER)
    path = "/api/phones/duty-900000001/text"
    wanted = [(path, {"text": "Напишу ей", "to": "41"}), (path, {"text": "Завтра"})]
    page.eventually(lambda: box.posted, wanted)
    hears(box, **{"id": "43", "from": "client", "text": "Напишу ей", "to": "41"})
    page.eventually(lambda: page.texts("#duty .quote:not([hidden])"), ["Клиент молчит 10 минут."])


def test_escape_answers_no_message(page: Browser, box: Box) -> None:
    page.click("#duty .message .reply")
    page.type("#duty textarea", ESCAPE + "Завтра" + ENTER)
    page.eventually(lambda: box.posted, [("/api/phones/duty-900000001/text", {"text": "Завтра"})])


def test_the_phones_of_duty_and_reserve_stand_first_and_a_silent_colleague_has_none(page: Browser, box: Box) -> None:
    (duty,) = box.state["duty"]
    others = [("ольга", "reserve", []), ("вера", "", []), ("нина", "", duty["messages"])]
    box.state["duty"] = [
        {**duty, "id": f"duty-{name}", "profile": name, "shift": shift, "messages": heard}
        for name, shift, heard in others
    ] + [duty]
    box.change()
    page.eventually(lambda: page.texts("#duty .channel"), ["Ирина", "ольга", "нина"])
    assert page.texts("#duty .stage:not([hidden])") == ["дежурит", "резерв"]


def test_what_woke_a_colleague_besides_the_messenger_is_shown(page: Browser) -> None:
    assert page.texts("#way-sms .words") == ["ЖАЛОБА. Анна, +79000000001"]
    assert page.texts("#way-call .became") == ["звонит…"]
    assert page.texts("#no-notices:not([hidden])") == ["CRM никого не тревожила."]


def test_a_key_is_pressed_on_the_phone_that_rings(page: Browser, box: Box) -> None:
    assert page.texts("#duty .incoming:not([hidden]) button") == ["1 · беру", "2 · не могу", "Не брать трубку"]
    page.click("#duty .incoming button")
    page.click("#way-call button:nth-child(2)")
    page.eventually(
        lambda: box.posted, [("/api/call", {"id": 2, "digit": "1"}), ("/api/call", {"id": 2, "digit": "2"})]
    )
    box.state["pages"]["call"][0] |= {"status": "answered", "digit": "2"}
    box.change()
    page.eventually(lambda: page.texts("#way-call .became"), ["ответила, нажала 2"])
    assert page.texts("#duty .incoming:not([hidden])") == []


def step(minutes: int, state: str, *pages: tuple[str, str], tell_client: bool = False) -> dict[str, Any]:
    shown = [{"title": "", "name": name, "way": way} for name, way in pages]
    due = f"2025-11-22T23:{40 + minutes}:00+04:00"
    return {"minutes": minutes, "state": state, "due": due, "pages": shown, "tell_client": tell_client}


ALARM = {
    "id": "a1", "reason": "complaint", "priority": "high", "clause": "SLA-001 §2.3", "notice": "ЖАЛОБА", "round": 0,
    "since": "2025-11-22T23:40:00+04:00", "began": "2025-11-22T23:40:00+04:00", "due": "2025-11-22T23:43:00+04:00",
    "last": "Ирина", "passed": [],
    "steps": [
        step(0, "done", ("Ирина", "Telegram")),
        step(3, "next", ("Ирина", "Telegram"), ("Ирина", "CRM")),
        step(15, "ahead", tell_client=True),
    ],
}  # fmt: skip
CALL = {
    "conversation": "c1", "who": "Анна, Telegram", "stage": "person", "owner": "Ирина", "open": True, "alarm": ALARM,
    "taken": None, "promises": [],
    "story": [
        {"at": ALARM["since"], "what": "Ирина: Telegram", "clauses": ["SLA-001 §2.3: 0 мин, Ирина, telegram"]},
    ],
}  # fmt: skip


def call(box: Box, **changed: Any) -> None:
    box.state["calls"] = [{**copy.deepcopy(CALL), **changed}]
    box.change()


def test_the_ladder_shows_what_has_happened_and_counts_down_to_what_comes_next(page: Browser, box: Box) -> None:
    call(box)
    page.eventually(lambda: page.texts(".rung .minute"), ["0 мин", "3 мин", "15 мин"])
    script = "return [...document.querySelectorAll('.rung')].map(one => one.dataset.state)"
    assert page.run(script) == ["done", "next", "ahead"]
    assert page.texts(".rung .whom li") == ["ИринаTelegram", "ИринаTelegram, CRM", "клиентускажем, когда позвонят"]
    assert page.texts(".call .owner") == ["ведёт Ирина"]
    assert page.texts(".call .news .left") in (["01:55"], ["01:54"], ["01:53"])
    page.click("[data-do=next]")
    page.eventually(lambda: box.posted, [("/api/clock", {"minutes": 2})])


def test_who_has_taken_her_and_what_is_promised_is_told(page: Browser, box: Box) -> None:
    taken = {"by": "ira", "name": "Ирина", "since": "2025-11-22T23:41:00+04:00", "due": "2025-11-22T23:51:05+04:00"}
    promise = {"id": "p1", "owner": "ira", "name": "Ирина", "until": "2025-11-22T23:59:00+04:00", "text": "перезвоню"}
    call(box, alarm=None, taken={**taken, "waiting": taken["since"], "in_app": False}, promises=[promise])
    page.eventually(
        lambda: page.texts(".call .now"), ["взяла Ирина с 23:41; клиент ждёт её слова, позовём снова через"]
    )
    assert page.texts(".path li") == ["23:40Ирина: Telegram"]
    assert [words[:30] for words in page.texts(".promises li")] == ["до 23:59 Ирина «перезвоню» 17:"]


def test_what_is_over_is_in_the_story_only(page: Browser, box: Box) -> None:
    call(box, alarm=None, open=False, owner="")
    page.eventually(lambda: page.texts("#story .what"), ["Ирина: Telegram"])
    assert page.texts("#story .clauses") == ["SLA-001 §2.3"]
    assert page.texts("#calls:not([hidden])") == []


def test_a_card_shows_every_field_of_the_registry(page: Browser) -> None:
    fields = STATE["crm"]["cards"][0]["fields"]
    assert page.texts('.column[data-key="NEW"] dt') == list(fields)
    assert page.texts('.column[data-key="NEW"] dd') == list(fields.values())


def test_dead_letters_are_counted(page: Browser) -> None:
    assert page.texts(".queues .dead") == ["2не доставлено"]


def test_a_lost_sandbox_is_told_and_found_again(page: Browser, box: Box) -> None:
    box.broken = True
    box.change()
    page.eventually(lambda: page.texts("#health .words"), ["нет связи с песочницей, пробую снова"])
    box.broken = False
    page.eventually(lambda: page.texts("#health .words"), ["всё на связи"])


def test_the_day_is_shown_by_masters(page: Browser) -> None:
    assert page.texts("#day") == ["суббота, 22 ноября"]
    assert page.texts(".master .who strong") == ["Анна", "Ирина"]
    assert page.texts(".entry .hour") == ["12:00", "20:00", "11:00"]
    assert page.texts(".entry .client") == ["Вера", "Анна, Telegram", "занято"]
    assert page.texts("#waits li") == ["другой клиент Брови в субботу ждёт с 22:10"]


def test_a_visit_stands_where_its_hour_is(page: Browser) -> None:
    script = """
      const line = document.querySelector(".master .line").getBoundingClientRect();
      const box = document.querySelector(".entry[data-visit=v1]").getBoundingClientRect();
      return [(box.left - line.left) / line.width, box.width / line.width].map((part) => Math.round(part * 840));
    """
    assert page.run(script) == [120, 90]


def test_a_hold_counts_down_and_is_over(page: Browser, box: Box) -> None:
    assert page.texts("[data-kind=hold] .became") in (["ещё 05:00"], ["ещё 04:59"], ["ещё 04:58"])
    box.state["now"] = "2025-11-22T23:46:06+04:00"
    box.change()
    page.eventually(lambda: page.texts("[data-kind=hold].over .became"), ["время вышло"])


def test_what_became_of_a_visit_is_said_by_its_buttons(page: Browser, box: Box) -> None:
    page.run("document.querySelector('.entry[data-visit=v1]').focus()")
    assert page.texts(".deeds:not([hidden]) button") == ["Пришла", "Не пришла"]
    page.click(".entry[data-visit=v1] .deeds button:first-child")
    page.eventually(lambda: box.posted, [("/api/visits/v1/came", {})])


def test_news_of_a_visit_come_by_themselves(page: Browser, box: Box) -> None:
    visit = box.state["timetable"]["masters"][0]["entries"][0]
    visit |= {"state": "visited", "can": ["no_show"]}
    box.change()
    page.eventually(lambda: page.texts(".entry[data-visit=v1] .became"), ["пришла"])
    assert page.texts(".entry[data-visit=v1] .deeds button") == ["Не пришла"]


def test_the_arrows_turn_to_another_day_and_back(page: Browser, box: Box) -> None:
    for arrow in ("1", "1", "-1"):
        page.click(f"[data-day='{arrow}']")
    page.eventually(lambda: box.days[-1], "2025-11-23")
    box.state["timetable"]["date"] = "2025-11-23"
    box.change()
    page.eventually(lambda: page.texts("#day"), ["воскресенье, 23 ноября"])
    page.click("[data-day='0']")
    page.eventually(lambda: box.days[-1], "")
    assert page.texts("#health .words") == ["всё на связи"]


def test_a_business_that_books_no_times_has_no_timetable(page: Browser, box: Box) -> None:
    box.state["timetable"] = None
    box.change()
    page.eventually(lambda: page.texts("#timetable:not([hidden])"), [])
    assert page.texts("#health .words") == ["всё на связи"]
