"""Our rules for the template: the real one keeps them, and each finds what it is for."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from infra.lint import complaints
from infra.package import build

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    template: dict[str, Any] = json.loads(build(ROOT, ROOT / ".nochnik" / "build").template)
    return template


@pytest.fixture
def template(shipped: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(shipped)


def properties(template: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def test_the_template_that_ships_has_nothing_to_complain_of(template: dict[str, Any]) -> None:
    assert complaints(template) == []


def test_a_message_must_stay_hidden_for_six_timeouts(template: dict[str, Any]) -> None:
    properties(template, "Inbox")["VisibilityTimeout"] = 60
    assert complaints(template) == ["Inbox: VisibilityTimeout 60 is under six times the 30 s of Converse"]


def test_a_queue_needs_dead_letters(template: dict[str, Any]) -> None:
    template["Resources"]["Outbox"] = {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": True}}
    assert complaints(template) == ["Outbox: no RedrivePolicy"]


def test_a_name_that_two_clients_would_share_is_found(template: dict[str, Any]) -> None:
    properties(template, "Table")["TableName"] = "nochnik"
    assert complaints(template) == ['Table: the name "nochnik" is the same in every stack']


def test_a_name_made_of_the_stacks_is_taken(template: dict[str, Any]) -> None:
    properties(template, "Table")["TableName"] = {"Fn::Sub": "${AWS::StackName}-table"}
    assert complaints(template) == []


def test_two_intrinsics_in_one_place_are_found(template: dict[str, Any]) -> None:
    source = properties(template, "Converse")["Events"]["ConverseSqsEventSource"]["Properties"]
    source["Queue"]["Fn::GetAtt"] = ["Inbox", "Arn"]
    (complaint,) = complaints(template)
    assert complaint.endswith("Queue: Fn::GetAtt, Fn::Sub in one place")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Action": ["dynamodb:*"]}, "ConverseRole: OwnLog allows every action"),
        ({"Resource": "*"}, "ConverseRole: OwnLog allows it on everything"),
    ],
)
def test_a_role_that_may_too_much_is_found(template: dict[str, Any], change: dict[str, Any], said: str) -> None:
    policy = properties(template, "ConverseRole")["Policies"][0]["PolicyDocument"]
    policy["Statement"][0].update(change)
    assert complaints(template) == [said]


def test_a_role_of_two_functions_is_found(template: dict[str, Any]) -> None:
    properties(template, "Watch")["Role"] = properties(template, "Deliver")["Role"]
    assert complaints(template) == ["Watch: has the role of Deliver"]


def test_a_worker_must_report_what_failed(template: dict[str, Any]) -> None:
    del properties(template, "Deliver")["Events"]["DeliverSqsEventSource"]["Properties"]["FunctionResponseTypes"]
    assert complaints(template) == ["Deliver: no ReportBatchItemFailures"]


def test_every_log_is_kept_for_a_month_and_belongs_to_a_function(template: dict[str, Any]) -> None:
    groups = {
        resource["Properties"]["LogGroupName"]["Fn::Sub"]: resource["Properties"]["RetentionInDays"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Logs::LogGroup"
    }
    assert groups == {f"/aws/lambda/${{{name}}}": 30 for name in ("APIHandler", "Converse", "Deliver", "Step", "Watch")}


def test_no_secret_has_a_place_in_the_template(template: dict[str, Any]) -> None:
    names = template["Globals"]["Function"]["Environment"]["Variables"]
    assert [name for name in names if any(word in name for word in ("TOKEN", "KEY", "PASSWORD", "WEBHOOK"))] == []


def test_the_table_is_on_demand_encrypted_forgetful_and_restorable(template: dict[str, Any]) -> None:
    table = properties(template, "Table")
    assert table | {"AttributeDefinitions": ..., "KeySchema": ...} == {
        "AttributeDefinitions": ...,
        "KeySchema": ...,
        "BillingMode": "PAY_PER_REQUEST",
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True},
        "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
    }
