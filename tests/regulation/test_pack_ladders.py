"""What `nochnik check` says of ladders that would wake nobody."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chalicelib.regulation.load import load
from chalicelib.regulation.mistakes import PackError

CLIENTS = Path(__file__).parents[2] / "clients"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("{after_minutes: 2, who: duty, by: [telegram, crm]}", "{after_minutes: 9, who: duty, by: [telegram]}",
         "urgent: шаги идут не по порядку минут"),
        ("{after_minutes: 2, who: duty, by: [telegram, crm]}", "{after_minutes: 2, who: duty}",
         "у шага есть и кого звать (who), и чем (by)"),
        ("{after_minutes: 2, who: duty, by: [telegram, crm]}", "{after_minutes: 2}", "шаг ничего не делает"),
        ('    waits_until: "08:00"\n', "", "low: waits_from и waits_until пишутся вместе"),
        ("    again_minutes: 15\n", '    again_minutes: 15\n    waits_from: "21:00"\n    waits_until: "08:00"\n',
         "срочное до утра не ждёт"),
    ],
)  # fmt: skip
def test_a_ladder_that_would_wake_nobody_is_a_mistake(tmp_path: Path, before: str, after: str, says: str):
    assert says in _said(tmp_path, "SLA-001.yaml", before, after)


def test_a_step_by_phone_needs_somebody_who_carries_it(tmp_path: Path):
    said = _said(tmp_path, "business.yaml", "pagers: {sms: smsru, call: zvonok}", "pagers: {sms: smsru}")
    assert "шаг зовёт через call, а в business.yaml (pagers) нет, чем" in said


def _said(folder: Path, document: str, before: str, after: str) -> str:
    pack = folder / "demo-salon"
    shutil.copytree(CLIENTS / "demo-salon", pack)
    text = (pack / document).read_text()
    assert before in text
    (pack / document).write_text(text.replace(before, after, 1))
    with pytest.raises(PackError) as refused:
        load(pack)
    return str(refused.value)
