"""The verbs that look at or change a stack where boto3's settings point: plan, deploy, status, remove."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chalicelib.page import calendars
from chalicelib.pagers import zvonok
from chalicelib.wire import over_http
from infra.apply import Place, Site, apply, current_pack, kept_secrets, look, rules_in_force, secrets_path, summary
from infra.deployment import Order, for_aws
from infra.errors import Failed
from infra.formation import Say
from infra.package import build
from infra.packs import load_pack
from infra.redrive import QUEUES
from infra.steps import ChangeStack, Found, Step, Wanted, explain
from infra.steps import plan as make_plan

LENGTHS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")


def aws(environment: Mapping[str, str]) -> Place:
    """Where boto3's usual settings point. Raises `Failed` without credentials or a region."""
    import boto3

    session = boto3.session.Session(region_name=environment.get("AWS_REGION"))  # boto3 itself reads AWS_DEFAULT_REGION
    if session.get_credentials() is None:
        raise Failed("No AWS credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
    if not session.region_name:
        raise Failed("No AWS region: set AWS_REGION, for example eu-central-1.")
    return Place(session, environment.get("AWS_ENDPOINT_URL") or None)


def show_plan(root: Path, client: str, place: Place, given: Mapping[str, str], say: Say) -> None:
    """Say every step, and what the change set would do to the stack. Changes nothing."""
    _, wanted, found = _prepare(root, client, place, given, say)
    steps = make_plan(wanted, found)
    for step in steps:
        say(f"  {explain(step)}")
        if isinstance(step, ChangeStack) and not step.new:
            formation = place.formation(wanted.stack, say)
            name, changes = formation.propose(wanted.template, wanted.parameters, _tags(client))
            for line in summary(changes):
                say(f"    {line}")
            if changes:
                formation.drop(name)


def deploy(root: Path, client: str, place: Place, given: Mapping[str, str], say: Say) -> str:
    """Create or update the stack; return where the webhooks are."""
    site, wanted, found = _prepare(root, client, place, given, say)
    steps: tuple[Step, ...] = make_plan(wanted, found)
    apply(steps, site)
    hooks = place.hooks(site.outputs)
    return "\n".join(f"{channel}: {hooks}/{channel}" for channel in wanted.channels)


def status(place: Place, stack: str) -> str:
    """The stack's state, address and queues, a line each."""
    found = place.formation(stack, lambda _: None).look()
    if found is None:
        raise Failed(f"There is no stack {stack} there: `nochnik deploy` makes one.")
    lines = [f"{stack}: {found.status}"]
    if found.outputs:
        lines.append(f"webhooks: {place.hooks(found.outputs)}/<channel>")
        lines.append(f"pack: {current_pack(place, found.outputs['Table']) or 'none'}")
        lines += [f"{name}: {_length(place, found.outputs[url])}" for name, url in _queues()]
    return "\n".join(lines)


def feeds(place: Place, stack: str, visit: str | None = None) -> str:
    """The addresses of the masters' calendars, a line each; or of the file of one visit. They are secrets."""
    found = place.formation(stack, lambda _: None).look()
    if found is None:
        raise Failed(f"There is no stack {stack} there: `nochnik deploy` makes one.")
    key = kept_secrets(place, stack).get(f"{calendars.PROVIDER}/{calendars.SECRET}")
    if key is None:
        raise Failed(f"{stack} has no key for its calendars yet: `nochnik deploy` makes one.")
    base = place.base(found.outputs)
    if visit:
        return base + calendars.address(key, "visit", visit)
    business = rules_in_force(place, found.outputs["Table"]).business
    masters = {who for service in business.services for who in (*service.masters, *service.together)}
    shown = [person for person in business.staff if person.id in masters]
    return "\n".join(f"{one.name}: {base}{calendars.address(key, 'master', one.id)}" for one in shown)


def postbacks(place: Place, stack: str) -> str:
    """What has to be entered by hand in the cabinets of those who call back, a line each. They are secrets."""
    found = place.formation(stack, lambda _: None).look()
    if found is None:
        raise Failed(f"There is no stack {stack} there: `nochnik deploy` makes one.")
    secret = kept_secrets(place, stack).get("zvonok/secret")
    if secret is None:
        raise Failed(f"{stack} has no secret for Zvonok yet: `nochnik deploy` makes one.")
    return f"Zvonok, postback: {zvonok.cabinet_address(place.hooks(found.outputs), secret)}"


def remove(place: Place, stack: str, say: Say) -> None:
    """Delete the stack and its secrets."""
    formation = place.formation(stack, say)
    if formation.look() is None:
        raise Failed(f"There is no stack {stack} there.")
    say(f"Deleting {stack}")
    formation.remove()
    ssm = place.client("ssm")
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=secrets_path(stack), Recursive=True)
    names = [parameter["Name"] for page in pages for parameter in page["Parameters"]]
    for start in range(0, len(names), 10):
        ssm.delete_parameters(Names=names[start : start + 10])
    say("Gone. In the messengers' and the CRM's cabinets the webhooks have to be taken out by hand.")


def _prepare(root: Path, client: str, place: Place, given: Mapping[str, str], say: Say) -> tuple[Site, Wanted, Found]:
    rules = load_pack(root, client)
    say("Packaging the functions")
    package = build(root, root / ".nochnik" / "build")
    say(f"  {package.megabytes:.1f} MB, {package.code[:12]}")
    wanted = for_aws(Order(client, rules, given), place, package)
    found = look(place, wanted)
    return Site(place, wanted, package.zip, rules, say, over_http()), wanted, found


def _tags(client: str) -> dict[str, str]:
    return {"nochnik:client": client}


def _queues() -> list[tuple[str, str]]:
    return [row for name, (dead, alive) in QUEUES.items() for row in ((name, alive), (f"{name}, dead", dead))]


def _length(place: Place, url: str) -> int:
    found = place.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=list(LENGTHS))["Attributes"]
    return sum(int(found.get(name, 0)) for name in LENGTHS)
