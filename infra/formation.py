"""CloudFormation, as far as a deployment needs it: look at a stack, change it through a change set, follow, remove."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from infra.errors import Failed

Say = Callable[[str], None]
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
TOLD = ("_COMPLETE", "_FAILED")
REPLACED = {"True": ", REPLACED", "Conditional": ", perhaps replaced"}
GOOD = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})


@dataclass(frozen=True)
class Stack:
    """A stack as it is: ``outputs`` and ``parameters`` by name."""

    status: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One line of a change set. ``replacement`` is CloudFormation's word: True, False or Conditional."""

    action: str
    resource: str
    kind: str
    replacement: str

    def __str__(self) -> str:
        return f"{self.action:<7} {self.resource} ({self.kind}){REPLACED.get(self.replacement, '')}"


class Formation:
    """One stack. ``pause`` is the time between two looks at AWS, in seconds; ``patience`` when to give up following."""

    def __init__(self, client: Any, stack: str, say: Say, pause: float = 2.0, patience: float = 1800.0) -> None:
        self._client = client
        self._stack = stack
        self._say = say
        self._pause = pause
        self._patience = patience

    def look(self) -> Stack | None:
        """The stack, or None when there is none."""
        try:
            found = self._client.describe_stacks(StackName=self._stack)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        if found["StackStatus"] == "DELETE_COMPLETE":
            return None
        return Stack(
            found["StackStatus"],
            {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())},
            {one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", ())},
        )

    def template(self) -> str:
        """The template the stack was last given, compact as `infra.package` writes it; empty without one."""
        try:
            body = self._client.get_template(StackName=self._stack, TemplateStage="Original").get("TemplateBody")
        except ClientError:
            return ""
        loaded = json.loads(body) if isinstance(body, str) and body else body or {}
        return json.dumps(loaded, separators=(",", ":"), sort_keys=True, ensure_ascii=False)

    def propose(
        self, template: str, parameters: Mapping[str, str], tags: Mapping[str, str]
    ) -> tuple[str, list[Change]]:
        """A change set and what it would do; empty when it would do nothing. Raises `Failed` when AWS refuses it."""
        kind = "UPDATE" if self._exists() else "CREATE"
        name = f"nochnik-{time.strftime('%Y%m%d-%H%M%S')}-{time.monotonic_ns() % 1000:03}"
        try:
            self._client.create_change_set(
                StackName=self._stack,
                ChangeSetName=name,
                ChangeSetType=kind,
                TemplateBody=template,
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
                Capabilities=CAPABILITIES,
                Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            )
        except ClientError as error:
            raise Failed(f"CloudFormation refuses the template: {_message(error)}") from error
        described = self._settled(name)
        if described["Status"] == "FAILED":
            self.drop(name)
            if any(words in described.get("StatusReason", "") for words in NO_CHANGES):
                return name, []
            raise Failed(f"CloudFormation refuses the change: {described.get('StatusReason', 'no reason given')}")
        return name, [_change(row["ResourceChange"]) for row in self._changes(name)]

    def execute(self, name: str) -> Stack:
        """Carry a change set out and follow it to its end. Raises `Failed` with the first reason of a rollback."""
        seen = {event["EventId"] for event in self._events()}
        self._client.execute_change_set(StackName=self._stack, ChangeSetName=name)
        return self._follow(seen)

    def drop(self, name: str) -> None:
        """Forget a change set that will not be executed."""
        self._client.delete_change_set(StackName=self._stack, ChangeSetName=name)

    def remove(self) -> None:
        """Delete the stack and wait until it is gone."""
        self._client.delete_stack(StackName=self._stack)
        until = time.monotonic() + self._patience
        while time.monotonic() < until:
            found = self.look()
            if found is None:
                return
            if found.status == "DELETE_FAILED":
                raise Failed(f"The stack {self._stack} could not be deleted: {self._first_failure(set())}")
            time.sleep(self._pause)
        raise Failed(f"The stack {self._stack} is still being deleted.")

    def _exists(self) -> bool:
        found = self.look()
        return found is not None and found.status != "REVIEW_IN_PROGRESS"

    def _settled(self, name: str) -> dict[str, Any]:
        until = time.monotonic() + self._patience
        while time.monotonic() < until:
            described: dict[str, Any] = self._client.describe_change_set(StackName=self._stack, ChangeSetName=name)
            if described["Status"] in {"CREATE_COMPLETE", "FAILED"}:
                return described
            time.sleep(self._pause)
        raise Failed(f"CloudFormation did not finish the change set of {self._stack}.")

    def _changes(self, name: str) -> Iterator[dict[str, Any]]:
        token: dict[str, str] = {}
        while True:
            page = self._client.describe_change_set(StackName=self._stack, ChangeSetName=name, **token)
            yield from page.get("Changes", ())
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def _follow(self, seen: set[str]) -> Stack:
        before = set(seen)
        until = time.monotonic() + self._patience
        while time.monotonic() < until:
            for event in self._new_events(seen):
                if event["ResourceStatus"].endswith(TOLD):
                    self._say(f"    {event['ResourceStatus']:<28} {event['LogicalResourceId']}")
            found = self.look()
            if found and not found.status.endswith("_IN_PROGRESS"):
                if found.status in GOOD:
                    return found
                raise Failed(f"The stack {self._stack} was not changed ({found.status}): {self._first_failure(before)}")
            time.sleep(self._pause)
        raise Failed(f"The stack {self._stack} is still changing; `nochnik status` tells how it ended.")

    def _events(self) -> list[dict[str, Any]]:
        """Oldest first."""
        events: list[dict[str, Any]] = []
        for page in self._client.get_paginator("describe_stack_events").paginate(StackName=self._stack):
            events += page["StackEvents"]
        return events[::-1]

    def _new_events(self, seen: set[str]) -> list[dict[str, Any]]:
        fresh = [event for event in self._events() if event["EventId"] not in seen]
        seen |= {event["EventId"] for event in fresh}
        return fresh

    def _first_failure(self, before: set[str]) -> str:
        """The reason of the first resource that failed: what follows it is cancelled because of it."""
        try:
            events = self._events()
        except ClientError:
            return "no reason given"
        reasons = [
            f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
            for event in events
            if event["EventId"] not in before
            and event["ResourceStatus"].endswith("_FAILED")
            and event.get("ResourceStatusReason")
        ]
        return reasons[0] if reasons else "no reason given"


def _change(row: Mapping[str, Any]) -> Change:
    return Change(row["Action"], row["LogicalResourceId"], row["ResourceType"], row.get("Replacement", "False"))


def _message(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Message", error))
