"""The client's table on DynamoDB: one read brings a turn all it needs, one transaction keeps all it decided.

Rows are written with conditions that hold without any queue's help; a condition that fails because our own first try
went through and its answer was lost is recognised by reading the turn back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from chalicelib import records
from chalicelib.aws import BUSY, busy_as_unavailable, rows
from chalicelib.aws.rows import Item
from chalicelib.desk.agreed import Swaps
from chalicelib.desk.diary import Change, Diary
from chalicelib.desk.effects import DeliverLead
from chalicelib.desk.values import Consent, Conversation, Lead, Reach, Visit, Waits
from chalicelib.errors import Refused, Unavailable
from chalicelib.ports import Changed, DueTimer, Loaded, Open, Paged, Placed, Taken, Turn

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules

AT_ONCE = 25
"""Rows in one transaction: DynamoDB takes 100, YDB's document API 25."""
OVERDUE_AT_ONCE = 100
READ_AT_ONCE = 100
"""Rows in one BatchGetItem."""
READ_TRIES = 4
RIVALS = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
"""Reasons of a cancelled transaction that tell of somebody else."""
PACKS_KEPT = 4


@dataclass(frozen=True)
class Packs:
    """The published packs: when each was stored, the one in force, and the one that was before it (0: none)."""

    published: Mapping[int, datetime]
    current: int
    before: int


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
        state_key, turn_key = rows.state_key(conversation), rows.turn_key(conversation, event)
        found = self._read(state_key, turn_key, rows.CURRENT)
        current = found.get(rows.ids(rows.CURRENT), {})
        ahead = rows.ahead(current)
        now = self._clock() + ahead
        state = rows.standing(found.get(rows.ids(state_key)), now)
        turn = rows.standing(found.get(rows.ids(turn_key)), now)
        return Loaded(
            conversation=records.load(Conversation, rows.text(state, "body")) if state else None,
            turn=rows.turn(event, turn) if turn else None,
            pack=rows.number(current, "pack"),
            ahead=ahead,
            swaps=rows.swaps(current),
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
        A bubble the turn answers besides its own event becomes known as done, unless it was decided before.
        Raises `Changed` when the conversation or the rota has another version or the event another turn, `Taken` when
        only the diary is not as the turn wants it, `Unavailable` when the outcome is unknown: the next `load` tells it.
        """
        own = rows.turn_row(conversation, turn, now)
        timers = {rows.ids(row): row for row in rows.timer_rows(turn)}
        answered = rows.timer_key(rang.at, rang.token) if rang else None
        diary = self._diary_changes(turn.diary)
        writes = [
            *diary,
            self._put(rows.state_row(conversation, forget_at), *rows.unchanged(before, now)),
            self._put(own, *rows.unchanged(0, now)),
            *(self._put(row, *rows.unchanged(0, now)) for row in rows.joined_rows(conversation, turn, now)),
            *self._proofs(conversation.id, turn),
            *(self._upsert_lead(effect.lead) for effect in turn.effects if isinstance(effect, DeliverLead)),
            *(self._put(row) for row in timers.values()),
            *([self._delete(answered)] if answered and rows.ids(answered) not in timers else ()),
            *(self._put(rows.visit_row(visit)) for visit in turn.visits),
            *(self._delete(rows.waiting_key(line)) for line in turn.waits_no_more),
            *(self._put(rows.waiting_row(line)) for line in turn.waits),
            *([self._put(rows.open_row(turn.open, forget_at))] if turn.open else ()),
            *([self._delete(rows.open_key(conversation.id))] if turn.over else ()),
            *([self._swapped(turn.swaps)] if turn.swaps else ()),
        ]
        if len(writes) > AT_ONCE:
            raise ValueError(f"a turn of {len(writes)} rows does not fit into one transaction of {AT_ONCE}")
        try:
            with busy_as_unavailable():
                self._client.transact_write_items(TransactItems=writes)
        except self._client.exceptions.TransactionCanceledException as cancelled:
            self._explain(cancelled, conversation.id, own, len(diary))

    def done(
        self, conversation: str, event: str, positions: frozenset[int], *, finished: bool, forget: bool = False
    ) -> None:
        """Note which effects of a turn were performed; a turn that is not there any more stays away. ``forget``: of a
        finished turn the effects go, and with them what was said and to whom; its key is known for as long as any."""
        clauses: list[str] = []
        names: dict[str, str] = {}
        values: Item = {}
        if finished:
            clauses.append("SET #finished = :finished" + (", #expires = #expires + :longer" if forget else ""))
            names["#finished"], values[":finished"] = "finished", {"BOOL": True}
        if finished and forget:
            clauses.append("REMOVE #effects")
            names["#effects"], names["#expires"] = "effects", "expires"
            values[":longer"] = {"N": str(int((rows.KEPT - rows.PRIVATE_KEPT).total_seconds()))}
        if positions:
            clauses.append("ADD #done :done")
            names["#done"], values[":done"] = "done", {"NS": sorted(map(str, positions))}
        if clauses:
            self._update_standing(rows.turn_key(conversation, event), " ".join(clauses), names, values)

    def ahead(self) -> timedelta:
        """How far the clock of a laptop's sandbox is wound forward; zero on AWS."""
        return rows.ahead(self._get(rows.CURRENT) or {})

    # The pack

    def current_pack(self) -> int:
        """The number of the published pack, 0 when none was ever published."""
        return rows.number(self._get(rows.CURRENT) or {}, "pack")

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

    def packs(self) -> Packs:
        """Every published pack with its time, which one is in force and which one was before it."""
        with busy_as_unavailable():
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="#pk = :stack AND begins_with(#sk, :packs)",
                ProjectionExpression="#sk, #published",
                ExpressionAttributeNames={"#pk": "pk", "#sk": "sk", "#published": "published"},
                ExpressionAttributeValues={":stack": {"S": "stack"}, ":packs": {"S": rows.PACKS}},
            )
            found = dict(rows.published(row) for page in pages for row in page["Items"])
        current = self._get(rows.CURRENT) or {}
        return Packs(found, rows.number(current, "pack"), rows.number(current, "before"))

    def roll_back(self, to: int | None = None) -> int:
        """Put an earlier pack into force again: ``to``, or the one before the current; return its number. The same
        again changes nothing, so a second call never goes further back. Raises `Refused` when there is none."""
        current = self._get(rows.CURRENT) or {}
        number = rows.number(current, "before") if to is None else to
        if number == 0:
            raise Refused("there is no pack before this one")
        if self._stored_rules(number) is None:
            raise Refused(f"pack {number} is not published")
        with busy_as_unavailable():
            self._client.update_item(
                TableName=self._table,
                Key=rows.CURRENT,
                UpdateExpression="SET #pack = :pack, #before = :pack",
                ExpressionAttributeNames={"#pack": "pack", "#before": "before"},
                ExpressionAttributeValues={":pack": {"N": str(number)}},
            )
        return number

    # The rota

    def swaps(self) -> Swaps:
        """What colleagues have agreed about the rota. It stands with the number of the pack, which every turn reads:
        so a swap holds at once, and neither publishing nor rolling back loses it."""
        return rows.swaps(self._get(rows.CURRENT) or {})

    def swap(self, swaps: Swaps) -> None:
        """Write what they have agreed, outside of any turn; what stands already changes nothing. Raises `Changed` when
        somebody was faster. A repetition after a lost answer finds it done."""
        change = self._swapped(swaps)["Update"]
        try:
            with busy_as_unavailable():
                self._client.update_item(**change)
        except self._client.exceptions.ConditionalCheckFailedException:
            there = self.swaps()
            if (there.agreed, there.withdrawn) != (swaps.agreed, swaps.withdrawn):
                raise Changed("the rota") from None

    # The model

    def spend(self, day: date, tokens: int) -> int:
        """Add to what the model used on ``day`` and return the sum; zero tokens only ask. A repetition after a lost
        answer counts twice: the budget is spent a little early then, never late."""
        key = rows.spent_key(day)
        if not tokens:
            return rows.number(self._get(key) or {}, "tokens")
        with busy_as_unavailable():
            answer = self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression="SET #expires = :expires ADD #tokens :tokens",
                ExpressionAttributeNames={"#expires": "expires", "#tokens": "tokens"},
                ExpressionAttributeValues={":expires": rows.spent_until(day), ":tokens": {"N": str(tokens)}},
                ReturnValues="UPDATED_NEW",
            )
        return rows.number(answer["Attributes"], "tokens")

    # People

    def consents(self, conversation: str) -> Sequence[Consent]:
        """Every proof of consent given, refused or withdrawn, oldest first."""
        return [rows.consent(row) for row in self._query(rows.consents_of(conversation))]

    def person(self, phone: str) -> str | None:
        """The name of who is known by a phone."""
        return rows.text(self._get(rows.person_key(phone)) or {}, "name") or None

    def reached(self, phone: str) -> Sequence[Reach]:
        """Where the owner of a phone can be written to: with consent, in channels that vouch for the phone."""
        found = self._query(rows.reaches_of(phone), rows.REACHES)
        return [rows.reach(phone, row) for row in found]

    def forget(
        self, lead: str | None, phone: str | None, visits: Sequence[str] = (), reach: Reach | None = None
    ) -> None:
        """Delete a lead, the name kept under a phone, visits, and where she can be written to; the time of the visits
        stays taken in the diary. What is not there stays away."""
        keys = [rows.lead_key(lead)] if lead else []
        keys += [rows.person_key(phone)] if phone else []
        keys += map(rows.visit_key, visits)
        keys += [rows.reach_key(reach)] if reach else []
        for key in keys:
            with busy_as_unavailable():
                self._client.delete_item(TableName=self._table, Key=key)

    # The diary

    def diary(self, since: date, until: date) -> Diary:
        """The diary's pages of these days, both included."""
        # No page's key is a bare date, so the day after the last is where it ends.
        pages = map(rows.page, self._query(rows.DIARY, (since.isoformat(), (until + timedelta(days=1)).isoformat())))
        return Diary(since, until, {(page.date, page.who): page for page in pages})

    def enter(self, changes: Sequence[Change]) -> None:
        """Write into the diary outside of any turn, all or nothing. Raises `Taken`, and `ValueError` for more pages
        than one transaction holds. After a lost answer it may have been written: the next look tells."""
        if len(changes) > AT_ONCE:
            raise ValueError(f"{len(changes)} pages do not fit into one transaction of {AT_ONCE}")
        try:
            with busy_as_unavailable():
                self._client.transact_write_items(TransactItems=self._diary_changes(changes))
        except self._client.exceptions.TransactionCanceledException as cancelled:
            reasons = {reason.get("Code", "") for reason in cancelled.response.get("CancellationReasons", [])}
            if reasons & RIVALS:
                raise Taken("the diary") from None
            if reasons & BUSY:
                raise Unavailable(f"TransactWriteItems: {', '.join(sorted(reasons & BUSY))}") from cancelled
            raise

    def placed(self, visits: Sequence[str]) -> Mapping[str, Placed]:
        """How these visits were last entered in the calendar outside; those that never were are left out."""
        keys = {rows.ids(rows.placed_key(visit)): visit for visit in visits}
        found: dict[str, Placed] = {}
        wanted = [rows.placed_key(visit) for visit in keys.values()]
        for place in range(0, len(wanted), READ_AT_ONCE):
            for known, row in self._read(*wanted[place : place + READ_AT_ONCE]).items():
                found[keys[known]] = records.load(Placed, rows.text(row, "body"))
        return found

    def place(self, visit: str, placed: Placed) -> None:
        """Note how a visit stands in the calendar outside now."""
        with busy_as_unavailable():
            self._client.put_item(TableName=self._table, Item=rows.placed_row(visit, placed))

    def visits(self, since: date, until: date, who: str | None = None) -> Sequence[Visit]:
        """Every visit of these days that stands in the diary, in the order of days and hours; only those that stand on
        pages of ``who``, if told."""
        pages = [page for page in self.diary(since, until).pages.values() if who in (None, page.who)]
        ids = dict.fromkeys(entry.id for page in pages for entry in page.entries if entry.until is None)
        keys = list(map(rows.visit_key, ids))
        found: list[Visit] = []
        for place in range(0, len(keys), READ_AT_ONCE):
            read = self._read(*keys[place : place + READ_AT_ONCE])
            found += (records.load(Visit, rows.text(row, "body")) for row in read.values())
        return sorted(found, key=lambda visit: (visit.slot.date, visit.slot.start, visit.id))

    def visit(self, visit: str) -> Visit | None:
        """A visit by its id, a cancelled one too."""
        row = self._get(rows.visit_key(visit))
        return records.load(Visit, rows.text(row, "body")) if row else None

    def waiting(self) -> Sequence[Waits]:
        """The waiting list, who has waited longest first."""
        return [records.load(Waits, rows.text(row, "body")) for row in self._query(rows.WAITING)]

    # Leads and timers

    def open(self) -> Sequence[Open]:
        """Every conversation that somebody is called to, has taken or has promised something in."""
        return [records.load(Open, rows.text(row, "body")) for row in self._query(rows.OPEN)]

    def paged(self, pager: str, page: str, paged: Paged, now: datetime) -> None:
        """Note for what a call was made."""
        with busy_as_unavailable():
            self._client.put_item(TableName=self._table, Item=rows.paged_row(pager, page, paged, now))

    def page(self, pager: str, page: str) -> Sequence[Paged]:
        """For what a call was made."""
        return [records.load(Paged, rows.text(row, "body")) for row in self._query(rows.paged_of(pager, page))]

    def lead(self, lead: str) -> tuple[Lead, str | None]:
        """A lead and its id in the CRM, once entered. Raises `Refused` when there is no such lead."""
        row = self._get(rows.lead_key(lead))
        if row is None:
            raise Refused(f"lead {lead} is not in the table")
        return records.load(Lead, rows.text(row, "body")), rows.text(row, "crm_id") or None

    def entered(self, lead: str, crm_id: str, now: datetime) -> None:
        """Note that a lead stands in the CRM. The first id stays."""
        self._update_standing(
            rows.lead_key(lead),
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
                ExpressionAttributeValues={":timers": {"S": "timers"}, ":before": {"S": rows.due(before)}},
                Limit=OVERDUE_AT_ONCE,
            )
        return [rows.due_timer(row) for row in answer["Items"]]

    def forget_timer(self, due: DueTimer) -> None:
        """A timer that was rung by hand is due no more."""
        with busy_as_unavailable():
            self._client.delete_item(TableName=self._table, Key=rows.timer_key(due.at, due.token))

    # Requests

    def _read(self, *keys: Item) -> dict[tuple[str, str], Item]:
        wanted: Any = {self._table: {"Keys": list(keys), "ConsistentRead": True}}
        found: list[Item] = []
        for tried in range(READ_TRIES):
            if tried:
                self._sleep(0.05 * 2**tried)
            with busy_as_unavailable():
                answer = self._client.batch_get_item(RequestItems=wanted)
            found += answer["Responses"].get(self._table, [])
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return {rows.ids(row): row for row in found}
        raise Unavailable("BatchGetItem: UnprocessedKeys")

    def _get(self, key: Item) -> Item | None:
        with busy_as_unavailable():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        row: Item | None = answer.get("Item")
        return row

    def _query(self, pk: str, between: tuple[str, str] | None = None) -> Iterator[Item]:
        """The rows of one partition as they are now, by their sort key; all of them, or those ``between`` two."""
        start: Item = {}
        names, values = {"#pk": "pk"}, {":pk": {"S": pk}}
        if between:
            names["#sk"], values[":since"], values[":until"] = "sk", {"S": between[0]}, {"S": between[1]}
        while True:
            with busy_as_unavailable():
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression="#pk = :pk" + (" AND #sk BETWEEN :since AND :until" if between else ""),
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=values,
                    ConsistentRead=True,
                    **start,
                )
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _diary_changes(self, changes: Sequence[Change]) -> list[Item]:
        if len({(change.date, change.who) for change in changes}) < len(changes):
            raise ValueError("two changes of one page do not fit into one transaction")
        return [self._changed_page(change) for change in changes]

    def _changed_page(self, change: Change) -> Item:
        if change.before == 0:
            return self._put(rows.page_row(change), *rows.held(change))
        update, condition, names, values = rows.changed(change)
        return {
            "Update": {
                "TableName": self._table,
                "Key": rows.page_key(change.who, change.date),
                "UpdateExpression": update,
                "ConditionExpression": condition,
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": values,
            }
        }

    def _swapped(self, swaps: Swaps) -> Item:
        update, condition, names, values = rows.swapped(swaps)
        return {
            "Update": {
                "TableName": self._table,
                "Key": rows.CURRENT,
                "UpdateExpression": update,
                "ConditionExpression": condition,
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": values,
            }
        }

    def _proofs(self, conversation: str, turn: Turn) -> list[Item]:
        """What a turn tells of the client for longer than the conversation lasts."""
        writes = []
        if turn.consent:
            proof = rows.consent_row(conversation, turn.consent)
            writes.append(self._put(proof, "attribute_not_exists(#pk)", {"#pk": "pk"}))
        if turn.person:
            writes.append(self._put(rows.person_row(conversation, *turn.person)))
        if turn.reach:
            writes.append(self._put(rows.reach_key(turn.reach)))
        return writes

    def _put(self, row: Item, condition: str = "", names: Item | None = None, values: Item | None = None) -> Item:
        put: Item = {"TableName": self._table, "Item": row}
        if condition:
            put |= {"ConditionExpression": condition, "ExpressionAttributeNames": names}
            put |= {"ExpressionAttributeValues": values} if values else {}
        return {"Put": put}

    def _delete(self, key: Item) -> Item:
        return {"Delete": {"TableName": self._table, "Key": key}}

    def _upsert_lead(self, lead: Lead) -> Item:
        # An update, not a put: what the CRM called it stays.
        update = {
            "TableName": self._table,
            "Key": rows.lead_key(lead.id),
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

    def _explain(self, cancelled: Any, conversation: str, own: Item, diary: int) -> None:
        """What a cancelled transaction means. Reasons come in the order of the writes, of which the first ``diary``
        are the diary's."""
        told = [reason.get("Code", "") for reason in cancelled.response.get("CancellationReasons", [])]
        reasons = set(told)
        if not reasons & RIVALS:
            if reasons & BUSY:
                raise Unavailable(f"TransactWriteItems: {', '.join(sorted(reasons & BUSY))}") from cancelled
            raise cancelled
        if rows.same_turn(self._get(rows.key(*rows.ids(own))), own):
            return
        raise (Changed(conversation) if RIVALS & set(told[diary:]) else Taken(conversation)) from None

    def _stored_rules(self, number: int) -> str | None:
        row = self._get(rows.pack_key(number))
        return rows.text(row, "rules") if row else None

    def _stored_as(self, number: int, rules: str, now: datetime) -> bool:
        row = rows.pack_key(number) | {"rules": {"S": rules}, "published": {"S": now.isoformat()}}
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
        """The pack in force, and beside it the one to come back to. A repeated request finds it done."""
        try:
            with busy_as_unavailable():
                self._client.update_item(
                    TableName=self._table,
                    Key=rows.CURRENT,
                    UpdateExpression="SET #before = if_not_exists(#pack, :none), #pack = :pack",
                    ConditionExpression="attribute_not_exists(#pack) OR #pack <> :pack",
                    ExpressionAttributeNames={"#pack": "pack", "#before": "before"},
                    ExpressionAttributeValues={":pack": {"N": str(number)}, ":none": {"N": "0"}},
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            return
