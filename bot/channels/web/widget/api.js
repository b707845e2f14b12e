/** The server refused, and says in Japanese what to do. */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** There was no usable answer at all. */
export class NetworkError extends Error {}

/** Whether the conversation cannot be gone on with: forgotten, or its token is no longer good. */
export function isGone(error) {
  return error instanceof ApiError && [401, 403, 404].includes(error.status);
}

/** The HTTP API of one server. */
export class Api {
  /** @param {string} server Its address without a slash at the end; empty for the page's own. */
  constructor(server = "") {
    this.server = server;
  }

  begin() {
    return this.#call("POST", "/api/conversations");
  }

  read({ id, token }) {
    return this.#call("GET", path(id), { token });
  }

  /**
   * @param {{id: string, token: string}} session
   * @param {{text: string} | {choice: string}} said
   * @param {string} key Sent again with the same key, it is not answered twice.
   */
  say({ id, token }, said, key) {
    return this.#call("POST", `${path(id)}/messages`, { token, body: said, headers: { "Idempotency-Key": key } });
  }

  rate({ id, token }, messageId, helpful) {
    return this.#call("POST", `${path(id)}/feedback`, { token, body: { message_id: messageId, helpful } });
  }

  forget({ id, token }) {
    return this.#call("DELETE", path(id), { token });
  }

  /** The sheet as a file of text. */
  sheetText({ id, token }) {
    return this.#call("GET", `${path(id)}/sheet.txt`, { token });
  }

  async #call(method, address, { token, body, headers = {} } = {}) {
    const init = { method, headers: { ...headers }, cache: "no-store" };
    if (token) init.headers.Authorization = `Bearer ${token}`;
    if (body) {
      init.headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(body);
    }
    let response;
    let content;
    try {
      response = await fetch(this.server + address, init);
      const json = response.headers.get("Content-Type")?.startsWith("application/json");
      content = json ? await response.json() : await response.blob();
    } catch (cause) {
      throw new NetworkError("no usable answer", { cause });
    }
    if (response.ok) return content;
    if (!content?.error) throw new NetworkError("no usable answer");
    throw new ApiError(response.status, content.error.code, content.error.message);
  }
}

function path(id) {
  return `/api/conversations/${encodeURIComponent(id)}`;
}
