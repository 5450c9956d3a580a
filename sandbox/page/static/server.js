// Talking to the sandbox: one thing after the other, so that nothing overtakes what was typed before.

let chain = Promise.resolve();
const waiting = new Map();

/** Says that somebody did something; a refusal is shown and gives `{ok: false}`. */
export async function tell(name, body) {
  try {
    const answer = await fetch(`/sandbox/ui/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: document.body.dataset.user, ...body }),
    });
    const told = await answer.json();
    if (told.notice) toast(told.notice);
    return told;
  } catch {
    toast("The sandbox does not answer. Is it still running?");
    return { ok: false };
  }
}

/** The same, after everything that was said before. */
export function tellInOrder(name, body) {
  chain = chain.then(() => tell(name, body));
  return chain;
}

/** Does `work` once nobody has called with the same key for so many milliseconds. */
export function later(key, milliseconds, work) {
  clearTimeout(waiting.get(key)?.timer);
  waiting.set(key, { work, timer: setTimeout(() => now(key), milliseconds) });
}

function now(key) {
  const { work, timer } = waiting.get(key);
  clearTimeout(timer);
  waiting.delete(key);
  work();
}

/** Does at once what waits, and waits until all of it was said. */
export async function flush() {
  for (const key of Array.from(waiting.keys())) now(key);
  await chain;
}

/** A short message at the edge of the page. */
export function toast(words) {
  const line = document.createElement("p");
  line.textContent = words;
  const modal = document.querySelector("dialog[open]");
  const box = document.getElementById("toasts");
  (modal ?? document.body).append(box);
  box.append(line);
  setTimeout(() => line.remove(), 8000);
}
