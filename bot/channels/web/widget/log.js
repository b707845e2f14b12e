import { button, el, thumb } from "./dom.js";

/** A message of more lines is folded after the first ones: the card beside it says the rest better. */
const MOST_LINES = 8;
const FIRST_LINES = 3;
/** So much of what was said before stays in sight. */
const MARGIN = 32;

/** The messages of a conversation as a list. */
export class Log {
  /**
   * @param {Record<string, string>} words
   * @param {{choose: (option: {id: string, label: string}) => void, rate: (message: number, helpful: boolean) => Promise<boolean>}} acts
   */
  constructor(words, acts) {
    this.words = words;
    this.acts = acts;
    this.list = el("ol");
    this.element = el("div", { class: "log", role: "log", "aria-label": words.log, tabindex: "0" }, this.list);
  }

  clear() {
    this.list.replaceChildren();
  }

  /** What the person said. Options that were offered before are answered with it. */
  person(text, answered) {
    const shown = this.#item("person", this.words.you, el("p", { class: "said", dir: "auto", text }));
    const offered = [...this.list.querySelectorAll(".options")];
    this.lost = offered.some((options) => options.contains(this.#focused));
    offered.forEach((options) => options.remove());
    this.mark(shown, answered);
    return shown;
  }

  mark(shown, answered) {
    shown.querySelector(".unsent")?.remove();
    if (answered === false) shown.append(el("span", { class: "unsent", text: this.words.unsent }));
  }

  /** What the bot said: `{id, text, options, final, helpful}`. */
  bot(message, { entries = false } = {}) {
    const shown = this.#item(entries ? "bot opening" : "bot", this.words.guide, ...this.#folded(message.text));
    if (message.options.length) shown.append(this.#options(message.options, entries));
    if (message.final) shown.append(this.#feedback(message));
    return shown;
  }

  /** Brings a message to the top and, where the focus got lost with a button, the focus to it. */
  goTo(shown) {
    const box = this.#scroller();
    if (box) box.scrollTop += shown.getBoundingClientRect().top - box.getBoundingClientRect().top - MARGIN;
    else shown.scrollIntoView({ block: "start" });
    if (this.lost && (!this.#focused || this.list.contains(this.#focused))) shown.focus({ preventScroll: true });
  }

  get lastOfPerson() {
    return [...this.list.querySelectorAll(".person")].at(-1);
  }

  get #focused() {
    return this.list.getRootNode().activeElement;
  }

  /** The part of the panel that scrolls; none where the page does. */
  #scroller() {
    let box = this.element;
    while (box && getComputedStyle(box).overflowY !== "auto") box = box.parentElement;
    return box;
  }

  #item(role, speaker, ...content) {
    const shown = el("li", { class: role, tabindex: "-1" }, el("span", { class: "speaker", text: `${speaker}：` }), ...content);
    this.list.append(shown);
    return shown;
  }

  #folded(text) {
    const lines = text.split("\n");
    const count = lines.length > MOST_LINES ? FIRST_LINES : lines.length;
    const said = (part) => el("p", { class: "said", dir: "auto", text: part.join("\n") });
    const rest = lines.slice(count);
    return [said(lines.slice(0, count)), rest.length > 0 && el("details", {}, el("summary", { text: this.words.read_on }), said(rest))];
  }

  #options(options, entries) {
    const items = options.map((option) => el("li", {}, button(option.label, () => this.acts.choose(option))));
    return el("ul", { class: entries ? "options entries" : "options" }, ...items);
  }

  #feedback({ id, helpful }) {
    const { words } = this;
    const thanks = el("span", { role: "status" });
    const choices = [[true, words.helpful], [false, words.unhelpful]].map(([value, label]) => {
      const choice = button("", async () => {
        if (!(await this.acts.rate(id, value))) return;
        choices.forEach((other) => other.setAttribute("aria-pressed", String(other === choice)));
        thanks.textContent = words.thanks;
      }, value ? "" : "down");
      choice.append(thumb(), label);
      choice.setAttribute("aria-pressed", String(helpful === value));
      return choice;
    });
    return el("div", { class: "feedback", role: "group", "aria-label": words.helpful_question }, ...choices, thanks);
  }
}
