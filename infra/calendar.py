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
    from chalicelib.regulation.schema import Rules
    from infra.tabletop import Table


class Booked(BaseModel):
    """A line of the file. ``start``: ISO 8601, in the business's wall time unless it has an offset; ``minutes``: as
    the service takes, unless said; ``master``: an id or a name."""

    model_config = ConfigDict(extra="forbid")

    service: str | None = None
    master: str
    start: datetime
    minutes: int | None = Field(default=None, gt=0, le=24 * 60)
    client: str = ""


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
    """Write one visit into the diary under the id ``entry``. Raises ValueError where it names nobody."""
    business = rules.business
    masters = {name: one.id for one in business.staff for name in (one.id, one.name.casefold())}
    master = masters.get(booked.master.strip().casefold())
    if master is None:
        raise ValueError(f"there is no master {booked.master}; there are {', '.join(one.id for one in business.staff)}")
    titles = {name: one for one in business.services for name in (one.id, one.title.casefold())}
    service = titles.get(booked.service.strip().casefold()) if booked.service else None
    if booked.service and service is None:
        raise ValueError(
            f"there is no service {booked.service}; there are {', '.join(one.id for one in business.services)}"
        )
    minutes = booked.minutes or (service.minutes if service else 0)
    if not minutes:
        raise ValueError("how long is it? Say minutes or a service")
    start = booked.start.astimezone(ZoneInfo(business.zone)) if booked.start.tzinfo else booked.start
    page = table.pages.get((start.date(), master), Page(master, start.date()))
    begins = minute(start.time())
    new = Entry(entry, begins, begins + minutes + (service.buffer_minutes if service else 0))
    table.pages[page.date, master] = Page(master, page.date, page.version + 1, (*page.entries, new))
