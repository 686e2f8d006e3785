// Talking to the sandbox: one long poll in, small POSTs out, and a word to the visitor when one fails.

import { byId, setText } from "./dom.js";
import { page, take } from "./state.js";

const REFUSED = {
  400: "песочница не поняла запрос",
  404: "этого уже нет",
  409: "сейчас так нельзя",
  503: "ночник не отвечает песочнице",
};
const POLL_MS = 30000; // the server answers within 20 s even when nothing happens
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000];

let noticeTimer = 0;

async function post(path, body = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("нет связи с песочницей");
  }
  const told = await answer.json().catch(() => null);
  if (answer.ok) return told;
  console.warn(path, answer.status, told?.error);
  throw new Error(REFUSED[answer.status] ?? `песочница ответила ${answer.status}`);
}

/** A phone's event: it left the phone, but the product may still have refused the webhook. */
export async function report(view, action, body) {
  const told = await post(`api/phones/${encodeURIComponent(view.phone.id)}/${action}`, body);
  if (told?.accepted === false) tell(`Ночник не принял событие: вебхук ответил ${told.status || "молчанием"}`);
}

/** Does `work` for a control, busy (and in focus) meanwhile; a failure is told. Resolves to whether it was done. */
export async function busily(control, work) {
  if (control.getAttribute("aria-busy") === "true") return false;
  control.setAttribute("aria-busy", "true");
  try {
    await work();
    return true;
  } catch (error) {
    tell(`Не получилось: ${error.message}`);
    return false;
  } finally {
    control.removeAttribute("aria-busy");
  }
}

export const ask = (control, path, body) => busily(control, () => post(path, body));

export function tell(words) {
  const notice = byId("notice");
  notice.hidden = false;
  setText(notice, words);
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => (notice.hidden = true), 6000);
}

let polling = new AbortController();

/** Asks for the state at once instead of waiting for news: the visitor wants to see something else of it. */
export function askAgain() {
  polling.abort();
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Calls `render` whenever there is news, and when the sandbox is lost. */
export async function listen(render) {
  let since = null; // asked anew after every failure: the sandbox may have been restarted with another count
  for (let failures = 0; ; ) {
    polling = new AbortController();
    const late = setTimeout(() => polling.abort(new DOMException("no answer", "TimeoutError")), POLL_MS);
    const wanted = new URLSearchParams();
    if (since !== null) wanted.set("since", since);
    if (page.day !== null) wanted.set("day", page.day);
    try {
      const answer = await fetch(wanted.size ? `api/state?${wanted}` : "api/state", {
        cache: "no-store",
        signal: polling.signal,
      });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      take(await answer.json());
      render();
      since = page.state.seq;
      failures = 0;
    } catch (error) {
      if (error.name === "AbortError") {
        since = null;
        continue;
      }
      if (!(error instanceof TypeError || error.name === "TimeoutError")) console.error(error);
      since = null;
      page.connected = false;
      render();
      await pause(BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)]);
    } finally {
      clearTimeout(late);
    }
  }
}
