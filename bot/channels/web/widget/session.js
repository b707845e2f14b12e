/** What the browser remembers of the conversation with one server; the same in every tab. */
export class Session {
  constructor(server) {
    this.key = `kaigai-chizai-navi ${server}`;
    this.storage = storageOrMemory(this.key);
  }

  /** @returns {{id?: string, token?: string, last?: number, pending?: {said: object, key: string, label: string}}} */
  get current() {
    try {
      return JSON.parse(this.storage.getItem(this.key)) ?? {};
    } catch {
      return {};
    }
  }

  begin({ id, token }) {
    this.#keep({ ...this.current, id, token });
  }

  /** What was said and is not answered yet. */
  set pending(pending) {
    this.#keep({ ...this.current, pending });
  }

  /** What was said with this key is answered, and all up to the message of this number is shown. */
  settle(last, key) {
    const { pending, ...kept } = this.current;
    // Another tab may have one of its own.
    this.#keep({ ...kept, pending: pending?.key === key ? undefined : pending, last });
  }

  end() {
    this.storage.removeItem(this.key);
  }

  /** @param {() => void} changed Called when another tab changed what is remembered. */
  watch(changed) {
    addEventListener("storage", (event) => {
      if (event.key === this.key || event.key === null) changed();
    });
  }

  #keep(content) {
    this.storage.setItem(this.key, JSON.stringify(content));
  }
}

/** Memory of the page alone, where the browser keeps nothing. */
function storageOrMemory(key) {
  try {
    localStorage.setItem(`${key} probe`, "");
    localStorage.removeItem(`${key} probe`);
    return localStorage;
  } catch {
    const kept = new Map();
    return {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => kept.set(name, value),
      removeItem: (name) => kept.delete(name),
    };
  }
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
