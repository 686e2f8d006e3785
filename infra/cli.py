"""The ``nochnik`` command: every verb, its help, and what it says when it cannot."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra import verbs as desk
from infra.errors import Failed
from infra.output import print_lines

if TYPE_CHECKING:
    from chalicelib.desk.agreed import Swaps
    from infra.apply import Place
    from infra.up import Running

ROOT = Path(__file__).resolve().parent.parent
DEMO = "demo-salon"
PORT = 8000
OLDEST_PYTHON = (3, 11)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb. 0: done; 1: done, and what was looked at is not as it should be (mistakes that `check` finds,
    messages that `understand` cannot read); 2: could not be done, with one sentence why."""
    chosen = _parsed(arguments)
    run: Callable[[argparse.Namespace], int] = chosen.run
    try:
        if sys.version_info[:2] < OLDEST_PYTHON:
            raise Failed(f"Nochnik needs Python 3.11 or newer, this is {sys.version.split()[0]}.")
        return run(chosen)
    except Failed as failed:
        print(f"nochnik: {failed}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("nochnik: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if not type(error).__module__.startswith("botocore."):
            raise
        print(f"nochnik: AWS: {error}", file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    """Every verb with its arguments."""
    top = argparse.ArgumentParser(prog="nochnik", description="The front desk that answers at night.")
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True)

    one = _verb(verbs, "up", up, "run a client's whole stack on this machine, with the sandbox's page")
    one.add_argument("--client", default=DEMO, help=f"folder below clients/ (default: {DEMO})")
    one.add_argument(
        "--port", type=_port, default=PORT, help=f"the page's port (default: {PORT}); the cloud takes the next"
    )
    one.add_argument("--fresh", action="store_true", help="forget earlier conversations, leads and timers")
    one.add_argument("--state", type=Path, help="keep everything in this folder (default: .nochnik/up/<client>)")
    one.add_argument("--json", action="store_true", help="print one line of JSON when ready")

    one = _verb(verbs, "check", check, "check a client's documents like a compiler; exit code 1 for mistakes in them")
    one.add_argument("client", help="folder below clients/, or the path of a folder, as ../salon or /srv/packs/salon")

    one = _verb(verbs, "pages", pages, "write the documents of every client as pages to read: docs/regulations")
    one.add_argument("--to", type=Path, default=ROOT / "docs" / "regulations", help="folder (default: %(default)s)")

    one = _verb(verbs, "publish", publish, "put a client's documents into force; no deployment is needed")
    _client(one)
    either = one.add_mutually_exclusive_group()
    either.add_argument("--list", action="store_true", help="show the published packs and publish nothing")
    either.add_argument("--rollback", action="store_true", help="put the pack before this one into force again")
    one.add_argument("--to", type=int, metavar="N", help="with --rollback: pack N instead of the one before")
    one = _verb(verbs, "rollback", rollback, "put the client's documents before these into force again")
    _client(one)
    one.add_argument("--to", type=int, metavar="N", help="pack N instead of the one before")
    one = _verb(verbs, "plan", plan, "show what deploy would do, and do nothing")
    _client(one)
    one = _verb(verbs, "deploy", deploy, "create or update a client's stack on AWS")
    _client(one)
    one = _verb(verbs, "status", status, "how a client's stack is, and what lies in its queues")
    _client(one)
    one = _verb(verbs, "feeds", feeds, "addresses of the masters' calendars, to subscribe to on their phones")
    _client(one)
    one.add_argument("--visit", metavar="ID", help="the address of this visit's file instead")
    one = _verb(verbs, "postbacks", postbacks, "addresses to be entered in the cabinet of who calls back (Zvonok)")
    _client(one)
    one = _verb(verbs, "remove", remove, "delete a client's stack with everything in it")
    _client(one)
    one.add_argument("--yes", action="store_true", help="do not ask")
    one = _verb(verbs, "redrive", redrive, "send dead letters again")
    _client(one)
    one.add_argument("queue", nargs="?", choices=("inbox", "deliveries"), help="only this queue (default: both)")
    _duty(verbs)
    desk.add(desk.Home(ROOT, partial(_verb, verbs), environment))
    return top


def up(chosen: argparse.Namespace) -> int:
    from infra.up import Laptop
    from infra.up import up as bring_up

    def ready(stack: Running) -> None:
        if chosen.json:
            print(stack.line(), flush=True)
        else:
            print(f"\n  The page: {stack.page}\n  Ctrl-C stops.\n", flush=True)

    bring_up(Laptop(ROOT, chosen.client, chosen.state), chosen.port, dict(os.environ), say, ready, fresh=chosen.fresh)
    return 0


def check(chosen: argparse.Namespace) -> int:
    from infra.packs import Mistaken, load_named

    try:
        rules = load_named(ROOT, chosen.client)
    except Mistaken as mistaken:
        say("\n".join(mistaken.lines))
        return 1
    print(f"{chosen.client}: ошибок нет. {rules.business.name}, услуг: {len(rules.business.services)}.")
    return 0


def pages(chosen: argparse.Namespace) -> int:
    from infra.pages import write

    for path in write(ROOT / "clients", chosen.to):
        print(path)
    return 0


def publish(chosen: argparse.Namespace) -> int:
    from infra import apply
    from infra.deployment import stack_name
    from infra.packs import load_pack

    if chosen.rollback:
        return rollback(chosen)
    if chosen.to is not None:
        raise Failed("--to goes with --rollback.")
    if chosen.list:
        place = place_of(chosen)
        print(apply.history(apply.packs(place, outputs(place, stack_name(chosen.client))["Table"])))
        return 0
    rules = load_pack(ROOT, chosen.client)
    place = place_of(chosen)
    number = apply.publish(place, outputs(place, stack_name(chosen.client))["Table"], rules)
    print(f"{chosen.client}: pack {number} is in force within a minute.")
    return 0


def rollback(chosen: argparse.Namespace) -> int:
    from infra import apply
    from infra.deployment import stack_name

    place = place_of(chosen)
    was, number = apply.roll_back(place, outputs(place, stack_name(chosen.client))["Table"], chosen.to)
    if was == number:
        print(f"{chosen.client}: pack {number} is in force already, nothing changed.")
    else:
        print(f"{chosen.client}: pack {number} is in force again within a minute instead of pack {was}.")
    return 0


def plan(chosen: argparse.Namespace) -> int:
    from infra.console import show_plan

    show_plan(ROOT, chosen.client, place_of(chosen), environment(chosen.client), say)
    return 0


def deploy(chosen: argparse.Namespace) -> int:
    from infra.console import deploy as carry_out

    print(carry_out(ROOT, chosen.client, place_of(chosen), environment(chosen.client), say))
    return 0


def status(chosen: argparse.Namespace) -> int:
    from infra.console import status as describe
    from infra.deployment import stack_name

    print(describe(place_of(chosen), stack_name(chosen.client)))
    return 0


def feeds(chosen: argparse.Namespace) -> int:
    from infra.console import feeds as addresses
    from infra.deployment import stack_name

    print(addresses(place_of(chosen), stack_name(chosen.client), chosen.visit))
    return 0


def postbacks(chosen: argparse.Namespace) -> int:
    from infra.console import postbacks as addresses
    from infra.deployment import stack_name

    print(addresses(place_of(chosen), stack_name(chosen.client)))
    return 0


def remove(chosen: argparse.Namespace) -> int:
    from infra.console import remove as take_down
    from infra.deployment import stack_name

    if not chosen.yes and not _agreed(chosen.client):
        raise Failed("Nothing was removed. Type the client's name to agree, or give --yes.")
    take_down(place_of(chosen), stack_name(chosen.client), say)
    return 0


def redrive(chosen: argparse.Namespace) -> int:
    from infra.deployment import stack_name
    from infra.redrive import QUEUES
    from infra.redrive import redrive as send_again

    place = place_of(chosen)
    found = outputs(place, stack_name(chosen.client))
    for queue in [chosen.queue] if chosen.queue else QUEUES:
        dead, alive = QUEUES[queue]
        print(f"{queue}: {send_again(place.client('sqs'), found[dead], found[alive])} sent again")
    return 0


def duty_who(chosen: argparse.Namespace) -> int:
    from infra import duty
    from infra.packs import load_pack

    rules = load_pack(ROOT, chosen.client)
    at = duty.moment(chosen.at, rules.business.zone)
    print_lines(duty.who(rules, _agreed_swaps(chosen), at))
    return 0


def duty_week(chosen: argparse.Namespace) -> int:
    from infra import duty
    from infra.packs import load_pack

    rules = load_pack(ROOT, chosen.client)
    since = duty.day(chosen.since, rules.business.zone)
    print_lines(duty.week(rules, _agreed_swaps(chosen), since))
    return 0


def _agreed_swaps(chosen: argparse.Namespace) -> Swaps:
    """What colleagues have agreed in the chat, from the stack's table; nothing, said so, where there is no stack."""
    from botocore.exceptions import BotoCoreError, ClientError

    from chalicelib.desk.agreed import UNCHANGED
    from infra import apply
    from infra.deployment import stack_name

    try:
        place = place_of(chosen)
        return apply.swaps(place, outputs(place, stack_name(chosen.client))["Table"])
    except (Failed, BotoCoreError, ClientError) as error:
        say(f"Only clients/{chosen.client}, without what colleagues have agreed in the chat: {error}")
        return UNCHANGED


def place_of(chosen: argparse.Namespace) -> Place:
    """Where the client's stack is: this machine with --here, else where boto3's settings point."""
    from infra.apply import Place
    from infra.console import aws
    from infra.up import Laptop, laptop_session

    if chosen.here:
        return Place(laptop_session(), Laptop(ROOT, chosen.client).endpoint())
    return aws(os.environ)


def outputs(place: Place, stack: str) -> Mapping[str, str]:
    """The stack's outputs. Raises `Failed` when there is no such stack."""
    found = place.formation(stack, say).look()
    if found is None:
        raise Failed(f"There is no stack {stack} there: `nochnik deploy` makes one.")
    return found.outputs


def environment(client: str) -> dict[str, str]:
    """The environment over the client's .env over the project's .env."""
    from infra.accounts import read_env

    return read_env(ROOT / ".env", ROOT / "clients" / client / ".env") | dict(os.environ)


def say(line: str) -> None:
    """Progress, on standard error: standard output is for results."""
    print(line, file=sys.stderr, flush=True)


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The arguments; files may stand after options too, which argparse alone learnt with Python 3.13."""
    top = parser()
    chosen, more = top.parse_known_args(arguments)
    if more and (not hasattr(chosen, "files") or any(argument.startswith("-") for argument in more)):
        top.error(f"unrecognized arguments: {' '.join(more)}")
    if more:
        chosen.files += [Path(argument) for argument in more]
    return chosen


def _verb(verbs: Any, name: str, run: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = verbs.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    made.set_defaults(run=run)
    return made


def _client(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("client", help="folder below clients/")
    verb.add_argument("--here", action="store_true", help="the stack that `nochnik up` runs on this machine, not AWS")


def _duty(verbs: Any) -> None:
    top = verbs.add_parser("duty", help="who is on duty, from RT-001 and what colleagues have agreed since",
                           description="Who is on duty, from the client's RT-001 and what colleagues have agreed "
                           "in the chat since. Without a stack to ask, from RT-001 alone.")  # fmt: skip
    kinds = top.add_subparsers(title="verbs", metavar="VERB", required=True)
    one = _verb(kinds, "who", duty_who, "who is on duty at a moment, and how to reach them")
    _client(one)
    one.add_argument(
        "--at", metavar="ISO8601", help="the moment, in the business's zone if none is named; default: now"
    )
    one = _verb(kinds, "week", duty_week, "seven days as a table: a line a shift, swaps and holidays marked")
    _client(one)
    one.add_argument("--from", dest="since", metavar="DATE", help="the first day, 2026-11-27; default: today")


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65534:
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return int(text)


def _agreed(client: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(f"This deletes every conversation and lead of {client}. Its name: ").strip() == client


if __name__ == "__main__":
    sys.exit(main())
