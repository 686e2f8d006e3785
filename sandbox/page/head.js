// The head of the page: whether all is well, the hint of the first minute, starting over.

import { byId, setText } from "./dom.js";
import { ask } from "./link.js";
import { page, views } from "./state.js";
import { isRefusing } from "./switches.js";

export function renderHealth() {
  const refusing = (page.state?.switches ?? []).filter(isRefusing).length;
  const [health, words] = !page.connected
    ? ["lost", "нет связи с песочницей, пробую снова"]
    : refusing
      ? ["refusing", `включены отказы: ${refusing}`]
      : ["well", "всё на связи"];
  byId("health").dataset.health = health;
  setText(byId("health").querySelector(".words"), words);
  const beat = page.state?.heartbeat;
  byId("health").title = beat ? `Сторож последний раз нашёл всё в порядке: ${new Date(beat).toLocaleString("ru")}` : "";
}

export function wireHead() {
  for (const button of document.querySelectorAll(".example")) {
    button.addEventListener("click", () => fillIn(button.textContent));
  }
  byId("dismiss").addEventListener("click", () => showIntro(false));
  byId("help").addEventListener("click", () => showIntro(byId("intro").hidden));
  wireReset();
  showIntro(remembered("intro") !== "hidden");
}

function fillIn(text) {
  const view = views.get(page.focusId);
  if (!view || view.phone.blocked) return;
  view.field.value = text;
  view.field.focus();
  view.field.setSelectionRange(text.length, text.length);
}

function showIntro(yes) {
  byId("intro").hidden = !yes;
  byId("help").setAttribute("aria-expanded", String(yes));
  remember("intro", yes ? "shown" : "hidden");
}

/** Private windows may refuse localStorage: then the hint simply comes back next time. */
function remember(key, value) {
  try {
    localStorage.setItem(`nochnik.${key}`, value);
  } catch {
    return;
  }
}

function remembered(key) {
  try {
    return localStorage.getItem(`nochnik.${key}`);
  } catch {
    return null;
  }
}

/** Forgetting takes two presses, so that one slip does not lose a demonstration. */
function wireReset() {
  const button = byId("reset");
  const words = button.textContent;
  let calm = 0;
  const settleDown = () => {
    clearTimeout(calm);
    button.classList.remove("sure");
    setText(button, words);
  };
  button.addEventListener("click", async () => {
    if (!button.classList.contains("sure")) {
      button.classList.add("sure");
      setText(button, "Точно забыть всё?");
      calm = setTimeout(settleDown, 4000);
      return;
    }
    settleDown();
    if (await ask(button, "api/reset")) for (const view of views.values()) view.waiting = [];
  });
}
