// Keeps the page in step with the sandbox: one long poll in, small POSTs out, a DOM patched by keys.
"use strict";

const CHANNELS = {
  telegram: { title: "Telegram", hint: "Сообщение", presence: "бот" },
  whatsapp: { title: "WhatsApp", hint: "Введите сообщение", presence: "бизнес-аккаунт" },
  instagram: { title: "Instagram", hint: "Напишите сообщение…", presence: "в сети" },
};
const STAGES = {
  new: "новый разговор",
  consent: "просит согласие",
  qualifying: "собирает заявку",
  lead: "заявка принята",
  person: "отвечает человек",
};
const ASKED = {
  consent: "ждёт согласия",
  service: "спросил услугу",
  time: "спросил время",
  name: "спросил имя",
  phone: "спросил телефон",
  clarify: "уточняет",
};
const KINDS = { silence: "молчит" };
const ENTITIES = { lead: "лид", deal: "сделка", contact: "контакт" };
const QUEUES = [
  ["deliveries", "в пути в CRM", "Заявки, которые ещё не записаны в CRM"],
  ["deliveries_dead", "не доставлено", "Заявки, которые CRM так и не приняла: ждут nochnik redrive"],
  ["inbox_dead", "не разобрано", "Входящие события, которые не удалось обработать"],
];
const REFUSED = {
  400: "песочница не поняла запрос",
  404: "этого уже нет",
  409: "сейчас так нельзя",
  503: "ночник не отвечает песочнице",
};
const QUIET_CLIENT = "Напишите как клиент: ночник не спит. Под каждым ответом будет видно, почему он такой.";
const QUIET_DUTY = "Тихо. Когда понадобится человек, сообщение придёт сюда.";
const ALL_AT_ONCE = 3; // WhatsApp shows up to three reply buttons; more become a list
const TYPING_MS = 8000; // how long "печатает…" may stand without an answer
const POLL_MS = 30000; // the server answers within 20 s even when nothing happens
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000];
const NEAR_BOTTOM = 48;

const byId = (id) => document.getElementById(id);
const views = new Map(); // phone id -> what this page knows of it besides the state
let state = null;
let receivedAt = 0; // performance.now() of the last state: the wound clock ticks on from there
let focusId = null;
let colleagueId = null;
let connected = false;
let noticeTimer = 0;

// --- small things -----------------------------------------------------------------------------------------------

function make(templateId) {
  return byId(templateId).content.firstElementChild.cloneNode(true);
}

/** Changes text only when it differs, so that screen readers and selections are left alone. */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function draw(svg, symbol) {
  const use = svg.querySelector("use");
  if (use.getAttribute("href") !== `#${symbol}`) use.setAttribute("href", `#${symbol}`);
}

/** Makes the children of `parent` be `items` in order: nodes are kept by key, made, moved or removed. */
function patch(parent, items, keyOf, create, update) {
  const wanted = new Set(items.map(keyOf));
  const kept = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(child.dataset.key)) kept.set(child.dataset.key, child);
    else child.remove();
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const node = kept.get(key) ?? create(item);
    node.dataset.key = key;
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
    update(node, item);
  }
}

function zone() {
  return state?.business?.zone;
}

function format(at, options) {
  const date = at instanceof Date ? at : new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  try {
    return new Intl.DateTimeFormat("ru-RU", { ...options, timeZone: zone() }).format(date);
  } catch {
    return new Intl.DateTimeFormat("ru-RU", options).format(date); // a zone this browser does not know
  }
}

const clockTime = (at) => format(at, { hour: "2-digit", minute: "2-digit" });
const calendarDay = (at) => format(at, { day: "numeric", month: "long" });

function woundNow() {
  return Date.parse(state.now) + (performance.now() - receivedAt);
}

function minutesInWords(minutes) {
  const hours = Math.floor(minutes / 60);
  return [hours && `${hours} ч`, minutes % 60 && `${minutes % 60} мин`].filter(Boolean).join(" ");
}

function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const pair = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${pair(Math.floor((seconds % 3600) / 60))}:${pair(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** "RP-002 intent booking" -> its document, set apart, and the rest. */
function clauseNode(clause) {
  const node = document.createElement("span");
  node.className = "clause";
  const [, number, rest] = /^([A-ZА-Я]{2,3}-\d{3})?(.*)$/s.exec(clause);
  if (number) {
    const strong = document.createElement("b");
    strong.textContent = number;
    node.append(strong);
  }
  node.append(rest);
  return node;
}

// --- talking to the sandbox ---------------------------------------------------------------------------------------

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
async function report(view, action, body) {
  const told = await post(`api/phones/${encodeURIComponent(view.phone.id)}/${action}`, body);
  if (told?.accepted === false) tell(`Ночник не принял событие: вебхук ответил ${told.status || "молчанием"}`);
}

/** Does `work` for a control, busy (and in focus) meanwhile; a failure is told. Resolves to whether it was done. */
async function busily(control, work) {
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

const ask = (control, path, body) => busily(control, () => post(path, body));

function tell(words) {
  const notice = byId("notice");
  notice.hidden = false;
  setText(notice, words);
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => (notice.hidden = true), 6000);
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function listen() {
  let since = null; // asked anew after every failure: the sandbox may have been restarted with another count
  for (let failures = 0; ; ) {
    try {
      const answer = await fetch(since === null ? "api/state" : `api/state?since=${since}`, {
        cache: "no-store",
        signal: AbortSignal.timeout(POLL_MS),
      });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      take(await answer.json());
      since = state.seq;
      failures = 0;
    } catch (error) {
      if (!(error instanceof TypeError || error.name === "TimeoutError")) console.error(error);
      since = null;
      connected = false;
      renderHealth();
      await pause(BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)]);
    }
  }
}

function take(told) {
  state = told;
  receivedAt = performance.now();
  connected = true;
  render();
}

// --- the whole page -----------------------------------------------------------------------------------------------

function render() {
  setText(byId("business"), state.business?.name ?? "");
  renderHealth();
  renderClock();
  renderPhones();
  renderDuty();
  renderTimers();
  renderCrm();
  renderSwitches();
}

function renderHealth() {
  const refusing = (state?.switches ?? []).filter(isRefusing).length;
  const [health, words] = !connected
    ? ["lost", "нет связи с песочницей, пробую снова"]
    : refusing
      ? ["refusing", `включены отказы: ${refusing}`]
      : ["well", "всё на связи"];
  byId("health").dataset.health = health;
  setText(byId("health").querySelector(".words"), words);
}

function renderClock() {
  const now = new Date(woundNow());
  setText(byId("time"), clockTime(now));
  byId("time").dateTime = now.toISOString();
  setText(byId("date"), format(now, { weekday: "short", day: "numeric", month: "long" }));
  byId("ahead").hidden = !state.ahead_minutes;
  if (state.ahead_minutes) setText(byId("ahead"), `впереди на ${minutesInWords(state.ahead_minutes)}`);
}

/** What changes by itself: the clock, the countdowns, "печатает…" that nobody answered. */
function tick() {
  if (!state) return;
  renderClock();
  renderTimers();
  for (const view of views.values()) {
    if (view.typingUntil && performance.now() > view.typingUntil) {
      view.typingUntil = 0;
      renderTalk(view);
    }
  }
}

// --- phones -------------------------------------------------------------------------------------------------------

function renderPhones() {
  const phones = inOrder(state.phones ?? []);
  if (!phones.some((phone) => phone.id === focusId)) focusId = phones[0]?.id ?? null;
  patch(byId("phones"), phones, (phone) => phone.id, createPhone, renderPhone);
  forgetPhones();
  renderFocus();
}

/** Always in the same places, however the sandbox lists them: a phone that moves loses its reader and its focus. */
function inOrder(phones) {
  const place = (phone) => Object.keys(CHANNELS).indexOf(phone.channel);
  return [...phones].sort((one, other) => place(one) - place(other) || one.id.localeCompare(other.id));
}

function forgetPhones() {
  const known = new Set([...(state.phones ?? []), ...(state.duty ?? [])].map((phone) => phone.id));
  for (const id of views.keys()) if (!known.has(id)) views.delete(id);
}

function renderFocus() {
  for (const view of views.values()) view.node.classList.toggle("in-focus", view.phone.id === focusId);
  const view = views.get(focusId);
  if (view) setText(byId("target"), CHANNELS[view.phone.channel]?.title ?? view.phone.channel);
}

function createPhone(phone) {
  const node = make("phone-template");
  const view = {
    node,
    phone,
    log: node.querySelector(".log"),
    lines: node.querySelector(".lines"),
    field: node.querySelector("textarea"),
    waiting: [], // sent from here, not yet in the state
    keys: new Map(), // message id -> key of the bubble that stood for it while it was waiting
    pressing: new Set(), // "message/choice" on their way
    listOf: null, // message whose list is open
    typingUntil: 0,
    counter: 0,
    shown: false,
    following: true, // the newest message is in sight: stay with it
    top: 0, // where the log stood last
  };
  views.set(phone.id, view);
  node.addEventListener("focusin", () => focusPhone(view));
  node.addEventListener("pointerdown", () => focusPhone(view));
  wireMenu(view);
  wireComposer(view);
  wireList(view);
  view.log.addEventListener("scroll", () => follow(view), { passive: true });
  const sizes = new ResizeObserver(() => view.following && toNewest(view));
  sizes.observe(view.log);
  sizes.observe(view.lines);
  node.querySelector(".newest").addEventListener("click", () => toNewest(view));
  return node;
}

function focusPhone(view) {
  if (focusId === view.phone.id || !byId("phones").contains(view.node)) return;
  focusId = view.phone.id;
  renderFocus();
}

function renderPhone(node, phone) {
  const view = views.get(phone.id);
  const channel = CHANNELS[phone.channel] ?? { title: phone.channel, hint: "Сообщение", presence: "" };
  view.phone = phone;
  node.dataset.channel = phone.channel;
  draw(node.querySelector(".badge"), phone.channel);
  setText(node.querySelector(".channel"), channel.title);
  setText(node.querySelector(".profile"), phone.profile || phone.who || "");
  node.querySelector(".holder").title = [phone.who, phone.address].filter(Boolean).join(" · ");
  setText(node.querySelector(".stage"), stageWords(phone.conversation));
  node.querySelector(".stage").dataset.stage = phone.conversation?.stage ?? "";
  setText(node.querySelector(".name"), state.business?.name ?? "");
  setText(node.querySelector(".avatar"), initial(state.business?.name));
  view.field.placeholder = channel.hint;
  view.field.setAttribute("aria-label", `Сообщение: ${channel.title}, ${phone.profile || phone.who || ""}`);
  view.log.setAttribute("aria-label", `Переписка: ${channel.title}, ${phone.profile || phone.who || ""}`);
  renderBlocked(view);
  settle(view);
  renderTalk(view);
}

function initial(name) {
  return /\p{L}/u.exec((name ?? "").replace(/^[^«"]*[«"]/, ""))?.[0].toUpperCase() ?? "Н";
}

function stageWords(conversation) {
  if (!conversation) return "ещё не писал";
  if (conversation.stage === "person" || conversation.owner !== "desk") return STAGES.person;
  return ASKED[conversation.asked] ?? STAGES[conversation.stage] ?? conversation.stage;
}

function renderBlocked(view) {
  const { node, phone } = view;
  node.classList.toggle("is-blocked", phone.blocked);
  node.querySelector(".write").hidden = phone.blocked;
  node.querySelector(".blocked").hidden = !phone.blocked;
  setText(node.querySelector(".menu [data-do=block] span"), phone.blocked ? "Разблокировать бота" : "Заблокировать бота");
}

// --- a phone's menu and composer ----------------------------------------------------------------------------------

function wireMenu(view) {
  const menu = view.node.querySelector(".menu");
  const more = view.node.querySelector(".more");
  const open = (yes) => {
    menu.hidden = !yes;
    more.setAttribute("aria-expanded", String(yes));
  };
  more.addEventListener("click", () => {
    open(menu.hidden);
    if (!menu.hidden) menu.querySelector("button").focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.hidden && !menu.contains(event.target) && !more.contains(event.target)) open(false);
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    more.focus();
  });
  view.node.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-do], [data-media]");
    if (!button) return;
    if (menu.contains(button)) {
      open(false);
      more.focus();
    }
    if (button.dataset.media) {
      if (await busily(button, () => report(view, "media", { kind: button.dataset.media }))) expectAnswer(view);
    } else if (button.dataset.do === "block") {
      await busily(button, () => report(view, "block", { blocked: !view.phone.blocked }));
    } else if (await busily(button, () => report(view, "new"))) {
      view.waiting = [];
      view.field.focus();
      renderTalk(view);
    }
  });
}

function wireComposer(view) {
  view.field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit(view);
  });
  view.node.querySelector(".write").addEventListener("submit", (event) => {
    event.preventDefault();
    submit(view);
  });
}

function submit(view) {
  const text = view.field.value.trim();
  if (!text || !state) return;
  view.field.value = "";
  const waiting = {
    key: `w${++view.counter}`,
    text,
    at: new Date(woundNow()).toISOString(),
    known: new Set(view.phone.messages.map((message) => message.id)),
    posted: false,
    failed: false,
  };
  view.waiting.push(waiting);
  view.field.focus();
  sendOn(view, waiting);
}

async function sendOn(view, waiting) {
  waiting.failed = false;
  expectAnswer(view);
  renderTalk(view);
  toNewest(view);
  try {
    await report(view, "text", { text: waiting.text });
    waiting.posted = true;
  } catch (error) {
    waiting.failed = true;
    view.typingUntil = 0;
    tell(`Сообщение не ушло: ${error.message}`);
  }
  settle(view);
  renderTalk(view);
}

function expectAnswer(view) {
  view.typingUntil = performance.now() + TYPING_MS;
}

/** A waiting bubble becomes the state's message: the same text first, else whatever came after it was accepted. */
function settle(view) {
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

// --- messages -----------------------------------------------------------------------------------------------------

function isAtBottom(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_BOTTOM;
}

/** Only scrolling up lets go of the newest message: a log that grows or shrinks under the reader does not. */
function follow(view) {
  if (isAtBottom(view.log)) view.following = true;
  else if (view.log.scrollTop < view.top) view.following = false;
  view.top = view.log.scrollTop;
  if (view.following) view.node.querySelector(".newest").hidden = true;
}

function toNewest(view) {
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
    items.push({ key, message, waiting, first: previous?.from !== message.from, took: answeredIn(message, previous) });
    previous = message;
  };
  for (const message of messages) add(message, null);
  for (const waiting of view.waiting) add({ ...waiting, from: "client" }, waiting);
  if (items.length) items[items.length - 1].last = true;
  if (view.typingUntil && messages.at(-1)?.from === "client") items.push({ key: "typing", typing: true });
  return items;
}

function answeredIn(message, previous) {
  if (message.from !== "bot" || previous?.from !== "client") return "";
  const seconds = (Date.parse(message.at) - Date.parse(previous.at)) / 1000;
  if (!(seconds >= 0 && seconds < 60)) return ""; // the clock was wound in between, or a timer spoke
  return seconds < 1 ? "за секунду" : `за ${seconds.toLocaleString("ru-RU", { maximumFractionDigits: 1 })} с`;
}

function renderTalk(view) {
  const { lines, phone } = view;
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
  setText(node.querySelector(".text"), message.text || "(без текста)");
  const time = node.querySelector("time");
  time.dateTime = message.at;
  setText(time, clockTime(message.at));
  draw(node.querySelector(".tick"), waiting ? "waiting" : "sent");
  renderFailed(view, node, waiting);
  renderChoices(view, node.querySelector(".choices"), message, item.last);
  return renderWhy(node.querySelector(".why"), message, item.took);
}

function renderFailed(view, node, waiting) {
  const failed = node.querySelector(".failed");
  failed.hidden = !waiting?.failed;
  if (!failed.hidden) failed.querySelector("button").onclick = () => sendOn(view, waiting);
}

function renderWhy(why, message, took) {
  const because = message.from === "bot" ? (message.because ?? []) : [];
  why.hidden = because.length === 0 && !took;
  patch(
    why.querySelector(".clauses"),
    because.map((clause, place) => ({ clause, key: `${place} ${clause}` })),
    (item) => item.key,
    (item) => clauseNode(item.clause),
    () => undefined,
  );
  setText(why.querySelector(".word"), because.length ? "почему" : "ответ");
  setText(why.querySelector(".took"), took);
  if (took) why.querySelector(".took").title = "Время от сообщения клиента до ответа";
}

// --- choices: an inline keyboard, reply buttons, a list or quick replies ------------------------------------------

function looksLike(view, message) {
  if (view.phone.channel === "telegram") return "keyboard";
  if (view.phone.channel === "instagram") return "quick";
  return message.list_button || message.choices.length > ALL_AT_ONCE ? "list" : "replies";
}

function renderChoices(view, box, message, last) {
  const choices = message.choices ?? [];
  const look = choices.length ? looksLike(view, message) : "none";
  box.dataset.look = look;
  // Instagram takes quick replies away as soon as anything is said after them.
  box.hidden = look === "none" || (look === "quick" && !last);
  if (look === "list") return renderListButton(view, box, message);
  box.classList.toggle("wide", choices.some((choice) => choice.title.length > 16) || choices.length === 1);
  return patch(
    box,
    choices,
    (choice) => choice.id,
    (choice) => createChoice(view, message.id, choice.id),
    (button, choice) => renderChoice(view, button, message, choice),
  );
}

function createChoice(view, messageId, choiceId) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "choice";
  button.addEventListener("click", () => press(view, messageId, choiceId));
  return button;
}

function renderChoice(view, button, message, choice) {
  const way = `${message.id}/${choice.id}`;
  setText(button, choice.title);
  button.classList.toggle("pressed", message.pressed === choice.id);
  button.setAttribute("aria-pressed", String(message.pressed === choice.id));
  button.setAttribute("aria-busy", String(view.pressing.has(way)));
}

async function press(view, messageId, choiceId) {
  const way = `${messageId}/${choiceId}`;
  if (view.pressing.has(way)) return;
  view.pressing.add(way);
  expectAnswer(view);
  renderTalk(view);
  try {
    await report(view, "press", { message: messageId, choice: choiceId });
  } catch (error) {
    view.typingUntil = 0;
    tell(`Нажатие не ушло: ${error.message}`);
  }
  view.pressing.delete(way);
  renderTalk(view);
}

function renderListButton(view, box, message) {
  patch(
    box,
    [message],
    () => "list",
    () => {
      const button = document.createElement("button");
      const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
      use.setAttribute("href", "#list");
      icon.setAttribute("aria-hidden", "true");
      icon.append(use);
      button.type = "button";
      button.className = "choice";
      button.append(icon, document.createElement("span"));
      button.addEventListener("click", () => openList(view, message.id));
      return button;
    },
    (button) => setText(button.querySelector("span"), message.list_button || "Выбрать"),
  );
}

function wireList(view) {
  const sheet = view.node.querySelector(".sheet");
  sheet.querySelector(".icon").addEventListener("click", () => openList(view, null));
  sheet.addEventListener("keydown", (event) => event.key === "Escape" && openList(view, null));
}

function openList(view, messageId) {
  const asked = view.listOf ?? messageId;
  view.listOf = messageId;
  renderList(view);
  if (messageId !== null) view.node.querySelector(".sheet .choice")?.focus();
  else view.log.querySelector(`[data-key="m${CSS.escape(String(asked))}"] .choices button`)?.focus();
}

function renderList(view) {
  const sheet = view.node.querySelector(".sheet");
  const message = view.listOf === null ? null : view.phone.messages.find((one) => one.id === view.listOf);
  sheet.hidden = !message;
  if (!message) return;
  setText(sheet.querySelector(".grip span"), message.list_button || "Выбрать");
  patch(
    sheet.querySelector(".rows"),
    message.choices,
    (choice) => `${message.id}/${choice.id}`,
    (choice) => {
      const row = createChoice(view, message.id, choice.id);
      row.addEventListener("click", () => openList(view, null));
      return row;
    },
    (row, choice) => renderChoice(view, row, message, choice),
  );
}

// --- the colleague on duty ----------------------------------------------------------------------------------------

function renderDuty() {
  const colleagues = inOrder(state.duty ?? []);
  const counts = new Map(colleagues.map((phone) => [phone.id, phone.messages.length]));
  const rung = colleagues.filter((phone) => views.get(phone.id) && counts.get(phone.id) > views.get(phone.id).heard);
  if (rung.length) colleagueId = rung.at(-1).id;
  if (!counts.has(colleagueId)) colleagueId = latestHeard(colleagues)?.id ?? null;
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
  const colleagues = inOrder(state.duty ?? []);
  for (const phone of colleagues) views.get(phone.id).node.hidden = phone.id !== colleagueId;
  const names = byId("colleagues");
  patch(
    names,
    colleagues,
    (phone) => phone.id,
    (phone) => {
      const button = document.createElement("button");
      button.type = "button";
      button.addEventListener("click", () => {
        colleagueId = phone.id;
        showColleague();
        toNewest(views.get(phone.id));
      });
      return button;
    },
    (button, phone) => {
      setText(button, phone.profile || phone.who);
      button.title = phone.who ?? "";
      button.setAttribute("aria-pressed", String(phone.id === colleagueId));
    },
  );
}

// --- timers, CRM, switches ----------------------------------------------------------------------------------------

function renderTimers() {
  const timers = [...(state.timers ?? [])].sort((one, other) => Date.parse(one.due) - Date.parse(other.due));
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
  setText(node.querySelector(".kind"), `${KINDS[timer.kind] ?? timer.kind}, позовёт в ${clockTime(timer.due)}`);
  setText(node.querySelector(".left"), left > 0 ? countdown(left) : "звонит…");
  node.classList.toggle("soon", left < 60_000);
}

function renderCrm() {
  const { stages = [], cards = [] } = state.crm ?? {};
  const known = new Set(stages.map((stage) => stage.id));
  const placeOf = (card) => (known.has(card.stage) ? card.stage : card.entity === "contact" ? " contacts" : " other");
  const columns = [...stages];
  if (cards.some((card) => placeOf(card) === " other")) columns.push({ id: " other", title: "Без стадии" });
  if (cards.some((card) => placeOf(card) === " contacts")) columns.push({ id: " contacts", title: "Контакты" });
  patch(
    byId("stages"),
    columns,
    (stage) => stage.id,
    (stage) => {
      const node = make("stage-template");
      node.classList.toggle("narrow", stage.id === " contacts");
      return node;
    },
    (node, stage) => renderStage(node, stage, cards.filter((card) => placeOf(card) === stage.id)),
  );
  renderQueues();
}

function renderStage(node, stage, cards) {
  const live = byId("stages").dataset.live === "yes";
  setText(node.querySelector(".title"), stage.title);
  setText(node.querySelector(".count"), String(cards.length));
  node.classList.toggle("empty", cards.length === 0);
  const newestFirst = [...cards].sort((one, other) => (one.created < other.created ? 1 : -1));
  patch(
    node.querySelector(".cards"),
    newestFirst,
    (card) => `${card.entity}-${card.id}`,
    () => {
      const card = make("card-template");
      card.classList.toggle("arrives", live);
      return card;
    },
    renderCard,
  );
  queueMicrotask(() => (byId("stages").dataset.live = "yes"));
}

function renderCard(node, card) {
  setText(node.querySelector("h4"), card.title ?? "");
  const sort = `${ENTITIES[card.entity] ?? card.entity} ${card.id} · ${clockTime(card.created)}`;
  setText(node.querySelector(".sort"), sort);
  patch(
    node.querySelector("dl"),
    Object.entries(card.fields ?? {}),
    ([title]) => title,
    () => {
      const row = document.createElement("div");
      row.append(document.createElement("dt"), document.createElement("dd"));
      return row;
    },
    (row, [title, value]) => {
      setText(row.firstElementChild, title);
      setText(row.lastElementChild, value === null || value === "" ? "—" : [value].flat().join(", "));
    },
  );
}

function renderQueues() {
  patch(
    byId("queues"),
    QUEUES,
    ([id]) => id,
    () => {
      const node = document.createElement("li");
      node.append(document.createElement("b"), document.createElement("span"));
      return node;
    },
    (node, [id, title, hint]) => {
      const count = state.queues?.[id] ?? 0;
      setText(node.firstElementChild, String(count));
      setText(node.lastElementChild, title);
      node.title = hint;
      node.classList.toggle("dead", count > 0 && id.endsWith("_dead"));
    },
  );
}

/** The first option of a switch is the far side at work; any other is a refusal. */
function isRefusing(one) {
  return one.value !== one.options[0]?.id;
}

function renderSwitches() {
  patch(byId("switches"), state.switches ?? [], (one) => one.id, createSwitch, renderSwitch);
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

// --- the head of the page -----------------------------------------------------------------------------------------

function wireHead() {
  for (const button of document.querySelectorAll("[data-wind]")) {
    button.addEventListener("click", () => ask(button, "api/clock", { minutes: Number(button.dataset.wind) }));
  }
  for (const button of document.querySelectorAll(".example")) {
    button.addEventListener("click", () => fillIn(button.textContent));
  }
  byId("dismiss").addEventListener("click", () => showIntro(false));
  byId("help").addEventListener("click", () => showIntro(byId("intro").hidden));
  wireReset();
  showIntro(remembered("intro") !== "hidden");
}

function fillIn(text) {
  const view = views.get(focusId);
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

wireHead();
setInterval(tick, 500);
listen();
