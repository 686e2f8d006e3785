"""Services in the words of clients."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.readers.phrases import Phrases
from chalicelib.regulation.load import load
from infra import labelled

HERE = Path(__file__).parent
READER = Phrases()
SAID = list(labelled.read(HERE / "services.txt"))
PACKS = {
    client: load(HERE.parents[1] / "clients" / client) for client in ("demo-salon", "demo-barbershop", "demo-clinic")
}


@pytest.mark.parametrize("case", SAID, ids=[case.text for case in SAID])
def test_a_service_is_known_by_what_people_call_it(case: labelled.Message) -> None:
    assert case.setting
    reading = READER.read(case.text, case.asked, PACKS[case.setting.client], case.setting.now)
    assert reading.service == case.expected["service"]
