// Fields and buttons of messages, modals and the home tab: what is typed or chosen is told to the sandbox.

import { confirmed } from "./ask.js";
import { flush, later, tell, tellInOrder } from "./server.js";

const TYPING = 150;
const SPEAKING = 300;

function valueOf(control) {
  if ("value" in control && !control.dataset.field) return control.value;
  switch (control.dataset.field) {
    case "boxes":
      return Array.from(control.querySelectorAll("input:checked"), (box) => box.value);
    case "radios":
      return control.querySelector("input:checked")?.value ?? null;
    case "datetime-local":
      return control.value ? Math.floor(new Date(control.value).getTime() / 1000) : null;
    default:
      return control.value || null;
  }
}

function told(control) {
  const { block, action } = control.dataset;
  return { where: control.closest("[data-where]").dataset.where, block, action, value: valueOf(control) };
}

async function changed(control, typing) {
  const dispatch = control.dataset.dispatch ?? "";
  const isField = control.closest("[data-block-id]") !== null;
  if (!isField) {
    if (await confirmed(control)) tellInOrder("act", { ...told(control), wait: false });
    return;
  }
  const key = control.dataset.key;
  const speaks = typing ? dispatch.includes("character") : dispatch.includes("change");
  const send = () => tellInOrder(speaks ? "act" : "set", { ...told(control), wait: false });
  if (typing) later(key, speaks ? SPEAKING : TYPING, send);
  else send();
}


document.addEventListener("input", (event) => {
  const control = event.target.closest("[data-field=text]");
  if (control) changed(control, true);
});

document.addEventListener("change", (event) => {
  const control = event.target.closest("[data-field]");
  if (control && control.dataset.field !== "text") changed(control, false);
});

document.addEventListener("chosen", (event) => changed(event.target, false));
document.addEventListener("written", (event) => changed(event.target, true));
document.addEventListener("focusout", (event) => {
  if (event.target.closest("[data-field=text], rich-editor")) flush();
});

document.addEventListener("keydown", (event) => {
  const control = event.target.closest("[data-field=text]");
  if (event.key !== "Enter" || !control || event.isComposing) return;
  const single = control.nodeName === "INPUT";
  if (single && control.dataset.dispatch?.includes("enter")) {
    event.preventDefault();
    flush().then(() => tellInOrder("act", { ...told(control), wait: false }));
  } else if (single && !control.form?.querySelector("[data-submit]")) {
    event.preventDefault();
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-press]");
  if (!button || button.getAttribute("aria-busy") === "true") return;
  if (button.nodeName !== "A") event.preventDefault();
  const { block, action, press } = button.dataset;
  const where = button.closest("[data-where]").dataset.where;
  const menu = button.closest("details.menu");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (!(await confirmed(button))) return;
  button.setAttribute("aria-busy", "true");
  await flush();
  const isMenu = button.getAttribute("role") === "menuitem";
  await tell("act", { where, block, action, value: isMenu ? press : null, wait: true });
  button.removeAttribute("aria-busy");
});

