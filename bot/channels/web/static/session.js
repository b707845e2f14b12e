const KEY = "kaigai-chizai-navi";

/** What the browser remembers: id and token of the conversation, and what was said but not answered. */
export class Session {
  constructor(storage) {
    this.storage = storage;
  }

  /** @returns {{id: string, token: string, pending?: Pending} | null} */
  get current() {
    try {
      return JSON.parse(this.storage.getItem(KEY));
    } catch {
      return null;
    }
  }

  begin({ id, token }) {
    this.#keep({ id, token });
  }

  /** @param {{said: object, key: string, label: string} | null} pending */
  set pending(pending) {
    const { id, token } = this.current;
    this.#keep(pending ? { id, token, pending } : { id, token });
  }

  end() {
    this.storage.removeItem(KEY);
  }

  #keep(content) {
    this.storage.setItem(KEY, JSON.stringify(content));
  }
}

/** Memory of the page alone, where the browser keeps nothing. */
export function storageOrMemory() {
  try {
    localStorage.setItem(`${KEY}-probe`, "");
    localStorage.removeItem(`${KEY}-probe`);
    return localStorage;
  } catch {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    };
  }
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
