/** What the console's scripts say: it comes with the page, from the same data as the rest. */
export const texts = JSON.parse(document.body.dataset.texts);

/** A text with its places filled. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}
