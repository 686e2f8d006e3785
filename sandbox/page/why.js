// Why an answer is as it is: the clauses it rests on, who understood the message, how often each layer did.

import { patch, setText } from "./dom.js";
import { page } from "./state.js";

/** "RP-002 intent booking" -> its document, set apart, and the rest. */
export function clauseNode(clause) {
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

const SHORT = { button: "кнопка", choice: "выбор", phrases: "фразы", gpt: "GPT", voice: "голос" };

export function renderWhy(why, message, took) {
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
  renderReader(why.querySelector(".reader"), message.from === "bot" ? message.reader : "");
  renderShares(why.querySelector(".shares"));
  setText(why.querySelector(".took"), took);
  if (took) why.querySelector(".took").title = "Время от сообщения клиента до ответа";
}

function renderReader(node, reader) {
  node.hidden = !reader;
  if (!reader) return;
  setText(node, SHORT[reader] ?? reader);
  node.dataset.reader = reader;
  node.title = `Сообщение понял слой: ${titleOf(reader)}`;
}

function titleOf(reader) {
  return page.state.readers?.find((one) => one.id === reader)?.title ?? reader;
}

/** How many messages each layer understood so far; seen when the reasons are unfolded. */
function renderShares(node) {
  const readers = (page.state.readers ?? []).filter((one) => one.count > 0);
  const all = readers.reduce((sum, one) => sum + one.count, 0);
  node.hidden = all === 0;
  patch(
    node,
    readers,
    (one) => one.id,
    () => {
      const share = document.createElement("span");
      share.className = "share";
      share.append(document.createElement("i"), document.createElement("span"));
      return share;
    },
    (share, one) => {
      const percent = Math.round((100 * one.count) / all);
      share.dataset.tenths = String(Math.max(1, Math.round(percent / 10)));
      setText(share.lastElementChild, `${one.title}: ${one.count} (${percent} %)`);
    },
  );
}
