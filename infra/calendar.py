"""`--calendar FILE`: visits that stand before a conversation begins, for the tabletop's diary."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from chalicelib.desk.diary import Entry, Page, minute
from infra.errors import Failed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.regulation.schema import Business, Rules, Service
    from infra.tabletop import Table


class Booked(BaseModel):
    """A line of the file. ``start``: ISO 8601, in the business's wall time unless it has an offset; ``minutes``: as
    the service takes, unless said; ``master``: an id or a name, else the first who does it."""

    model_config = ConfigDict(extra="forbid")

    service: str | None = None
    master: str | None = None
    start: datetime
    minutes: int | None = Field(default=None, gt=0, le=24 * 60)
    client: str | None = None


_FILE = TypeAdapter(list[Booked])


def preload(file: Path, table: Table, rules: Rules) -> None:
    """Write the visits of a file into the diary. Raises `Failed`, naming the line that cannot be."""
    for number, booked in enumerate(_read(file), 1):
        try:
            enter(booked, f"file-{number}", table, rules)
        except ValueError as error:
            raise Failed(f"{file}, visit {number}: {error}") from None


def _read(file: Path) -> list[Booked]:
    try:
        return _FILE.validate_json(file.read_bytes())
    except OSError as error:
        raise Failed(f"{file} cannot be read: {error.strerror}") from None
    except ValidationError as unfit:
        fault = unfit.errors(include_url=False)[0]
        where = ".".join(map(str, fault["loc"])) or "the file"
        wanted = '[{"service", "master", "start", "minutes", "client"}]'
        raise Failed(f"{file}: {where}: {fault['msg']}; it is a list {wanted}") from None


def enter(booked: Booked, entry: str, table: Table, rules: Rules) -> None:
    """Write one visit into the diary under the id ``entry``, with whoever and whatever it needs. Raises ValueError
    where it names nobody."""
    service = _service(booked, rules.business)
    master = _master(booked, service, rules.business)
    minutes = booked.minutes or (service.minutes if service else 0)
    if not minutes:
        raise ValueError("how long is it? Say minutes or a service")
    zone = ZoneInfo(rules.business.zone)
    start = booked.start.astimezone(zone) if booked.start.tzinfo else booked.start.replace(tzinfo=zone)
    begins = minute(start.time())
    new = Entry(entry, begins, begins + minutes + (service.buffer_minutes if service else 0))
    for who in (master, *(service.together if service else ()), *_units(service, start, new, table, rules.business)):
        page = table.pages.get((start.date(), who), Page(who, start.date()))
        table.pages[page.date, who] = Page(who, page.date, page.version + 1, (*page.entries, new))


def _service(booked: Booked, business: Business) -> Service | None:
    if not booked.service:
        return None
    titles = {name: one for one in business.services for name in (one.id, one.title.casefold())}
    service = titles.get(booked.service.strip().casefold())
    if service is None:
        known = ", ".join(one.id for one in business.services)
        raise ValueError(f"there is no service {booked.service}; there are {known}")
    return service


def _master(booked: Booked, service: Service | None, business: Business) -> str:
    if not booked.master:
        if service is None:
            raise ValueError("whose is it? Say a master or a service")
        return service.masters[0]
    masters = {name: one.id for one in business.staff for name in (one.id, one.name.casefold())}
    master = masters.get(booked.master.strip().casefold())
    if master is None:
        raise ValueError(f"there is no master {booked.master}; there are {', '.join(one.id for one in business.staff)}")
    return master


def _units(service: Service | None, start: datetime, new: Entry, table: Table, business: Business) -> Iterator[str]:
    """A chair of each kind it needs, the first that is free then."""
    for needed in service.needs if service else ():
        resource = business.resource(needed)
        units = [f"{needed}#{number}" for number in range(1, (resource.count if resource else 0) + 1)]
        pages = (table.pages.get((start.date(), unit), Page(unit, start.date())) for unit in units)
        yield from [page.who for page in pages if not page.taken(new.start, new.end, start)][:1]
