// The page: draws what the sandbox sends, and goes where one clicks.

import "./combo.js";
import "./fields.js";
import "./files.js";
import "./rich.js";
import "./tickets.js";
import { ask } from "./ask.js";
import { restore } from "./composer.js";
import { settle } from "./modal.js";
import { morph } from "./morph.js";
import { flush, tell } from "./server.js";

const TABS = ["home", "messages"];
let source = null;
const near = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 80;

function draw(regions) {
  const logs = Array.from(document.querySelectorAll("[data-scroll]"));
  const sticking = new Set(logs.filter(near));
  for (const [name, html] of Object.entries(regions)) morph(document.getElementById(name), html);
  for (const log of document.querySelectorAll("[data-scroll]")) {
    if (!logs.includes(log) || sticking.has(log)) toEnd(log);
  }
  if ("modal" in regions) settle();
  if ("main" in regions || "thread" in regions) restore();
}

function toEnd(log) {
  const target = log.querySelector(".target");
  if (target) target.scrollIntoView({ block: "center" });
  else log.scrollTop = log.scrollHeight;
}

function listen() {
  source?.close();
  source = new EventSource(`/sandbox/ui/live${location.search}`);
  source.onmessage = (event) => {
    document.body.classList.remove("offline");
    draw(JSON.parse(event.data));
    wake();
  };
  source.onerror = () => {
    document.body.classList.add("offline");
    wake();
  };
}

/** Nothing can be pressed until the page is that of somebody else: its links still lead to where the last one was. */
function become(user) {
  const channel = new URLSearchParams(location.search).get("channel") ?? "";
  document.body.inert = true;
  go(here({ user, channel: channel.startsWith("D") ? "app" : channel, tab: "" }));
}

function wake() {
  if (!document.body.inert) return;
  document.body.inert = false;
  document.getElementById("who")?.focus();
}

function arrive() {
  const query = new URLSearchParams(location.search);
  document.body.dataset.user = query.get("user") ?? document.body.dataset.user;
  listen();
}

async function go(address) {
  await flush();
  const before = new URLSearchParams(location.search);
  history.pushState(null, "", address);
  const after = new URLSearchParams(location.search);
  document.body.dataset.view = before.get("ticket") !== after.get("ticket") ? "tickets" : "chat";
  arrive();
}

/** The address of this page with other parameters. */
function here(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) value ? query.set(name, value) : query.delete(name);
  return `/?${query}`;
}

/** Where a link inside the page leads, or null if the browser should follow it. */
function inside(link) {
  if (link.hasAttribute("data-go")) return link.getAttribute("href");
  if (link.dataset.channel) return here({ channel: link.dataset.channel, thread: "" });
  const url = new URL(link.href);
  if (url.origin !== location.origin) return null;
  const issue = url.pathname.match(/^\/jira\/browse\/([^/]+)$/);
  if (issue) return here({ ticket: `jira:${decodeURIComponent(issue[1])}` });
  const task = url.pathname.match(/^\/asana\/1\/.*?(\d+)$/);
  if (task) return here({ ticket: `asana:${task[1]}` });
  const message = url.pathname.match(/^\/slack\/archives\/(\w+)\/p(\d+)(\d{6})$/);
  return message ? here({ channel: message[1], message: `${message[2]}.${message[3]}`, thread: "" }) : null;
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
  const link = event.target.closest("a[href]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const address = inside(link);
  const form = link.closest("#modal form");
  if (!address || form?.querySelector("[data-submit]")) return;
  event.preventDefault();
  if (form) tell("close", { all: true });
  if (TABS.includes(link.dataset.go)) tell("home", { tab: link.dataset.go });
  go(address).then(() => link.closest("#side") && document.querySelector("#main textarea")?.focus());
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const { shortcut, messageShortcut, clock, reset, show, command } = button?.dataset ?? {};
  if (show) document.body.dataset.view = show;
  if (shortcut) tell("shortcut", { callback: shortcut });
  if (messageShortcut) {
    const [, channel, ts] = button.closest("[data-where]").dataset.where.split(":");
    tell("message-shortcut", { callback: messageShortcut, channel, ts });
  }
  if (shortcut || messageShortcut) button.closest("details").removeAttribute("open");
  if (command) tell("command", { channel: button.dataset.channel, text: command });
  if (button?.dataset.delete !== undefined) forget(button);
  if (clock) tell("clock", { seconds: Number(clock) });
  if (reset !== undefined) fetch("/sandbox/reset", { method: "POST" }).then(() => location.assign("/"));
});

/** Asks, and deletes the message that a button stands in. */
async function forget(button) {
  const [, channel, ts] = button.closest("[data-where]").dataset.where.split(":");
  button.closest("details").open = false;
  const text = "Nobody will see it any more, and no app can change it.";
  if (await ask({ title: "Delete this message?", text, yes: "Delete", danger: true })) tell("delete", { channel, ts });
}

document.addEventListener("change", (event) => {
  if (event.target.id === "who") become(event.target.value);
  if (event.target.dataset.fault) tell("fault", { vendor: event.target.dataset.fault, state: event.target.value });
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu");
  if (!menu) return;
  const items = Array.from(menu.querySelectorAll("[role=menuitem]"));
  const at = items.indexOf(document.activeElement);
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    menu.open = true;
    const step = event.key === "ArrowDown" ? 1 : -1;
    items[(at + step + items.length) % items.length]?.focus();
  } else return;
  event.preventDefault();
});

document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches?.("details.menu[open]")) {
      event.target.querySelector("[role=menu]").scrollIntoView({ block: "nearest" });
    }
  },
  true,
);

addEventListener("popstate", arrive);
history.replaceState(null, "", document.body.dataset.place);
for (const log of document.querySelectorAll("[data-scroll]")) toEnd(log);
restore();
settle();
listen();
if (new URLSearchParams(location.search).get("tab") === "home") tell("home", { tab: "home" });
