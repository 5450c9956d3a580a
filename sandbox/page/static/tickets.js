// The panel with the tickets: what somebody changes at the tracker itself.

import { ask } from "./ask.js";
import { tellInOrder } from "./server.js";

function change(control, body) {
  const { ticket, part } = control.dataset;
  return tellInOrder("ticket", { ticket, do: control.dataset.do, part, ...body });
}

const sending = new WeakMap();
const said = (form) => Object.fromEntries(new FormData(form));

// The same again is a double click; anything else is said as well, and what was typed meanwhile stays.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-do]");
  if (!form) return;
  event.preventDefault();
  const values = said(form);
  const words = JSON.stringify(values);
  if (sending.get(form) === words) return;
  sending.set(form, words);
  form.setAttribute("aria-busy", "true");
  const told = await change(form, values);
  if (sending.get(form) === words) {
    sending.delete(form);
    form.removeAttribute("aria-busy");
  }
  if (told.ok === false || JSON.stringify(said(form)) !== words) return;
  form.reset();
  const folded = form.closest("details");
  if (folded) {
    folded.open = false;
    folded.querySelector("summary").focus();
  }
});

document.addEventListener("change", async (event) => {
  const control = event.target.closest("select[data-do], input[data-do]");
  if (!control) return;
  const told = await change(control, { value: control.value });
  if (told.ok === false) control.value = control.querySelector("option[selected]")?.value ?? control.defaultValue ?? "";
});

// A form gets the words that stand in the ticket when it is opened, and lets go of them when it is closed.
document.addEventListener(
  "toggle",
  (event) => {
    const field = event.target.matches?.("details.edit") ? event.target.querySelector("[data-text]") : null;
    if (field) field.value = event.target.open ? field.dataset.text : "";
  },
  true,
);

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-do]");
  if (!button) return;
  const question = button.dataset.ask;
  if (question && !(await ask({ title: question, yes: "Delete", danger: true }))) return;
  change(button, {});
});
