// The telephone of the colleague on duty: one at a time, the one that rang last.

import { byId, patch, setText } from "./dom.js";
import { createPhone, inOrder, renderPhone } from "./phones.js";
import { page, views } from "./state.js";
import { toNewest } from "./talk.js";

export function renderDuty() {
  const colleagues = inOrder(page.state.duty ?? []);
  const counts = new Map(colleagues.map((phone) => [phone.id, phone.messages.length]));
  const rung = colleagues.filter((phone) => views.get(phone.id) && counts.get(phone.id) > views.get(phone.id).heard);
  if (rung.length) page.colleagueId = rung.at(-1).id;
  if (!counts.has(page.colleagueId)) page.colleagueId = latestHeard(colleagues)?.id ?? null;
  patch(byId("duty"), colleagues, (phone) => phone.id, createDutyPhone, renderPhone);
  for (const phone of colleagues) {
    const view = views.get(phone.id);
    view.heard = counts.get(phone.id);
    if (rung.includes(phone)) ring(view.node);
  }
  showColleague();
}

function latestHeard(colleagues) {
  const latest = (phone) => phone.messages.at(-1)?.at ?? "";
  return [...colleagues].sort((one, other) => latest(other).localeCompare(latest(one)))[0];
}

function createDutyPhone(phone) {
  const node = createPhone(phone);
  const view = views.get(phone.id);
  view.onDuty = true;
  view.heard = phone.messages.length;
  return node;
}

function ring(node) {
  node.classList.remove("rings");
  void node.offsetWidth; // restarts the animation
  node.classList.add("rings");
}

function showColleague() {
  const colleagues = inOrder(page.state.duty ?? []);
  for (const phone of colleagues) views.get(phone.id).node.hidden = phone.id !== page.colleagueId;
  const names = byId("colleagues");
  patch(
    names,
    colleagues,
    (phone) => phone.id,
    (phone) => {
      const button = document.createElement("button");
      button.type = "button";
      button.addEventListener("click", () => {
        page.colleagueId = phone.id;
        showColleague();
        toNewest(views.get(phone.id));
      });
      return button;
    },
    (button, phone) => {
      setText(button, phone.profile || phone.who);
      button.title = phone.who ?? "";
      button.setAttribute("aria-pressed", String(phone.id === page.colleagueId));
    },
  );
}
