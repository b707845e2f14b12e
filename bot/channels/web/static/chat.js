import { adviceCards } from "./card.js";
import { ApiError, NetworkError } from "./api.js";
import { el } from "./dom.js";
import { newKey } from "./session.js";

/** The conversation on the page: shows it, sends what is said, and says what went wrong. */
export class Chat {
  constructor({ api, session, texts, parts }) {
    Object.assign(this, { api, session, texts, parts });
    this.busy = false;
    parts.composer.addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendText();
    });
    parts.text.addEventListener("keydown", (event) => {
      // An input method uses Enter to accept a conversion: Chrome says so by isComposing, Safari by 229.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.sendText();
    });
    parts.retry.addEventListener("click", () => this.retry());
    parts.restart.addEventListener("click", () => this.askToRestart());
  }

  /** Go on with the conversation that the browser remembers, or begin one. */
  async start() {
    if (!this.session.current) return this.begin();
    try {
      this.restore(await this.api.read(this.session.current));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status >= 429) return this.failed(error, () => this.start());
      this.session.end();
      await this.begin(this.texts.page.expired);
    }
  }

  async begin(notice = "") {
    this.parts.list.replaceChildren();
    this.showAdvice(null);
    try {
      const opened = await this.waiting(this.api.begin());
      this.session.begin(opened);
      this.sheetUrl = opened.sheet_url;
      this.showReplies(opened.messages);
      this.say(notice);
    } catch (error) {
      this.failed(error, () => this.begin(notice));
    }
  }

  restore(conversation) {
    this.clearError();
    this.parts.list.replaceChildren();
    this.sheetUrl = conversation.sheet_url;
    for (const message of conversation.messages) {
      if (message.role === "person") this.showPerson(message.text, message.answered);
      else this.showReplies([message]);
    }
    this.showAdvice(conversation.advice);
    this.restorePending(conversation.messages.filter((message) => message.role === "person"));
  }

  /** What was said and not answered may be said again; what arrived meanwhile is not. */
  restorePending(said) {
    const { pending } = this.session.current;
    const arrived = pending && said.find((message) => message.key === pending.key);
    const last = said.at(-1);
    if (pending && !arrived) {
      this.showPerson(pending.label, false);
      this.offerRetry();
    } else if (last && last.answered === false) {
      const words = last.choice ? { choice: last.choice } : { text: last.text };
      this.session.pending = { said: words, key: last.key ?? newKey(), label: last.text };
      this.offerRetry();
    } else {
      this.session.pending = null;
    }
  }

  sendText() {
    const text = this.parts.text.value;
    if (!text.trim() || this.busy) return;
    // The same words after a failure are the same message.
    if (this.session.current?.pending?.label === text && !this.parts.retry.hidden) return this.retry();
    this.send({ said: { text }, key: newKey(), label: text });
  }

  sendChoice({ id, label }) {
    if (this.busy) return;
    this.send({ said: { choice: id }, key: newKey(), label });
  }

  async send(pending) {
    if (!this.session.current) return this.retry();
    const shown = this.showPerson(pending.label, true);
    await this.deliver(pending, shown);
  }

  async retry() {
    if (this.busy) return;
    if (this.again) return this.again();
    const pending = this.session.current?.pending;
    if (pending) await this.deliver(pending, [...this.parts.list.querySelectorAll("li.person")].at(-1));
  }

  async deliver(pending, shown) {
    this.clearError();
    this.session.pending = pending;
    const typed = pending.said.text !== undefined;
    try {
      const turn = await this.waiting(this.api.say(this.session.current, pending.said, pending.key));
      this.session.pending = null;
      this.markAnswered(shown, true);
      if (typed && this.parts.text.value === pending.label) this.parts.text.value = "";
      this.sheetUrl = turn.sheet_url;
      this.showReplies(turn.messages);
      this.showAdvice(turn.advice);
      if (turn.advice?.status === "complete") this.say(this.texts.page.advice_changed);
    } catch (error) {
      this.undelivered(error, pending, shown);
    }
  }

  undelivered(error, pending, shown) {
    if (error instanceof ApiError && [401, 403, 404].includes(error.status)) {
      this.session.end();
      this.failed(error, () => this.begin());
    } else if (error instanceof ApiError && [400, 413, 422].includes(error.status)) {
      // Sending it again would not help: it goes back to be changed.
      this.session.pending = null;
      shown.remove();
      if (pending.said.text !== undefined) this.parts.text.value = pending.label;
      this.showError(error.message);
      this.parts.text.setAttribute("aria-invalid", "true");
      this.parts.text.focus();
    } else {
      this.markAnswered(shown, false);
      this.failed(error);
    }
  }

  askToRestart() {
    if (this.busy) return;
    const { confirm } = this.parts;
    confirm.returnValue = "no";
    confirm.onclose = () => {
      if (confirm.returnValue === "yes") this.restart();
    };
    confirm.showModal();
  }

  async restart() {
    this.clearError();
    const { current } = this.session;
    try {
      if (current) await this.waiting(this.api.forget(current));
    } catch (error) {
      const gone = error instanceof ApiError && [401, 403, 404].includes(error.status);
      if (!gone) return this.failed(error, () => this.restart());
    }
    this.session.end();
    await this.begin(this.texts.page.restarted);
    this.parts.text.focus();
  }

  async waiting(work) {
    this.busy = true;
    this.parts.send.setAttribute("aria-disabled", "true");
    this.say(this.texts.page.waiting);
    try {
      return await work;
    } finally {
      this.busy = false;
      this.parts.send.removeAttribute("aria-disabled");
      this.say("");
    }
  }

  failed(error, again = null) {
    this.showError(error instanceof ApiError ? error.message : this.texts.page.network);
    if (!(error instanceof ApiError || error instanceof NetworkError)) throw error;
    this.offerRetry(again);
  }

  offerRetry(again = null) {
    this.again = again;
    this.parts.retry.hidden = false;
  }

  clearError() {
    this.again = null;
    this.parts.retry.hidden = true;
    this.parts.text.removeAttribute("aria-invalid");
    this.showError("");
  }

  showError(message) {
    this.parts.error.textContent = message;
  }

  say(status) {
    this.parts.status.textContent = status;
  }

  showPerson(text, answered) {
    this.parts.list.querySelectorAll(".options").forEach((options) => options.remove());
    const shown = this.show("person", this.texts.page.you, text);
    this.markAnswered(shown, answered);
    return shown;
  }

  markAnswered(shown, answered) {
    shown.querySelector(".unsent")?.remove();
    if (answered === false) shown.append(el("span", { class: "unsent", text: this.texts.page.unsent }));
  }

  showReplies(messages) {
    for (const message of messages) {
      const shown = this.show("bot", this.texts.page.guide, message.text);
      this.lastReply = message.id;
      if (message.options.length) shown.append(this.options(message.options));
    }
  }

  options(options) {
    const buttons = options.map((option) =>
      el("li", {}, el("button", { type: "button", class: "button option", text: option.label, onclick: () => this.sendChoice(option) })),
    );
    return el("ul", { class: "options" }, ...buttons);
  }

  show(role, speaker, text) {
    const shown = el("li", { class: role }, el("span", { class: "speaker", text: `${speaker}：` }), el("p", { class: "said", text }));
    this.parts.list.append(shown);
    shown.scrollIntoView({ block: "nearest" });
    return shown;
  }

  showAdvice(advice) {
    const { advice: place } = this.parts;
    place.hidden = !advice?.routes.length && (!advice?.desk.recommended || advice.status === "asking");
    this.parts["to-advice"].hidden = place.hidden;
    if (place.hidden) return place.replaceChildren();
    place.replaceChildren(...adviceCards(advice, this.texts), this.sheetLink(), advice.status !== "asking" ? this.feedback() : "");
  }

  sheetLink() {
    const link = el("a", { href: this.sheetUrl, target: "_blank", rel: "noopener", text: this.texts.page.sheet });
    const made = Date.now();
    link.addEventListener("click", async (event) => {
      // The link is good for a short time; an old page asks for a new one.
      if (Date.now() - made < this.texts.sheetMilliseconds / 2) return;
      event.preventDefault();
      try {
        const { sheet_url } = await this.api.read(this.session.current);
        window.open(sheet_url, "_blank", "noopener");
      } catch (error) {
        this.showError(error instanceof ApiError ? error.message : this.texts.page.network);
      }
    });
    return el("p", {}, link);
  }

  feedback() {
    const { page } = this.texts;
    const rated = this.lastReply;
    const box = el("div", { class: "feedback", role: "group", "aria-label": page.helpful_question }, el("p", { text: page.helpful_question }));
    const rate = async (helpful) => {
      try {
        await this.api.rate(this.session.current, rated, helpful);
        box.replaceChildren(el("p", { role: "status", text: page.thanks }));
      } catch (error) {
        this.showError(error instanceof ApiError ? error.message : page.network);
      }
    };
    for (const [label, helpful] of [[page.helpful, true], [page.unhelpful, false]]) {
      box.append(el("button", { type: "button", class: "button", text: label, onclick: () => rate(helpful) }));
    }
    return box;
  }
}
