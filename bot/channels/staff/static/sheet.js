/** The consultation sheet: saved as it is written, a field at a time, never over somebody else's. */
const PAUSE = 600;

export class SheetForm {
  #root;
  #save;
  #timer;
  #changed = new Set();
  #sending = {};

  /** @param {(fields: Record<string, string>) => Promise<void>} save */
  constructor(root, save) {
    this.#root = root;
    this.#save = save;
    root.addEventListener("input", (event) => this.#note(event));
    root.addEventListener("compositionend", (event) => this.#note(event));
    // An input event has noted it. A field that a new panel replaces while it has the focus changes once more, though
    // it is saved. What went wrong has been said where it was sent.
    root.addEventListener("change", () => this.flush().catch(() => {}));
  }

  get dirty() {
    return this.#changed.size > 0;
  }

  /** What is written and not saved, by field. */
  get unsaved() {
    return { ...this.#sending, ...this.#written };
  }

  get #written() {
    return Object.fromEntries([...this.#changed].map((name) => [name, this.#value(name)]));
  }

  /** Whether a field holds what is written and not saved. */
  holds(field) {
    return this.#changed.has(field.dataset.field) || field.dataset.field in this.#sending;
  }

  /** Writes a text into a field, as an operator would. */
  write(name, text) {
    const field = this.#root.querySelector(`[data-field="${name}"]`);
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  /** Puts back what was written and not saved, after the panel was drawn anew. */
  restore(fields) {
    for (const [name, value] of Object.entries(fields)) {
      this.#put(name, value);
      if (!(name in this.#sending)) this.#changed.add(name);
    }
  }

  async flush() {
    clearTimeout(this.#timer);
    if (!this.#changed.size) return;
    const fields = this.#written;
    this.#changed.clear();
    // Until the server has it, a panel that comes meanwhile knows nothing of it.
    this.#sending = { ...this.#sending, ...fields };
    try {
      await this.#save(fields);
    } catch (error) {
      // Still unsaved; what was written meanwhile stays newer.
      for (const name of Object.keys(fields)) this.#changed.add(name);
      throw error;
    } finally {
      for (const [name, value] of Object.entries(fields)) if (this.#sending[name] === value) delete this.#sending[name];
    }
  }

  #note({ target, isComposing }) {
    const name = target.dataset.field ?? ("told" in target.dataset ? "told" : null) ?? ("stepText" in target.dataset || "stepDate" in target.dataset ? "steps" : null);
    if (!name) return;
    this.#changed.add(name);
    clearTimeout(this.#timer);
    // What an input method has not settled yet would be kept as an earlier text.
    if (isComposing) return;
    this.#timer = setTimeout(() => this.flush().catch(() => {}), PAUSE);
  }

  #put(name, value) {
    if (name === "told") {
      const read = new Set(JSON.parse(value).filter((row) => row.read).map((row) => row.text));
      for (const box of this.#root.querySelectorAll("[data-told]")) box.checked = read.has(box.dataset.told);
      return;
    }
    if (name === "steps") {
      const rows = [...this.#root.querySelectorAll(".next-row")];
      JSON.parse(value).forEach((row, place) => {
        if (!rows[place]) return;
        rows[place].querySelector("[data-step-text]").value = row.text;
        rows[place].querySelector("[data-step-date]").value = row.date;
      });
      return;
    }
    const field = this.#root.querySelector(`[data-field="${name}"]`);
    if (field) field.value = value;
  }

  #value(name) {
    if (name === "told") {
      const boxes = [...this.#root.querySelectorAll("[data-told]")];
      return JSON.stringify(boxes.map((box) => ({ text: box.dataset.told, read: box.checked })));
    }
    if (name === "steps") {
      const rows = [...this.#root.querySelectorAll(".next-row")].map((row) => ({
        text: row.querySelector("[data-step-text]").value.trim(),
        date: row.querySelector("[data-step-date]").value,
      }));
      return JSON.stringify(rows.filter((row) => row.text || row.date));
    }
    return this.#root.querySelector(`[data-field="${name}"]`).value;
  }
}
