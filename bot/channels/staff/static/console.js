/** The console of one call: sends what the operator does, and puts the panels that come back in place. */
import { Api } from "./api.js";
import { draw } from "./drawing.js";
import { Idle } from "./idle.js";
import { Keys } from "./keys.js";
import { SheetForm } from "./sheet.js";
import { fill, texts } from "./texts.js";

const body = document.body;
const $ = (selector) => document.querySelector(selector);
const csrf = $("meta[name=csrf]").content;
const api = new Api(`/staff/cases/${body.dataset.case}`, csrf, Number(body.dataset.version));
const words = $("#words");
const idle = new Idle(Number(body.dataset.idle), (path, fields) => api.send(path, fields));
const sheet = new SheetForm($("#sheet"), save);
const POLL = 15_000;
const SOON = 1_000;
// Facts that are tried out, and not those of the record.
let tried = null;
// The newest answer: what comes late of one before it is not put over it.
let shown = null;
// Whether what stands below the suggestions did not arrive.
let unfinished = false;
let drafting;

/** Runs an action; says what went wrong and keeps what was typed. */
async function run(work, waiting = "") {
  // Without words of its own it leaves standing what was said last.
  if (waiting) say(waiting);
  try {
    const answer = await work();
    if (waiting) say("");
    return answer;
  } catch (error) {
    failed(error);
    return null;
  }
}

function say(text) {
  $("#status").textContent = text;
}

function failed(error) {
  if (error.code === "staff_idle") return idle.cover();
  if (error.code === "case_changed") return conflict(error);
  say("");
  warn(error.message);
}

function warn(text) {
  const notice = $("#notice");
  notice.textContent = text;
  notice.hidden = !text;
}

/** Puts panels in place; focus, open parts and what is being written stay. */
function show(answer) {
  if (!answer?.panels) return;
  shown = answer;
  put(answer.panels);
  afterPaint(async () => {
    performance.mark("panels-painted");
    // The operator waits for the suggestions, not for what stands below them: it is drawn when they are on the screen.
    try {
      const below = await answer.below;
      if (shown !== answer) return;
      if (below) put(below);
      unfinished = false;
    } catch (error) {
      failed(error);
      unfinished = true;
      setTimeout(poll, SOON);
    }
  });
}

function put(panels) {
  const { activeElement } = document;
  const { id, selectionStart, selectionEnd } = activeElement;
  const unsaved = sheet.unsaved;
  for (const [name, html] of Object.entries(panels)) draw($(`#${name}`), html, (field) => sheet.holds(field));
  if ("sheet" in panels) sheet.restore(unsaved);
  // A confirmed sheet takes in nothing until it is opened again.
  if ("head" in panels) words.readOnly = $("#say button").disabled = !$("#head [data-action=reopen]").hidden;
  if (activeElement.isConnected && document.activeElement === activeElement) return;
  const again = id && document.getElementById(id);
  (again || words).focus();
  // A new field begins with the caret at its start, and an operator types on.
  if (again && typeof selectionStart === "number") again.setSelectionRange(selectionStart, selectionEnd);
}

/** Does something when what was drawn is on the screen: what follows a frame's last callback follows its paint. */
function afterPaint(work) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = work;
  requestAnimationFrame(() => port2.postMessage(null));
}

async function act(path, fields, waiting) {
  const answer = await run(() => api.send(path, fields), waiting);
  if (!answer) return null;
  tried = null;
  warn(answer.error?.message ?? "");
  show(answer);
  return answer;
}

async function analyse() {
  const text = words.value;
  if (!text.trim()) return;
  clearTimeout(drafting);
  performance.mark("analyse");
  const answer = await act("/say", { text }, texts.analysing);
  // Typed meanwhile: only what was sent goes.
  if (answer && words.value.startsWith(text)) words.value = answer.rest + words.value.slice(text.length);
}

async function save(fields) {
  $("#saved").textContent = texts.saving;
  try {
    const { panels } = await api.send("/fields", fields);
    // Something was written over: the sheet offers it.
    if (panels) put(panels);
    $("#saved").textContent = texts.saved;
  } catch (error) {
    $("#saved").textContent = texts.unsaved;
    failed(error);
    throw error;
  }
}

async function conflict(error) {
  say("");
  const dialog = $("#conflict");
  dialog.querySelector("[data-message]").textContent = error.message;
  if (!dialog.open) dialog.showModal();
}

async function reload() {
  $("#conflict").close();
  const answer = await run(() => api.ask("/panels"));
  if (!answer) return;
  api.version = answer.version;
  warn("");
  show(answer);
  const below = await run(() => answer.below);
  if (below) showTheirs(below.sheet, sheet.unsaved);
}

/** Beside what is written here and not saved: what stands there now. */
function showTheirs(html, unsaved) {
  const theirs = new DOMParser().parseFromString(html, "text/html");
  const lines = Object.keys(unsaved).map((name) => {
    const field = theirs.querySelector(`[data-field="${name}"]`);
    const label = field && theirs.querySelector(`label[for="${field.id}"]`)?.firstChild.textContent.trim();
    return field && fill(texts.their_line, { label, value: field.value });
  });
  const notice = $("#notice");
  notice.hidden = !lines.length;
  if (!lines.length) return;
  const list = document.createElement("ul");
  list.id = "theirs";
  list.append(...lines.filter(Boolean).map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  notice.replaceChildren(texts.theirs, list);
}

const choose = {
  answer: (button) => act("/answer", { option: button.dataset.option }),
  undo: (button) => act("/undo", { step: button.dataset.step }),
  ask: (button) => act("/ask", { topic: button.dataset.topic }),
  skip: (button) => openDialog("#skip", button.dataset.topic),
  wrong(button) {
    $("#wrong [data-problem-label]").textContent = button.dataset.label;
    $("#meant").value = "";
    openDialog("#wrong", button.dataset.problem);
  },
  async confirm() {
    await run(() => sheet.flush());
    if (sheet.dirty) return;
    if (await act("/confirm", {}, texts.confirming)) say(texts.confirmed);
  },
  reopen: () => act("/reopen", {}),
  share: () => act("/share", {}),
  help: () => openDialog("#help"),
  restore(button) {
    sheet.write(button.dataset.of, button.parentElement.querySelector("[data-text]").textContent);
  },
  async offer() {
    const answer = await run(() => api.send("/offer"));
    if (!answer) return;
    $("#offer [data-code]").textContent = answer.code;
    const link = $("#offer [data-link]");
    link.textContent = link.href;
    openDialog("#offer");
  },
  async copy() {
    const text = await run(() => api.ask("/sheet.txt"));
    if (text === null) return;
    await navigator.clipboard.writeText(text);
    say(texts.copied);
  },
  async adopt() {
    if (await act("/adopt", { facts: JSON.stringify(tried) })) say(texts.adopted);
  },
};

function openDialog(selector, about = "") {
  const dialog = $(selector);
  dialog.dataset.about = about;
  dialog.showModal();
}

async function changeFact(form) {
  const fields = new FormData(form);
  fields.set("fact", form.dataset.fact);
  if (tried === null) {
    await act("/facts", fields);
    return;
  }
  fields.set("facts", JSON.stringify(tried));
  const answer = await run(() => api.send("/whatif", fields));
  if (!answer) return;
  tried = answer.facts;
  show(answer);
}

async function tryOut(on) {
  tried = null;
  const answer = await run(() => (on ? api.send("/whatif") : api.ask("/panels")));
  if (!answer) return;
  if (on) tried = answer.facts;
  else api.version = answer.version;
  show(answer);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const dialog = button.closest("dialog");
  const { action, reason } = button.dataset;
  if ("close" in button.dataset) dialog.close();
  else if ("reload" in button.dataset) reload();
  else if (reason) {
    dialog.close();
    act("/skip", { topic: dialog.dataset.about, reason });
  } else if ("mark" in button.dataset) {
    dialog.close();
    act("/wrong", { problem: dialog.dataset.about, meant: $("#meant").value });
  } else if (action) choose[action]?.(button);
});

document.addEventListener("change", (event) => {
  const { target } = event;
  if (target.id === "whatif") tryOut(target.checked);
  else if (target.id === "shortcuts") {
    keys.on = target.checked;
    run(() => api.send("/staff/settings", { shortcuts: target.checked ? "on" : "off" }));
  } else if (target.closest("form.fact")) changeFact(target.closest("form.fact"));
});

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form.fact");
  const state = form?.querySelector("select[name=state]");
  // Who types a value knows it.
  if (state && target !== state && state.querySelector("[value=known]")) state.value = "known";
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("#say, #search, form.fact")) event.preventDefault();
  if (event.target.id === "say") analyse();
  if (event.target.id === "search") search();
  if (event.target.matches("form.fact")) changeFact(event.target);
});

words.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey && !event.isComposing && event.keyCode !== 229) {
    event.preventDefault();
    analyse();
  }
});

words.addEventListener("input", () => {
  clearTimeout(drafting);
  drafting = setTimeout(() => api.send("/draft", { text: words.value }).catch(failed), 800);
});
addEventListener("pagehide", () => {
  api.leave("/draft", { text: words.value });
  if (sheet.dirty) api.leave("/fields", { ...sheet.unsaved, version: api.version });
});

let searching;
$("#query").addEventListener("input", () => {
  clearTimeout(searching);
  searching = setTimeout(search, 250);
});
$("#query").addEventListener("keydown", (event) => {
  if (event.key === "Escape") words.focus();
});

async function search() {
  clearTimeout(searching);
  const query = $("#query").value.trim();
  if (!query) return $("#found").replaceChildren();
  const response = await run(() => fetch(`/staff/search?q=${encodeURIComponent(query)}`));
  if (response?.ok) $("#found").innerHTML = await response.text();
  else if (response?.status === 401) idle.cover();
}

async function poll() {
  try {
    const state = await api.ask("/state", { byItself: true });
    const notes = [];
    if (state.others.length) notes.push(fill(texts.others, { names: state.others.join(texts.between_names) }));
    if (state.version > api.version && !state.mine) notes.push(fill(texts.changed, { name: state.by }));
    if (notes.length) warn(notes.join(""));
    const busy = sheet.dirty || tried !== null || $("#conflict").open;
    if ((unfinished || state.version > api.version) && !busy) await reload();
  } catch (error) {
    if (error.code === "staff_idle") idle.cover();
  }
}
setInterval(poll, POLL);
poll();

const keys = new Keys({
  on: body.dataset.shortcuts === "on",
  answer: (number) => document.querySelectorAll("#question [data-action=answer]")[number - 1]?.click(),
  skip: () => $("#question [data-action=skip]")?.click(),
  memo: () => $("#s-remarks")?.focus(),
  name: () => $("#s-name")?.focus(),
  listen: () => words.focus(),
  undo: () => $("#log [data-action=undo]")?.click(),
  confirm: () => choose.confirm(),
  search: () => $("#query").focus(),
  help: choose.help,
});
// Keys work from here on.
body.dataset.ready = "yes";
