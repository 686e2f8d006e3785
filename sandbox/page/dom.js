// The few things every part of the page does to the document.

export const byId = (id) => document.getElementById(id);

export function make(templateId) {
  return byId(templateId).content.firstElementChild.cloneNode(true);
}

/** Changes text only when it differs, so that screen readers and selections are left alone. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function draw(svg, symbol) {
  const use = svg.querySelector("use");
  if (use.getAttribute("href") !== `#${symbol}`) use.setAttribute("href", `#${symbol}`);
}

/** Makes the children of `parent` be `items` in order: nodes are kept by key, made, moved or removed. */
export function patch(parent, items, keyOf, create, update) {
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
