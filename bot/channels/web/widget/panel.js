import { adviceCards } from "./card.js";
import { button, el, sign } from "./dom.js";

/** From this width on the advice stands beside the conversation; `widget.css` has the same. */
const ROOMY = 900;

/** The frame of the conversation: head, menu, advice, the place to write. */
export class Panel {
  /**
   * @param {object} texts
   * @param {{server: string, inline: boolean}} place
   * @param {object} acts `send(text)`, `retry()`, `forget()`, `close()`, `sheetLink()`, `saveSheet()`
   */
  constructor(texts, place, acts) {
    Object.assign(this, { texts, words: texts.words, place, acts });
    this.status = el("p", { class: "status", role: "status" });
    this.advice = el("section", { class: "advice", "aria-label": this.words.advice, tabindex: "-1", hidden: true });
    this.confirm = this.#confirm();
    this.menu = this.#menu();
  }

  /** Puts everything together around the list of messages. */
  build(log) {
    const { inline } = this.place;
    this.log = log;
    this.body = el("div", { class: "body" }, el("div", { class: "talk" }, log, this.status), this.advice);
    this.element = el(
      inline ? "section" : "dialog",
      { class: "panel", id: "panel", lang: "ja", "aria-label": this.words.title },
      el("div", { class: "frame" }, !inline && this.#head(), this.body, this.#composer()),
      this.confirm,
    );
    this.element.addEventListener("keydown", (event) => this.#escape(event));
    this.element.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (event.target === this.confirm) this.confirm.close("no");
      else this.acts.close();
    });
    return this.element;
  }

  showAdvice(advice, sheet = null) {
    this.sheet = sheet && { url: sheet, made: Date.now() };
    this.menu.hidden = !sheet;
    this.element.classList.toggle("asking", Boolean(sheet) && (advice ?? { status: "asking" }).status === "asking");
    this.advice.hidden = !advice?.routes.length && (!advice?.desk.recommended || advice.status === "asking");
    this.element.classList.toggle("advised", !this.advice.hidden);
    if (this.advice.hidden) return this.advice.replaceChildren();
    const roomy = this.element.clientWidth >= ROOMY;
    this.advice.replaceChildren(...adviceCards(advice, this.texts, { ...this.place, roomy }), this.#sheetButtons());
    this.advice.scrollTop = 0;
  }

  say(status) {
    this.status.textContent = status;
  }

  wait(words) {
    this.say(words);
    this.status.classList.toggle("waiting", Boolean(words));
    if (words) this.submit.setAttribute("aria-disabled", "true");
    else this.submit.removeAttribute("aria-disabled");
  }

  showError(message) {
    this.error.textContent = message;
    this.text.removeAttribute("aria-invalid");
  }

  offerRetry(offered) {
    this.again.hidden = !offered;
  }

  /** What was typed goes back to be changed. */
  refuse(text, message) {
    this.showError(message);
    if (text === undefined) return;
    this.text.value = text;
    this.text.setAttribute("aria-invalid", "true");
    this.text.focus();
  }

  /** Takes away what was typed, unless it is already the next thing to say. */
  empty(text) {
    if (this.text.value === text) this.text.value = "";
  }

  focusText() {
    this.text.focus({ preventScroll: true });
  }

  #head() {
    const { desk } = this.texts;
    return el(
      "header",
      {},
      el("h2", { text: this.words.title }),
      el("a", { class: "phone", href: `tel:${desk.dialled}`, text: `${this.words.desk} ${desk.phone}` }),
      el("button", { type: "button", class: "close", "aria-label": this.words.close, onclick: () => this.acts.close() }, sign("×")),
    );
  }

  #menu() {
    const items = [
      [this.words.sheet, () => this.#openSheet()],
      [this.words.save, () => this.acts.saveSheet()],
      [this.words.restart, () => this.#askToForget()],
    ].map(([label, act]) => {
      return el("li", {}, button(label, () => {
        this.menu.open = false;
        this.menu.firstChild.focus();
        act();
      }));
    });
    return el("details", { class: "menu", hidden: true }, el("summary", { text: this.words.menu }), el("ul", {}, ...items));
  }

  #sheetButtons() {
    const sheet = button(this.words.sheet, () => this.#openSheet(), "primary");
    return el("p", { class: "actions" }, sheet, button(this.words.save, () => this.acts.saveSheet()));
  }

  /** The sheet as a page to print. Its link is good for a short time. */
  async #openSheet() {
    const fresh = Date.now() - this.sheet.made < this.texts.sheet_milliseconds / 2;
    const url = fresh ? this.sheet.url : await this.acts.sheetLink();
    if (url) open(this.place.server + url, "_blank", "noopener");
  }

  #composer() {
    const { words } = this;
    this.error = el("div", { class: "error", id: "error", role: "status" });
    this.again = button(words.retry, () => this.acts.retry(), "primary");
    this.again.hidden = true;
    this.text = el("textarea", { id: "text", rows: "2", autocomplete: "off", "aria-describedby": "hint error" });
    this.text.addEventListener("keydown", (event) => {
      // An input method uses Enter to accept a conversion: Chrome says so by isComposing, Safari by 229.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.acts.send(this.text.value);
    });
    this.submit = el("button", { type: "submit", class: "button primary send", text: words.send });
    const form = el(
      "form",
      { class: "composer", novalidate: true },
      this.error,
      this.again,
      el("div", { class: "over" }, el("label", { for: "text", text: words.your_words }), this.menu),
      el("p", { class: "hint", id: "hint" }, el("span", { class: "keys", text: words.keys }), words.no_secrets),
      el("div", { class: "write" }, this.text, this.submit),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.acts.send(this.text.value);
    });
    return form;
  }

  #confirm() {
    const { words } = this;
    const answer = (value, text, kind) => el("button", { value, class: `button ${kind}`, text, autofocus: value === "no" });
    const dialog = el(
      "dialog",
      { class: "confirm", "aria-labelledby": "confirm-title" },
      el("h3", { id: "confirm-title", text: words.restart_title }),
      el("p", { text: words.restart_warning }),
      el("form", { method: "dialog", class: "actions" }, answer("no", words.restart_no, ""), answer("yes", words.restart_yes, "primary")),
    );
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "yes") this.acts.forget();
    });
    return dialog;
  }

  #askToForget() {
    this.confirm.returnValue = "no";
    this.confirm.showModal();
  }

  /** Escape closes the menu first, then the panel; in an input method it takes back a conversion. */
  #escape(event) {
    if (event.key !== "Escape" || event.isComposing || this.confirm.open) return;
    if (this.menu.open) {
      this.menu.open = false;
      this.menu.firstChild.focus();
    } else if (!this.place.inline) this.acts.close();
    event.preventDefault();
    event.stopPropagation();
  }
}
