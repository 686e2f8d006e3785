"""A deployment as a list of steps: what is wanted and what was found make a plan; another module carries it out.

Pure: nothing here touches the network, so a plan can be printed, tested and thrown away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from infra.errors import Failed


@dataclass(frozen=True)
class Wanted:
    """What shall be true afterwards. ``parameters`` are the template's, ``secrets`` by ``provider/name``,
    ``channels`` those of the pack. ``page``: whether the sandbox's page opens (a laptop)."""

    client: str
    stack: str
    bucket: str
    code: str
    template: str = field(repr=False)
    parameters: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    channels: tuple[str, ...]
    page: bool = False


@dataclass(frozen=True)
class Found:
    """What is there now. ``status``, ``template`` and ``parameters`` are the stack's, None and empty without one;
    ``forgets`` whether the table's time to live is on."""

    bucket: bool = False
    code: bool = False
    status: str | None = None
    template: str = field(default="", repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    forgets: bool = False


@dataclass(frozen=True)
class MakeBucket:
    """A private bucket for packages, one for an account and a region."""

    bucket: str


@dataclass(frozen=True)
class Upload:
    """The zip into the bucket, under the hash of its bytes."""

    bucket: str
    code: str


@dataclass(frozen=True)
class StoreSecret:
    """A SecureString of SSM. The value stays out of everything that is printed."""

    name: str
    value: str = field(repr=False)
    known: bool = False


@dataclass(frozen=True)
class DropSecret:
    """Delete a stored secret that is not wanted any more."""

    name: str


@dataclass(frozen=True)
class ClearWreck:
    """Delete a stack whose creation failed: CloudFormation cannot update one."""

    stack: str
    status: str


@dataclass(frozen=True)
class ChangeStack:
    """A change set, shown and executed. ``because`` names what differs."""

    stack: str
    new: bool
    because: tuple[str, ...]


@dataclass(frozen=True)
class TurnOnForgetting:
    """The table's time to live; the template asks for it too, the embedded cloud does not listen."""


@dataclass(frozen=True)
class PublishPack:
    """The client's documents into the table, under a new number if they differ."""

    client: str


@dataclass(frozen=True)
class SendProbe:
    """A signed test message to the webhook; it must come back as a decision."""


@dataclass(frozen=True)
class OpenPage:
    """The emulated messengers, CRM and model, and the page that shows them."""


@dataclass(frozen=True)
class RegisterChannel:
    """Tell the provider where the webhook is, or check its token."""

    channel: str


Step = (
    MakeBucket
    | Upload
    | StoreSecret
    | DropSecret
    | ClearWreck
    | ChangeStack
    | TurnOnForgetting
    | PublishPack
    | SendProbe
    | OpenPage
    | RegisterChannel
)

SETTLED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"})
WRECKS = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS", "CREATE_FAILED", "DELETE_FAILED"})


def plan(wanted: Wanted, found: Found) -> tuple[Step, ...]:
    """The steps from ``found`` to ``wanted``, in order. Raises `Failed` when the stack cannot be touched now."""
    steps: list[Step] = []
    if not found.bucket:
        steps.append(MakeBucket(wanted.bucket))
    if not found.code:
        steps.append(Upload(wanted.bucket, wanted.code))
    steps += [
        StoreSecret(name, value, known=name in found.secrets)
        for name, value in sorted(wanted.secrets.items())
        if found.secrets.get(name) != value
    ]
    steps += [DropSecret(name) for name in sorted(found.secrets) if name not in wanted.secrets]
    steps += _stack_steps(wanted, found)
    if not found.forgets or found.status not in SETTLED:
        steps.append(TurnOnForgetting())
    steps += [PublishPack(wanted.client), SendProbe()]
    if wanted.page:
        steps.append(OpenPage())
    steps += [RegisterChannel(channel) for channel in wanted.channels]
    return tuple(steps)


def explain(step: Step) -> str:
    """A step in a few words, for the one who has to agree to it. No secret is ever in it."""
    match step:
        case MakeBucket(bucket):
            return f"make the bucket {bucket}"
        case Upload(_, code):
            return f"upload the package {code[:12]}"
        case StoreSecret(name, _, known):
            return f"{'replace' if known else 'store'} the secret {name}"
        case DropSecret(name):
            return f"delete the secret {name}"
        case ClearWreck(stack, status):
            return f"delete what is left of {stack} ({status})"
        case ChangeStack(stack, new, because):
            return f"create the stack {stack}" if new else f"update the stack {stack}: {', '.join(because)}"
        case TurnOnForgetting():
            return "let the table forget what has expired"
        case PublishPack(client):
            return f"publish the pack {client}"
        case SendProbe():
            return "send a test message and wait for its decision"
        case OpenPage():
            return "open the sandbox's page"
        case RegisterChannel(channel):
            return f"register the webhook of {channel}"
        case _:
            assert_never(step)


def _stack_steps(wanted: Wanted, found: Found) -> list[Step]:
    if found.status is None:
        return [ChangeStack(wanted.stack, new=True, because=())]
    if found.status in WRECKS:
        return [ClearWreck(wanted.stack, found.status), ChangeStack(wanted.stack, new=True, because=())]
    if found.status not in SETTLED:
        raise Failed(
            f"The stack {wanted.stack} is {found.status}: somebody else changes it now, or it is stuck. "
            "Look at its events in the CloudFormation console."
        )
    because = _differences(wanted, found)
    return [ChangeStack(wanted.stack, new=False, because=because)] if because else []


def _differences(wanted: Wanted, found: Found) -> tuple[str, ...]:
    names = sorted(name for name, value in wanted.parameters.items() if found.parameters.get(name) != value)
    return (*(["template"] if wanted.template != found.template else []), *names)
