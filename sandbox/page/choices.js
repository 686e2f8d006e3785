// What can be pressed under a message: an inline keyboard, reply buttons, a list or quick replies.

import { patch, setText } from "./dom.js";
import { report, tell } from "./link.js";
import { expectAnswer, renderTalk } from "./talk.js";

const ALL_AT_ONCE = 3; // WhatsApp shows up to three reply buttons; more become a list

function looksLike(view, message) {
  if (view.phone.channel === "telegram") return "keyboard";
  if (view.phone.channel === "instagram") return "quick";
  return message.list_button || message.choices.length > ALL_AT_ONCE ? "list" : "replies";
}

export function renderChoices(view, box, message, last) {
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

export function wireList(view) {
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

export function renderList(view) {
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
