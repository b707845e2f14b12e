/** The console's keys, by place on the keyboard, so that no layout and no input method changes them. */
export class Keys {
  #actions;

  /** @param {{on: boolean, answer: (n: number) => void, skip, memo, name, listen, undo, confirm, search, help}} actions */
  constructor(actions) {
    this.#actions = actions;
    this.on = actions.on;
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    // While an input method composes, every key is its own.
    if (!this.on || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
    if (document.querySelector("dialog[open]")) return;
    const action = event.altKey ? this.#withAlt(event) : this.#alone(event);
    if (!action) return;
    event.preventDefault();
    action();
  }

  #withAlt({ code, shiftKey }) {
    if (shiftKey) return null;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code);
    if (digit) return () => this.#actions.answer(Number(digit[1]));
    const { skip, memo, name, listen, undo, confirm } = this.#actions;
    return { KeyS: skip, KeyM: memo, KeyN: name, KeyL: listen, KeyZ: undo, KeyK: confirm }[code] ?? null;
  }

  #alone(event) {
    // In a field they are what is typed.
    if (event.target.closest("input, textarea, select, [contenteditable]")) return null;
    if (event.code !== "Slash" && event.key !== "?" && event.key !== "/") return null;
    return event.shiftKey || event.key === "?" ? this.#actions.help : this.#actions.search;
  }
}
