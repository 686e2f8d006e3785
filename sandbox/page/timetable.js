// A day of every master: hours, visits, times that are held, and who waits for one.

import { calendarDay, clockTime, countdown, isToday } from "./clock.js";
import { byId, make, patch, setText } from "./dom.js";
import { ask, askAgain } from "./link.js";
import { page, woundNow } from "./state.js";

const DEEDS = { came: "Пришла", no_show: "Не пришла", cancel: "Отменить" };
const STATES = {
  booked: "записана",
  confirmed: "подтвердила",
  visited: "пришла",
  no_show: "не пришла",
  cancelled: "отменена",
};
const ELSEWHERE = "другой клиент";
const DAY_MS = 24 * 60 * 60 * 1000;

const hour = (minutes) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;

export function renderTimetable() {
  const told = page.state.timetable;
  byId("timetable").hidden = !told;
  if (!told) return;
  renderDay(told);
  renderHours(told);
  patch(byId("masters"), told.masters, (master) => master.id, () => make("master-template"), (node, master) => renderMaster(node, master, told));
  renderWaiting(told.waiting);
  renderHolds();
}

/** What changes by itself: the seconds left of a hold, and where in the day we are. */
export function renderHolds() {
  const told = page.state.timetable;
  if (!told) return;
  for (const node of document.querySelectorAll(".entry[data-until]")) {
    const left = Date.parse(node.dataset.until) - woundNow();
    setText(node.querySelector(".became"), left > 0 ? `ещё ${countdown(left)}` : "время вышло");
    node.classList.toggle("over", left <= 0);
  }
  const [hours, minutes] = clockTime(new Date(woundNow())).split(":").map(Number);
  const at = hours * 60 + minutes;
  const shown = told.date === told.today && told.since <= at && at <= told.until;
  for (const line of document.querySelectorAll(".master .now")) {
    line.hidden = !shown;
    if (shown) place(line, told, at, at);
  }
}

export function wireTimetable() {
  for (const button of document.querySelectorAll("[data-day]")) {
    button.addEventListener("click", () => turnTo(Number(button.dataset.day)));
  }
}

function turnTo(days) {
  const told = page.state?.timetable;
  if (!told) return;
  const shown = page.day ?? told.date;
  const wanted = days ? new Date(Date.parse(`${shown}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10) : null;
  page.day = wanted === told.today ? null : wanted;
  askAgain();
}

function renderDay(told) {
  const date = new Date(`${told.date}T12:00:00Z`);
  const words = new Intl.DateTimeFormat("ru-RU", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  setText(byId("day"), words.format(date));
  byId("day").dateTime = told.date;
  document.querySelector("[data-day='0']").hidden = told.date === told.today;
}

function renderHours(told) {
  const hours = [];
  for (let at = told.since; at <= told.until; at += 60) hours.push(at);
  patch(byId("hours"), hours, String, () => document.createElement("span"), (node, at) => {
    setText(node, hour(at));
    place(node, told, at, at);
  });
}

function renderMaster(node, master, told) {
  setText(node.querySelector(".who strong"), master.name);
  setText(node.querySelector(".who span"), master.role);
  node.classList.toggle("absent", master.working.length === 0);
  const shifts = [
    ...master.working.map(([from, until]) => ({ from, until, kind: "working" })),
    ...master.breaks.map(([from, until]) => ({ from, until, kind: "break" })),
  ];
  patch(node.querySelector(".shifts"), shifts, (shift) => `${shift.kind}-${shift.from}`, () => document.createElement("i"), (shift, one) => {
    shift.className = one.kind;
    shift.title = one.kind === "break" ? "перерыв" : "";
    place(shift, told, one.from, one.until);
  });
  patch(node.querySelector(".entries"), master.entries, (entry) => entry.id, createEntry, (one, entry) => renderEntry(one, entry, told));
}

function createEntry(entry) {
  const node = make("entry-template");
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") node.blur();
  });
  node.dataset.visit = entry.id;
  return node;
}

function renderEntry(node, entry, told) {
  place(node, told, entry.start, entry.end);
  node.dataset.kind = entry.kind;
  node.dataset.state = entry.state ?? "";
  node.classList.toggle("short", entry.end - entry.start < 60);
  const who = { visit: entry.client, hold: entry.client || ELSEWHERE, busy: "занято" }[entry.kind];
  setText(node.querySelector(".hour"), hour(entry.start));
  setText(node.querySelector(".client"), who ?? "");
  setText(node.querySelector(".service"), entry.service ?? "");
  if (entry.kind === "hold") node.dataset.until = entry.until;
  else {
    delete node.dataset.until;
    setText(node.querySelector(".became"), STATES[entry.state] ?? "");
  }
  const known = [`${hour(entry.start)}–${hour(entry.end)}`, who, entry.service, entry.phone, ...(entry.besides ?? [])];
  node.title = known.filter(Boolean).join(", ");
  const can = entry.can ?? [];
  const deeds = node.querySelector(".deeds");
  deeds.hidden = can.length === 0;
  patch(deeds, can, String, (deed) => createDeed(entry, deed), () => {});
}

function createDeed(entry, deed) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = DEEDS[deed];
  button.addEventListener("click", () => ask(button, `api/visits/${encodeURIComponent(entry.id)}/${deed}`));
  return button;
}

function renderWaiting(lines) {
  byId("no-waits").hidden = lines.length > 0;
  patch(byId("waits"), lines, (line) => line.id, () => make("waits-template"), (node, line) => {
    setText(node.querySelector(".client"), line.client || ELSEWHERE);
    setText(node.querySelector(".service"), line.service);
    setText(node.querySelector(".wish"), line.wish);
    const day = isToday(line.since) ? "" : `${calendarDay(line.since)} `;
    setText(node.querySelector(".since"), `ждёт с ${day}${clockTime(line.since)}`);
  });
}

/** Puts a node on the day's line, from one minute of the day to another. */
function place(node, told, from, until) {
  const whole = told.until - told.since;
  node.style.setProperty("left", `${((from - told.since) / whole) * 100}%`);
  if (until > from) node.style.setProperty("width", `${((until - from) / whole) * 100}%`);
}
