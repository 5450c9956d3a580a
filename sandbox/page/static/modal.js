// The dialog that shows the modal on top.

import { flush, tell } from "./server.js";

const dialog = document.getElementById("dialog");
let before = null;
let shown = "";
let refused = [];
let closed = "";

const FIELDS = "input:not([type=hidden]), textarea, .editable, .body button, .body a[href]";

function first() {
  return dialog.querySelector("[autofocus]") ?? dialog.querySelector(".body :is(input, textarea, .editable)");
}

/** The first field that was refused, once it is drawn as such. */
function firstRefused() {
  const fields = Array.from(dialog.querySelectorAll(".field"));
  const field = fields.find((one) => refused.includes(one.dataset.blockId));
  return field?.querySelector("[aria-invalid=true]");
}

/** After the inside was drawn: open or close it, and keep the focus in it. */
export function settle() {
  const view = dialog.querySelector("form")?.dataset.view ?? "";
  if (!view) {
    if (dialog.open) dialog.close();
    document.body.append(document.getElementById("toasts"));
    if (shown) before?.isConnected ? before.focus() : document.querySelector("#main textarea")?.focus();
    shown = "";
    return;
  }
  if (!dialog.open) {
    before = document.activeElement;
    dialog.showModal();
  }
  const wrong = firstRefused();
  const lost = !dialog.contains(document.activeElement) || document.activeElement === dialog;
  if (wrong) {
    refused = [];
    wrong.closest(".field").scrollIntoView({ block: "nearest" });
    (wrong.matches(FIELDS) ? wrong : wrong.querySelector(FIELDS) ?? wrong).focus();
  } else if (view !== shown || lost) {
    (first() ?? dialog.querySelector("[data-submit], [data-close]"))?.focus({ preventScroll: view === shown });
    if (view !== shown) dialog.querySelector(".body").scrollTop = 0;
  }
  shown = view;
}

/** Close what is on top, once: a second press comes before the first one is drawn, and must not close what lies below. */
async function close(all) {
  const view = dialog.querySelector("form")?.dataset.view ?? "";
  if (view === closed) return;
  closed = view;
  await flush();
  const told = await tell("close", { all });
  if (!told.ok) closed = "";
}

dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  if (event.target === dialog) close(false);
});
dialog.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close]");
  if (button) close(button.dataset.close === "all");
});
dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.getAttribute("aria-busy") === "true" || !form.querySelector("[data-submit]")) return;
  form.setAttribute("aria-busy", "true");
  await flush();
  const told = await tell("submit", { where: form.dataset.where });
  form.removeAttribute("aria-busy");
  refused = Object.keys(told.errors ?? {});
  settle();
});
dialog.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    dialog.querySelector("form")?.requestSubmit();
  }
});
