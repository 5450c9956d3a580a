// Makes what stands in the page equal to what the server drew, and leaves alone what somebody is typing.

/** Replaces the inside of an element by HTML of our own server, where every text is escaped already. */
export function morph(into, html) {
  const drawn = document.createElement("template");
  drawn.innerHTML = html;
  const focused = document.activeElement;
  children(into, drawn.content);
  if (focused !== document.activeElement && focused?.isConnected && into.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

function children(old, drawn) {
  const wanted = new Set(Array.from(drawn.children, keyOf).filter(Boolean));
  const kept = new Map();
  for (const child of Array.from(old.children)) {
    const key = keyOf(child);
    if (key && wanted.has(key)) kept.set(key, child);
    else if (key) child.remove();
  }
  let at = old.firstChild;
  for (const node of Array.from(drawn.childNodes)) {
    const key = keyOf(node);
    const match = key ? kept.get(key) : alike(at, node) ? at : null;
    if (!match || match.nodeName !== node.nodeName) {
      old.insertBefore(node, at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else old.insertBefore(match, at);
    same(match, node);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function keyOf(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node.dataset.key || node.id || "" : "";
}

function alike(old, node) {
  return old && old.nodeName === node.nodeName && !keyOf(old);
}

function same(old, node) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== node.data) old.data = node.data;
    return;
  }
  if (old.renew) {
    attributes(old, node, ["data-chosen"]);
    old.renew(node);
    return;
  }
  const chosen = old.nodeName === "SELECT" ? [selectedIn(old), selectedIn(node)] : null;
  const own = old.nodeName === "DETAILS" ? ["open"] : old.matches("input, textarea") ? ["value", "checked"] : [];
  attributes(old, node, own);
  if (old.matches("input, textarea")) typed(old, node);
  if (old.nodeName === "TEXTAREA") return;
  children(old, node);
  if (chosen && chosen[0] !== chosen[1]) old.value = chosen[1];
}

function selectedIn(select) {
  return select.querySelector("option[selected]")?.value;
}

/** A field takes the server's value only while nobody has changed it since the server last spoke. */
function typed(old, node) {
  if (old.type === "checkbox" || old.type === "radio") {
    if (old.defaultChecked !== node.defaultChecked) old.defaultChecked = old.checked = node.defaultChecked;
    return;
  }
  if (old.type === "file" || old.defaultValue === node.defaultValue) return;
  const untouched = old.value === old.defaultValue && old !== document.activeElement;
  const value = old.value;
  old.defaultValue = node.defaultValue;
  old.value = untouched ? node.defaultValue : value;
}

function attributes(old, node, except) {
  for (const { name, value } of Array.from(node.attributes)) {
    if (!except.includes(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of Array.from(old.attributes)) {
    if (!except.includes(name) && !node.hasAttribute(name)) old.removeAttribute(name);
  }
}
