// The wound clock, how it is wound, and how times are written.

import { byId, setText } from "./dom.js";
import { ask } from "./link.js";
import { page, woundNow } from "./state.js";

function zone() {
  return page.state?.business?.zone;
}

function format(at, options) {
  const date = at instanceof Date ? at : new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  try {
    return new Intl.DateTimeFormat("ru-RU", { ...options, timeZone: zone() }).format(date);
  } catch {
    return new Intl.DateTimeFormat("ru-RU", options).format(date); // a zone this browser does not know
  }
}

export const clockTime = (at) => format(at, { hour: "2-digit", minute: "2-digit" });
export const calendarDay = (at) => format(at, { day: "numeric", month: "long" });
export const isToday = (at) => calendarDay(at) === calendarDay(new Date(woundNow()));

function minutesInWords(minutes) {
  const hours = Math.floor(minutes / 60);
  return [hours && `${hours} ч`, minutes % 60 && `${minutes % 60} мин`].filter(Boolean).join(" ");
}

export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const pair = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${pair(Math.floor((seconds % 3600) / 60))}:${pair(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

export function renderClock() {
  const now = new Date(woundNow());
  setText(byId("time"), clockTime(now));
  byId("time").dateTime = now.toISOString();
  setText(byId("date"), format(now, { weekday: "short", day: "numeric", month: "long" }));
  byId("ahead").hidden = !page.state.ahead_minutes;
  if (page.state.ahead_minutes) setText(byId("ahead"), `впереди на ${minutesInWords(page.state.ahead_minutes)}`);
}

export function wireClock() {
  for (const button of document.querySelectorAll("[data-wind]")) {
    button.addEventListener("click", () => ask(button, "api/clock", { minutes: Number(button.dataset.wind) }));
  }
}
