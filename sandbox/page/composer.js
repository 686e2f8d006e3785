// Writing on a telephone: typed messages and spoken ones, as fast as one likes, sent in the order they were written.

import { setText } from "./dom.js";
import { report, tell } from "./link.js";
import { page, woundNow } from "./state.js";
import { expectAnswer, renderTalk, settle, toNewest } from "./talk.js";

const SPEAKING = "Что она скажет?";

export function wireComposer(view) {
  view.reply = (messageId) => replyTo(view, messageId);
  view.node.querySelector(".replying button").addEventListener("click", () => replyTo(view, null));
  view.resend = (waiting) => sendOn(view, waiting);
  view.field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      speak(view, false);
      if (view.replyTo) replyTo(view, null);
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit(view);
  });
  view.node.querySelector(".write").addEventListener("submit", (event) => {
    event.preventDefault();
    submit(view);
  });
  view.node.querySelector(".speak").addEventListener("click", () => pressMicrophone(view));
}

/** What is typed already goes as a voice message at once; with nothing typed, the next words will. */
function pressMicrophone(view) {
  if (view.field.value.trim()) {
    speak(view, true);
    submit(view);
  } else {
    speak(view, !view.speaking);
    view.field.focus();
  }
}

function speak(view, yes) {
  view.speaking = yes;
  view.node.querySelector(".speak").setAttribute("aria-pressed", String(yes));
  renderField(view);
}

export function renderField(view) {
  view.field.placeholder = view.speaking ? SPEAKING : view.hint;
}

/** The next words answer this message; null: they answer none. */
function replyTo(view, messageId) {
  const message = view.phone.messages.find((one) => one.id === messageId);
  view.replyTo = message ? messageId : null;
  view.node.querySelector(".replying").hidden = !message;
  setText(view.node.querySelector(".replying span"), message ? message.text.split("\n")[0] : "");
  view.field.focus();
}

export function takeTyped(view) {
  const text = view.field.value.trim();
  view.field.value = "";
  return text;
}

function submit(view) {
  const text = page.state && takeTyped(view);
  if (!text) return;
  const waiting = {
    key: `w${++view.counter}`,
    text,
    kind: view.speaking ? "voice" : "text",
    to: view.replyTo,
    at: new Date(woundNow()).toISOString(),
    known: new Set(view.phone.messages.map((message) => message.id)),
    posted: false,
    failed: false,
  };
  speak(view, false);
  if (view.replyTo) replyTo(view, null);
  view.waiting.push(waiting);
  view.field.focus();
  sendOn(view, waiting);
}

/** Nobody waits to go on typing, but a message leaves only when the one before it is out. */
async function sendOn(view, waiting) {
  waiting.failed = false;
  expectAnswer(view);
  renderTalk(view);
  toNewest(view);
  try {
    view.sending = view.sending.catch(() => undefined).then(() => post(view, waiting));
    await view.sending;
    waiting.posted = true;
  } catch (error) {
    waiting.failed = true;
    view.typingUntil = 0;
    tell(`Сообщение не ушло: ${error.message}`);
  }
  settle(view);
  renderTalk(view);
}

function post(view, { kind, text, to }) {
  if (kind === "voice") return report(view, "media", { kind, words: text });
  return report(view, "text", to ? { text, to } : { text });
}
