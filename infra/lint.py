"""Rules of our own for the template, besides cfn-lint's: what AWS takes and we would regret.

python -m infra.lint        packages the project and checks the template with both
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.package import build

Template = Mapping[str, Any]
Resource = tuple[str, Mapping[str, Any]]
NAMING = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::Serverless::Function": "FunctionName",
    "AWS::Serverless::Api": "Name",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::CloudWatch::Alarm": "AlarmName",
}
TIMES_THE_TIMEOUT = 6
"""https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""


def complaints(template: Template) -> list[str]:
    """Everything that is wrong with a packaged template, one sentence each."""
    rules = (
        hidden_shorter_than_worked_on,
        queues_without_dead_letters,
        fixed_names,
        two_intrinsics_in_one_place,
        too_much_allowed,
        shared_roles,
        whole_batches_retried,
    )
    return [complaint for rule in rules for complaint in rule(template)]


def hidden_shorter_than_worked_on(template: Template) -> Iterator[str]:
    """A message that reappears while it is being worked on is worked on twice."""
    for name, function in _of_type(template, "AWS::Serverless::Function"):
        for event in _queue_events(function):
            queue = _logical(event["Queue"])
            hidden = _properties(template, queue).get("VisibilityTimeout", 30)
            if hidden < TIMES_THE_TIMEOUT * function["Timeout"]:
                yield f"{queue}: VisibilityTimeout {hidden} is under six times the {function['Timeout']} s of {name}"


def queues_without_dead_letters(template: Template) -> Iterator[str]:
    """A queue is a dead-letter queue or has one."""
    queues = dict(_of_type(template, "AWS::SQS::Queue"))
    dead = {
        _logical(queue["RedrivePolicy"]["deadLetterTargetArn"]) for queue in queues.values() if "RedrivePolicy" in queue
    }
    yield from (
        f"{name}: no RedrivePolicy"
        for name, queue in queues.items()
        if "RedrivePolicy" not in queue and name not in dead
    )


def fixed_names(template: Template) -> Iterator[str]:
    """Two clients live in one account, so a name is made by CloudFormation or contains the stack's."""
    for name, resource in template["Resources"].items():
        given = resource.get("Properties", {}).get(NAMING.get(resource["Type"], ""))
        if given is not None and not any(
            f"${{{own}" in json.dumps(given) for own in ("AWS::StackName", *template["Resources"])
        ):
            yield f"{name}: the name {json.dumps(given)} is the same in every stack"


def two_intrinsics_in_one_place(template: Template) -> Iterator[str]:
    """A merge over another intrinsic leaves both; AWS refuses that, the embedded cloud does not."""
    for path, value in _walk(template["Resources"], ""):
        intrinsics = [key for key in value if key == "Ref" or key.startswith("Fn::")]
        if intrinsics and len(value) > 1:
            yield f"{path}: {', '.join(sorted(value))} in one place"


def too_much_allowed(template: Template) -> Iterator[str]:
    """Nobody may do everything, nor one thing to everything."""
    for name, role in _of_type(template, "AWS::IAM::Role"):
        for policy in role.get("Policies", ()):
            for statement in _listed(policy["PolicyDocument"]["Statement"]):
                if any(action == "*" or action.endswith(":*") for action in _listed(statement["Action"])):
                    yield f"{name}: {statement.get('Sid')} allows every action"
                if "*" in _listed(statement["Resource"]):
                    yield f"{name}: {statement.get('Sid')} allows it on everything"


def shared_roles(template: Template) -> Iterator[str]:
    """One role a function."""
    roles: dict[str, str] = {}
    for name, function in _of_type(template, "AWS::Serverless::Function"):
        role = _logical(function["Role"])
        if role in roles:
            yield f"{name}: has the role of {roles[role]}"
        roles[role] = name


def whole_batches_retried(template: Template) -> Iterator[str]:
    """A worker reports what failed, or what went well is done again with it."""
    for name, function in _of_type(template, "AWS::Serverless::Function"):
        for event in _queue_events(function):
            if "ReportBatchItemFailures" not in event.get("FunctionResponseTypes", ()):
                yield f"{name}: no ReportBatchItemFailures"


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    package = build(root, root / ".nochnik" / "build")
    path = package.zip.with_name("template.json")
    found = complaints(json.loads(package.template))
    for complaint in found:
        print(complaint)
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([str(cfn_lint), str(path)], check=False)  # noqa: S603
    return 1 if found or done.returncode else 0


def _of_type(template: Template, kind: str) -> Iterator[Resource]:
    for name, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield name, resource.get("Properties", {})


def _properties(template: Template, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = template["Resources"][name].get("Properties", {})
    return found


def _queue_events(function: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (event["Properties"] for event in function.get("Events", {}).values() if event["Type"] == "SQS")


def _logical(reference: Any) -> str:
    """The resource that a Ref, GetAtt or Sub of one name points to."""
    if "Ref" in reference:
        return str(reference["Ref"])
    if "Fn::GetAtt" in reference:
        return str(reference["Fn::GetAtt"][0])
    return str(reference["Fn::Sub"]).removeprefix("${").split(".")[0].removesuffix("}")


def _walk(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        yield path, value
        for key, inner in value.items():
            yield from _walk(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{place}]")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


if __name__ == "__main__":
    sys.exit(main())
