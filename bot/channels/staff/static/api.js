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
      return lost();
    }
  }

  async #checked(response) {
    const json = response.headers.get("Content-Type")?.includes("json");
    if (!response.ok) {
      const body = json ? await response.json() : {};
      throw new ServerError(body.error ?? { code: "unknown", message: texts.unknown }, response.status);
    }
    return json ? firstLine(response) : response.text();
  }
}

function lost() {
  throw new ServerError({ code: "network", message: texts.network }, 0);
}

/** The first line of an answer; where there is a second one, `below` is the promise of what it holds. */
async function firstLine(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  const more = async () => {
    const { done, value } = await reader.read().catch(lost);
    text += decoder.decode(value, { stream: !done });
    return !done;
  };
  while (!text.includes("\n") && (await more()));
  const end = text.indexOf("\n");
  if (end < 0) return JSON.parse(text);
  const rest = async () => {
    while (await more());
    return JSON.parse(text).below;
  };
  return { ...JSON.parse(`${text.slice(0, end)}}`), below: rest() };
}

function form(fields) {
  if (fields instanceof FormData) return fields;
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
}
