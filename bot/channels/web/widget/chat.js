import { ApiError, NetworkError, isGone } from "./api.js";
import { el } from "./dom.js";
import { newKey } from "./session.js";

/** After so long a wait it is said that it goes on. */
const LONG_WAIT = 8000;

/** The conversation: sends what is said, shows what comes of it, and says what went wrong. */
export class Chat {
  /**
   * @param {object} parts
   * @param {(name: string, detail?: object) => void} parts.tell Tells the page around about what happens.
   */
  constructor({ api, session, texts, log, panel, tell }) {
    Object.assign(this, { api, session, texts, words: texts.words, log, panel, tell });
    this.busy = false;
    this.again = null;
    this.shown = {};
    this.pending = undefined;
  }

  /** Go on with the conversation that the browser remembers, or show how one opens. */
  async start() {
    this.session.watch(() => this.follow());
    await this.load();
  }

  async load() {
    const { current } = this.session;
    if (!current.id) {
      this.open();
      return this.restorePending([]);
    }
    try {
      this.restore(await this.waiting(this.api.read(current)));
    } catch (error) {
      if (!isGone(error)) return this.failed(error, this.pending, () => this.load());
      this.session.end();
      this.open(this.words.expired);
    }
  }

  /** What the bot says first; the server is asked only when the person has said something. */
  open(notice = "") {
    this.clearError();
    this.log.clear();
    this.log.bot(this.texts.opening, { entries: true });
    this.panel.showAdvice(null);
    this.note(undefined);
    this.panel.say(notice);
  }

  restore({ messages, advice, sheet_url: sheet }) {
    this.clearError();
    this.log.clear();
    let newest;
    messages.forEach((message, place) => {
      if (message.role === "person") this.log.person(message.text, message.answered);
      else newest = this.log.bot(message, { entries: place === 0 });
    });
    this.panel.showAdvice(advice, sheet);
    this.note(messages.at(-1).id);
    if (messages.length > 1) this.log.goTo(newest);
    this.restorePending(messages.filter((message) => message.role === "person"));
  }

  /** What was said and not answered may be said again; what arrived meanwhile is not. */
  restorePending(said) {
    const { last, ...kept } = this.session.current;
    const pending = this.pending ?? kept.pending;
    const newest = said.at(-1);
    if (pending && !said.some((message) => message.key === pending.key)) {
      this.log.person(pending.label, false);
      this.offerRetry(pending);
    } else if (newest?.answered === false) {
      const words = newest.choice ? { choice: newest.choice } : { text: newest.text };
      this.offerRetry({ said: words, key: newest.key ?? newKey(), label: newest.text });
    } else if (pending || last !== this.shown.last) {
      this.pending = undefined;
      this.session.settle(this.shown.last, pending?.key);
    }
  }

  /** Another tab went on with the conversation, or began or forgot one. */
  follow() {
    const { id, last, pending } = this.session.current;
    if (this.busy || pending || (id === this.shown.id && last === this.shown.last)) return;
    this.load();
  }

  sendText(text) {
    if (!text.trim() || this.busy) return;
    // The same words after a failure are the same message.
    if (this.pending?.label === text) return this.retry();
    return this.send({ said: { text }, key: newKey(), label: text });
  }

  sendChoice({ id, label }) {
    if (!this.busy) return this.send({ said: { choice: id }, key: newKey(), label });
  }

  send(pending) {
    const shown = this.log.person(pending.label, true);
    this.tell("message", { role: "person" });
    return this.deliver(pending, shown);
  }

  async retry() {
    if (this.busy) return;
    if (this.again) return this.again();
    if (this.pending) await this.deliver(this.pending, this.log.lastOfPerson);
  }

  async deliver(pending, shown) {
    this.clearError();
    this.pending = pending;
    this.session.pending = pending;
    this.log.goTo(shown);
    try {
      const turn = await this.waiting(this.turn(pending));
      this.log.mark(shown, true);
      if (pending.said.text !== undefined) this.panel.empty(pending.label);
      this.pending = undefined;
      this.session.settle(turn.messages.at(-1).id, pending.key);
      this.answer(turn);
    } catch (error) {
      this.undelivered(error, pending, shown);
    }
  }

  async turn({ said, key }) {
    if (!this.session.current.id) this.session.begin(await this.api.begin());
    return this.api.say(this.session.current, said, key);
  }

  answer({ messages, advice, sheet_url: sheet }) {
    // What the person said has a number of its own: with more between, another tab spoke meanwhile.
    if (this.shown.last && messages[0].id !== this.shown.last + 2) return this.load();
    const first = messages.map((message) => this.log.bot(message))[0];
    const last = messages.at(-1);
    this.note(last.id);
    this.panel.showAdvice(advice, sheet);
    this.log.goTo(first);
    this.tell("message", { role: "bot" });
    if (last.final) this.panel.say(this.words.advice_changed);
    if (advice) {
      const programs = advice.routes.map(({ program, verdict }) => ({ program, verdict }));
      this.tell("advice", { status: advice.status, programs });
    }
  }

  undelivered(error, pending, shown) {
    if (isGone(error)) {
      this.session.end();
      this.log.mark(shown, false);
      this.failed(error, pending, () => {
        this.open();
        return this.send(pending);
      });
    } else if (error instanceof ApiError && [400, 413, 422].includes(error.status)) {
      // Sending it again would not help: it goes back to be changed.
      this.pending = undefined;
      this.session.pending = undefined;
      shown.remove();
      this.panel.refuse(pending.said.text, error.message);
      this.tell("error", { code: error.code });
    } else {
      this.log.mark(shown, false);
      this.failed(error, pending);
    }
  }

  /** Forget the conversation on the server and here. */
  async forget() {
    if (this.busy) return;
    this.clearError();
    const { current } = this.session;
    try {
      if (current.id) await this.waiting(this.api.forget(current));
    } catch (error) {
      if (!isGone(error)) return this.failed(error, this.pending, () => this.forget());
    }
    this.session.end();
    this.pending = undefined;
    this.open(this.words.restarted);
    this.tell("forget");
    this.panel.focusText();
  }

  async rate(message, helpful) {
    try {
      await this.api.rate(this.session.current, message, helpful);
      return true;
    } catch (error) {
      this.panel.showError(this.sentence(error));
      return false;
    }
  }

  /** A fresh link to the sheet, or null. */
  async sheetLink() {
    try {
      return (await this.api.read(this.session.current)).sheet_url;
    } catch (error) {
      this.panel.showError(this.sentence(error));
      return null;
    }
  }

  /** Gives the person the sheet as a file of text. */
  async saveSheet() {
    try {
      const href = URL.createObjectURL(await this.api.sheetText(this.session.current));
      el("a", { href, download: this.words.file }).click();
      setTimeout(() => URL.revokeObjectURL(href), LONG_WAIT);
    } catch (error) {
      this.panel.showError(this.sentence(error));
    }
  }

  async waiting(work) {
    this.busy = true;
    this.panel.wait(this.words.waiting);
    const timer = setTimeout(() => this.panel.wait(this.words.waiting_long), LONG_WAIT);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      this.busy = false;
      this.panel.wait("");
    }
  }

  failed(error, pending, again = null) {
    this.panel.showError(this.sentence(error));
    if (!(error instanceof ApiError || error instanceof NetworkError)) throw error;
    this.tell("error", { code: error.code ?? "network" });
    this.offerRetry(pending, again);
  }

  sentence(error) {
    return error instanceof ApiError ? error.message : this.words.network;
  }

  offerRetry(pending, again = null) {
    this.pending = pending;
    this.again = again;
    this.panel.offerRetry(true);
  }

  clearError() {
    this.again = null;
    this.panel.offerRetry(false);
    this.panel.showError("");
  }

  /** What this tab shows, to see what another one changes. */
  note(last) {
    this.shown = { id: this.session.current.id, last };
  }
}
