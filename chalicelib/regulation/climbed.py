"""Ladders that climb (SLA-001 §6): every step wakes somebody in a way that the business has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalicelib.regulation.partly import as_far_as_known

if TYPE_CHECKING:
    from chalicelib.regulation.mistakes import Mistake
    from chalicelib.regulation.pack import Pack
    from chalicelib.regulation.schema import Ladder, Pagers, Step
    from chalicelib.regulation.written import Written


@as_far_as_known
def mistakes(pack: Pack) -> Iterator[Mistake]:
    """What is wrong with the ladders of SLA-001."""
    at, sla, business = pack.sla.written, pack.sla.document, pack.business.document
    if at is None or sla is None:
        return
    if not {"urgent", "high"} & sla.ladders.keys():
        yield at.mistake(("ladders",), "нет лестницы для срочного: допишите urgent, по ней будят сразу")
    for priority, ladder in sla.ladders.items():
        yield from _steps(at, priority, ladder, business.pagers if business else None)
        yield from _telegram(at, priority, ladder)
        yield from _waits(at, priority, ladder)


@as_far_as_known
def _steps(at: Written, priority: str, ladder: Ladder, pagers: Pagers | None) -> Iterator[Mistake]:
    place = ("ladders", priority, "steps")
    for number, step in enumerate(ladder.steps):
        yield from _step(at, (*place, number), step, pagers)
    minutes = [step.after_minutes for step in ladder.steps]
    if minutes != sorted(minutes):
        yield at.mistake(place, f"{priority}: шаги идут не по порядку минут, переставьте")


@as_far_as_known
def _telegram(at: Written, priority: str, ladder: Ladder) -> Iterator[Mistake]:
    place = ("ladders", priority, "steps")
    if not any(step.who and "telegram" in step.by for step in ladder.steps):
        yield at.mistake(place, f"{priority}: никого не будят в Telegram, а «Беру» нажимают там: допишите")


@as_far_as_known
def _waits(at: Written, priority: str, ladder: Ladder) -> Iterator[Mistake]:
    place = ("ladders", priority)
    if (ladder.waits_from is None) != (ladder.waits_until is None):
        yield at.mistake(place, f"{priority}: waits_from и waits_until пишутся вместе")
    if priority == "urgent" and ladder.waits_from:
        yield at.mistake((*place, "waits_from"), "срочное до утра не ждёт: уберите waits_from и waits_until")


@as_far_as_known
def _step(at: Written, place: tuple[str | int, ...], step: Step, pagers: Pagers | None) -> Iterator[Mistake]:
    if (step.who is None) != (not step.by):
        yield at.mistake(place, "у шага есть и кого звать (who), и чем (by), или он говорит с клиентом (tell_client)")
    elif step.who is None and not step.tell_client:
        yield at.mistake(place, "шаг ничего не делает: допишите who и by или tell_client: true")
    if pagers is None:
        return
    for way, has in (("sms", pagers.sms), ("call", pagers.call)):
        if way in step.by and not has:
            yield at.mistake(place, f"шаг зовёт через {way}, а в business.yaml (pagers) нет, чем: допишите или уберите")
