// The line below the messages: Enter sends, Shift+Enter starts a line, / completes commands.

import { tell, toast } from "./server.js";

const drafts = new Map();

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 220)}px`;
}

async function send(form) {
  const field = form.querySelector("textarea");
  const text = field.value.trim();
  if (!text) return;
  const { channel, thread } = form.dataset;
  const broadcast = form.querySelector("[name=broadcast]");
  if (text.startsWith("/") && thread) {
    toast("Commands do not work in threads.");
    return;
  }
  field.value = "";
  drafts.delete(field.id);
  grow(field);
  hide(form);
  const body = { channel, thread, text, broadcast: broadcast?.checked ?? false };
  const told = await tell(text.startsWith("/") ? "command" : "post", body);
  if (told.ok === false && !field.value) field.value = text;
  else if (broadcast) broadcast.checked = false;
}

const listOf = (form) => form.querySelector("[role=listbox]");

function hide(form) {
  listOf(form).hidden = true;
  form.querySelector("textarea").removeAttribute("aria-activedescendant");
}

async function complete(form) {
  const field = form.querySelector("textarea");
  const typed = field.value;
  if (!typed.startsWith("/") || typed.includes("\n") || form.dataset.thread) {
    hide(form);
    return;
  }
  const answer = await fetch(`/sandbox/ui/commands?${new URLSearchParams({ typed })}`);
  const found = await answer.json();
  if (field.value !== typed) return;
  const list = listOf(form);
  list.replaceChildren(...found.map((one, index) => line(list, one, index)));
  list.hidden = !found.length;
}

function line(list, { text, about }, index) {
  const item = document.createElement("li");
  const name = document.createElement("b");
  const small = document.createElement("small");
  name.textContent = text;
  small.textContent = about;
  item.append(name, small);
  item.id = `${list.id}-${index}`;
  item.dataset.text = text;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  return item;
}

function mark(form, item) {
  for (const one of listOf(form).children) one.setAttribute("aria-selected", String(one === item));
  form.querySelector("textarea").setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

function take(form, item) {
  const field = form.querySelector("textarea");
  field.value = `${item.dataset.text} `;
  field.focus();
  grow(field);
  complete(form);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".composer")) return;
  event.preventDefault();
  send(event.target);
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("form.composer");
  if (!form) return;
  drafts.set(event.target.id, event.target.value);
  grow(event.target);
  complete(form);
});

document.addEventListener("click", (event) => {
  const item = event.target.closest(".composer [role=option]");
  if (item) take(item.closest("form"), item);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.composer");
  if (!form || event.isComposing || event.target.nodeName !== "TEXTAREA") return;
  const list = listOf(form);
  const items = Array.from(list.children);
  const open = !list.hidden && items.length > 0;
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const step = event.key === "ArrowDown" ? 1 : -1;
    mark(form, items[at < 0 && step < 0 ? items.length - 1 : (at + step + items.length) % items.length]);
  } else if (open && event.key === "Tab" && !event.shiftKey) take(form, items[Math.max(at, 0)]);
  else if (open && event.key === "Escape") hide(form);
  else if (event.key === "Enter" && !event.shiftKey) {
    if (open && at >= 0) take(form, items[at]);
    else send(form);
  } else return;
  event.preventDefault();
});

/** Gives back what was half-typed when a channel is opened again. */
export function restore() {
  for (const field of document.querySelectorAll(".composer textarea")) {
    if (!field.value && drafts.get(field.id)) field.value = drafts.get(field.id);
    grow(field);
  }
}
