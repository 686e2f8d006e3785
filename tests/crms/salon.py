"""A salon, its registry and one lead of it for the CRM tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chalicelib import records
from chalicelib.desk.values import Lead
from chalicelib.regulation.schema import Business, Registry

HERE = Path(__file__).parent
SALON: dict[str, Any] = json.loads((HERE / "salon.json").read_text(encoding="utf-8"))
WEBHOOK = "https://salon.bitrix24.ru/rest/1/s3cr3tcode"


def business(**crm: Any) -> Business:
    own = SALON["business"]
    return Business.model_validate_json(json.dumps({**own, "crm": {**own["crm"], **crm}}))


def registry(**changes: Any) -> Registry:
    return Registry.model_validate_json(json.dumps({**SALON["registry"], **changes}))


def lead(**changes: Any) -> Lead:
    return records.load(Lead, json.dumps({**SALON["lead"], **changes}))
