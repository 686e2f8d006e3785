"""The client's table on DynamoDB: one read brings a turn all it needs, one transaction keeps all it decided.

    pk                   sk               holds
    stack                current          pack (number), ahead_seconds (a laptop's wound clock)
    stack                pack#<n>         rules
    conversation#<id>    state            body, version, expires
    conversation#<id>    event#<key>      a turn: effects, because, pack, version, at, done, finished, expires
    lead#<id>            state            body, crm_id, entered
    timers               <due>#<token>    conversation, timer, token, at

Rows are written with conditions that hold without any queue's help; a condition that fails because our own first try
went through and its answer was lost is recognised by reading the turn back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Literal, cast

from chalicelib import records
from chalicelib.aws import BUSY, busy_as_unavailable
from chalicelib.desk.effects import DeliverLead, SetTimer
from chalicelib.desk.values import Conversation, Lead
from chalicelib.errors import Refused, Unavailable
from chalicelib.ports import Changed, DueTimer, Loaded, Turn

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules

Item = dict[str, Any]
"""A row in DynamoDB's notation: ``{"pk": {"S": "stack"}, ...}``."""

KEPT = timedelta(days=8)
"""How long an event is known again: WhatsApp repeats a webhook for up to 7 days."""
AT_ONCE = 25
"""Rows in one transaction: DynamoDB takes 100, YDB's document API 25."""
OVERDUE_AT_ONCE = 100
READ_TRIES = 4
PACKS_KEPT = 4


class DynamoMemory:
    """`ports.Memory` on one DynamoDB table. ``clock`` is the real time, aware; ``sleep`` waits out a short read.

    Every method raises `Unavailable` when the table is throttled, down or did not answer.
    """

    def __init__(
        self,
        client: Any,
        table: str,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._sleep = sleep
        self._packs: dict[int, Rules] = {}

    # A turn

    def load(self, conversation: str, event: str) -> Loaded:
        """What one turn needs, in one request. A row whose time is over counts as absent: DynamoDB takes up to
        two days to delete it (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html)."""
        state_key, turn_key = _state_key(conversation), _turn_key(conversation, event)
        rows = self._read(state_key, turn_key, CURRENT)
        current = rows.get(_ids(CURRENT), {})
        ahead = _ahead(current)
        now = self._clock() + ahead
        state = _standing(rows.get(_ids(state_key)), now)
        turn = _standing(rows.get(_ids(turn_key)), now)
        return Loaded(
            conversation=records.load(Conversation, _text(state, "body")) if state else None,
            turn=_turn(event, turn) if turn else None,
            pack=_number(current, "pack"),
            ahead=ahead,
        )

    def save(
        self,
        before: int,
        conversation: Conversation,
        turn: Turn,
        now: datetime,
        forget_at: datetime | None,
        rang: DueTimer | None = None,
    ) -> None:
        """Keep a decision, all of it or nothing.

        ``before`` 0 means that `load` found no conversation; one that is past its time but not yet deleted gives way.
        Raises `Changed` when the conversation has another version or the event another turn, `Unavailable` when the
        outcome is unknown: the next `load` tells it.
        """
        own = _turn_row(conversation, turn, now)
        timers = {_ids(row): row for row in _timer_rows(turn)}
        answered = _timer_key(rang.at, rang.token) if rang else None
        writes = [
            self._put(_state_row(conversation, forget_at), *_unchanged(before, now)),
            self._put(own, *_unchanged(0, now)),
            *(self._upsert_lead(effect.lead) for effect in turn.effects if isinstance(effect, DeliverLead)),
            *(self._put(row) for row in timers.values()),
            *([self._delete(answered)] if answered and _ids(answered) not in timers else ()),
        ]
        if len(writes) > AT_ONCE:
            raise ValueError(f"a turn of {len(writes)} rows does not fit into one transaction of {AT_ONCE}")
        try:
            with busy_as_unavailable():
                self._client.transact_write_items(TransactItems=writes)
        except self._client.exceptions.TransactionCanceledException as cancelled:
            self._explain(cancelled, conversation.id, own)

    def done(self, conversation: str, event: str, positions: frozenset[int], *, finished: bool) -> None:
        """Note which effects of a turn were performed; a turn that is not there any more stays away."""
        sets = ["SET #finished = :finished"] if finished else []
        adds = ["ADD #done :done"] if positions else []
        if not sets and not adds:
            return
        names = {"#finished": "finished"} if finished else {}
        values: Item = {":finished": {"BOOL": True}} if finished else {}
        if positions:
            names["#done"] = "done"
            values[":done"] = {"NS": sorted(map(str, positions))}
        self._update_standing(_turn_key(conversation, event), " ".join(sets + adds), names, values)

    def ahead(self) -> timedelta:
        """How far the clock of a laptop's sandbox is wound forward; zero on AWS."""
        return _ahead(self._get(CURRENT) or {})

    # The pack

    def current_pack(self) -> int:
        """The number of the published pack, 0 when none was ever published."""
        return _number(self._get(CURRENT) or {}, "pack")

    def pack(self, number: int) -> Rules:
        """A published pack; kept in the process, because a number never changes its meaning.
        Raises `Refused` when there is none."""
        if number not in self._packs:
            rules = self._stored_rules(number)
            if rules is None:
                raise Refused(f"pack {number} is not published")
            from chalicelib.regulation.schema import Rules

            if len(self._packs) >= PACKS_KEPT:
                self._packs.clear()
            self._packs[number] = Rules.model_validate_json(rules)
        return self._packs[number]

    def publish(self, rules: Rules, now: datetime) -> int:
        """Store a compiled pack under the next free number and make it the current one; return its number.
        A pack equal to the current one changes nothing. A publication that died half-way is taken up."""
        text = rules.model_dump_json()
        current = self.current_pack()
        if current and self._stored_rules(current) == text:
            return current
        number = next(number for number in count(current + 1) if self._stored_as(number, text, now))
        self._make_current(number)
        return number

    # Leads and timers

    def lead(self, lead: str) -> tuple[Lead, str | None]:
        """A lead and its id in the CRM, once entered. Raises `Refused` when there is no such lead."""
        row = self._get(_lead_key(lead))
        if row is None:
            raise Refused(f"lead {lead} is not in the table")
        return records.load(Lead, _text(row, "body")), _text(row, "crm_id") or None

    def entered(self, lead: str, crm_id: str, now: datetime) -> None:
        """Note that a lead stands in the CRM. The first id stays."""
        self._update_standing(
            _lead_key(lead),
            "SET #crm_id = if_not_exists(#crm_id, :crm_id), #entered = if_not_exists(#entered, :entered)",
            {"#crm_id": "crm_id", "#entered": "entered"},
            {":crm_id": {"S": crm_id}, ":entered": {"S": now.isoformat()}},
        )

    def overdue(self, before: datetime) -> Sequence[DueTimer]:
        """Timers due before ``before`` that no turn has answered, the oldest hundred."""
        with busy_as_unavailable():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="#pk = :timers AND #sk < :before",
                ExpressionAttributeNames={"#pk": "pk", "#sk": "sk"},
                ExpressionAttributeValues={":timers": {"S": "timers"}, ":before": {"S": _due(before)}},
                Limit=OVERDUE_AT_ONCE,
            )
        return [_due_timer(row) for row in answer["Items"]]

    def forget_timer(self, due: DueTimer) -> None:
        """A timer that was rung by hand is due no more."""
        with busy_as_unavailable():
            self._client.delete_item(TableName=self._table, Key=_timer_key(due.at, due.token))

    # Requests

    def _read(self, *keys: Item) -> dict[tuple[str, str], Item]:
        wanted: Any = {self._table: {"Keys": list(keys), "ConsistentRead": True}}
        rows: list[Item] = []
        for tried in range(READ_TRIES):
            if tried:
                self._sleep(0.05 * 2**tried)
            with busy_as_unavailable():
                answer = self._client.batch_get_item(RequestItems=wanted)
            rows += answer["Responses"].get(self._table, [])
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return {_ids(row): row for row in rows}
        raise Unavailable("BatchGetItem: UnprocessedKeys")

    def _get(self, key: Item) -> Item | None:
        with busy_as_unavailable():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        row: Item | None = answer.get("Item")
        return row

    def _put(self, row: Item, condition: str = "", names: Item | None = None, values: Item | None = None) -> Item:
        put: Item = {"TableName": self._table, "Item": row}
        if condition:
            put |= {
                "ConditionExpression": condition,
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": values,
            }
        return {"Put": put}

    def _delete(self, key: Item) -> Item:
        return {"Delete": {"TableName": self._table, "Key": key}}

    def _upsert_lead(self, lead: Lead) -> Item:
        # An update, not a put: what the CRM called it stays.
        update = {
            "TableName": self._table,
            "Key": _lead_key(lead.id),
            "UpdateExpression": "SET #body = :body",
            "ExpressionAttributeNames": {"#body": "body"},
            "ExpressionAttributeValues": {":body": {"S": records.dump(lead)}},
        }
        return {"Update": update}

    def _update_standing(self, key: Item, expression: str, names: Mapping[str, str], values: Item) -> None:
        try:
            with busy_as_unavailable():
                self._client.update_item(
                    TableName=self._table,
                    Key=key,
                    UpdateExpression=expression,
                    ConditionExpression="attribute_exists(#pk)",
                    ExpressionAttributeNames={"#pk": "pk", **names},
                    ExpressionAttributeValues=values,
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def _explain(self, cancelled: Any, conversation: str, own: Item) -> None:
        reasons = {reason.get("Code", "") for reason in cancelled.response.get("CancellationReasons", [])}
        if not reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
            if reasons & BUSY:
                raise Unavailable(f"TransactWriteItems: {', '.join(sorted(reasons & BUSY))}") from cancelled
            raise cancelled
        if not _same_turn(self._get(_key(*_ids(own))), own):
            raise Changed(conversation) from None

    def _stored_rules(self, number: int) -> str | None:
        row = self._get(_pack_key(number))
        return _text(row, "rules") if row else None

    def _stored_as(self, number: int, rules: str, now: datetime) -> bool:
        row = _pack_key(number) | {"rules": {"S": rules}, "published": {"S": now.isoformat()}}
        try:
            with busy_as_unavailable():
                self._client.put_item(
                    TableName=self._table,
                    Item=row,
                    ConditionExpression="attribute_not_exists(#pk)",
                    ExpressionAttributeNames={"#pk": "pk"},
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            return self._stored_rules(number) == rules
        return True

    def _make_current(self, number: int) -> None:
        with busy_as_unavailable():
            self._client.update_item(
                TableName=self._table,
                Key=CURRENT,
                UpdateExpression="SET #pack = :pack",
                ExpressionAttributeNames={"#pack": "pack"},
                ExpressionAttributeValues={":pack": {"N": str(number)}},
            )


# Keys


def _key(pk: str, sk: str) -> Item:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _ids(row: Item) -> tuple[str, str]:
    return row["pk"]["S"], row["sk"]["S"]


CURRENT = _key("stack", "current")


def _pack_key(number: int) -> Item:
    return _key("stack", f"pack#{number}")


def _state_key(conversation: str) -> Item:
    return _key(f"conversation#{conversation}", "state")


def _turn_key(conversation: str, event: str) -> Item:
    return _key(f"conversation#{conversation}", f"event#{event}")


def _lead_key(lead: str) -> Item:
    return _key(f"lead#{lead}", "state")


def _timer_key(at: datetime, token: str) -> Item:
    return _key("timers", f"{_due(at)}#{token}")


def _due(at: datetime) -> str:
    """Of one width and in one zone, so that the table sorts by time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


# Rows


def _state_row(conversation: Conversation, forget_at: datetime | None) -> Item:
    row = _state_key(conversation.id) | {
        "body": {"S": records.dump(conversation)},
        "version": {"N": str(conversation.version)},
    }
    return row | {"expires": _epoch(forget_at)} if forget_at else row


def _turn_row(conversation: Conversation, turn: Turn, now: datetime) -> Item:
    return _turn_key(conversation.id, turn.event) | {
        "effects": {"S": records.dump(turn.effects)},
        "because": {"S": records.dump(turn.because)},
        "pack": {"N": str(turn.pack)},
        "version": {"N": str(conversation.version)},
        "at": {"S": now.isoformat()},
        "finished": {"BOOL": turn.finished},
        "expires": _epoch(now + KEPT),
    }


def _timer_rows(turn: Turn) -> list[Item]:
    return [
        _timer_key(timer.at, timer.token)
        | {
            "conversation": {"S": timer.conversation},
            "timer": {"S": timer.timer},
            "token": {"S": timer.token},
            "at": {"S": timer.at.astimezone(UTC).isoformat()},
        }
        for timer in turn.effects
        if isinstance(timer, SetTimer)
    ]


def _turn(event: str, row: Item) -> Turn:
    return Turn(
        event=event,
        effects=records.load_effects(_text(row, "effects")),
        because=tuple(json.loads(_text(row, "because"))),
        pack=_number(row, "pack"),
        done=frozenset(map(int, row.get("done", {}).get("NS", ()))),
        finished=row.get("finished", {}).get("BOOL", False),
    )


def _same_turn(stored: Item | None, own: Item) -> bool:
    """Our own write: the decision and its moment are the same, whatever was performed of it since."""
    told = own.keys() - {"done", "finished"}
    return stored is not None and all(stored.get(name) == own[name] for name in told)


def _due_timer(row: Item) -> DueTimer:
    return DueTimer(
        conversation=_text(row, "conversation"),
        timer=cast("Literal['silence']", _text(row, "timer")),
        token=_text(row, "token"),
        at=datetime.fromisoformat(_text(row, "at")),
    )


def _unchanged(before: int, now: datetime) -> tuple[str, Item, Item]:
    """The condition that nobody wrote a row since it was read at version ``before``; 0 means it was absent."""
    if before:
        return "#version = :before", {"#version": "version"}, {":before": {"N": str(before)}}
    names = {"#pk": "pk", "#expires": "expires"}
    return "attribute_not_exists(#pk) OR #expires < :now", names, {":now": _epoch(now)}


def _standing(row: Item | None, now: datetime) -> Item | None:
    over = row is not None and "expires" in row and _number(row, "expires") < int(now.timestamp())
    return None if over else row


def _ahead(current: Item) -> timedelta:
    return timedelta(seconds=_number(current, "ahead_seconds"))


def _epoch(at: datetime) -> Item:
    return {"N": str(int(at.timestamp()))}


def _text(row: Item, name: str) -> str:
    return str(row.get(name, {}).get("S", ""))


def _number(row: Item, name: str) -> int:
    return int(row.get(name, {}).get("N", "0"))
