import { Api } from "./api.js";
import { Chat } from "./chat.js";
import { SCRIPT, STYLE, TEXTS } from "./content.js";
import { el, sign } from "./dom.js";
import { Log } from "./log.js";
import { Panel } from "./panel.js";
import { Session } from "./session.js";

const NAME = "kaigai-chizai-navi";
const SERVER = address(SCRIPT.dataset.server ?? SCRIPT.src);
const FULL_SCREEN = matchMedia("(max-width: 479px), (max-height: 399px)");

/**
 * The advisor as an element: a launcher with a panel, or with the attribute `inline` the panel alone.
 * The guide to its attributes, methods, events and custom properties is docs/embedding.md.
 */
class Navi extends HTMLElement {
  #parts = null;

  connectedCallback() {
    // Moved within the page it is connected again.
    if (this.#parts) return;
    const server = this.hasAttribute("server") ? address(this.getAttribute("server")) : SERVER;
    this.#parts = this.#build(server, this.hasAttribute("inline"));
    const { panel, launcher, inline } = this.#parts;
    const root = this.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    root.adoptedStyleSheets = [style];
    root.append(panel.element, ...(inline ? [] : [launcher]));
    this.#parts.chat.open();
    if (inline) this.#start();
    else if (this.hasAttribute("open")) this.open();
    performance.mark("navi-ready");
    // Whoever listens is there only after the page's own script has run.
    queueMicrotask(() => this.#tell("ready"));
  }

  get isOpen() {
    const { inline, panel } = this.#parts;
    return inline || panel.element.open;
  }

  /** Shows the panel. */
  open() {
    const { inline, panel, launcher, log } = this.#parts;
    if (inline || panel.element.open) return;
    const whole = FULL_SCREEN.matches;
    launcher.hidden = whole;
    if (whole) panel.element.showModal();
    else panel.element.show();
    launcher.setAttribute("aria-expanded", "true");
    // A keyboard on the screen would hide what is to be read first.
    if (whole) log.element.focus({ preventScroll: true });
    else panel.focusText();
    this.#start();
    this.#tell("open");
  }

  /** Hides the panel; the focus goes back to the launcher. */
  close() {
    const { inline, panel, launcher } = this.#parts;
    if (inline || !panel.element.open) return;
    panel.element.close();
    launcher.hidden = false;
    launcher.setAttribute("aria-expanded", "false");
    launcher.focus();
    this.#tell("close");
  }

  /** Shows the panel and says something for the person. */
  async ask(text) {
    this.open();
    await this.#start();
    await this.#parts.chat.sendText(text);
  }

  /** Deletes the conversation and its record. */
  async forget() {
    await this.#start();
    await this.#parts.chat.forget();
  }

  #build(server, inline) {
    const parts = { inline };
    const act = (name) => (...values) => parts.chat[name](...values);
    const session = new Session(server);
    parts.log = new Log(TEXTS.words, { choose: act("sendChoice"), rate: act("rate") });
    parts.panel = new Panel(TEXTS, { server, inline }, {
      send: act("sendText"),
      retry: act("retry"),
      forget: act("forget"),
      sheetLink: act("sheetLink"),
      saveSheet: act("saveSheet"),
      close: () => this.close(),
    });
    parts.panel.build(parts.log.element);
    const tell = (name, detail) => this.#tell(name, detail);
    parts.chat = new Chat({ api: new Api(server), session, texts: TEXTS, log: parts.log, panel: parts.panel, tell });
    parts.launcher = el("button", {
      type: "button",
      class: "launcher",
      lang: "ja",
      "aria-expanded": "false",
      "aria-controls": "panel",
      onclick: () => (this.isOpen ? this.close() : this.open()),
    }, sign("？"), TEXTS.words.launcher);
    return parts;
  }

  #start() {
    this.#parts.started ??= this.#parts.chat.start();
    return this.#parts.started;
  }

  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(`navi-${name}`, { bubbles: true, composed: true, detail }));
  }
}

/** Where a server is, without its last slash. */
function address(url) {
  const { origin, pathname } = new URL(url, location.href);
  return origin + pathname.replace(/\/(widget\.js)?$/, "");
}

if (!customElements.get(NAME)) {
  customElements.define(NAME, Navi);
  // The one line alone is enough: without an element in the page there is one at its end.
  const place = () => document.querySelector(NAME) ?? document.body.append(document.createElement(NAME));
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", place);
  else place();
}
