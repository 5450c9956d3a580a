// The small dialog: "Are you sure?", or a question with one line to answer.

const dialog = () => document.getElementById("confirm");

function make(tag, words, attributes = {}) {
  const element = document.createElement(tag);
  if (words) element.textContent = words;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** Asks; gives true or the line on yes, null on no. */
export function ask({ title, text, yes = "Yes", no = "Cancel", danger = false, line = null }) {
  const box = dialog();
  const before = document.activeElement;
  const form = make("form", "", { method: "dialog" });
  const heading = make("h2", title, { id: "confirm-title" });
  const body = make("div", "", { class: "body" });
  if (text) body.append(make("p", text));
  const field = make("input", "", { type: "text", id: "confirm-line", autocomplete: "off" });
  if (line !== null) {
    body.append(make("label", line.label, { for: "confirm-line", class: "label" }), field);
    field.value = line.value ?? "";
  }
  const foot = make("footer", "");
  const refuse = make("button", no, { type: "button", class: "button" });
  const agree = make("button", yes, { type: "submit", class: `button ${danger ? "danger" : "primary"}` });
  foot.append(refuse, agree);
  const head = make("header", "");
  head.append(heading);
  form.append(head, body, foot);
  box.replaceChildren(form);
  return new Promise((resolve) => {
    const done = (answer) => {
      box.close();
      box.replaceChildren();
      before?.focus?.();
      resolve(answer);
    };
    refuse.onclick = () => done(null);
    form.onsubmit = (event) => {
      event.preventDefault();
      done(line === null ? true : field.value.trim());
    };
    box.oncancel = (event) => {
      event.preventDefault();
      done(null);
    };
    box.showModal();
    if (line === null && !danger) agree.focus();
  });
}

/** What a button's `confirm` object asks; true if there is none. */
export async function confirmed(element) {
  if (!element.dataset.confirm) return true;
  const wanted = JSON.parse(element.dataset.confirm);
  return ask({
    title: wanted.title.text,
    text: wanted.text.text,
    yes: wanted.confirm?.text ?? "Yes",
    no: wanted.deny?.text ?? "No",
    danger: wanted.style === "danger",
  });
}
