"""What a cold start loads, and who may know whom."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"pydantic", "requests", "openai", "boto3", "jinja2", "yaml"}


def loaded_by(code: str) -> set[str]:
    """Top-level packages that a fresh interpreter has loaded after running ``code``."""
    script = f"import sys\n{code}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_app_loads_chalice_and_nothing_heavy():
    assert loaded_by("import app") & HEAVY == set()


def test_the_webhook_needs_neither_pydantic_nor_requests_nor_openai():
    code = """
from chalicelib import office, receive
from chalicelib.channels import channel
for name in ("telegram", "whatsapp", "instagram"):
    list(channel(name).read(b'{}'))
"""
    assert loaded_by(code) & {"pydantic", "requests", "openai"} == set()


def test_a_turn_on_phrases_alone_never_loads_openai():
    code = """
import chalicelib.engine, chalicelib.office, chalicelib.readers.phrases, chalicelib.deliver, chalicelib.crms.bitrix24
"""
    assert "openai" not in loaded_by(code)


def test_a_turn_needs_only_what_is_in_the_zip():
    code = "import chalicelib.engine, chalicelib.office, chalicelib.readers.phrases, chalicelib.aws.memory"
    assert "yaml" not in loaded_by(code), "packs are read on the agency's machine, not in a Lambda"


@pytest.mark.parametrize("folder", ["chalicelib/desk"])
def test_the_desk_asks_nobody_for_the_time(folder: str):
    for file in (ROOT / folder).rglob("*.py"):
        text = file.read_text()
        for call in ("datetime.now", "datetime.utcnow", "date.today", "time.time(", "import random", " open("):
            assert call not in text, f"{file.name}: {call}"
