"""AWS in this process, so that only our own work is measured: clients that answer at once and note each request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chalicelib.wire import Request, Response

Row = dict[str, Any]


class NeverRaised(Exception):
    """What `except client.exceptions.X` looks for here."""


class Exceptions:
    """Every exception of a client that never fails."""

    def __getattr__(self, name: str) -> type[Exception]:
        return NeverRaised


@dataclass
class Trace:
    """Outside calls in their order: AWS operations by their names, HTTP requests by the last part of their address."""

    calls: list[str] = field(default_factory=list)

    def take(self) -> list[str]:
        """The calls since the last time."""
        taken, self.calls = self.calls, []
        return taken


@dataclass
class Table:
    """As much of DynamoDB as `DynamoMemory` uses, without conditions: nobody else is here."""

    trace: Trace
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    exceptions: Exceptions = field(default_factory=Exceptions)

    def batch_get_item(self, **asked: Any) -> Any:
        self.trace.calls.append("BatchGetItem")
        found = {
            table: [self.rows[_ids(key)] for key in wanted["Keys"] if _ids(key) in self.rows]
            for table, wanted in asked["RequestItems"].items()
        }
        return {"Responses": found, "UnprocessedKeys": {}}

    def get_item(self, **asked: Any) -> Any:
        self.trace.calls.append("GetItem")
        row = self.rows.get(_ids(asked["Key"]))
        return {"Item": row} if row else {}

    def query(self, **asked: Any) -> Any:
        """The rows of one partition, by their sort key; all, or those between two."""
        self.trace.calls.append("Query")
        values = asked["ExpressionAttributeValues"]
        since, until = (values.get(name, {}).get("S") for name in (":since", ":until"))
        found = sorted(key for key in self.rows if key[0] == values[":pk"]["S"])
        return {"Items": [self.rows[key] for key in found if since is None or since <= key[1] <= (until or "")]}

    def put_item(self, **put: Any) -> Any:
        self.trace.calls.append("PutItem")
        self.rows[_ids(put["Item"])] = put["Item"]

    def transact_write_items(self, **asked: Any) -> Any:
        self.trace.calls.append("TransactWriteItems")
        for write in asked["TransactItems"]:
            if "Put" in write:
                self.rows[_ids(write["Put"]["Item"])] = write["Put"]["Item"]
            if "Update" in write:
                self._change(write["Update"])
            if "Delete" in write:
                self.rows.pop(_ids(write["Delete"]["Key"]), None)

    def update_item(self, **update: Any) -> Any:
        self.trace.calls.append("UpdateItem")
        self._change(update)

    def _change(self, update: Any) -> None:
        """An attribute `#name` takes the value `:name`; a set grows."""
        row = self.rows.setdefault(_ids(update["Key"]), dict(update["Key"]))
        for place, name in update["ExpressionAttributeNames"].items():
            value = update["ExpressionAttributeValues"].get(":" + place[1:])
            if value and "NS" in value:
                value = {"NS": sorted({*row.get(name, {}).get("NS", ()), *value["NS"]})}
            if value:
                row[name] = value


@dataclass
class Queues:
    """As much of SQS as `AwsPost` uses: what was sent, by queue."""

    trace: Trace
    sent: dict[str, list[Any]] = field(default_factory=dict)

    def send_message_batch(self, **batch: Any) -> Any:
        self.trace.calls.append("SendMessageBatch")
        self.sent.setdefault(batch["QueueUrl"], []).extend(batch["Entries"])
        return {"Successful": batch["Entries"]}

    def send_message(self, **message: Any) -> Any:
        self.trace.calls.append("SendMessage")
        self.sent.setdefault(message["QueueUrl"], []).append(message)

    def change_message_visibility(self, **_: Any) -> Any:
        self.trace.calls.append("ChangeMessageVisibility")

    def take(self, url: str) -> list[Any]:
        """What is in a queue; it is empty afterwards."""
        return self.sent.pop(url, [])


@dataclass
class Schedules:
    """As much of EventBridge Scheduler as `AwsPost` uses."""

    trace: Trace
    exceptions: Exceptions = field(default_factory=Exceptions)

    def create_schedule(self, **_: Any) -> Any:
        self.trace.calls.append("CreateSchedule")


@dataclass
class Parameters:
    """Secrets of SSM: every name but the model's key has a value."""

    trace: Trace
    value: str

    def get_parameters(self, **asked: Any) -> Any:
        self.trace.calls.append("GetParameters")
        names = [name for name in asked["Names"] if not name.endswith("/api_key")]
        return {"Parameters": [{"Name": name, "Value": self.value} for name in names]}


@dataclass
class Providers:
    """The messengers: all is well with them."""

    trace: Trace

    def __call__(self, request: Request) -> Response:
        self.trace.calls.append(request.url.rsplit("/", 1)[1])
        return Response(200, b'{"ok":true,"result":{"message_id":1}}')


def _ids(row: Row) -> tuple[str, str]:
    return row["pk"]["S"], row["sk"]["S"]
