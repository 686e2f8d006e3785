// What will ring, and when.

import { calendarDay, clockTime, countdown, isToday } from "./clock.js";
import { byId, make, patch, setText } from "./dom.js";
import { ask } from "./link.js";
import { page, woundNow } from "./state.js";

const KINDS = {
  silence: "молчит, позовёт",
  held: "ждёт коллегу, ответит сам",
  visit: "о визите, напишет",
  freed: "ждёт свободного времени, освободит",
  alarm: "следующий шаг лестницы",
  taken: "коллега молчит: напомнит или вернёт",
  promise: "обещание, напомнит",
  tasks: "что накопилось, расскажет",
};

export function renderTimers() {
  const timers = [...(page.state.timers ?? [])].sort((one, other) => Date.parse(one.due) - Date.parse(other.due));
  byId("no-timers").hidden = timers.length > 0;
  patch(byId("timers"), timers, (timer) => timer.name, createTimer, renderTimer);
}

function createTimer(timer) {
  const node = make("timer-template");
  const button = node.querySelector("button");
  button.addEventListener("click", () => ask(button, `api/timers/${encodeURIComponent(timer.name)}/ring`));
  return node;
}

function renderTimer(node, timer) {
  const left = Date.parse(timer.due) - woundNow();
  setText(node.querySelector(".who"), timer.who || timer.conversation);
  setText(node.querySelector(".kind"), `${KINDS[timer.kind] ?? timer.kind} ${isToday(timer.due) ? "" : `${calendarDay(timer.due)} `}в ${clockTime(timer.due)}`);
  setText(node.querySelector(".left"), left > 0 ? countdown(left) : "звонит…");
  node.classList.toggle("soon", left < 60_000);
}
