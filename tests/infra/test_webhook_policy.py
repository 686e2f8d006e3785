"""What the function behind our public addresses may read of the table."""

from __future__ import annotations

import json
from pathlib import Path

POLICY = Path(__file__).parents[2] / ".chalice" / "policies" / "api_handler.json"


def test_the_public_function_reads_the_stack_the_diary_and_visits_and_nothing_else() -> None:
    statements = json.loads(POLICY.read_text())["Statement"]
    read = [
        (action, condition, value["dynamodb:LeadingKeys"])
        for one in statements
        for action in one["Action"]
        if action.startswith("dynamodb:")
        for condition, value in one["Condition"].items()
    ]
    assert read == [
        ("dynamodb:GetItem", "ForAllValues:StringEquals", ["stack"]),
        ("dynamodb:Query", "ForAllValues:StringEquals", ["diary"]),
        ("dynamodb:BatchGetItem", "ForAllValues:StringLike", ["visit#*"]),
        ("dynamodb:GetItem", "ForAllValues:StringLike", ["visit#*"]),
    ]
