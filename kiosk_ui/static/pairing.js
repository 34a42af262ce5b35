// Follows a machine that is being set up: asks every second, redraws only what changed, and
// goes over to the clinic's own pages when they are there.

const ASK_MS = 1000;
const SILENCE_MS = 4000; // Before the page says that it cannot hear the machine.
const PICTURE_MS = 150; // Between two pictures of the camera; each is asked for when one came.

const now = document.body.dataset.now;
const lost = document.getElementById("lost");
let shown = null;
let heardAt = performance.now();
let pressed = false;

async function ask() {
  try {
    const answer = await fetch(now, { cache: "no-store", redirect: "follow" });
    if (answer.status === 404) return location.replace("/"); // The terminal answers here now.
    if (answer.ok) {
      const text = await answer.text();
      heardAt = performance.now();
      if (text !== shown && !pressed) show(text);
    }
  } catch {
    // The page says so below, and asks again.
  }
  lost.hidden = performance.now() - heardAt < SILENCE_MS;
  setTimeout(ask, ASK_MS);
}

function show(text) {
  shown = text;
  const next = new DOMParser().parseFromString(text, "text/html").getElementById("main");
  const before = document.getElementById("main");
  if (next.isEqualNode(before)) return;
  before.replaceWith(next);
  (next.querySelector("[autofocus]") ?? document.body).focus({ preventScroll: true });
  follow();
}

// A button is not drawn anew under a finger.
document.addEventListener("pointerdown", () => (pressed = true), true);
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => setTimeout(() => (pressed = false)), true);
}

document.addEventListener("click", ({ target }) => {
  const key = target.closest("[data-key]");
  const field = key?.form?.querySelector("input[maxlength]");
  if (!field) return;
  if (key.dataset.key === "back") field.value = field.value.slice(0, -1);
  else if (field.value.length < field.maxLength) field.value += key.dataset.key;
});

// A tap is taken once: a second one while the first is under way would ask twice.
document.addEventListener("submit", ({ target }) => {
  setTimeout(() => target.querySelectorAll("button").forEach((it) => (it.disabled = true)));
});

// A scanner that types, types into the one field there is, wherever somebody tapped last.
document.addEventListener("keydown", ({ key, target }) => {
  const field = document.querySelector("#card, .typed");
  if (field && key.length === 1 && target !== field) field.focus();
}, true);

function follow() {
  const picture = document.getElementById("preview");
  if (!picture) return;
  let number = 0;
  const next = () => setTimeout(() => {
    if (picture.isConnected) picture.src = `/pairing/preview.jpg?n=${++number}`;
  }, PICTURE_MS);
  picture.addEventListener("load", next);
  picture.addEventListener("error", () => setTimeout(next, ASK_MS));
  next();
}

follow();
ask();
