// <rich-editor>: text with bold, italic, strikethrough, code, links and lists, kept as Slack's rich_text.

import { ask } from "./ask.js";

const STYLES = {
  B: "bold", STRONG: "bold", I: "italic", EM: "italic", S: "strike", STRIKE: "strike", DEL: "strike", CODE: "code",
};
const COMMANDS = {
  bold: "bold", italic: "italic", strike: "strikeThrough", bullet: "insertUnorderedList", ordered: "insertOrderedList",
};
const KEYS = { x: "strike", c: "code", u: "link", 7: "ordered", 8: "bullet" };
const BLOCKS = new Set(["DIV", "P", "UL", "OL", "PRE", "BLOCKQUOTE", "H1", "H2", "H3"]);

class RichEditor extends HTMLElement {
  connectedCallback() {
    if (this.box) return;
    this.box = this.querySelector(".editable");
    this.tools = Array.from(this.querySelectorAll("[data-tool]"));
    document.execCommand("defaultParagraphSeparator", false, "div");
    this.box.addEventListener("input", () => this.changed());
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("paste", (event) => this.paste(event));
    this.box.addEventListener("drop", (event) => event.preventDefault());
    document.addEventListener("selectionchange", () => this.press());
    const bar = this.querySelector("[role=toolbar]");
    bar.addEventListener("mousedown", (event) => event.preventDefault());
    bar.addEventListener("click", (event) => this.use(event.target.closest("button")?.dataset.tool));
    bar.addEventListener("keydown", (event) => this.move(event));
    this.mark();
  }

  /** The rich_text block; null when there is nothing in it. */
  get value() {
    const elements = read(this.box);
    const words = JSON.stringify(elements).match(/"text":"(?!")|"url":/);
    return words ? { type: "rich_text", elements } : null;
  }

  /** The server drew the editor anew: only what is said about it changes, never what was written. */
  renew(drawn) {
    const box = drawn.querySelector(".editable");
    for (const name of ["aria-invalid", "aria-describedby", "data-placeholder"]) {
      if (box.hasAttribute(name)) this.box.setAttribute(name, box.getAttribute(name));
      else this.box.removeAttribute(name);
    }
  }

  changed() {
    this.mark();
    this.dispatchEvent(new CustomEvent("written", { bubbles: true }));
  }

  mark() {
    this.box.classList.toggle("empty", !this.box.textContent.trim() && !this.box.querySelector("li"));
  }

  press() {
    if (document.activeElement !== this.box) return;
    for (const tool of this.tools) {
      const name = tool.dataset.tool;
      const on = COMMANDS[name] ? document.queryCommandState(COMMANDS[name]) : Boolean(this.around(name));
      tool.setAttribute("aria-pressed", String(on));
    }
  }

  around(name) {
    const node = getSelection().anchorNode;
    const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const found = element?.closest?.(name === "code" ? "code" : "a");
    return found && this.box.contains(found) ? found : null;
  }

  use(name) {
    if (!name) return;
    if (document.activeElement !== this.box) this.box.focus();
    if (COMMANDS[name]) document.execCommand(COMMANDS[name]);
    else if (name === "code") this.code();
    else this.link();
    this.changed();
    this.press();
  }

  code() {
    const inside = this.around("code");
    if (inside) {
      inside.replaceWith(...inside.childNodes);
      return;
    }
    const range = getSelection().rangeCount ? getSelection().getRangeAt(0) : null;
    if (!range || range.collapsed || !this.box.contains(range.commonAncestorContainer)) return;
    const code = document.createElement("code");
    code.textContent = range.toString();
    range.deleteContents();
    range.insertNode(code);
    getSelection().selectAllChildren(code);
  }

  async link() {
    const inside = this.around("link");
    const range = getSelection().rangeCount ? getSelection().getRangeAt(0).cloneRange() : null;
    const title = inside ? "Change the link" : "Add a link";
    const address = await ask({ title, yes: "Save", line: { label: "Address", value: inside?.getAttribute("href") } });
    if (address === null || !range) return;
    if (inside && !address) inside.replaceWith(...inside.childNodes);
    else if (inside) inside.setAttribute("href", address);
    else if (address) {
      const link = document.createElement("a");
      link.textContent = range.toString() || address;
      link.setAttribute("href", address);
      range.deleteContents();
      range.insertNode(link);
      getSelection().setBaseAndExtent(link.parentNode, link.parentNode.childNodes.length, link.parentNode, link.parentNode.childNodes.length);
    }
    this.box.focus();
    this.changed();
  }

  key(event) {
    const modifier = event.ctrlKey || event.metaKey;
    const name = modifier && event.shiftKey ? KEYS[event.key.toLowerCase()] ?? KEYS[event.code.slice(-1)] : undefined;
    if (!name) return;
    event.preventDefault();
    this.use(name);
  }

  move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const count = this.tools.length;
    const next = this.tools[(this.tools.indexOf(document.activeElement) + step + count) % count];
    for (const tool of this.tools) tool.tabIndex = tool === next ? 0 : -1;
    next.focus();
  }

  paste(event) {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  }
}

/** What stands in the editor, as the elements of a rich_text block. */
function read(box) {
  const out = [];
  let lines = [];
  let line = [];
  const endLine = () => {
    lines.push(line);
    line = [];
  };
  const endSection = () => {
    if (line.length) endLine();
    const elements = lines.flatMap((one, index) => (index ? [{ type: "text", text: "\n" }, ...one] : one));
    if (elements.length) out.push({ type: "rich_text_section", elements: joined(elements) });
    lines = [];
  };
  const walk = (parent) => {
    for (const node of parent.childNodes) {
      if (!BLOCKS.has(node.nodeName)) {
        if (node.nodeName === "BR") {
          if (node !== parent.lastChild || parent === box) endLine();
        } else line.push(...inline(node, {}));
      } else if (node.nodeName === "UL" || node.nodeName === "OL") {
        endSection();
        out.push(...list(node, 0));
      } else if (node.nodeName === "PRE" || node.nodeName === "BLOCKQUOTE") {
        endSection();
        const type = node.nodeName === "PRE" ? "rich_text_preformatted" : "rich_text_quote";
        out.push({ type, elements: joined(inline(node, {})) });
      } else {
        if (line.length) endLine();
        if (node.querySelector(":scope > ul, :scope > ol, :scope > div")) walk(node);
        else {
          walk(node);
          endLine();
        }
      }
    }
  };
  walk(box);
  endSection();
  return out;
}

function list(element, indent) {
  const style = element.nodeName === "OL" ? "ordered" : "bullet";
  const out = [];
  let items = [];
  const end = () => {
    if (items.length) out.push({ type: "rich_text_list", style, indent, elements: items });
    items = [];
  };
  for (const item of element.children) {
    if (item.nodeName !== "LI") {
      end();
      out.push(...list(item, indent + 1));
      continue;
    }
    const nested = Array.from(item.children).filter((child) => child.nodeName === "UL" || child.nodeName === "OL");
    const words = Array.from(item.childNodes).filter((child) => !nested.includes(child));
    items.push({ type: "rich_text_section", elements: joined(words.flatMap((node) => inline(node, {}))) });
    if (nested.length) {
      end();
      for (const below of nested) out.push(...list(below, indent + 1));
    }
  }
  end();
  return out;
}

function inline(node, style) {
  if (node.nodeType === Node.TEXT_NODE) return node.data ? [piece({ type: "text", text: node.data.replace(/\u00a0/g, " ") }, style)] : [];
  if (node.nodeName === "BR") return [piece({ type: "text", text: "\n" }, style)];
  if (node.nodeName === "A") {
    const url = node.getAttribute("href") ?? "";
    const text = node.textContent;
    if (url && text) return [piece(text === url ? { type: "link", url } : { type: "link", url, text }, style)];
  }
  const name = STYLES[node.nodeName];
  const inner = name ? { ...style, [name]: true } : style;
  return Array.from(node.childNodes).flatMap((child) => inline(child, inner));
}

function piece(element, style) {
  return Object.keys(style).length ? { ...element, style } : element;
}

/** Neighbours of the same style as one. */
function joined(elements) {
  const out = [];
  for (const one of elements) {
    const last = out.at(-1);
    const alike = last && last.type === "text" && one.type === "text" && JSON.stringify(last.style) === JSON.stringify(one.style);
    if (alike) last.text += one.text;
    else out.push({ ...one });
  }
  return out;
}

customElements.define("rich-editor", RichEditor);
