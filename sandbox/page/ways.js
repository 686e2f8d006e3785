// What wakes a colleague besides the messenger: text messages, automatic calls, notices of the CRM.

import { calendarDay, clockTime, isToday } from "./clock.js";
import { byId, make, patch, setText } from "./dom.js";
import { ask } from "./link.js";
import { page } from "./state.js";

const KINDS = [
  ["sms", "no-sms"],
  ["call", "no-calls"],
  ["notice", "no-notices"],
];
const ENDED = { delivered: "доставлено", answered: "ответила", missed: "не взяла трубку" };
const KEYS = { zvonok: [["1", "1 · беру"], ["2", "2 · не могу"], ["", "Не брать трубку"]] };
const NO_KEYS = [["0", "Взять трубку"], ["", "Не брать трубку"]]; // who calls does not tell which key was pressed
const NEWEST = 30;

export function renderWays() {
  for (const [kind, nothing] of KINDS) {
    const pages = [...(page.state.pages?.[kind] ?? [])].reverse().slice(0, NEWEST);
    byId(nothing).hidden = pages.length > 0;
    patch(byId(`way-${kind}`), pages, (one) => String(one.id), () => make("way-template"), renderWay);
  }
}

function renderWay(node, one) {
  setText(node.querySelector(".who"), one.who || one.to);
  node.querySelector(".who").title = one.to;
  setText(node.querySelector(".at"), `${isToday(one.at) ? "" : `${calendarDay(one.at)} `}${clockTime(one.at)}`);
  setText(node.querySelector(".words"), one.text);
  node.dataset.status = one.status;
  setText(node.querySelector(".became"), one.status === "ringing" ? "звонит…" : becameWords(one));
  renderKeys(node.querySelector(".keys"), one.status === "ringing" ? one : null);
}

function becameWords(one) {
  const key = one.provider === "zvonok" && one.digit;
  return `${ENDED[one.status] ?? one.status}${key ? `, нажала ${one.digit}` : ""}`;
}

function renderKeys(box, call) {
  box.hidden = !call;
  const keys = call ? (KEYS[call.provider] ?? NO_KEYS) : [];
  patch(box, keys, ([digit]) => `${call.id}/${digit}`, ([digit]) => createKey(call.id, digit), (button, [, words]) => setText(button, words));
}

function createKey(id, digit) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = digit ? "plain warm" : "plain";
  button.addEventListener("click", () => ask(button, "api/call", { id, digit }));
  return button;
}

/** The telephone itself rings: the call covers the top of its screen until it is answered or missed. */
export function renderIncoming(box, phone) {
  const call = (page.state.pages?.call ?? []).find((one) => one.status === "ringing" && phone.colleague && one.colleague === phone.colleague);
  box.hidden = !call;
  if (call) setText(box.querySelector(".words"), call.text);
  renderKeys(box.querySelector(".keys"), call ?? null);
}
