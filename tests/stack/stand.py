"""A deployed stack as the tests see it."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
import pytest

from infra import cloud as embedded
from infra.formation import Formation
from infra.up import Running

T = TypeVar("T")


@dataclass(frozen=True)
class Stack:
    """A deployed stack. ``hooks``: webhook URLs by channel; ``secrets``: telegram, meta, verify; ``sandbox``: the
    emulators' server object, None for a second stack on the same cloud."""

    running: Running

    @property
    def hooks(self) -> Mapping[str, str]:
        return self.running.hooks

    @property
    def secrets(self) -> Mapping[str, str]:
        return self.running.secrets

    @property
    def outputs(self) -> Mapping[str, str]:
        return self.running.outputs

    @property
    def table(self) -> str:
        return self.outputs["Table"]

    @property
    def page(self) -> str:
        return self.running.page

    @property
    def sandbox(self) -> Any:
        return self.running.sandbox

    @property
    def cloud(self) -> embedded.Cloud:
        return self.running.cloud

    @property
    def name(self) -> str:
        return self.running.wanted.stack

    @property
    def formation(self) -> Formation:
        return self.running.place.formation(self.name, lambda _: None)

    def client(self, service: str) -> Any:
        """A boto3 client of the account's root."""
        return self.running.place.client(service)

    def function(self, name: str) -> str:
        """The full name of a function of the template: APIHandler, Converse, Deliver, Watch."""
        pages = self.client("lambda").get_paginator("list_functions").paginate()
        found = [one["FunctionName"] for page in pages for one in page["Functions"]]
        return next(one for one in found if one.startswith(f"{self.name}-{name}-"))

    def configuration(self, name: str) -> dict[str, Any]:
        """A function's environment, role and so on."""
        found: dict[str, Any] = self.client("lambda").get_function_configuration(FunctionName=self.function(name))
        return found

    @property
    def lambdas_packages(self) -> Path:
        """The site-packages of the Python that runs the Lambdas."""
        return next((self.cloud.folder.parent / "runtime").glob("lib/python3.*/site-packages"))

    def as_function(self, name: str, service: str) -> Any:
        """A boto3 client with the rights of a function's role and no others."""
        key, secret = self._keys_of_role(self.configuration(name)["Role"].rpartition("/")[2])
        session = boto3.session.Session(key, secret, region_name=embedded.REGION)
        return session.client(service, endpoint_url=self.cloud.endpoint)

    def items(self, conversation: str) -> list[dict[str, Any]]:
        """Every row of a conversation."""
        pages = (
            self.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"conversation#{conversation}"}},
                ConsistentRead=True,
            )
        )
        return [item for page in pages for item in page["Items"]]

    def waiting(self, queue: str) -> int:
        """How many messages are in a queue, by its output: InboxUrl, InboxDeadUrl, DeliveriesUrl, DeliveriesDeadUrl."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=names)
        return sum(int(value) for value in found["Attributes"].values())

    @contextmanager
    def shown_again_after(self, seconds: int, queue: str = "InboxUrl") -> Iterator[None]:
        """Within the block a message that failed comes back after ``seconds``, not after minutes."""
        sqs, url = self.client("sqs"), self.outputs[queue]
        before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})
        try:
            yield
        finally:
            sqs.set_queue_attributes(QueueUrl=url, Attributes=before)

    def wait_for(self, predicate: Callable[[], T], seconds: float = 20.0) -> T:
        """The first truthy answer of ``predicate``; the test fails when there is none in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            answer = predicate()
            if answer:
                return answer
            time.sleep(0.05)
        return pytest.fail(f"nothing came in {seconds:.0f} s")

    def _keys_of_role(self, role: str) -> tuple[str, str]:
        """Keys of a user who has the role's policies: the role itself trusts nobody but Lambda."""
        iam, user = self.client("iam"), f"as-{role}"[:64]
        with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_user(UserName=user)
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            text = document if isinstance(document, str) else json.dumps(document)
            iam.put_user_policy(UserName=user, PolicyName=policy, PolicyDocument=text)
        made = iam.create_access_key(UserName=user)["AccessKey"]
        return made["AccessKeyId"], made["SecretAccessKey"]
