import { texts } from "./texts.js";

/** Requests of the console to its own server: one after the other, each with the version it was made on. */
export class ServerError extends Error {
  constructor({ code, message }, status) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export class Api {
  #base;
  #csrf;
  #queue = Promise.resolve();

  constructor(base, csrf, version) {
    this.#base = base;
    this.#csrf = csrf;
    this.version = version;
  }

  /** Changes something. @param {Record<string, string> | FormData} fields */
  send(path, fields = {}) {
    // In turn: a change that is made while another is under way is made on its result.
    const done = this.#queue.then(() => this.#post(path, fields));
    this.#queue = done.catch(() => {});
    return done;
  }

  /** Asks for something, as somebody who is there or as the page by itself. */
  async ask(path, { byItself = false } = {}) {
    const headers = byItself ? { "X-By-Itself": "1" } : {};
    return this.#checked(await this.#fetch(`${this.#base}${path}`, { headers }));
  }

  /** Sends while the page goes away. */
  leave(path, fields) {
    fetch(`${this.#base}${path}`, { method: "POST", body: form(fields), headers: this.#headers, keepalive: true }).catch(() => {});
  }

  async #post(path, fields) {
    const body = form(fields);
    body.set("version", this.version);
    const address = path.startsWith("/staff") ? path : `${this.#base}${path}`;
    const answer = await this.#checked(await this.#fetch(address, { method: "POST", body, headers: this.#headers }));
    if (answer.version !== undefined) this.version = answer.version;
    return answer;
  }

  get #headers() {
    return { "X-CSRF-Token": this.#csrf };
  }

  async #fetch(address, options) {
    try {
      return await fetch(address, options);
    } catch {
      throw new ServerError({ code: "network", message: texts.network }, 0);
    }
  }

  async #checked(response) {
    const json = response.headers.get("Content-Type")?.includes("json");
    if (!response.ok) {
      const body = json ? await response.json() : {};
      throw new ServerError(body.error ?? { code: "unknown", message: texts.unknown }, response.status);
    }
    return json ? response.json() : response.text();
  }
}

function form(fields) {
  if (fields instanceof FormData) return fields;
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
}
