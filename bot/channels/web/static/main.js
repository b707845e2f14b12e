import { Api } from "./api.js";
import { Chat } from "./chat.js";
import { Session, storageOrMemory } from "./session.js";

const api = new Api();
const part = (id) => document.getElementById(id);
const parts = Object.fromEntries(
  ["log", "status", "error", "retry", "composer", "text", "send", "restart", "advice", "confirm", "to-advice"].map((id) => [id, part(id)]),
);
parts.list = parts.log.querySelector("ol");

const texts = await api.texts();
const chat = new Chat({ api, session: new Session(storageOrMemory()), texts, parts });
part("app").hidden = false;
await chat.start();
