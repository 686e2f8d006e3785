"""Voice messages are fetched from the provider only, and only small ones."""

import json

import pytest
from channel_table import ACCOUNT, BASE, SPEAKING, TABLE

from chalicelib.channels import channel
from chalicelib.errors import Refused, Unavailable
from chalicelib.ports import LARGEST_VOICE
from chalicelib.wire import Request, Response, run

SPOKEN = b"OggS and what she said"
BEARER = {"authorization": f"Bearer {ACCOUNT['token']}"}
LOOKASIDE = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=9002"
ASKED_FIRST = [name for name in SPEAKING if TABLE[name].found]
TOLD_WHERE = ["whatsapp", "instagram"]
EVERY_SPEAKING = pytest.mark.parametrize("name", SPEAKING)


class Provider:
    """Tells where the file is, if asked that, then gives ``answers`` one by one."""

    def __init__(self, name, *answers, size=23, url=LOOKASIDE):
        self.requests = []
        found = TABLE[name].found
        first = [Response(200, json.dumps(found(size, url)).encode())] if found else []
        self.answers = [*first, *answers]

    def send(self, request):
        self.requests.append(request)
        return self.answers.pop(0)


def fetched(name, provider, file=None):
    return run(channel(name).fetch(file or TABLE[name].voice, ACCOUNT, BASE), provider.send)


def where(name, provider, url):
    """Fetch a file that is said to be at ``url``."""
    return fetched(name, provider, None if TABLE[name].found else url)


@EVERY_SPEAKING
def test_a_voice_message_is_fetched(name):
    assert fetched(name, Provider(name, Response(200, SPOKEN))) == SPOKEN


@EVERY_SPEAKING
def test_one_of_the_largest_size_is_still_fetched(name):
    largest = b"s" * LARGEST_VOICE
    assert fetched(name, Provider(name, Response(200, largest))) == largest


@EVERY_SPEAKING
def test_a_larger_one_is_refused(name):
    with pytest.raises(Refused, match="too large"):
        fetched(name, Provider(name, Response(200, b"s" * (LARGEST_VOICE + 1))))


@pytest.mark.parametrize("name", ASKED_FIRST)
def test_one_that_is_told_to_be_larger_is_not_even_downloaded(name):
    provider = Provider(name, size=LARGEST_VOICE + 1)
    with pytest.raises(Refused, match="too large"):
        fetched(name, provider)
    assert len(provider.requests) == 1


@EVERY_SPEAKING
@pytest.mark.parametrize(
    ("answer", "means"),
    [
        (Response(404, b"gone"), Refused),
        (Response(410), Refused),
        (Response(403, b"URL signature expired"), Refused),
        (Response(200, b""), Refused),
        (Response(429), Unavailable),
        (Response(408), Unavailable),
        (Response(502, b"<html>"), Unavailable),
    ],
    ids=lambda value: f"{value.status}" if isinstance(value, Response) else "",
)
def test_a_download_that_fails_is_told_apart(name, answer, means):
    with pytest.raises(Exception) as raised:
        fetched(name, Provider(name, answer))
    assert type(raised.value) is means


@pytest.mark.parametrize("name", ASKED_FIRST)
def test_a_provider_that_does_not_find_it_says_why(name):
    for failure in TABLE[name].failures:
        with pytest.raises(Exception) as raised:
            run(channel(name).fetch(TABLE[name].voice, ACCOUNT, BASE), lambda request, f=failure: f.response())
        assert type(raised.value) is failure.means
        assert ACCOUNT["token"] not in str(raised.value)


@EVERY_SPEAKING
def test_no_request_and_no_refusal_shows_the_token(name):
    provider = Provider(name, Response(404))
    with pytest.raises(Refused) as raised:
        fetched(name, provider)
    assert ACCOUNT["token"] not in f"{provider.requests!r} {raised.value!r}"


@pytest.mark.parametrize("name", TOLD_WHERE)
@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/iam/",
        "http://lookaside.fbsbx.com/plain",
        "https://evil.example/voice.ogg",
        "https://fbsbx.com.evil.example/voice.ogg",
        "https://evilfbsbx.com/voice.ogg",
        "https://lookaside.fbsbx.com@evil.example/voice.ogg",
        "https://user:word@lookaside.fbsbx.com/voice.ogg",
        "https://lookaside.fbsbx.com:8443/voice.ogg",
        "https://lookaside.fbsbx.com:port/voice.ogg",
        "http://127.0.0.1:10/another-port",
        "https://127.0.0.1:9/another-scheme",
        "http://localhost:9/another-name",
        "file:///etc/passwd",
        "//lookaside.fbsbx.com/voice.ogg",
        "https://[::1/voice.ogg",
        "voice.ogg",
    ],
)
def test_nothing_is_fetched_from_elsewhere(name, url):
    provider = Provider(name, Response(200, SPOKEN), url=url)
    with pytest.raises(Refused, match="not where"):
        where(name, provider, url)
    assert all(request.url != url for request in provider.requests)


@pytest.mark.parametrize("name", TOLD_WHERE)
@pytest.mark.parametrize(
    "url",
    [
        "https://lookaside.fbsbx.com/voice.ogg",
        "https://fbsbx.com/voice.ogg",
        "https://scontent-arn2-1.xx.fbcdn.net/v/t1.ogg?oh=1",
        "https://scontent.cdninstagram.com:443/v/t1.ogg",
        f"{BASE}/voice.ogg",
    ],
)
def test_the_providers_hosts_and_the_configured_one_are_fetched_from(name, url):
    assert where(name, Provider(name, Response(200, SPOKEN), url=url), url) == SPOKEN


@pytest.mark.parametrize("name", TOLD_WHERE)
def test_a_file_that_moved_within_the_provider_is_followed_without_the_token(name):
    moved = Response(302, b"", {"Location": "https://scontent.xx.fbcdn.net/v/voice.ogg"})
    provider = Provider(name, moved, Response(200, SPOKEN))
    assert fetched(name, provider) == SPOKEN
    assert provider.requests[-1] == Request("GET", "https://scontent.xx.fbcdn.net/v/voice.ogg", seconds=4.0)


@EVERY_SPEAKING
@pytest.mark.parametrize("headers", [{"location": "http://169.254.169.254/"}, {"location": "https://evil.example/"}])
def test_a_file_that_moved_elsewhere_is_not_followed(name, headers):
    with pytest.raises(Refused, match="not where"):
        fetched(name, Provider(name, Response(302, b"", headers)))


@EVERY_SPEAKING
def test_a_file_that_keeps_moving_is_given_up(name):
    with pytest.raises(Refused, match="keeps moving"):
        fetched(name, Provider(name, *[Response(302)] * 3))


def test_telegram_is_asked_for_the_path_and_the_file_is_behind_the_token():
    provider = Provider("telegram", Response(200, SPOKEN))
    fetched("telegram", provider)
    bot = f"bot{ACCOUNT['token']}"
    assert provider.requests == [
        Request("POST", f"{BASE}/{bot}/getFile", json={"file_id": "vo-1"}),
        Request("GET", f"{BASE}/file/{bot}/voice/file_7.oga", seconds=4.0),
    ]


def test_a_file_telegram_has_no_path_for_is_refused():
    with pytest.raises(Refused, match="no path"):
        run(channel("telegram").fetch("vo-1", ACCOUNT, BASE), lambda request: Response(200, b'{"ok":true,"result":{}}'))


def test_whatsapp_wants_the_token_for_the_address_and_for_the_file():
    provider = Provider("whatsapp", Response(200, SPOKEN))
    fetched("whatsapp", provider)
    number = {"phone_number_id": ACCOUNT["account"]}
    assert provider.requests == [
        Request("GET", f"{BASE}/v26.0/9002", query=number, headers=BEARER),
        Request("GET", LOOKASIDE, headers=BEARER, seconds=4.0),
    ]


def test_instagrams_file_is_its_address_and_gets_no_token():
    provider = Provider("instagram", Response(200, SPOKEN))
    fetched("instagram", provider)
    assert provider.requests == [Request("GET", TABLE["instagram"].voice, seconds=4.0)]


def test_a_probe_does_not_speak():
    with pytest.raises(Refused):
        run(channel("probe").fetch("file", {}, BASE), lambda request: Response(200, SPOKEN))
