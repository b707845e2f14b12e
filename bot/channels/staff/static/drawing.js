/** New HTML in a part of the page: what stays the same keeps its nodes, so that it is neither laid out nor painted anew. */
const CONTROLS = "input, select, textarea";
const drawn = new WeakMap();

/**
 * Makes a place what the HTML says. A field shows what the HTML says as well, but for those that are being written.
 * @param {(field: HTMLElement) => boolean} written whether a field holds what is not saved yet
 */
export function draw(place, html, written) {
  if (drawn.get(place) !== html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    put(place, template.content, written);
    drawn.set(place, html);
  }
  for (const field of place.querySelectorAll(CONTROLS)) {
    if (field !== document.activeElement && !written(field)) settle(field);
  }
}

/** Gives a node the children of another. Those with an id are found again by it, wherever they stood. */
function put(old, fresh, written) {
  let at = old.firstChild;
  for (const node of [...fresh.childNodes]) {
    if (at?.isEqualNode(node)) {
      at = at.nextSibling;
      continue;
    }
    const known = node.id ? old.querySelector(`:scope > #${CSS.escape(node.id)}`) : at && alike(at, node) ? at : null;
    if (!known) {
      old.insertBefore(node, at);
    } else {
      if (known === at) at = at.nextSibling;
      else old.insertBefore(known, at);
      if (!known.isEqualNode(node)) become(known, node, written);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function alike(one, other) {
  return one.nodeName === other.nodeName && !one.id && !other.id;
}

function become(old, fresh, written) {
  if (old.nodeType === Node.TEXT_NODE) old.data = fresh.data;
  else if (old.matches("textarea") && written(old)) old.defaultValue = fresh.defaultValue;
  else if (old.nodeName !== fresh.nodeName || old.matches(CONTROLS)) old.replaceWith(fresh);
  else {
    for (const { name } of [...old.attributes]) {
      // What somebody opened stays open.
      if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    put(old, fresh, written);
  }
}

/** Takes a field back to what its HTML says. */
function settle(field) {
  if (field.matches("select")) {
    const said = [...field.options].findIndex((option) => option.defaultSelected);
    if (field.selectedIndex !== Math.max(said, 0)) field.selectedIndex = Math.max(said, 0);
  } else if (field.type === "checkbox") field.checked = field.defaultChecked;
  else if (field.value !== field.defaultValue) field.value = field.defaultValue;
}
