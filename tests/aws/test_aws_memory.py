"""The client's table: what one turn reads and keeps, and what happens when it is not alone or does not survive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from aws_wires import NIGHT, Clock, Killed, Wires, killed_after, killed_before, lost_answer, never_arrives

from chalicelib.aws.memory import DynamoMemory
from chalicelib.desk.effects import DeliverLead, Reply, SetTimer
from chalicelib.desk.values import Choice, Consent, Conversation, Lead, Reach, Request, Wish
from chalicelib.errors import Refused, Unavailable
from chalicelib.ports import Changed, DueTimer, Loaded, Turn

ANNA = Conversation(
    id="c0ffee",
    channel="telegram",
    address="700000001",
    version=1,
    stage="qualifying",
    request=Request(service="haircut", wish=Wish(date=NIGHT.date(), words="завтра"), name="Анна", phone="+79000000001"),
    consent=Consent("1", NIGHT, "telegram", "telegram:1", True),
    asked="time",
    offered=(Choice("today", "Сегодня"),),
    silence="t1",
    seen=NIGHT,
)
LEAD = Lead(
    id="lead-1",
    conversation="c0ffee",
    source="telegram",
    client_name="Анна",
    contact="+79000000001",
    service="haircut",
    preferred_time="завтра",
    status="new",
    assigned_to="olga",
    created=NIGHT,
)
REPLY = Reply("telegram", "700000001", "Когда вам удобно?", (Choice("today", "Сегодня"),))
TIMER = SetTimer("c0ffee", "silence", "t1", NIGHT + timedelta(minutes=10, microseconds=1))
DUE = DueTimer("c0ffee", "silence", "t1", TIMER.at)
TURN = Turn("telegram:1", (TIMER, DeliverLead(LEAD), REPLY), ("RP-001 §2",), pack=3)


def keep(
    memory: DynamoMemory,
    turn: Turn = TURN,
    before: int = 0,
    conversation: Conversation = ANNA,
    now: datetime = NIGHT,
    forget_at: datetime | None = None,
    rang: DueTimer | None = None,
) -> None:
    memory.save(before, conversation, turn, now, forget_at, rang)


# Reading


def test_of_an_empty_table_nothing_is_known(memory: DynamoMemory) -> None:
    assert memory.load("c0ffee", "telegram:1") == Loaded(None, None, 0)


def test_what_was_saved_is_loaded_whole(memory: DynamoMemory) -> None:
    keep(memory)
    assert memory.load("c0ffee", "telegram:1") == Loaded(ANNA, TURN, 0)


def test_loading_is_one_consistent_request(memory: DynamoMemory, wires: Wires, table: Any) -> None:
    asked: list[Any] = []
    table.meta.events.register("provide-client-params.dynamodb.BatchGetItem", lambda params, **_: asked.append(params))
    memory.load("c0ffee", "telegram:1")
    assert wires.sent == ["BatchGetItem"]
    assert [request["RequestItems"]["nochnik"]["ConsistentRead"] for request in asked] == [True]


def test_another_event_of_the_conversation_has_no_turn_yet(memory: DynamoMemory) -> None:
    keep(memory)
    assert memory.load("c0ffee", "telegram:2") == Loaded(ANNA, None, 0)


def test_the_wound_clock_of_a_laptop_is_loaded_too(memory: DynamoMemory, table: Any) -> None:
    wind(table, 900)
    assert memory.load("c0ffee", "telegram:1") == Loaded(None, None, 0, timedelta(minutes=15))
    assert memory.ahead() == timedelta(minutes=15)


def test_keys_that_dynamodb_left_out_are_asked_for_again(memory: DynamoMemory, table: Any) -> None:
    keep(memory)
    left_out(table, times=2)
    assert memory.load("c0ffee", "telegram:1") == Loaded(ANNA, TURN, 0)


def test_a_table_that_leaves_keys_out_for_good_is_unavailable(memory: DynamoMemory, table: Any) -> None:
    left_out(table, times=99)
    with pytest.raises(Unavailable, match="UnprocessedKeys"):
        memory.load("c0ffee", "telegram:1")


# Forgetting


def test_a_conversation_past_its_time_is_forgotten(memory: DynamoMemory, clock: Clock) -> None:
    keep(memory, forget_at=NIGHT + timedelta(hours=1))
    clock.move(timedelta(hours=1))
    assert memory.load("c0ffee", "telegram:1").conversation == ANNA
    clock.move(timedelta(seconds=1))
    assert memory.load("c0ffee", "telegram:1").conversation is None


def test_a_conversation_is_forgotten_by_the_wound_clock(memory: DynamoMemory, table: Any) -> None:
    keep(memory, forget_at=NIGHT + timedelta(hours=1))
    wind(table, 3601)
    assert memory.load("c0ffee", "telegram:1").conversation is None


def test_a_forgotten_conversation_gives_way_to_a_new_one(memory: DynamoMemory) -> None:
    later = NIGHT + timedelta(hours=1, seconds=1)
    keep(memory, conversation=replace(ANNA, version=7), forget_at=NIGHT + timedelta(hours=1))
    keep(memory, replace(TURN, event="telegram:2"), now=later)
    assert memory.load("c0ffee", "telegram:2").conversation == ANNA


def test_a_conversation_that_was_kept_for_good_does_not_give_way(memory: DynamoMemory) -> None:
    keep(memory)
    with pytest.raises(Changed):
        keep(memory, replace(TURN, event="telegram:2"), now=NIGHT + timedelta(days=999))


def test_consent_keeps_a_conversation_that_was_to_be_forgotten(memory: DynamoMemory, clock: Clock) -> None:
    keep(memory, forget_at=NIGHT + timedelta(hours=1))
    agreed = replace(ANNA, version=2)
    keep(memory, replace(TURN, event="telegram:2"), before=1, conversation=agreed)
    clock.move(timedelta(days=999))
    assert memory.load("c0ffee", "telegram:2").conversation == agreed


def test_an_event_is_known_again_for_eight_days(memory: DynamoMemory, clock: Clock) -> None:
    keep(memory)
    clock.move(timedelta(days=8))
    assert memory.load("c0ffee", "telegram:1").turn == TURN
    clock.move(timedelta(seconds=1))
    assert memory.load("c0ffee", "telegram:1").turn is None


def test_an_event_that_comes_after_that_is_decided_anew(memory: DynamoMemory, clock: Clock) -> None:
    keep(memory)
    clock.move(timedelta(days=8, seconds=1))
    anew = replace(TURN, effects=(REPLY,))
    keep(memory, anew, before=1, conversation=replace(ANNA, version=2), now=clock.at)
    assert memory.load("c0ffee", "telegram:1").turn == anew


# Saving


def test_saving_is_one_request(memory: DynamoMemory, wires: Wires) -> None:
    keep(memory)
    assert wires.sent == ["TransactWriteItems"]


def test_a_conversation_that_somebody_else_saved_is_not_overwritten(memory: DynamoMemory) -> None:
    keep(memory)
    theirs = replace(ANNA, version=2, asked="name")
    keep(memory, replace(TURN, event="telegram:2"), before=1, conversation=theirs)
    with pytest.raises(Changed):
        keep(memory, replace(TURN, event="telegram:3"), before=1, conversation=replace(ANNA, version=2))
    assert memory.load("c0ffee", "telegram:3") == Loaded(theirs, None, 0)


def test_a_newcomer_whom_somebody_else_met_first_is_not_overwritten(memory: DynamoMemory) -> None:
    keep(memory)
    with pytest.raises(Changed):
        keep(memory, replace(TURN, event="telegram:2"))


def test_an_event_is_never_decided_twice(memory: DynamoMemory) -> None:
    keep(memory)
    with pytest.raises(Changed):
        keep(memory, replace(TURN, effects=()), before=1, conversation=replace(ANNA, version=2))
    assert memory.load("c0ffee", "telegram:1") == Loaded(ANNA, TURN, 0)


def test_a_refused_turn_leaves_no_lead_and_no_timer(memory: DynamoMemory) -> None:
    keep(memory, replace(TURN, effects=()))
    with pytest.raises(Changed):
        keep(memory)
    assert memory.overdue(NIGHT + timedelta(days=1)) == []
    with pytest.raises(Refused):
        memory.lead("lead-1")


def test_an_own_write_whose_answer_was_lost_is_recognised(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("TransactWriteItems", lost_answer)
    keep(memory)
    assert wires.sent == ["TransactWriteItems", "TransactWriteItems", "GetItem"]
    assert memory.load("c0ffee", "telegram:1") == Loaded(ANNA, TURN, 0)


def test_the_same_decision_of_another_worker_is_not_ours(memory: DynamoMemory) -> None:
    keep(memory, now=NIGHT)
    with pytest.raises(Changed):
        keep(memory, now=NIGHT + timedelta(microseconds=1))


def test_a_save_whose_every_answer_was_lost_is_unavailable_and_there(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("TransactWriteItems", lost_answer, lost_answer)
    with pytest.raises(Unavailable) as unknown:
        keep(memory)
    assert unknown.value.answered is False
    assert memory.load("c0ffee", "telegram:1") == Loaded(ANNA, TURN, 0)


def test_a_save_that_never_arrived_leaves_nothing(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("TransactWriteItems", never_arrives, never_arrives)
    with pytest.raises(Unavailable):
        keep(memory)
    assert memory.load("c0ffee", "telegram:1") == Loaded(None, None, 0)


def test_a_worker_killed_before_the_write_leaves_nothing(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("TransactWriteItems", killed_before)
    with pytest.raises(Killed):
        keep(memory)
    assert memory.load("c0ffee", "telegram:1") == Loaded(None, None, 0)


def test_a_worker_killed_after_the_write_leaves_a_turn_to_finish(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("TransactWriteItems", killed_after)
    with pytest.raises(Killed):
        keep(memory)
    assert memory.load("c0ffee", "telegram:1") == Loaded(ANNA, TURN, 0)


@pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_throttled_transaction_is_unavailable(memory: DynamoMemory, table: Any, reason: str) -> None:
    answer(table, "TransactWriteItems", cancelled(reason))
    with pytest.raises(Unavailable, match=reason):
        keep(memory)


def test_a_transaction_in_conflict_with_another_is_decided_again(memory: DynamoMemory, table: Any) -> None:
    answer(table, "TransactWriteItems", cancelled("TransactionConflict"))
    with pytest.raises(Changed):
        keep(memory)


def test_a_transaction_refused_for_our_own_mistake_is_neither(memory: DynamoMemory, table: Any) -> None:
    answer(table, "TransactWriteItems", cancelled("ItemCollectionSizeLimitExceeded"))
    with pytest.raises(table.exceptions.TransactionCanceledException):
        keep(memory)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ThrottlingException"),
        (400, "ProvisionedThroughputExceededException"),
        (500, "InternalServerError"),
        (503, "NeverHeardOf"),
    ],
)
def test_a_busy_table_is_unavailable(memory: DynamoMemory, table: Any, status: int, code: str) -> None:
    answer(table, "BatchGetItem", (status, {"Error": {"Code": code, "Message": ""}}))
    with pytest.raises(Unavailable, match=code) as busy:
        memory.load("c0ffee", "telegram:1")
    assert busy.value.answered is True


def test_a_missing_permission_goes_up_as_it_is(memory: DynamoMemory, table: Any) -> None:
    answer(table, "BatchGetItem", (400, {"Error": {"Code": "AccessDeniedException", "Message": ""}}))
    with pytest.raises(table.exceptions.ClientError, match="AccessDeniedException"):
        memory.load("c0ffee", "telegram:1")


def test_a_turn_too_large_for_one_transaction_is_a_mistake(memory: DynamoMemory) -> None:
    timers = tuple(replace(TIMER, token=f"t{n}") for n in range(24))
    with pytest.raises(ValueError, match="26 rows"):
        keep(memory, replace(TURN, effects=timers))


def test_twenty_five_rows_fit(memory: DynamoMemory) -> None:
    timers = tuple(replace(TIMER, token=f"t{n}") for n in range(23))
    keep(memory, replace(TURN, effects=timers))
    assert len(memory.overdue(NIGHT + timedelta(days=1))) == 23


# Performing


def test_performed_effects_are_noted_one_after_another(memory: DynamoMemory) -> None:
    keep(memory)
    memory.done("c0ffee", "telegram:1", frozenset({0}), finished=False)
    memory.done("c0ffee", "telegram:1", frozenset({2}), finished=False)
    memory.done("c0ffee", "telegram:1", frozenset(), finished=True)
    assert memory.load("c0ffee", "telegram:1").turn == replace(TURN, done=frozenset({0, 2}), finished=True)


def test_noting_nothing_asks_nothing(memory: DynamoMemory, wires: Wires) -> None:
    memory.done("c0ffee", "telegram:1", frozenset(), finished=False)
    assert wires.sent == []


def test_a_turn_that_is_gone_is_not_brought_back_by_a_note(memory: DynamoMemory) -> None:
    memory.done("c0ffee", "telegram:1", frozenset({0}), finished=True)
    assert memory.load("c0ffee", "telegram:1").turn is None


def test_an_own_write_is_recognised_though_part_of_it_was_performed(memory: DynamoMemory) -> None:
    keep(memory)
    memory.done("c0ffee", "telegram:1", frozenset({0}), finished=True)
    keep(memory)
    assert memory.load("c0ffee", "telegram:1").turn == replace(TURN, done=frozenset({0}), finished=True)


def test_of_people_without_consent_what_was_said_is_dropped_when_it_is_performed(
    memory: DynamoMemory, table: Any
) -> None:
    private = replace(TURN, private=True, reader="phrases")
    keep(memory, private)
    memory.done("c0ffee", "telegram:1", frozenset({0}), finished=False, forget=True)
    assert memory.load("c0ffee", "telegram:1").turn == replace(private, done=frozenset({0}))
    memory.done("c0ffee", "telegram:1", frozenset(), finished=True, forget=True)
    assert memory.load("c0ffee", "telegram:1").turn == replace(private, effects=(), done=frozenset({0}), finished=True)
    assert "effects" not in row(table, "conversation#c0ffee", "event#telegram:1")


def test_what_could_not_be_said_to_people_without_consent_is_dropped_after_an_hour(
    memory: DynamoMemory, table: Any
) -> None:
    keep(memory, replace(TURN, private=True))
    unsaid = int(row(table, "conversation#c0ffee", "event#telegram:1")["expires"]["N"])
    memory.done("c0ffee", "telegram:1", frozenset(), finished=True, forget=True)
    said = int(row(table, "conversation#c0ffee", "event#telegram:1")["expires"]["N"])
    at = int(NIGHT.timestamp())
    assert (unsaid - at, said - at) == (3600, 8 * 24 * 3600)


def test_what_was_said_to_others_stays_to_be_looked_at(memory: DynamoMemory) -> None:
    keep(memory)
    memory.done("c0ffee", "telegram:1", frozenset(), finished=True, forget=False)
    assert memory.load("c0ffee", "telegram:1").turn == replace(TURN, finished=True)


def test_an_own_write_is_recognised_though_what_it_said_was_dropped(memory: DynamoMemory) -> None:
    keep(memory)
    memory.done("c0ffee", "telegram:1", frozenset(), finished=True, forget=True)
    keep(memory)
    assert memory.load("c0ffee", "telegram:1").turn == replace(TURN, effects=(), finished=True)


def test_a_turn_whose_words_were_dropped_is_not_decided_anew_by_another(memory: DynamoMemory) -> None:
    keep(memory)
    memory.done("c0ffee", "telegram:1", frozenset(), finished=True, forget=True)
    with pytest.raises(Changed):
        keep(memory, now=NIGHT + timedelta(seconds=1))


def test_which_layer_understood_is_kept(memory: DynamoMemory) -> None:
    keep(memory, replace(TURN, reader="gpt"))
    loaded = memory.load("c0ffee", "telegram:1").turn
    assert loaded is not None
    assert loaded.reader == "gpt"


# Bubbles

SEVERAL = replace(TURN, joined=("telegram:1", "telegram:2", "telegram:3", "telegram:3"))


def test_every_bubble_of_a_turn_is_known_as_done(memory: DynamoMemory) -> None:
    keep(memory, SEVERAL)
    assert [memory.load("c0ffee", key).turn for key in ("telegram:1", "telegram:2", "telegram:3")] == [
        TURN,
        Turn("telegram:2", (), (), 0, finished=True),
        Turn("telegram:3", (), (), 0, finished=True),
    ]


def test_a_bubble_that_was_answered_before_is_not_answered_again(memory: DynamoMemory) -> None:
    keep(memory, replace(TURN, event="telegram:3", effects=()))
    with pytest.raises(Changed):
        keep(memory, SEVERAL, before=1, conversation=replace(ANNA, version=2))
    assert memory.load("c0ffee", "telegram:1") == Loaded(ANNA, None, 0)


def test_a_bubble_is_known_for_as_long_as_its_turn(memory: DynamoMemory, clock: Clock) -> None:
    keep(memory, SEVERAL)
    clock.move(timedelta(days=8, seconds=1))
    assert memory.load("c0ffee", "telegram:2").turn is None


def test_a_turn_of_several_bubbles_whose_answer_was_lost_is_recognised(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("TransactWriteItems", lost_answer)
    keep(memory, SEVERAL)
    assert memory.load("c0ffee", "telegram:1").turn == TURN


# Consent

GIVEN = Consent("1.0", NIGHT, "telegram", "telegram:1", True)
WITHDRAWN = Consent("1.0", NIGHT + timedelta(days=400), "telegram", "telegram:9", False)


def test_of_somebody_who_was_never_asked_there_is_no_proof(memory: DynamoMemory) -> None:
    keep(memory)
    assert memory.consents("c0ffee") == []


def test_what_was_agreed_and_withdrawn_is_proved_oldest_first(memory: DynamoMemory) -> None:
    keep(memory, replace(TURN, consent=GIVEN))
    second = replace(TURN, event="telegram:9", effects=(), consent=WITHDRAWN)
    keep(memory, second, before=1, conversation=replace(ANNA, version=2), now=WITHDRAWN.at)
    assert memory.consents("c0ffee") == [GIVEN, WITHDRAWN]


def test_a_proof_outlives_the_conversation(memory: DynamoMemory, clock: Clock, table: Any) -> None:
    keep(memory, replace(TURN, consent=replace(GIVEN, given=False)), forget_at=NIGHT + timedelta(hours=1))
    clock.move(timedelta(days=3000))
    assert memory.consents("c0ffee") == [replace(GIVEN, given=False)]
    assert "expires" not in row(table, "consent#c0ffee", "2026-11-22T19:40:00.000+00:00#telegram:1")


def test_a_proof_is_never_written_over(memory: DynamoMemory) -> None:
    keep(memory, replace(TURN, consent=GIVEN))
    forged = replace(TURN, event="telegram:2", consent=replace(GIVEN, version="2.0"))
    with pytest.raises(Changed):
        keep(memory, forged, before=1, conversation=replace(ANNA, version=2))
    assert memory.consents("c0ffee") == [GIVEN]


def test_proofs_beyond_one_page_are_found(memory: DynamoMemory, table: Any) -> None:
    proofs = [replace(GIVEN, at=NIGHT + timedelta(minutes=n), event=f"e{n}") for n in range(3)]
    for number, proof in enumerate(proofs):
        turn = replace(TURN, event=proof.event, effects=(), consent=proof)
        keep(memory, turn, number, replace(ANNA, version=number + 1))
    table.meta.events.register("provide-client-params.dynamodb.Query", lambda params, **_: {**params, "Limit": 1})
    assert memory.consents("c0ffee") == proofs


# People


def test_who_left_a_name_is_known_by_her_phone(memory: DynamoMemory) -> None:
    keep(memory, replace(TURN, person=("+79000000001", "Анна")))
    assert memory.person("+79000000001") == "Анна"
    assert memory.person("+79000000002") is None


def test_a_phone_does_not_stand_in_a_key(memory: DynamoMemory, table: Any) -> None:
    keep(memory, replace(TURN, person=("+79000000001", "Анна")))
    keys = [item["pk"]["S"] for item in table.scan(TableName="nochnik")["Items"]]
    assert [key for key in keys if "9000000001" in key] == []
    assert sum(key.startswith("person#") for key in keys) == 1


def test_the_latest_name_counts(memory: DynamoMemory) -> None:
    keep(memory, replace(TURN, person=("+79000000001", "Аня")))
    second = replace(TURN, event="telegram:2", effects=(), person=("+79000000001", "Анна"))
    keep(memory, second, before=1, conversation=replace(ANNA, version=2))
    assert memory.person("+79000000001") == "Анна"


def test_who_withdraws_is_forgotten_with_her_request(memory: DynamoMemory) -> None:
    keep(memory, replace(TURN, person=("+79000000001", "Анна"), consent=GIVEN))
    memory.forget("lead-1", "+79000000001")
    assert memory.person("+79000000001") is None
    with pytest.raises(Refused):
        memory.lead("lead-1")
    assert memory.consents("c0ffee") == [GIVEN]


@pytest.mark.parametrize(("lead", "phone", "asked"), [(None, None, 0), ("lead-9", None, 1), (None, "+79000000009", 1)])
def test_only_what_is_known_is_forgotten(
    memory: DynamoMemory, wires: Wires, lead: str | None, phone: str | None, asked: int
) -> None:
    memory.forget(lead, phone)
    assert wires.sent == ["DeleteItem"] * asked


IN_TELEGRAM = Reach("+79000000001", "telegram", "c0ffee")
IN_WHATSAPP = Reach("+79000000001", "whatsapp", "5a1ad")


def test_where_somebody_can_be_written_to_is_kept_with_the_turn_that_says_so(memory: DynamoMemory) -> None:
    assert memory.reached("+79000000001") == []
    keep(memory, replace(TURN, person=("+79000000001", "Анна"), reach=IN_TELEGRAM))
    keep(memory, replace(TURN, reach=IN_WHATSAPP), conversation=replace(ANNA, id="5a1ad"))
    keep(memory, replace(TURN, reach=Reach("+79000000002", "telegram", "c1")), conversation=replace(ANNA, id="c1"))
    assert memory.reached("+79000000001") == [IN_TELEGRAM, IN_WHATSAPP]


def test_who_withdraws_in_one_channel_is_reached_in_the_others_only(memory: DynamoMemory) -> None:
    keep(memory, replace(TURN, person=("+79000000001", "Анна"), reach=IN_TELEGRAM))
    keep(memory, replace(TURN, reach=IN_WHATSAPP), conversation=replace(ANNA, id="5a1ad"))
    memory.forget(None, None, (), IN_TELEGRAM)
    assert memory.reached("+79000000001") == [IN_WHATSAPP]
    assert memory.person("+79000000001") == "Анна"


def test_reaching_somebody_is_one_request(memory: DynamoMemory, wires: Wires) -> None:
    memory.reached("+79000000001")
    assert wires.sent == ["Query"]


# The model's budget

TODAY = date(2026, 11, 22)


def test_what_the_model_uses_adds_up_by_day(memory: DynamoMemory) -> None:
    assert [memory.spend(TODAY, 900), memory.spend(TODAY, 50), memory.spend(TODAY, 0)] == [900, 950, 950]
    assert memory.spend(TODAY + timedelta(days=1), 0) == 0


def test_adding_and_asking_are_one_request_each(memory: DynamoMemory, wires: Wires) -> None:
    memory.spend(TODAY, 900)
    memory.spend(TODAY, 0)
    assert wires.sent == ["UpdateItem", "GetItem"]


def test_what_was_used_is_forgotten_after_three_days(memory: DynamoMemory, table: Any) -> None:
    memory.spend(TODAY, 900)
    expires = int(row(table, "stack", "spent#2026-11-22")["expires"]["N"])
    assert datetime.fromtimestamp(expires, UTC) == datetime(2026, 11, 25, tzinfo=UTC)


def test_a_busy_table_does_not_tell_what_was_used(memory: DynamoMemory, table: Any) -> None:
    answer(table, "UpdateItem", (400, {"Error": {"Code": "ThrottlingException", "Message": ""}}))
    with pytest.raises(Unavailable):
        memory.spend(TODAY, 900)


# Leads


def test_a_lead_is_kept_with_its_turn(memory: DynamoMemory) -> None:
    keep(memory)
    assert memory.lead("lead-1") == (LEAD, None)


def test_the_first_id_in_the_crm_stays(memory: DynamoMemory) -> None:
    keep(memory)
    memory.entered("lead-1", "77", NIGHT)
    memory.entered("lead-1", "78", NIGHT + timedelta(minutes=1))
    assert memory.lead("lead-1") == (LEAD, "77")


def test_a_lead_that_changes_keeps_its_id_in_the_crm(memory: DynamoMemory) -> None:
    keep(memory)
    memory.entered("lead-1", "77", NIGHT)
    changed = replace(LEAD, comment="позвонить после обеда")
    second = replace(TURN, event="telegram:2", effects=(DeliverLead(changed),))
    keep(memory, second, before=1, conversation=replace(ANNA, version=2))
    assert memory.lead("lead-1") == (changed, "77")


def test_a_lead_that_was_erased_is_not_brought_back_by_the_crm(memory: DynamoMemory) -> None:
    memory.entered("lead-9", "77", NIGHT)
    with pytest.raises(Refused, match="lead-9"):
        memory.lead("lead-9")


# Timers


def test_a_timer_that_did_not_ring_is_overdue(memory: DynamoMemory) -> None:
    keep(memory)
    assert memory.overdue(TIMER.at) == []
    assert memory.overdue(TIMER.at + timedelta(milliseconds=1)) == [DUE]


def test_the_oldest_hundred_timers_are_told_first(memory: DynamoMemory) -> None:
    for turn in range(6):
        timers = tuple(
            replace(TIMER, token=f"t{turn}-{n}", at=NIGHT + timedelta(minutes=100 * turn + n)) for n in range(20)
        )
        keep(memory, replace(TURN, event=f"e{turn}", effects=timers), turn, replace(ANNA, version=turn + 1))
    found = memory.overdue(NIGHT + timedelta(days=9))
    assert [due.token for due in found] == [f"t{turn}-{n}" for turn in range(5) for n in range(20)]


def test_a_timer_that_was_answered_is_overdue_no_more(memory: DynamoMemory) -> None:
    keep(memory)
    answered = replace(TURN, event="timer:t1", effects=())
    keep(memory, answered, before=1, conversation=replace(ANNA, version=2), rang=DUE)
    assert memory.overdue(NIGHT + timedelta(days=1)) == []


def test_a_timer_armed_again_by_its_own_ring_stays(memory: DynamoMemory) -> None:
    keep(memory)
    again = replace(TURN, event="timer:t1", effects=(TIMER,))
    keep(memory, again, before=1, conversation=replace(ANNA, version=2), rang=DUE)
    assert memory.overdue(NIGHT + timedelta(days=1)) == [DUE]


def test_a_timer_rung_by_hand_is_forgotten(memory: DynamoMemory) -> None:
    keep(memory)
    memory.forget_timer(DUE)
    assert memory.overdue(NIGHT + timedelta(days=1)) == []


# Faults


def row(table: Any, pk: str, sk: str) -> dict[str, Any]:
    found: dict[str, Any] = table.get_item(TableName="nochnik", Key={"pk": {"S": pk}, "sk": {"S": sk}})["Item"]
    return found


def wind(table: Any, seconds: int) -> None:
    current = {"pk": {"S": "stack"}, "sk": {"S": "current"}, "ahead_seconds": {"N": str(seconds)}}
    table.put_item(TableName="nochnik", Item=current)


def answer(client: Any, operation: str, parsed: tuple[int, Any]) -> None:
    """AWS says this to an operation, whatever is asked."""
    status, body = parsed

    http = SimpleNamespace(status_code=status, headers={})
    body = {"ResponseMetadata": {"HTTPStatusCode": status}, **body}
    client.meta.events.register_first(f"before-call.*.{operation}", lambda **_: (http, body))


def cancelled(reason: str) -> tuple[int, Any]:
    return 400, {
        "Error": {"Code": "TransactionCanceledException", "Message": ""},
        "CancellationReasons": [{"Code": reason}, {"Code": "None"}],
    }


def left_out(client: Any, times: int) -> None:
    """BatchGetItem answers only one key a time, as it does under load."""
    left = [times]

    def shorten(parsed: Any, **_: Any) -> None:
        rows = parsed["Responses"]["nochnik"] if parsed.get("Responses") else []
        if left[0] > 0:
            left[0] -= 1
            keys = [{"pk": row["pk"], "sk": row["sk"]} for row in rows] or [{"pk": {"S": "x"}, "sk": {"S": "x"}}]
            parsed["Responses"] = {}
            parsed["UnprocessedKeys"] = {"nochnik": {"Keys": keys, "ConsistentRead": True}}

    client.meta.events.register("after-call.dynamodb.BatchGetItem", shorten)
