"""The steps of a deployment carried out, on AWS or on the embedded cloud alike."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, assert_never
from uuid import uuid4

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import channels
from chalicelib.aws.memory import DynamoMemory, Packs
from chalicelib.desk.agreed import Swaps
from chalicelib.desk.events import conversation_id
from chalicelib.errors import Refused, Unavailable
from chalicelib.regulation.schema import Rules
from chalicelib.settings import REAL_HOSTS
from chalicelib.wire import Send, run
from infra.accounts import NAMES
from infra.errors import Failed
from infra.formation import Change, Formation, Say
from infra.journal import last_complaint
from infra.steps import (
    ChangeStack,
    ClearWreck,
    DropSecret,
    Found,
    MakeBucket,
    OpenPage,
    PublishPack,
    RegisterChannel,
    SendProbe,
    Step,
    StoreSecret,
    TurnOnForgetting,
    Upload,
    Wanted,
    explain,
)

PROBE_SECONDS = 90.0
"""A cold start of two Lambdas and of two queue pollers."""
PROBE_TEXT = "Здравствуйте"
PARAMETERS_AT_ONCE = 10


@dataclass(frozen=True)
class Place:
    """Where a stack lives: a boto3 session, and the endpoint of the embedded cloud or None for AWS."""

    session: Any
    endpoint: str | None = None

    def client(self, service: str) -> Any:
        config = Config(retries={"total_max_attempts": 5, "mode": "standard"}, connect_timeout=5)
        if self.endpoint:
            config = config.merge(Config(s3={"addressing_style": "path"}))
        return self.session.client(service, endpoint_url=self.endpoint, config=config)

    @cached_property
    def account(self) -> str:
        identity = self.client("sts").get_caller_identity()
        return str(identity["Account"])

    @property
    def region(self) -> str:
        return str(self.session.region_name)

    @property
    def pause(self) -> float:
        """Seconds between two looks at a changing stack."""
        return 0.2 if self.endpoint else 3.0

    def formation(self, stack: str, say: Say) -> Formation:
        return Formation(self.client("cloudformation"), stack, say, self.pause)

    def base(self, outputs: Mapping[str, str]) -> str:
        """The stack's own address; the embedded cloud has no host names of APIs."""
        if self.endpoint:
            return f"{self.endpoint}/_aws/execute-api/{outputs['Api']}/api"
        return outputs["Url"]

    def hooks(self, outputs: Mapping[str, str]) -> str:
        """The webhooks' address up to the channel's name."""
        return f"{self.base(outputs)}/hooks"


@dataclass(frozen=True)
class Site:
    """Everything the steps need. ``open_page`` gets the stack's outputs."""

    place: Place
    wanted: Wanted
    archive: Path
    rules: Rules
    say: Say
    send: Send = field(repr=False)
    open_page: Callable[[Mapping[str, str]], None] | None = None

    @cached_property
    def formation(self) -> Formation:
        quiet = self.place.endpoint is not None  # the embedded cloud is done before anybody could read
        return self.place.formation(self.wanted.stack, (lambda _: None) if quiet else self.say)

    @property
    def outputs(self) -> Mapping[str, str]:
        found = self.formation.look()
        if found is None:
            raise Failed(f"There is no stack {self.wanted.stack}: deploy it first.")
        return found.outputs


def look(place: Place, wanted: Wanted) -> Found:
    """What stands at the place now."""
    formation = place.formation(wanted.stack, lambda _: None)
    stack = formation.look()
    bucket, key = wanted.bucket, code_key(wanted.code)
    has_bucket = _exists(lambda: place.client("s3").head_bucket(Bucket=bucket))
    return Found(
        bucket=has_bucket,
        code=has_bucket and _exists(lambda: place.client("s3").head_object(Bucket=bucket, Key=key)),
        status=stack.status if stack else None,
        template=formation.template() if stack else "",
        parameters=stack.parameters if stack else {},
        secrets=kept_secrets(place, wanted.stack),
        forgets=bool(stack and "Table" in stack.outputs and _forgets(place, stack.outputs["Table"])),
    )


def kept_secrets(place: Place, stack: str) -> dict[str, str]:
    """The stack's secrets that are stored, by ``provider/name``."""
    ssm, path, wanted = place.client("ssm"), secrets_path(stack), sorted(NAMES)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), PARAMETERS_AT_ONCE):
        chunk = [path + name for name in wanted[start : start + PARAMETERS_AT_ONCE]]
        answer = ssm.get_parameters(Names=chunk, WithDecryption=True)
        found |= {one["Name"].removeprefix(path): one["Value"] for one in answer["Parameters"]}
    return found


def apply(steps: Sequence[Step], site: Site) -> None:
    """Carry the steps out in order. Raises `Failed` at the first that cannot be; running them again is safe."""
    for step in steps:
        site.say(f"  {explain(step)}")
        try:
            _do(step, site)
        except ClientError as error:
            raise Failed(f"AWS refused to {explain(step)}: {error.response['Error'].get('Message', error)}") from error
        except BotoCoreError as error:
            raise Failed(f"AWS could not be reached to {explain(step)}: {error}") from error


def secrets_path(stack: str) -> str:
    """Where the stack's Lambdas look for their secrets (infra/stack.json says the same)."""
    return f"/nochnik/{stack}/"


def code_key(code: str) -> str:
    return f"code/{code}.zip"


def _do(step: Step, site: Site) -> None:
    match step:
        case MakeBucket(bucket):
            _make_bucket(site.place, bucket)
        case Upload(bucket, code):
            site.place.client("s3").put_object(Bucket=bucket, Key=code_key(code), Body=site.archive.read_bytes())
        case StoreSecret(name, value):
            site.place.client("ssm").put_parameter(
                Name=secrets_path(site.wanted.stack) + name, Value=value, Type="SecureString", Overwrite=True
            )
        case DropSecret(name):
            site.place.client("ssm").delete_parameter(Name=secrets_path(site.wanted.stack) + name)
        case ClearWreck():
            site.formation.remove()
        case ChangeStack():
            _change_stack(site)
        case TurnOnForgetting():
            _turn_on_forgetting(site.place, site.outputs["Table"])
        case PublishPack():
            number = publish(site.place, site.outputs["Table"], site.rules)
            site.say(f"    pack {number} is in force")
        case SendProbe():
            _probe(site)
        case OpenPage():
            if site.open_page:
                site.open_page(site.outputs)
        case RegisterChannel(channel):
            _register(site, channel)
        case _:
            assert_never(step)


def _make_bucket(place: Place, bucket: str) -> None:
    s3 = place.client("s3")
    elsewhere: Any = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
    s3.create_bucket(Bucket=bucket, **({} if place.region == "us-east-1" else elsewhere))
    closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))


def _change_stack(site: Site) -> None:
    wanted = site.wanted
    name, changes = site.formation.propose(wanted.template, wanted.parameters, {"nochnik:client": wanted.client})
    if not changes:
        site.say("    nothing to change")
        return
    for line in summary(changes):
        site.say(f"    {line}")
    site.formation.execute(name)


def summary(changes: Sequence[Change]) -> list[str]:
    """A change set for a person: everything that exists already line by line, what is new counted."""
    new = sum(change.action == "Add" for change in changes)
    touched = [str(change) for change in changes if change.action != "Add"]
    return touched + ([f"{new} new resources"] if new else [])


def _turn_on_forgetting(place: Place, table: str) -> None:
    if not _forgets(place, table):
        place.client("dynamodb").update_time_to_live(
            TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
        )


def _forgets(place: Place, table: str) -> bool:
    try:
        described = place.client("dynamodb").describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    except ClientError:
        return False
    return described["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}


def publish(place: Place, table: str, rules: Rules) -> int:
    """Put a pack into force; the same pack again changes nothing. Returns its number."""
    try:
        return DynamoMemory(place.client("dynamodb"), table, _now).publish(rules, _now())
    except Unavailable as error:
        raise Failed(f"The pack could not be published: {error}") from error


def current_pack(place: Place, table: str) -> int:
    """The number of the pack in force, 0 before the first."""
    return DynamoMemory(place.client("dynamodb"), table, _now).current_pack()


def roll_back(place: Place, table: str, to: int | None = None) -> tuple[int, int]:
    """Put an earlier pack into force again: the one before, or number ``to``. Returns the numbers of the pack that was
    in force and of the one that is. Raises `Failed` when there is no such pack."""
    memory = DynamoMemory(place.client("dynamodb"), table, _now)
    try:
        was = memory.current_pack()
        return was, memory.roll_back(to)
    except (Refused, Unavailable) as error:
        raise Failed(f"Nothing was rolled back: {error}. `nochnik publish <client> --list` shows all.") from error


def rules_in_force(place: Place, table: str) -> Rules:
    """The pack in force. Raises `Failed` before the first."""
    memory = DynamoMemory(place.client("dynamodb"), table, _now)
    number = memory.current_pack()
    if not number:
        raise Failed("No pack was published there yet.")
    return memory.pack(number)


def swaps(place: Place, table: str) -> Swaps:
    """What colleagues have agreed about the rota. Raises `Failed` when the table does not answer."""
    try:
        return DynamoMemory(place.client("dynamodb"), table, _now).swaps()
    except Unavailable as error:
        raise Failed(f"The table does not answer: {error}") from error


def packs(place: Place, table: str) -> Packs:
    """Every pack that was published there."""
    return DynamoMemory(place.client("dynamodb"), table, _now).packs()


def history(known: Packs) -> str:
    """The published packs, the newest first, a line each."""
    marks = {known.before: ", a rollback comes back to it", known.current: ", in force"}
    lines = [
        f"pack {number}, {at:%Y-%m-%d %H:%M} UTC{marks.get(number, '')}"
        for number, at in sorted(known.published.items(), reverse=True)
    ]
    return "\n".join(lines) or "Nothing was published yet."


def _probe(site: Site) -> None:
    secret = site.wanted.secrets["probe/secret"]
    nonce = uuid4().hex
    body = json.dumps(
        {"nonce": nonce, "text": PROBE_TEXT, "at": f"{_now():%Y-%m-%dT%H:%M:%SZ}"}, ensure_ascii=False
    ).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    url = f"{site.place.hooks(site.outputs)}/probe"
    status = _post(url, body, {"content-type": "application/json", "x-nochnik-signature": signature})
    if status != 200:
        raise Failed(f"The webhook answered the test message with {status}. {_said(site, 'APIHandler')}")
    key = {"pk": {"S": f"conversation#{conversation_id('probe', nonce)}"}, "sk": {"S": f"event#probe:{nonce}"}}
    table, dynamodb = site.outputs["Table"], site.place.client("dynamodb")
    until = time.monotonic() + PROBE_SECONDS
    while time.monotonic() < until:
        if "Item" in dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True):
            return
        time.sleep(min(site.place.pause, 0.5))
    raise Failed(
        f"The test message was accepted but no decision came of it in {PROBE_SECONDS:.0f} seconds. "
        f"{_said(site, 'Converse')}"
    )


def _said(site: Site, function: str) -> str:
    last = last_complaint(site.place.client("logs"), site.wanted.stack, function)
    return f"Last in its log: {last}" if last else f"The log of {function} is empty."


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    import requests

    try:
        return requests.post(url, data=body, headers=dict(headers), timeout=30).status_code
    except requests.RequestException as error:
        raise Failed(f"The webhook does not answer: {type(error).__name__}") from error


def _register(site: Site, name: str) -> None:
    found = {
        key.removeprefix(f"{name}/"): value for key, value in site.wanted.secrets.items() if key.startswith(f"{name}/")
    }
    parameter, host = (
        ("TelegramApiUrl", "TELEGRAM_API_URL") if name == "telegram" else ("MetaGraphUrl", "META_GRAPH_URL")
    )
    base = site.wanted.parameters.get(parameter) or REAL_HOSTS[host]
    hook = f"{site.place.hooks(site.outputs)}/{name}"
    try:
        run(channels.channel(name).register(hook, found, base), site.send)
    except (Refused, Unavailable) as error:
        raise Failed(f"{name} does not take the webhook: {error}") from error


def _exists(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchBucket", "NoSuchKey", "NotFound"}:
            return False
        raise
    return True


def _now() -> datetime:
    return datetime.now(UTC)
