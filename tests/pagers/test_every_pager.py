"""What every way to wake a colleague must keep to. A new file in chalicelib/pagers is tested here by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pager_table import BASE, KEY, TABLE, TEXT, Answer, answered, page

from chalicelib import pagers
from chalicelib.errors import Refused, Unavailable
from chalicelib.pagers import names, pager
from chalicelib.pagers._words import units
from chalicelib.ports import DRY_RUN
from chalicelib.wire import Request, Response, run

EVERY = pytest.mark.parametrize("name", names())
EVERY_ANSWER = pytest.mark.parametrize(
    ("name", "answer"),
    [pytest.param(name, one, id=f"{name}: {one.case}") for name in names() for one in TABLE[name].answers],
)
SECRET = "very-secret"


def outcome(name: str, answer: Response, text: str = TEXT, **more: str) -> object:
    """The id, or the error."""
    try:
        return page(name, answer, text, **more)[0]
    except (Refused, Unavailable) as error:
        return error


def no_request(request: Request) -> Response:
    raise AssertionError(f"nothing should be asked, but {request}")


def test_every_pager_stands_in_the_table() -> None:
    assert tuple(sorted(TABLE)) == names()


@EVERY
def test_is_called_like_its_file(name: str) -> None:
    assert pager(name).name == name


@EVERY
def test_a_page_goes_out_once_to_who_is_called_and_its_id_comes_back(name: str) -> None:
    came, seen = page(name, answered(TABLE[name].answer))
    assert came == TABLE[name].id
    assert [sent for request in seen if (sent := TABLE[name].sent(request))] == [(TABLE[name].address, TEXT)]


@EVERY_ANSWER
def test_an_answer_means_what_the_table_says(name: str, answer: Answer) -> None:
    came = outcome(name, answer.response())
    if isinstance(answer.means, str):
        assert came == answer.means
    else:
        assert type(came) is answer.means
        assert getattr(came, "retry_after", None) == answer.retry_after


@EVERY_ANSWER
def test_no_error_shows_a_secret_or_a_number(name: str, answer: Answer) -> None:
    came = outcome(name, answer.response())
    shown = f"{came!r} {came} {getattr(came, '__context__', '')!r} {getattr(came, '__cause__', '')!r}"
    assert SECRET not in shown
    assert "9000000001" not in shown


@EVERY
@pytest.mark.parametrize("status", [200, 502])
def test_an_answer_that_nobody_understands_leaves_open_whether_it_was_sent(name: str, status: int) -> None:
    came = outcome(name, Response(status, b"<p>"))
    assert isinstance(came, Unavailable)
    assert not came.answered


@EVERY
def test_a_lost_answer_reaches_the_caller_as_it_is(name: str) -> None:
    lost = Unavailable("ReadTimeout", answered=False)

    def send(request: Request) -> Response:
        if TABLE[name].sent(request) is None:
            return answered(TABLE[name].looks)
        raise lost

    with pytest.raises(Unavailable) as raised:
        run(pager(name).page(TABLE[name].address, TEXT, TABLE[name].account, BASE, KEY), send)
    assert raised.value is lost


@EVERY
def test_a_look_whose_answer_is_lost_pages_nobody(name: str) -> None:
    seen: list[Request] = []

    def send(request: Request) -> Response:
        seen.append(request)
        raise Unavailable("ReadTimeout", answered=False)

    with pytest.raises(Unavailable):
        run(pager(name).page(TABLE[name].address, TEXT, TABLE[name].account, BASE, KEY), send)
    assert len(seen) == 1


@EVERY
def test_a_request_does_not_show_a_secret(name: str) -> None:
    _, seen = page(name, answered(TABLE[name].answer))
    assert SECRET not in repr(seen)


@EVERY
def test_an_account_that_nobody_has_stored_is_refused_before_anything_is_asked(name: str) -> None:
    for missing in TABLE[name].needs:
        account = {secret: value for secret, value in TABLE[name].account.items() if secret != missing}
        with pytest.raises(Refused, match="Parameter Store"):
            run(pager(name).page(TABLE[name].address, TEXT, account, BASE, KEY), no_request)


@EVERY
def test_a_page_needs_only_the_secrets_it_names(name: str) -> None:
    assert set(TABLE[name].account) <= set(pager(name).account)


@EVERY
@pytest.mark.parametrize("address", ["", "+7", "anna", "+7900000000l", "+79000000001,+79000000002", "-1"])
def test_what_is_no_address_is_refused_before_anything_is_asked(name: str, address: str) -> None:
    with pytest.raises(Refused):
        run(pager(name).page(address, TEXT, TABLE[name].account, BASE, KEY), no_request)


@EVERY
def test_a_dry_run_pages_nobody_and_says_so(name: str) -> None:
    came, seen = page(name, answered(TABLE[name].answer), **{DRY_RUN: "1"})
    assert came.startswith("dry:")
    marks = [{"test", "cost"} & set(request.form or {}) for request in seen]
    assert (len(marks), all(marks)) == (1 if TABLE[name].tests else 0, True)


@EVERY
def test_a_dry_run_still_tells_a_dead_account(name: str) -> None:
    if TABLE[name].tests:
        dead = {"smsru": {"status": "ERROR", "status_code": 200}}.get(name, {"error": "no", "error_code": 2})
        assert isinstance(outcome(name, answered(dead), **{DRY_RUN: "1"}), Refused)
    else:
        assert outcome(name, answered({}), **{DRY_RUN: "1"}) == f"dry:{KEY}"


@EVERY
@pytest.mark.parametrize("text", ["Жалоба! " * 700, "Ж" * 5000, "🔥" * 3000], ids=["words", "one word", "emoji"])
def test_an_endless_text_is_cut_to_what_the_way_holds(name: str, text: str) -> None:
    _, seen = page(name, answered(TABLE[name].answer), text)
    ((_, said),) = [sent for request in seen if (sent := TABLE[name].sent(request))]
    assert 100 < units(said) <= TABLE[name].longest
    assert text.startswith(said.removesuffix("…"))


@pytest.mark.parametrize("name", ["pigeon", "_smsc", "__init__", "../smsc", ""])
def test_an_unknown_pager_is_not_found(name: str) -> None:
    with pytest.raises(LookupError):
        pager(name)


def test_a_new_file_is_a_new_pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pigeon.py").write_text("PAGER = 'a pigeon'\n")
    monkeypatch.setattr(pagers, "__path__", [*pagers.__path__, str(tmp_path)])
    assert "pigeon" in names()
    assert str(pager("pigeon")) == "a pigeon"
    del sys.modules["chalicelib.pagers.pigeon"]


def test_a_file_that_wants_what_is_not_installed_is_no_unknown_pager(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dove.py").write_text("import not_installed_anywhere\n")
    monkeypatch.setattr(pagers, "__path__", [*pagers.__path__, str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="not_installed_anywhere"):
        pager("dove")


def test_one_pager_does_not_load_the_others() -> None:
    code = (
        "import sys; from chalicelib.pagers import pager; pager('smsru');"
        "print('chalicelib.pagers.zvonok' in sys.modules, 'requests' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
