/**
 * An element. Text is always set as text, never as markup.
 * @param {string} tag
 * @param {Record<string, string | boolean | EventListener>} [attributes] `text`, `on…` listeners, attributes
 * @param {...(Node | string | null | undefined | false)} children
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

export function button(text, onclick, kind = "") {
  return el("button", { type: "button", class: `button ${kind}`, text, onclick });
}

/** A sign for the eye beside words that say the same. */
export function sign(text) {
  return el("span", { "aria-hidden": "true", text });
}

/** A thumb, up unless its style turns it: not every system has one among its letters. */
export function thumb() {
  const [icon, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M2 10h4v11H2zM8 20V10l4-8c2 0 3 1 3 3l-1 4h6c1 0 2 1 2 2l-2 8c0 1-1 2-2 2h-7z");
  icon.append(path);
  return icon;
}

/** Fill the {places} of a sentence. */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}
