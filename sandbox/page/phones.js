// The clients' telephones: their places, their heads, their menus.

import { renderField, takeTyped, wireComposer } from "./composer.js";
import { wireList } from "./choices.js";
import { byId, draw, make, patch, setText } from "./dom.js";
import { busily, report } from "./link.js";
import { page, views } from "./state.js";
import { CHANNELS, expectAnswer, follow, renderTalk, settle, toNewest } from "./talk.js";

const BY_HAND = "Здравствуйте! Сейчас помогу."; // what a colleague says when nothing else is typed
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

export function renderPhones() {
  const phones = inOrder(page.state.phones ?? []);
  if (!phones.some((phone) => phone.id === page.focusId)) page.focusId = phones[0]?.id ?? null;
  patch(byId("phones"), phones, (phone) => phone.id, createPhone, renderPhone);
  forgetPhones();
  renderFocus();
}

/** Always in the same places, however the sandbox lists them: a phone that moves loses its reader and its focus. */
export function inOrder(phones) {
  const place = (phone) => Object.keys(CHANNELS).indexOf(phone.channel);
  return [...phones].sort((one, other) => place(one) - place(other) || one.id.localeCompare(other.id));
}

function forgetPhones() {
  const known = new Set([...(page.state.phones ?? []), ...(page.state.duty ?? [])].map((phone) => phone.id));
  for (const id of views.keys()) if (!known.has(id)) views.delete(id);
}

function renderFocus() {
  for (const view of views.values()) view.node.classList.toggle("in-focus", view.phone.id === page.focusId);
  const view = views.get(page.focusId);
  if (view) setText(byId("target"), CHANNELS[view.phone.channel]?.title ?? view.phone.channel);
}

export function createPhone(phone) {
  const node = make("phone-template");
  const view = {
    node,
    phone,
    log: node.querySelector(".log"),
    lines: node.querySelector(".lines"),
    field: node.querySelector("textarea"),
    hint: "",
    speaking: false, // the next words go as a voice message
    sending: Promise.resolve(), // the message that is on its way out
    replyTo: null, // the message that the next words answer
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
  if (page.focusId === view.phone.id || !byId("phones").contains(view.node)) return;
  page.focusId = view.phone.id;
  renderFocus();
}

export function renderPhone(node, phone) {
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
  setText(node.querySelector(".name"), page.state.business?.name ?? "");
  setText(node.querySelector(".avatar"), initial(page.state.business?.name));
  view.hint = channel.hint;
  renderField(view);
  view.field.setAttribute("aria-label", `Сообщение: ${channel.title}, ${phone.profile || phone.who || ""}`);
  view.log.setAttribute("aria-label", `Переписка: ${channel.title}, ${phone.profile || phone.who || ""}`);
  node.querySelector("[data-do=colleague]").hidden = phone.channel === "telegram"; // a bot has no telephone
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
    } else if (button.dataset.do === "colleague") {
      await busily(button, () => report(view, "colleague", { text: takeTyped(view) || BY_HAND }));
    } else if (await busily(button, () => report(view, "new"))) {
      view.waiting = [];
      view.field.focus();
      renderTalk(view);
    }
  });
}
