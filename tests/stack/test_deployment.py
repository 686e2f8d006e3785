"""A deployment on the embedded cloud: twice the same, rolled back when broken, two clients beside each other."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from chalicelib import pagers
from chalicelib.pagers import account_of
from chalicelib.wire import Request, Response
from infra import console
from infra.apply import Site, apply, look
from infra.errors import Failed
from infra.packs import load_pack
from infra.steps import ChangeStack, PublishPack, RegisterChannel, SendProbe, Wanted, plan
from tests.stack.conftest import BringUp
from tests.stack.stand import Stack

ROOT = Path(__file__).parents[2]


def test_a_second_deployment_changes_nothing(stack: Stack) -> None:
    wanted = replace(stack.running.wanted, page=False, channels=())
    found = look(stack.running.place, wanted)
    assert plan(wanted, found) == (PublishPack("demo-salon"), SendProbe())


def test_a_change_set_of_the_same_template_is_empty(stack: Stack) -> None:
    wanted = stack.running.wanted
    _, changes = stack.formation.propose(wanted.template, wanted.parameters, {"nochnik:client": wanted.client})
    assert changes == []


def test_a_broken_update_is_rolled_back_and_says_why(stack: Stack) -> None:
    before = stack.formation.look()
    template = json.loads(stack.running.wanted.template)
    template["Resources"]["Broken"] = {
        "Type": "AWS::CloudWatch::Alarm",  # metric math is what the embedded cloud fails at
        "Properties": {"Metrics": [{"Id": "all", "Expression": "1 + 1"}], "EvaluationPeriods": 1, "Threshold": 0},
    }
    name, _ = stack.formation.propose(json.dumps(template), stack.running.wanted.parameters, {})
    with pytest.raises(Failed, match="Broken"):
        stack.formation.execute(name)
    after = stack.formation.look()
    assert before is not None and after is not None
    assert (after.status, after.outputs) == ("UPDATE_ROLLBACK_COMPLETE", before.outputs)


def test_after_a_rollback_the_next_deployment_goes_through(stack: Stack) -> None:
    wanted = replace(stack.running.wanted, page=False, channels=())
    other = replace(wanted, parameters={**wanted.parameters, "RequestsPerSecond": "1999"})
    found = look(stack.running.place, wanted)
    change = plan(other, found)[0]
    assert change == ChangeStack(wanted.stack, new=False, because=("RequestsPerSecond",))
    try:
        apply([change], site(stack, other))
        after = stack.formation.look()
        assert after is not None
        assert (after.status, after.parameters["RequestsPerSecond"]) == ("UPDATE_COMPLETE", "1999")
    finally:
        apply([change], site(stack, wanted))


def test_the_probe_comes_back_as_a_decision(stack: Stack) -> None:
    apply([SendProbe()], site(stack, stack.running.wanted))


def test_a_probe_with_another_secret_is_refused(stack: Stack) -> None:
    wanted = stack.running.wanted
    forged = replace(wanted, secrets={**wanted.secrets, "probe/secret": "guessed"})
    with pytest.raises(Failed, match="401"):
        apply([SendProbe()], site(stack, forged))


def test_the_table_forgets_what_has_expired(stack: Stack) -> None:
    described = stack.client("dynamodb").describe_time_to_live(TableName=stack.table)["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}


def test_no_secret_is_in_a_functions_environment(stack: Stack) -> None:
    names = ("APIHandler", "Converse", "Deliver", "Watch")
    shown = json.dumps([stack.configuration(name)["Environment"] for name in names])
    assert [name for name, value in stack.running.wanted.secrets.items() if value in shown] == []


def test_a_lambda_can_import_what_aws_has_and_nothing_else_of_this_machine(stack: Stack) -> None:
    found = {path.name for path in stack.lambdas_packages.iterdir()} - {"__pycache__"}
    assert found == {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3"}


@pytest.mark.parametrize("function", ["APIHandler", "Converse", "Deliver", "Watch"])
def test_no_function_touches_the_neighbours_table(stack: Stack, neighbour: Stack, function: str) -> None:
    row = {"pk": {"S": "stack"}, "sk": {"S": "current"}}
    dynamodb = stack.as_function(function, "dynamodb")
    for attempt in (
        lambda: dynamodb.get_item(TableName=neighbour.table, Key=row),
        lambda: dynamodb.put_item(TableName=neighbour.table, Item=row),
        lambda: dynamodb.delete_item(TableName=neighbour.table, Key=row),
        lambda: dynamodb.scan(TableName=neighbour.table),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            attempt()


@pytest.mark.parametrize("function", ["APIHandler", "Converse", "Deliver", "Watch"])
def test_no_function_writes_to_the_neighbours_inbox(stack: Stack, neighbour: Stack, function: str) -> None:
    sqs = stack.as_function(function, "sqs")
    with pytest.raises(ClientError, match="AccessDenied"):
        sqs.send_message(QueueUrl=neighbour.outputs["InboxUrl"], MessageBody="{}", MessageGroupId="g")


@pytest.mark.parametrize("function", ["APIHandler", "Converse", "Deliver"])
def test_no_function_reads_the_neighbours_secrets(stack: Stack, neighbour: Stack, function: str) -> None:
    ssm = stack.as_function(function, "ssm")
    with pytest.raises(ClientError, match="AccessDenied"):
        ssm.get_parameters(Names=[f"/nochnik/{neighbour.name}/probe/secret"])


@pytest.mark.parametrize(
    ("function", "secret"),
    [
        ("APIHandler", "telegram/token"),
        ("Converse", "telegram/secret"),
        ("Converse", "zvonok/secret"),
        ("APIHandler", "zvonok/public_key"),
        ("Deliver", "telegram/token"),
        ("Deliver", "smsc/apikey"),
    ],
)
def test_a_function_reads_only_the_secrets_it_uses(stack: Stack, function: str, secret: str) -> None:
    ssm = stack.as_function(function, "ssm")
    with pytest.raises(ClientError, match="AccessDenied"):
        ssm.get_parameters(Names=[f"/nochnik/{stack.name}/{secret}"])


def test_the_turns_function_reads_the_accounts_it_pages_from(stack: Stack) -> None:
    path = f"/nochnik/{stack.name}/"
    accounts = {f"{account_of(name)}/{secret}" for name in pagers.names() for secret in pagers.pager(name).account}
    stored = accounts & set(stack.running.wanted.secrets)
    asked = stack.as_function("Converse", "ssm").get_parameters(Names=[path + name for name in sorted(accounts)])
    assert {found["Name"].removeprefix(path) for found in asked["Parameters"]} == stored
    assert {name.split("/")[0] for name in stored} == {"bitrix24", "smsc", "smsru", "zvonok"}


def test_the_webhooks_function_reads_the_secrets_that_prove_a_webhook(stack: Stack) -> None:
    path = f"/nochnik/{stack.name}/"
    names = [path + name for name in ("telegram/secret", "whatsapp/secret", "whatsapp/verify_token")]
    found = stack.as_function("APIHandler", "ssm").get_parameters(Names=names)["Parameters"]
    assert sorted(one["Name"] for one in found) == names


def test_the_webhooks_function_cannot_write_to_the_table(stack: Stack) -> None:
    dynamodb = stack.as_function("APIHandler", "dynamodb")
    with pytest.raises(ClientError, match="AccessDenied"):
        dynamodb.put_item(TableName=stack.table, Item={"pk": {"S": "stack"}, "sk": {"S": "current"}})


def test_the_two_clients_answer_with_their_own_packs(stack: Stack, neighbour: Stack) -> None:
    assert (_client_of(stack), _client_of(neighbour)) == ("demo-salon", "demo-clinic")


def test_a_second_deploy_of_the_neighbour_leaves_its_stack_and_its_secrets_alone(neighbour: Stack) -> None:
    wanted = neighbour.running.wanted
    steps = plan(wanted, look(neighbour.running.place, wanted))
    registered = (RegisterChannel(channel) for channel in wanted.channels)
    assert steps == (PublishPack("demo-clinic"), SendProbe(), *registered)


def test_the_status_of_a_stack_names_its_state_and_queues(stack: Stack) -> None:
    lines = console.status(stack.running.place, stack.name).splitlines()
    assert lines[0].startswith("nochnik-demo-salon: ")
    assert [line.partition(":")[0] for line in lines[2:]] == [
        "pack",
        "inbox",
        "inbox, dead",
        "deliveries",
        "deliveries, dead",
    ]


def test_a_removed_stack_leaves_no_secret(bring_up: BringUp) -> None:
    with bring_up("removed") as alone:
        console.remove(alone.running.place, alone.name, print)
        left = alone.client("ssm").get_parameters_by_path(Path="/nochnik/", Recursive=True)["Parameters"]
        assert (alone.formation.look(), left) == (None, [])


def site(stack: Stack, wanted: Wanted) -> Site:
    """What the steps of these tests need; they upload nothing and ask no provider."""
    rules = load_pack(ROOT, "demo-salon")
    return Site(stack.running.place, wanted, ROOT / "no-package", rules, print, send=no_provider)


def no_provider(request: Request) -> Response:
    raise AssertionError(f"nothing is to be asked here: {request}")


def _client_of(stack: Stack) -> str:
    dynamodb = stack.client("dynamodb")
    key = {"pk": {"S": "stack"}, "sk": {"S": "current"}}
    number = dynamodb.get_item(TableName=stack.table, Key=key)["Item"]["pack"]["N"]
    pack = dynamodb.get_item(TableName=stack.table, Key={**key, "sk": {"S": f"pack#{number}"}})["Item"]
    return str(json.loads(pack["rules"]["S"])["client"])
