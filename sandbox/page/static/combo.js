// <combo-box>: a menu one can type into, after the ARIA combobox pattern; single or multiple, options here or asked for.

import { tell } from "./server.js";

class ComboBox extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.input = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.chips = this.querySelector(".chips");
    this.told = this.dataset.chosen;
    this.drawn = this.list.innerHTML;
    this.chosen = JSON.parse(this.told);
    this.multiple = this.hasAttribute("data-multiple");
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.leave());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
    this.chips?.addEventListener("click", (event) => this.drop(event.target.closest("button")?.dataset.value));
    this.show();
  }

  /** What is chosen, as the server wants it. */
  get value() {
    const values = this.chosen.map((one) => one.value);
    return this.multiple ? values : values[0] ?? null;
  }

  /** The server drew the menu anew. */
  renew(drawn) {
    const input = drawn.querySelector("input");
    for (const name of ["aria-invalid", "aria-describedby", "placeholder"]) {
      if (input.hasAttribute(name)) this.input.setAttribute(name, input.getAttribute(name));
      else this.input.removeAttribute(name);
    }
    const list = drawn.querySelector("[role=listbox]");
    if (!this.hasAttribute("data-external") && list.innerHTML !== this.drawn) {
      this.drawn = list.innerHTML;
      this.list.replaceChildren(...list.childNodes);
    }
    const said = drawn.dataset.chosen;
    const values = (text) => JSON.stringify(JSON.parse(text).map((one) => one.value));
    const untouched = values(JSON.stringify(this.chosen)) === values(this.told);
    if (said !== this.told && untouched) this.chosen = JSON.parse(said);
    if (said !== this.told && document.activeElement !== this.input) this.show();
    this.told = said;
  }

  get lines() {
    return Array.from(this.list.querySelectorAll("[role=option]:not([hidden])"));
  }

  show() {
    if (!this.multiple) {
      this.input.value = this.chosen[0]?.label ?? "";
    } else {
      this.input.value = "";
      this.chips.replaceChildren(...this.chosen.map((one) => this.chip(one)));
    }
    for (const line of this.list.querySelectorAll("[role=option]")) {
      line.setAttribute("aria-selected", String(this.chosen.some((one) => one.value === line.dataset.value)));
    }
  }

  chip({ value, label }) {
    const chip = document.createElement("span");
    const remove = document.createElement("button");
    chip.className = "chip";
    chip.textContent = label;
    remove.type = "button";
    remove.textContent = "✕";
    remove.dataset.value = value;
    remove.setAttribute("aria-label", `Remove ${label}`);
    chip.append(remove);
    return chip;
  }

  async open() {
    if (!this.list.hidden) return;
    if (!this.multiple) this.input.select();
    await this.fill("");
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(this.lines.find((line) => line.getAttribute("aria-selected") === "true"));
    this.list.scrollIntoView({ block: "nearest" });
  }

  shut() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(null);
  }

  leave() {
    this.shut();
    if (!this.multiple && !this.input.value.trim() && this.chosen.length) this.pick([]);
    else this.show();
  }

  async typed() {
    if (this.list.hidden) await this.open();
    await this.fill(this.input.value.trim());
    this.mark(this.lines[0]);
  }

  async fill(words) {
    const least = this.dataset.external;
    if (least === undefined) {
      const needle = words.toLowerCase();
      for (const line of this.list.children) {
        line.hidden = Boolean(needle) && !line.textContent.toLowerCase().includes(needle);
      }
      this.say(this.lines.length ? "" : "Nothing matches");
      return;
    }
    if (words.length < Number(least)) {
      this.list.replaceChildren();
      this.say(`Type at least ${least} characters`);
      return;
    }
    const asked = (this.asked = Symbol("asked"));
    const { block, action } = this.dataset;
    const where = this.closest("[data-where]").dataset.where;
    const answer = await tell("suggest", { where, block, action, typed: words });
    if (asked !== this.asked) return;
    this.list.replaceChildren(...(answer.options ?? []).map((one, index) => this.line(one, index)));
    this.say(this.lines.length ? "" : "Nothing matches");
  }

  say(words) {
    this.list.querySelector(".none")?.remove();
    if (!words) return;
    const line = document.createElement("li");
    line.className = "none";
    line.setAttribute("role", "presentation");
    line.textContent = words;
    this.list.append(line);
  }

  line({ value, label, description }, index) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = label;
    line.append(name);
    if (description) line.append(Object.assign(document.createElement("small"), { textContent: description }));
    line.id = `${this.list.id}-${index}`;
    line.setAttribute("role", "option");
    Object.assign(line.dataset, { value, label });
    line.setAttribute("aria-selected", String(this.chosen.some((one) => one.value === value)));
    return line;
  }

  mark(line) {
    for (const one of this.list.querySelectorAll(".active")) one.classList.remove("active");
    this.active = line ?? null;
    if (!line) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    line.id ||= `${this.list.id}-${Array.from(this.list.children).indexOf(line)}`;
    line.classList.add("active");
    this.input.setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey) return; // Ctrl+Enter hands the form in, from here too
    const open = !this.list.hidden;
    const lines = this.lines;
    const at = lines.indexOf(this.active);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 };
    if (event.key === "ArrowDown" && !open) this.open();
    else if (open && event.key in steps && lines.length) this.mark(lines[(steps[event.key] + lines.length) % lines.length]);
    else if (open && event.key === "Enter") this.take(this.active);
    else if (open && event.key === "Escape") {
      this.shut();
      this.show();
    } else if (event.key === "Enter") {
      this.open();
    } else if (event.key === "Backspace" && this.multiple && !this.input.value && this.chosen.length) {
      this.drop(this.chosen.at(-1).value);
    } else {
      if (event.key === "Tab" && open && this.active && this.input.value) this.take(this.active);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  take(line) {
    if (!line) return;
    const { value, label } = line.dataset;
    if (!this.multiple) {
      this.pick([{ value, label }]);
      this.shut();
      return;
    }
    const there = this.chosen.some((one) => one.value === value);
    const most = Number(this.dataset.most ?? Infinity);
    if (there) this.pick(this.chosen.filter((one) => one.value !== value));
    else if (this.chosen.length < most) this.pick([...this.chosen, { value, label }]);
    this.fill("");
    this.mark(line);
  }

  drop(value) {
    if (value === undefined) return;
    this.pick(this.chosen.filter((one) => one.value !== value));
    this.input.focus();
  }

  pick(chosen) {
    this.chosen = chosen;
    this.show();
    this.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
  }
}

customElements.define("combo-box", ComboBox);
