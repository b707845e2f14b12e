/** Covers the screen when nobody was there for long; the password uncovers it, and nothing typed is lost. */
export class Idle {
  #dialog = document.querySelector("#idle");
  #seconds;
  #send;
  #timer;

  constructor(seconds, send) {
    this.#seconds = seconds;
    this.#send = send;
    for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => this.#wait(), { passive: true });
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
    this.#dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#uncover();
    });
    this.#wait();
  }

  /** Covers now: the server asks for the password. */
  cover() {
    if (this.#dialog.open) return;
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    this.#dialog.showModal();
    this.#dialog.querySelector("input").focus();
  }

  #wait() {
    if (this.#dialog.open) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.cover();
      this.#send("/staff/lock").catch(() => {});
    }, this.#seconds * 1000);
  }

  async #uncover() {
    const input = this.#dialog.querySelector("input");
    const problem = this.#dialog.querySelector("[data-problem]");
    try {
      await this.#send("/staff/unlock", { password: input.value });
    } catch (error) {
      problem.textContent = error.message;
      input.select();
      return;
    }
    input.value = problem.textContent = "";
    this.#dialog.close();
    this.#wait();
  }
}
