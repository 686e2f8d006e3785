// Who is called for a client: the ladder with what has happened and what comes next, who has come, what is promised.

import { calendarDay, clockTime, countdown, isToday } from "./clock.js";
import { byId, make, patch, setText } from "./dom.js";
import { ask } from "./link.js";
import { page, woundNow } from "./state.js";
import { clauseNode } from "./why.js";

const PRIORITIES = { urgent: "срочно", high: "важно", normal: "обычно", low: "терпит" };
const MINUTE_MS = 60_000;
const STEPS_BACK = 7;

export function renderCalls() {
  const calls = page.state.calls ?? [];
  const open = calls.filter((call) => call.open);
  byId("calls").hidden = open.length === 0;
  patch(byId("ladders"), open, (call) => call.conversation, createCall, renderCall);
  renderStory(calls);
  renderCountdowns();
}

/** What changes by itself: how long until the next step, a colleague's deadline, a promise. */
export function renderCountdowns() {
  for (const node of document.querySelectorAll("#calls [data-until]")) {
    const left = Date.parse(node.dataset.until) - woundNow();
    setText(node, left > 0 ? countdown(left) : "сейчас");
    node.classList.toggle("soon", left < MINUTE_MS);
  }
}

function createCall(call) {
  const node = make("call-template");
  const button = node.querySelector("[data-do=next]");
  button.addEventListener("click", () => {
    const minutes = Math.max(1, Math.ceil((Date.parse(node.dataset.due) - woundNow()) / MINUTE_MS));
    ask(button, "api/clock", { minutes });
  });
  node.dataset.conversation = call.conversation;
  return node;
}

function renderCall(node, call) {
  const { alarm, taken } = call;
  node.dataset.priority = alarm?.priority ?? "";
  setText(node.querySelector(".who"), call.who);
  setText(node.querySelector(".owner"), `ведёт ${call.owner || "помощник"}`);
  setText(node.querySelector(".reason"), alarm ? alarm.clause : "");
  node.querySelector(".reason").hidden = !alarm;
  node.querySelector(".reason").title = alarm ? `${PRIORITIES[alarm.priority] ?? alarm.priority} · ${alarm.notice}` : "";
  const [words, due, after] = alarm ? alarmWords(alarm) : taken ? takenWords(taken) : ["обещание открыто", null, ""];
  setText(node.querySelector(".now"), words);
  const left = node.querySelector(".left");
  left.hidden = !due;
  if (due) left.dataset.until = due;
  else delete left.dataset.until;
  setText(node.querySelector(".then"), after);
  const deadline = due ?? call.promises[0]?.until;
  node.querySelector("[data-do=next]").hidden = !deadline;
  if (deadline) node.dataset.due = deadline;
  renderSteps(node.querySelector(".steps"), alarm);
  renderPath(node.querySelector(".path"), alarm ? [] : call.story.slice(-STEPS_BACK));
  renderPromises(node.querySelector(".promises"), call.promises);
}

function alarmWords(alarm) {
  const cannot = alarm.passed.length ? ` (${alarm.passed.join(", ")}: не может)` : "";
  const again = alarm.round ? `, круг ${alarm.round + 1}` : "";
  const called = alarm.last ? `зовём: ${alarm.last}${cannot}${again}, следующий шаг через` : `позовём в ${when(alarm.due)}, через`;
  const over = alarm.steps.every((step) => step.state === "done");
  return over ? [`никто не пришёл${again}, начнём сначала через`, alarm.due, ""] : [called, alarm.due, ""];
}

function takenWords(taken) {
  const since = `${taken.name} с ${when(taken.since)}${taken.in_app ? " (пишет со своего телефона)" : ""}`;
  return taken.waiting
    ? [`взяла ${since}; клиент ждёт её слова, позовём снова через`, taken.due, ""]
    : [`взяла ${since}; ход за клиентом, вернём помощнику через`, taken.due, ""];
}

const when = (at) => `${isToday(at) ? "" : `${calendarDay(at)} `}${clockTime(at)}`;

function renderSteps(list, alarm) {
  list.hidden = !alarm;
  patch(list, alarm?.steps ?? [], (step) => String(step.minutes), () => make("step-template"), renderStep);
}

function renderStep(node, step) {
  node.dataset.state = step.state;
  setText(node.querySelector(".minute"), `${step.minutes} мин`);
  const at = step.pages[0]?.at ?? step.due;
  setText(node.querySelector(".at"), when(at));
  const people = new Map();
  for (const one of step.pages) {
    const who = one.name || one.title || "никто";
    people.set(who, [...(people.get(who) ?? []), one.way]);
  }
  const rows = [...people].map(([who, ways]) => ({ who, ways: [...new Set(ways)].join(", ") }));
  if (step.tell_client) rows.push({ who: "клиенту", ways: "скажем, когда позвонят" });
  if (!rows.length) rows.push({ who: "некого звать", ways: "шаг пропущен" });
  patch(node.querySelector(".whom"), rows, (row) => row.who, createRow, (row, { who, ways }) => {
    setText(row.firstElementChild, who);
    setText(row.lastElementChild, ways);
  });
}

function createRow() {
  const row = document.createElement("li");
  row.append(document.createElement("b"), document.createElement("span"));
  return row;
}

/** How it came to this, when nobody is called any more. */
function renderPath(list, story) {
  list.hidden = story.length === 0;
  patch(list, story, (one) => one.at, () => make("path-template"), (node, one) => {
    setText(node.querySelector(".at"), clockTime(one.at));
    setText(node.querySelector(".what"), one.what);
    node.title = one.clauses.join("\n");
  });
}

function renderPromises(list, promises) {
  list.hidden = promises.length === 0;
  patch(list, promises, (one) => one.id, () => make("promise-template"), (node, one) => {
    setText(node.querySelector(".deadline"), `до ${when(one.until)}`);
    setText(node.querySelector(".name"), one.name);
    setText(node.querySelector(".text"), `«${one.text}»`);
    node.title = one.text;
    node.querySelector(".left").dataset.until = one.until;
  });
}

/** "SLA-001 §2.3: 3 мин, Марина, telegram" -> "SLA-001 §2.3" */
const numbered = (clause) => /^[A-ZА-Я]{2,3}-\d{3}( §[\d.]*\d)?/.exec(clause)?.[0] ?? clause;

/** Everything that was done about help, the newest on top. */
function renderStory(calls) {
  const lines = calls
    .flatMap((call) => call.story.map((one, place) => ({ ...one, who: call.who, key: `${call.conversation}-${one.at}-${place}` })))
    .sort((one, other) => other.at.localeCompare(one.at));
  byId("no-story").hidden = lines.length > 0;
  patch(byId("story"), lines, (line) => line.key, () => make("story-template"), (node, line) => {
    setText(node.querySelector(".at"), when(line.at));
    setText(node.querySelector(".who"), line.who);
    setText(node.querySelector(".what"), line.what);
    node.title = line.clauses.join("\n");
    patch(node.querySelector(".clauses"), [...new Set(line.clauses.map(numbered))], String, clauseNode, () => undefined);
  });
}
