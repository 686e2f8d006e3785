"""The test message after a deployment."""

from datetime import UTC, datetime

import pytest
from channel_table import payload, payload_files

from chalicelib.channels._payload import UNTOLD
from chalicelib.channels.probe import CHANNEL
from chalicelib.desk.events import Said

AT = datetime(2026, 11, 25, 18, 40, tzinfo=UTC)
TEXT = "Сколько стоит стрижка?"

EXPECTED = {
    "text": [Said("probe:p-20261125-1", AT, "probe", "p-20261125-1", TEXT)],
    "without_time": [Said("probe:p-20261125-2", UNTOLD, "probe", "p-20261125-2", TEXT)],
    "without_nonce": [],
    "without_text": [],
}


def test_every_payload_has_its_expectation():
    assert {file.stem for file in payload_files("probe")} == set(EXPECTED)


@pytest.mark.parametrize("case", EXPECTED)
def test_a_body_is_read_as_expected(case):
    assert list(CHANNEL.read(payload("probe", case))) == EXPECTED[case]
