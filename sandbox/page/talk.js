// The transcript on a telephone: days, bubbles, what still waits, and "печатает…".

import { renderChoices, renderList } from "./choices.js";
import { calendarDay, clockTime } from "./clock.js";
import { draw, make, patch, setText } from "./dom.js";
import { page } from "./state.js";
import { renderWhy } from "./why.js";

export const CHANNELS = {
  telegram: { title: "Telegram", hint: "Сообщение", presence: "бот" },
  whatsapp: { title: "WhatsApp", hint: "Введите сообщение", presence: "бизнес-аккаунт" },
  instagram: { title: "Instagram", hint: "Напишите сообщение…", presence: "в сети" },
};
const QUIET_CLIENT = "Напишите как клиент: ночник не спит. Под каждым ответом будет видно, почему он такой.";
const QUIET_DUTY = "Тихо. Когда понадобится человек, сообщение придёт сюда.";
const TYPING_MS = 8000; // how long "печатает…" may stand without an answer
const NEAR_BOTTOM = 48;

export function expectAnswer(view) {
  if (view.onDuty) return; // what she writes goes to the client
  view.typingUntil = performance.now() + TYPING_MS;
}

/** A waiting bubble becomes the state's message: the same text first, else whatever came after it was accepted. */
export function settle(view) {
  for (const waiting of [...view.waiting]) {
    const fresh = view.phone.messages.filter(
      (message) => message.from === "client" && !waiting.known.has(message.id) && !view.keys.has(message.id),
    );
    const same = fresh.find((message) => message.text.trim() === waiting.text);
    const confirmed = same ?? (waiting.posted ? fresh[0] : undefined);
    if (!confirmed) continue;
    view.keys.set(confirmed.id, waiting.key);
    view.waiting.splice(view.waiting.indexOf(waiting), 1);
  }
}

function isAtBottom(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_BOTTOM;
}

/** Only scrolling up lets go of the newest message: a log that grows or shrinks under the reader does not. */
export function follow(view) {
  if (isAtBottom(view.log)) view.following = true;
  else if (view.log.scrollTop < view.top) view.following = false;
  view.top = view.log.scrollTop;
  if (view.following) view.node.querySelector(".newest").hidden = true;
}

export function toNewest(view) {
  view.log.scrollTop = view.log.scrollHeight;
  follow(view);
}

/** Days, messages, those still waiting and "печатает…", in the order they stand on the screen. */
function talkItems(view) {
  const messages = view.phone.messages ?? [];
  const items = [];
  let day = null;
  let previous = null;
  const add = (message, waiting) => {
    if (calendarDay(message.at) !== day) {
      day = calendarDay(message.at);
      items.push({ key: `d${items.length}-${day}`, day });
      previous = null;
    }
    const key = waiting ? waiting.key : (view.keys.get(message.id) ?? `m${message.id}`);
    items.push({ key, message, waiting, first: previous?.from !== message.from, took: view.onDuty ? "" : answeredIn(message, previous) });
    previous = message;
  };
  for (const message of messages) add(message, null);
  for (const waiting of view.waiting) add({ ...waiting, from: "client" }, waiting);
  markTogether(items);
  if (items.length) items[items.length - 1].last = true;
  if (view.typingUntil && messages.at(-1)?.from === "client") items.push({ key: "typing", typing: true });
  return items;
}

/** Bubbles that one turn answers stand as one group: `together` is how many, `place` where in it this one is. */
function markTogether(items) {
  for (let start = 0, end; start < items.length; start = end) {
    const turn = turnOf(items[start]);
    for (end = start + 1; turn && end < items.length && turnOf(items[end]) === turn; ) end++;
    if (end - start < 2) continue;
    for (let at = start; at < end; at++) {
      items[at].together = end - start;
      items[at].place = at === start ? "first" : at === end - 1 ? "last" : "middle";
    }
  }
}

function turnOf(item) {
  return item.message?.from === "client" ? item.message.turn : null;
}

function answeredIn(message, previous) {
  if (message.from !== "bot" || previous?.from !== "client") return "";
  const seconds = (Date.parse(message.at) - Date.parse(previous.at)) / 1000;
  if (!(seconds >= 0 && seconds < 60)) return ""; // the clock was wound in between, or a timer spoke
  return seconds < 1 ? "за секунду" : `за ${seconds.toLocaleString("ru-RU", { maximumFractionDigits: 1 })} с`;
}

export function renderTalk(view) {
  const { lines, phone } = view;
  follow(view); // a busy browser tells of the reader's scrolling later than it scrolls
  const before = lines.querySelectorAll(".message.bot").length;
  if (phone.messages?.at(-1)?.from === "bot" && !view.waiting.length) view.typingUntil = 0;
  const items = talkItems(view);
  patch(
    lines,
    items,
    (item) => item.key,
    (item) => createTalkItem(view, item),
    (node, item) => renderTalkItem(view, node, item),
  );
  setText(
    view.node.querySelector(".presence"),
    view.typingUntil ? "печатает…" : (CHANNELS[phone.channel]?.presence ?? ""),
  );
  const quiet = view.node.querySelector(".quiet");
  quiet.hidden = items.length > 0;
  setText(quiet, view.onDuty ? QUIET_DUTY : QUIET_CLIENT);
  renderList(view);
  if (view.following) toNewest(view);
  else if (lines.querySelectorAll(".message.bot").length > before) view.node.querySelector(".newest").hidden = false;
  view.shown = true;
}

function createTalkItem(view, item) {
  if (item.day !== undefined) return Object.assign(document.createElement("p"), { className: "day" });
  if (item.typing) {
    const dots = Object.assign(document.createElement("p"), { className: "typing" });
    dots.setAttribute("aria-hidden", "true");
    dots.append(...[1, 2, 3].map(() => document.createElement("i")));
    return dots;
  }
  const node = make("message-template");
  if (view.shown) node.classList.add("arrives");
  const why = node.querySelector(".why");
  why.addEventListener("click", () => {
    why.setAttribute("aria-expanded", String(why.getAttribute("aria-expanded") !== "true"));
    if (view.following) toNewest(view);
  });
  node.querySelector(".reply").addEventListener("click", () => view.reply(node.dataset.key.slice(1)));
  return node;
}

function renderTalkItem(view, node, item) {
  if (item.day !== undefined) return setText(node, item.day);
  if (item.typing) return undefined;
  const { message, waiting } = item;
  node.classList.toggle("bot", message.from === "bot");
  node.classList.toggle("client", message.from !== "bot");
  node.classList.toggle("first", item.first);
  node.classList.toggle("waiting", Boolean(waiting));
  node.dataset.together = item.place ?? "";
  node.querySelector(".by-hand").hidden = message.kind !== "by_hand";
  setText(node.querySelector(".text"), message.text || "(без текста)");
  node.querySelector(".reply").hidden = !view.onDuty || message.from !== "bot";
  renderQuote(node.querySelector(".quote"), view, message.to);
  renderVoice(node, message);
  renderTogether(node.querySelector(".together"), item);
  const time = node.querySelector("time");
  time.dateTime = message.at;
  setText(time, clockTime(message.at));
  draw(node.querySelector(".tick"), waiting ? "waiting" : "sent");
  renderFailed(view, node, waiting);
  renderChoices(view, node.querySelector(".choices"), message, item.last);
  return renderWhy(node.querySelector(".why"), message, item.took);
}

/** The message that this one replies to, as far as its first line. */
function renderQuote(quote, view, to) {
  const replied = to && view.phone.messages.find((one) => one.id === to);
  quote.hidden = !replied;
  if (replied) setText(quote, replied.text.split("\n")[0]);
}

/** A voice message: how long it is, the words that were spoken, and whether anybody has listened yet. */
function renderVoice(node, message) {
  const spoken = message.kind === "voice";
  node.classList.toggle("spoken", spoken);
  node.querySelector(".voice").hidden = !spoken;
  node.querySelector(".heard").hidden = !spoken;
  if (!spoken) return;
  setText(node.querySelector(".length"), message.voice ? minutes(message.voice.seconds) : "…");
  setText(node.querySelector(".heard"), heardWords(message));
}

function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function heardWords({ text, voice }) {
  if (voice?.heard === undefined || voice.heard === null) return "не расшифровано";
  if (voice.heard === text) return "расшифровано";
  return voice.heard ? `расслышано: «${voice.heard}»` : "ничего не расслышано";
}

function renderTogether(line, { together, place }) {
  line.hidden = place !== "last";
  if (!line.hidden) setText(line, `${together} ${together < 5 ? "сообщения" : "сообщений"}, один ответ`);
}

function renderFailed(view, node, waiting) {
  const failed = node.querySelector(".failed");
  failed.hidden = !waiting?.failed;
  if (!failed.hidden) failed.querySelector("button").onclick = () => view.resend(waiting);
}
