/** The consultation sheet: saved as it is written, a field at a time, never over somebody else's. */
const PAUSE = 600;

export class SheetForm {
  #root;
  #save;
  #timer;
  #changed = new Set();

  /** @param {(fields: Record<string, string>) => Promise<void>} save */
  constructor(root, save) {
    this.#root = root;
    this.#save = save;
    root.addEventListener("input", (event) => this.#note(event.target));
    // An input event has noted it. A field that a new panel replaces while it has the focus changes once more, though
    // it is saved. What went wrong has been said where it was sent.
    root.addEventListener("change", () => this.flush().catch(() => {}));
  }

  get dirty() {
    return this.#changed.size > 0;
  }

  /** What is written and not saved, by field. */
  get unsaved() {
    return Object.fromEntries([...this.#changed].map((name) => [name, this.#value(name)]));
  }

  /** Puts back what was written and not saved, after the panel was drawn anew. */
  restore(fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.#root.querySelector(`[data-field="${name}"]`);
      if (field) field.value = value;
      this.#changed.add(name);
    }
  }

  async flush() {
    clearTimeout(this.#timer);
    if (!this.#changed.size) return;
    const fields = this.unsaved;
    this.#changed.clear();
    try {
      await this.#save(fields);
    } catch (error) {
      // Still unsaved; what was written meanwhile stays newer.
      for (const name of Object.keys(fields)) this.#changed.add(name);
      throw error;
    }
  }

  #note(target) {
    const name = target.dataset.field ?? ("told" in target.dataset ? "told" : null) ?? ("stepText" in target.dataset || "stepDate" in target.dataset ? "steps" : null);
    if (!name) return;
    this.#changed.add(name);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush().catch(() => {}), PAUSE);
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
