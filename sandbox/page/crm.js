// The CRM's board and the queues on the way to it.

import { clockTime } from "./clock.js";
import { byId, make, patch, setText } from "./dom.js";
import { page } from "./state.js";

const ENTITIES = { lead: "лид", deal: "сделка", contact: "контакт" };
const QUEUES = [
  ["deliveries", "в пути в CRM", "Заявки, которые ещё не записаны в CRM"],
  ["deliveries_dead", "не доставлено", "Заявки, которые CRM так и не приняла: ждут nochnik redrive"],
  ["inbox_dead", "не разобрано", "Входящие события, которые не удалось обработать"],
];

export function renderCrm() {
  const { stages = [], cards = [] } = page.state.crm ?? {};
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
      const count = page.state.queues?.[id] ?? 0;
      setText(node.firstElementChild, String(count));
      setText(node.lastElementChild, title);
      node.title = hint;
      node.classList.toggle("dead", count > 0 && id.endsWith("_dead"));
    },
  );
}
