// <file-drop>: files are uploaded when they are chosen; the form then holds their ids.

import { toast } from "./server.js";

class FileDrop extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.input = this.querySelector("input");
    this.list = this.querySelector("ul");
    this.uploading = 0;
    this.input.addEventListener("change", () => this.add(Array.from(this.input.files)));
    this.addEventListener("click", (event) => this.remove(event.target.closest("[data-remove]")));
    this.addEventListener("dragover", (event) => event.preventDefault());
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      this.add(Array.from(event.dataTransfer.files));
    });
  }

  /** The ids of the files. */
  get value() {
    return Array.from(this.list.querySelectorAll("[data-file]"), (line) => line.dataset.file);
  }

  /** The server drew the list anew. */
  renew(drawn) {
    const input = drawn.querySelector("input");
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (input.hasAttribute(name)) this.input.setAttribute(name, input.getAttribute(name));
      else this.input.removeAttribute(name);
    }
    if (!this.uploading) this.list.replaceChildren(...drawn.querySelector("ul").childNodes);
  }

  async add(files) {
    const room = Number(this.dataset.most) - this.value.length;
    if (files.length > room) toast(room > 0 ? `Only ${room} more can be added.` : "No more files can be added.");
    for (const file of files.slice(0, Math.max(0, room))) {
      const line = document.createElement("li");
      line.textContent = `${file.name} …`;
      this.list.append(line);
      this.uploading += 1;
      try {
        const query = new URLSearchParams({ user: document.body.dataset.user, name: file.name });
        const type = file.type || "application/octet-stream";
        const answer = await fetch(`/sandbox/ui/upload?${query}`, { method: "POST", headers: { "Content-Type": type }, body: file });
        const told = await answer.json();
        line.dataset.file = told.id;
        line.textContent = file.name;
      } catch {
        line.remove();
        toast(`${file.name} could not be uploaded.`);
      } finally {
        this.uploading -= 1;
      }
    }
    this.input.value = "";
    this.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
  }

  remove(button) {
    if (!button) return;
    button.closest("li").remove();
    this.input.focus();
    this.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
  }
}

customElements.define("file-drop", FileDrop);
