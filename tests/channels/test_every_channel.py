"""What every messenger must keep to. A new file in chalicelib/channels is tested here by itself."""

import copy
import json
import subprocess
import sys
from datetime import UTC

import pytest
from channel_table import ACCOUNT, BASE, HOOK, SECRET, SPEAKING, TABLE, Failure, payload_files, reply, sending
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import channels, records
from chalicelib.channels import channel, names
from chalicelib.desk.events import conversation_of
from chalicelib.desk.values import Choice
from chalicelib.errors import Rejected, Unavailable
from chalicelib.ports import Hearing
from chalicelib.wire import Request, Response, run

EVERY = pytest.mark.parametrize("name", names())
EVERY_SPEAKING = pytest.mark.parametrize("name", SPEAKING)
EVERY_FAILURE = pytest.mark.parametrize(
    ("name", "failure"),
    [pytest.param(name, one, id=f"{name}: {one.case}") for name in SPEAKING for one in TABLE[name].failures],
)
EVERY_HEARING = pytest.mark.parametrize(
    ("name", "answer", "means"),
    [
        pytest.param(name, answer, means, id=f"{name}: {case}")
        for name in SPEAKING
        for case, answer, means in TABLE[name].heard
    ],
)
EXAMPLES = settings(derandomize=True, max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=12)
    | st.sampled_from(["1795641600", "2026-11-25T18:40:00+0000", "message", "failed", "\ud83d", "\uffff", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def everything_sent(name, said):
    """The messages of one reply, as their requests carry them."""
    seen = []

    def send(request):
        seen.append(TABLE[name].sent(request))
        return sending(request, name)

    run(channel(name).write(said, ACCOUNT, BASE, "the-key"), send)
    return seen


@EVERY
def test_stands_in_the_table_and_has_payloads(name):
    assert name in TABLE
    assert payload_files(name)


@EVERY
def test_is_called_like_its_file(name):
    assert channel(name).name == name


@EVERY
def test_a_signed_body_is_let_in(name):
    for file in payload_files(name):
        body = file.read_bytes()
        channel(name).verify(TABLE[name].signed(body), body, {"secret": SECRET})


@EVERY
@pytest.mark.parametrize("secret", ["", ",", "another-secret", SECRET[:-1], SECRET.upper()])
def test_another_or_no_secret_of_ours_is_rejected(name, secret):
    body = payload_files(name)[0].read_bytes()
    with pytest.raises(Rejected):
        channel(name).verify(TABLE[name].signed(body), body, {"secret": secret})


@EVERY
def test_no_secret_at_all_is_rejected(name):
    with pytest.raises(Rejected):
        channel(name).verify(TABLE[name].signed(b""), b"", {})


@EVERY
def test_a_missing_header_is_rejected(name):
    with pytest.raises(Rejected):
        channel(name).verify({}, b"{}", {"secret": SECRET})


@EVERY
@pytest.mark.parametrize("value", ["", "sha256=", "sha256=" + "0" * 64, "пароль", "\udcff", " ", "null"])
def test_a_forged_header_is_rejected(name, value):
    for header in TABLE[name].signed(b"{}"):
        with pytest.raises(Rejected):
            channel(name).verify({header: value}, b"{}", {"secret": SECRET})


@EVERY
def test_while_a_secret_is_changed_the_old_and_the_new_one_are_good(name):
    body = payload_files(name)[0].read_bytes()
    channel(name).verify(TABLE[name].signed(body), body, {"secret": f"the-new-one, {SECRET}"})


@EVERY
def test_a_stranger_gets_no_handshake(name):
    with pytest.raises(Rejected):
        channel(name).handshake({}, {"secret": SECRET, "verify_token": "v"})


@EVERY
@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b"\xff\xfe", b'{"a":1e999}', b"[" * 100_000, b"9" * 5000, b'"\\ud800"']
)
def test_an_unreadable_body_yields_nothing(name, body):
    assert list(channel(name).read(body)) == []


@EVERY
@EXAMPLES
@given(value=JSON)
def test_any_json_is_read_without_harm(name, value):
    assert list(channel(name).read(json.dumps(value).encode())) == []


@EVERY
@EXAMPLES
@given(data=st.data())
def test_a_distorted_payload_is_read_without_harm(name, data):
    file = data.draw(st.sampled_from(payload_files(name)))
    body = json.loads(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        places = places_of(body)
        where, at = data.draw(st.sampled_from(places))
        where[at] = data.draw(JSON | st.sampled_from(places).map(lambda place: copy.deepcopy(place[0])))
    events = list(channel(name).read(json.dumps(body).encode()))
    assert_sound(name, events)


def places_of(value):
    """Every place in a JSON value where something else could stand."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, one in inner for place in [(value, key), *places_of(one)]]


def assert_sound(name, events):
    """Events another part can store, queue and sort, whatever was in the body."""
    keys = [event.key for event in events]
    assert len(keys) == len(set(keys))
    assert [event.at for event in events] == sorted(event.at for event in events)
    for event in events:
        assert event.key.startswith(f"{name}:")
        assert event.channel == name
        assert event.address
        assert event.at.tzinfo is UTC
        assert conversation_of(event)
        assert records.load_event(records.dump(event).encode()) == event


@EVERY
def test_the_payloads_give_sound_events(name):
    found = [list(channel(name).read(file.read_bytes())) for file in payload_files(name)]
    assert any(found)
    for events in found:
        assert_sound(name, events)


@EVERY
def test_a_redelivered_body_has_the_same_keys(name):
    for file in payload_files(name):
        again = json.dumps(json.loads(file.read_bytes()), indent=1).encode()
        assert list(channel(name).read(again)) == list(channel(name).read(file.read_bytes()))


TEXTS = {
    "short": "Когда вам удобно?",
    "paragraphs": "\n\n".join("Ножницы и расчёска ждут вас в любой день недели. " * 6 for _ in range(30)),
    "one word": "а" * 9500,
    "emoji": "💅🏽" * 3000,
    "emoji and words": "Приходите 💇‍♀️ к нам " * 400,
}
COUNTS = (0, 1, 2, 3, 4, 10, 11, 13, 14, 100, 101)


def many(count, title="Стрижка женская горячими ножницами и укладка"):
    return tuple(Choice(f"service:{number}", f"{title} {number}") for number in range(count))


@EVERY_SPEAKING
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_message_is_within_the_limits(name, text, count):
    messenger = TABLE[name]
    for sent in everything_sent(name, reply(name, text, many(count))):
        assert 0 < messenger.size(sent.text) <= (messenger.text_with_choices if sent.choices else messenger.text)
        assert len(sent.choices) <= messenger.choices
        assert all(0 < len(title) <= messenger.title for _, title in sent.choices)
        assert all(len(id.encode()) <= 64 for id, _ in sent.choices)


@EVERY_SPEAKING
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_nothing_of_a_text_is_lost_or_swapped(name, text, count):
    said = "".join(sent.text for sent in everything_sent(name, reply(name, text, many(count))))
    assert "".join(said.split()).startswith("".join(text.split()))


@EVERY_SPEAKING
@pytest.mark.parametrize("count", COUNTS)
def test_all_choices_go_with_the_last_message_or_as_numbered_lines(name, count):
    choices = many(count)
    *first, last = everything_sent(name, reply(name, TEXTS["paragraphs"], choices))
    assert not any(sent.choices for sent in first)
    if count <= TABLE[name].choices:
        assert [id for id, _ in last.choices] == [choice.id for choice in choices]
    else:
        lines = "\n".join([*(sent.text for sent in first), last.text]).splitlines()
        assert [line for line in lines if line[:1].isdecimal()] == [
            f"{number}. {choice.title}" for number, choice in enumerate(choices, 1)
        ]


@EVERY_SPEAKING
def test_words_are_not_cut_in_two(name):
    said = everything_sent(name, reply(name, TEXTS["paragraphs"]))
    assert len(said) > 1
    assert " ".join(sent.text for sent in said).split() == TEXTS["paragraphs"].split()


@EVERY_SPEAKING
def test_no_two_buttons_look_the_same_and_none_comes_twice(name):
    long = "Окрашивание корней волос"
    choices = (Choice("a", long), Choice("b", long), Choice("c", f"{long}!"), Choice("a", "Другое"))
    (sent,) = everything_sent(name, reply(name, "Что выберете?", choices))
    assert [id for id, _ in sent.choices] == ["a", "b", "c"]
    assert len({title for _, title in sent.choices}) == 3


@EVERY_SPEAKING
def test_short_titles_stay_as_they_are(name):
    choices = (Choice("consent:yes", "Да, согласна"), Choice("consent:no", "Нет"))
    (sent,) = everything_sent(name, reply(name, "Согласны?", choices))
    assert sent.choices == (("consent:yes", "Да, согласна"), ("consent:no", "Нет"))


@EVERY_SPEAKING
@pytest.mark.parametrize("text", ["", " \n "])
def test_a_blank_reply_is_not_sent(name, text):
    assert everything_sent(name, reply(name, text)) == []


@EVERY_SPEAKING
def test_choices_are_sent_even_without_a_text(name):
    (sent,) = everything_sent(name, reply(name, "", many(2, "Да")))
    assert (bool(sent.text), [id for id, _ in sent.choices]) == (True, ["service:0", "service:1"])


@EVERY_FAILURE
def test_a_refusal_means_what_the_table_says(name, failure: Failure):
    with pytest.raises(Exception) as raised:
        run(channel(name).write(reply(name, "Здравствуйте"), ACCOUNT, BASE, "k"), lambda request: failure.response())
    assert type(raised.value) is failure.means
    assert getattr(raised.value, "retry_after", None) == failure.retry_after


@EVERY_FAILURE
def test_a_refusal_tells_why_but_no_secret(name, failure: Failure):
    with pytest.raises(Exception) as raised:
        run(channel(name).write(reply(name, "Здравствуйте"), ACCOUNT, BASE, "k"), lambda request: failure.response())
    shown = f"{raised.value!r} {raised.value} {raised.value.__context__!r} {raised.value.__cause__!r}"
    assert ACCOUNT["token"] not in shown
    assert str(failure.status) in shown or str(failure.answer) in shown


@EVERY_SPEAKING
def test_what_is_refused_half_way_is_not_sent_on(name):
    seen = []

    def send(request):
        seen.append(request)
        return Response(500, b"")

    with pytest.raises(Unavailable):
        run(channel(name).write(reply(name, TEXTS["paragraphs"]), ACCOUNT, BASE, "k"), send)
    assert len(seen) == 1


@EVERY_SPEAKING
def test_only_a_strange_success_leaves_open_whether_it_was_sent(name):
    def told(status):
        with pytest.raises(Unavailable) as raised:
            run(channel(name).write(reply(name, "А"), ACCOUNT, BASE, "k"), lambda request: Response(status, b"<p>"))
        return raised.value.answered

    assert (told(200), told(502)) == (False, True)


@EVERY_SPEAKING
def test_a_lost_answer_reaches_the_caller_as_it_is(name):
    lost = Unavailable("ReadTimeout", answered=False)

    def send(request):
        raise lost

    with pytest.raises(Unavailable) as raised:
        run(channel(name).write(reply(name, "А"), ACCOUNT, BASE, "k"), send)
    assert raised.value is lost


@EVERY_SPEAKING
def test_a_request_does_not_show_the_token(name):
    flow = channel(name).write(reply(name, "Здравствуйте"), ACCOUNT, BASE, "k")
    assert ACCOUNT["token"] not in repr(next(flow))


@EVERY_SPEAKING
def test_sending_needs_only_the_secrets_it_names(name):
    account = {secret: ACCOUNT[secret] for secret in channel(name).account}
    run(channel(name).write(reply(name, "А"), account, BASE, "k"), lambda request: sending(request, name))


@EVERY
def test_a_silent_channel_asks_nobody(name):
    def send(request: Request) -> Response:
        assert not TABLE[name].silent
        return Response(200, json.dumps(TABLE[name].answer).encode())

    secrets = {**ACCOUNT, "secret": SECRET, "verify_token": "v"}
    for flow in (
        channel(name).write(reply(name, "А"), secrets, BASE, "k"),
        channel(name).acknowledge("receipt", secrets, BASE),
        channel(name).register("https://example.org/hooks/x", secrets, BASE),
    ):
        assert run(flow, send) is None


def test_nobody_is_asked_how_the_probe_is_heard():
    assert run(channel("probe").check({}, BASE, HOOK), pytest.fail) == Hearing(registered=True)


@EVERY_SPEAKING
def test_says_in_the_table_how_it_is_heard(name):
    registered = {means.registered for _, _, means in TABLE[name].heard}
    assert registered == {True, False}


@EVERY_HEARING
def test_how_a_provider_reaches_us_is_one_request_that_changes_nothing(name, answer, means):
    seen = []

    def send(request):
        seen.append(request)
        return Response(200, json.dumps(answer).encode())

    account = {secret: ACCOUNT[secret] for secret in channel(name).account}
    assert run(channel(name).check(account, BASE, HOOK), send) == means
    (asked,) = seen
    assert asked.method == "GET" or asked.url.endswith("/getWebhookInfo")
    assert ACCOUNT["token"] not in repr(asked)


@EVERY_FAILURE
def test_a_check_that_is_refused_means_what_the_table_says(name, failure: Failure):
    with pytest.raises(Exception) as raised:
        run(channel(name).check(ACCOUNT, BASE, HOOK), lambda request: failure.response())
    assert type(raised.value) is failure.means
    assert ACCOUNT["token"] not in f"{raised.value!r} {raised.value}"


@EVERY_SPEAKING
def test_registering_with_a_dead_token_is_refused(name):
    dead = next(one for one in TABLE[name].failures if one.case == "dead token")
    secrets = {**ACCOUNT, "secret": SECRET, "verify_token": "v"}
    with pytest.raises(dead.means) as raised:
        run(channel(name).register("https://example.org/hooks/x", secrets, BASE), lambda request: dead.response())
    assert ACCOUNT["token"] not in str(raised.value)


def test_an_unknown_channel_is_not_found():
    for name in ("pigeon", "_meta", "__init__", "../telegram", ""):
        with pytest.raises(LookupError):
            channel(name)


def test_a_new_file_is_a_new_channel(tmp_path, monkeypatch):
    (tmp_path / "pigeon.py").write_text("CHANNEL = 'a pigeon'\n")
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(tmp_path)])
    assert "pigeon" in names()
    assert channel("pigeon") == "a pigeon"
    del sys.modules["chalicelib.channels.pigeon"]


def test_the_webhook_loads_neither_pydantic_nor_requests_nor_openai():
    code = (
        "import sys; from chalicelib.channels import channel, names; [channel(name).read(b'{}') for name in names()];"
        "print(sorted({'pydantic', 'requests', 'openai', 'boto3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_one_channel_does_not_load_the_others():
    code = (
        "import sys; from chalicelib.channels import channel; channel('probe');"
        "print('chalicelib.channels.telegram' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
