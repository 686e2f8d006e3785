// The far sides' faults, switched on and off.

import { byId, make, patch, setText } from "./dom.js";
import { ask } from "./link.js";
import { page } from "./state.js";

/** The first option of a switch is the far side at work; any other is a refusal. */
export function isRefusing(one) {
  return one.value !== one.options[0]?.id;
}

export function renderSwitches() {
  patch(byId("switches"), page.state.switches ?? [], (one) => one.id, createSwitch, renderSwitch);
}

function createSwitch(one) {
  const node = make("switch-template");
  const select = node.querySelector("select");
  select.addEventListener("change", async () => {
    const chosen = select.value;
    if (!(await ask(select, `api/switches/${encodeURIComponent(one.id)}`, { value: chosen }))) renderSwitches();
  });
  return node;
}

function renderSwitch(node, one) {
  const select = node.querySelector("select");
  setText(node.querySelector("span"), one.title);
  patch(
    select,
    one.options,
    (option) => option.id,
    (option) => Object.assign(document.createElement("option"), { value: option.id }),
    (option, { title }) => setText(option, title),
  );
  if (!select.hasAttribute("aria-busy") && select.value !== one.value) select.value = one.value;
  node.classList.toggle("refusing", isRefusing(one));
}
