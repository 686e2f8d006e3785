// The telephones of the colleagues: who is on duty, her reserve, and whoever else was written to.

import { renderIncoming } from "./ways.js";
import { byId, patch, setText } from "./dom.js";
import { createPhone, renderPhone } from "./phones.js";
import { page, views } from "./state.js";
import { toNewest } from "./talk.js";

const SHIFTS = { duty: "дежурит", reserve: "резерв" };
const ORDER = ["duty", "reserve", ""];

export function renderDuty() {
  const colleagues = shown(page.state.duty ?? []);
  const counts = new Map(colleagues.map((phone) => [phone.id, phone.messages.length]));
  const rung = colleagues.filter((phone) => views.get(phone.id) && counts.get(phone.id) > views.get(phone.id).heard);
  patch(byId("duty"), colleagues, (phone) => phone.id, createDutyPhone, renderDutyPhone);
  for (const phone of colleagues) {
    const view = views.get(phone.id);
    view.heard = counts.get(phone.id);
    if (rung.includes(phone) && phone.messages.at(-1)?.from === "bot") ring(view.node);
  }
  renderTabs(colleagues, rung);
  const called = rung.filter((phone) => phone.messages.at(-1)?.from === "bot").at(-1);
  if (called && !byId("duty").contains(document.activeElement)) bringIntoSight(called);
}

/** Whoever is on shift now, and everybody else in whose chat there is something. */
function shown(phones) {
  const wanted = phones.filter((phone) => phone.shift || phone.messages.length);
  const list = wanted.length ? wanted : phones;
  const place = (phone) => ORDER.indexOf(phone.shift ?? "");
  return [...list].sort((one, other) => place(one) - place(other) || one.id.localeCompare(other.id));
}

function createDutyPhone(phone) {
  const node = createPhone(phone);
  const view = views.get(phone.id);
  view.onDuty = true;
  view.heard = 0;
  return node;
}

function renderDutyPhone(node, phone) {
  renderPhone(node, phone);
  const view = views.get(phone.id);
  view.hint = "Сообщение";
  setText(node.querySelector(".channel"), phone.profile || phone.who);
  setText(node.querySelector(".profile"), (phone.who ?? "").split(", ").slice(1).join(", "));
  const stage = node.querySelector(".stage");
  setText(stage, SHIFTS[phone.shift] ?? "");
  stage.hidden = !phone.shift;
  stage.dataset.stage = phone.shift === "duty" ? "lead" : "";
  renderIncoming(node.querySelector(".incoming"), phone);
}

function ring(node) {
  node.classList.remove("rings");
  void node.offsetWidth; // restarts the animation
  node.classList.add("rings");
}

function bringIntoSight(phone) {
  const shelf = byId("duty");
  const node = views.get(phone.id).node;
  if (node.offsetTop < shelf.scrollTop || node.offsetTop + node.offsetHeight > shelf.scrollTop + shelf.clientHeight) {
    shelf.scrollTo({ top: node.offsetTop });
  }
}

function renderTabs(colleagues, rung) {
  const names = byId("colleagues");
  names.hidden = colleagues.length < 3;
  patch(names, colleagues, (phone) => phone.id, createTab, (button, phone) => {
    setText(button, phone.profile || phone.who);
    button.title = phone.who ?? "";
    if (rung.includes(phone)) button.dataset.rung = "yes";
  });
}

function createTab(phone) {
  const button = document.createElement("button");
  button.type = "button";
  button.addEventListener("click", () => {
    delete button.dataset.rung;
    bringIntoSight(phone);
    toNewest(views.get(phone.id));
  });
  return button;
}
