// The doctor's page without a pointer: keys for what is tapped most, the focus on what comes
// next, and what was half typed for a visit while it waits or the terminal starts anew.
// Every key presses a button that stands on the page; nothing is decided here.

const BURST_MS = 50; // Nobody types so fast: a scanner that pretends to be a keyboard does.
const READY_MS = 500; // A button that has just come does not take the Enter meant for another.
const FIELD = "input:not([type=button], [type=submit]), textarea, select";
const SHORTCUTS = { F2: "#aside-button", F4: "[data-next]" };

let printedAt = -Infinity; // When a character was last typed outside a field.
let waiting = null; // The digit that waits to be sure that it came alone.

function inField(node) {
  return node?.matches?.(FIELD) ?? false;
}
function cardOpen() {
  return document.querySelector("[popover]:popover-open") !== null;
}

document.addEventListener("keydown", (event) => {
  if (inField(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Enter" || event.key === " ") guard(event);
  else if (SHORTCUTS[event.key]) press(event, SHORTCUTS[event.key]);
  else if (event.key.length === 1) printed(event);
}, true);

// An Enter that ends a scan, that is held down, or that comes too soon presses nothing: the
// amount is never confirmed by a box.
function guard(event) {
  const scanned = event.timeStamp - printedAt < BURST_MS;
  const primary = event.target.matches?.(".act .primary:not([popover] *)"); // A card was opened on purpose.
  const early = primary && event.target.dataset.ready === undefined && !wasReady(event.target);
  if (scanned || event.repeat || early) event.preventDefault();
}

function press(event, what) {
  event.preventDefault();
  if (!event.repeat && !cardOpen()) document.querySelector(what)?.click();
}

function printed(event) {
  const burst = event.timeStamp - printedAt < BURST_MS;
  printedAt = event.timeStamp;
  clearTimeout(waiting);
  if (burst || event.repeat || cardOpen()) return;
  if (/^[1-9]$/.test(event.key)) {
    waiting = setTimeout(() => document.getElementById(`diagnosis-${event.key}`)?.click(), BURST_MS);
  } else if (event.key === "/") {
    event.preventDefault();
    document.getElementById("find-text")?.focus();
  } else if (event.key === "?") {
    document.getElementById("keys-card")?.showPopover();
  }
}

// The one thing that comes next has the focus as soon as it can be pressed, unless somebody
// is typing or reads a card.
let before = "";
let readyAt = 0; // Of what came, however often it is drawn anew meanwhile.
let ready = null;
function nextPress() {
  return [...document.querySelectorAll(".act .buttons > form > .primary")].at(-1);
}
function nameOfPress(button) {
  return `${visitShown()} ${button.id} ${button.textContent}`;
}
// Drawn anew it is the same button, also until the page has settled and it is marked again.
function wasReady(button) {
  return nameOfPress(button) === before && performance.now() >= readyAt;
}
function follow() {
  const primary = nextPress();
  const now = primary ? nameOfPress(primary) : "";
  const at = document.activeElement;
  const free = at === null || at === document.body;
  const came = now !== before;
  before = now;
  if (!primary) return;
  if ((came || free) && !inField(at) && !cardOpen()) primary.focus({ preventScroll: true });
  if (came) readyAt = performance.now() + READY_MS;
  clearTimeout(ready);
  const left = readyAt - performance.now();
  if (left <= 0) return void (primary.dataset.ready = "");
  delete primary.dataset.ready;
  ready = setTimeout(() => (primary.dataset.ready = ""), left);
}

// A number that was taken is typed no more: the cursor goes on, or Enter would ask for another.
document.body.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (elt.dataset.reset === undefined || xhr.status < 200 || xhr.status >= 300) return;
  if (!elt.contains(document.activeElement)) return;
  document.activeElement.blur();
  if (!cardOpen()) nextPress()?.focus({ preventScroll: true });
});

// What is half typed is kept by visit, in this window alone. Of these fields only: no number,
// no code and no name of a person is among them.
const KEPT = ["q", "reason", "quantity", "days", "units", "lot", "delivery_note"];
function visitShown() {
  return document.querySelector("[data-visit]")?.dataset.visit ?? "";
}
function keptFields() {
  return [...document.querySelectorAll("main input, footer input")].filter(
    (it) => KEPT.includes(it.name) && it.type !== "hidden" && nameOf(it),
  );
}
function nameOf(input) {
  return input?.id || (input?.form?.id && input.name && `${input.form.id} ${input.name}`) || "";
}
function slot(visit) {
  return `half-typed ${visit}`;
}
function keep() {
  const visit = visitShown();
  if (!visit || visit !== shown) return;
  const typed = keptFields().filter((it) => it.value !== it.defaultValue);
  const texts = Object.fromEntries(typed.map((it) => [nameOf(it), it.value]));
  const focus = typed.includes(document.activeElement) ? nameOf(document.activeElement) : "";
  if (typed.length) sessionStorage.setItem(slot(visit), JSON.stringify({ texts, focus }));
  else sessionStorage.removeItem(slot(visit));
}
function putBack() {
  const visit = visitShown();
  const kept = visit && JSON.parse(sessionStorage.getItem(slot(visit)) ?? "null");
  if (!kept) return;
  for (const input of keptFields()) {
    const text = kept.texts[nameOf(input)];
    if (text === undefined || input.value !== input.defaultValue) continue;
    input.value = text;
    const card = input.closest("details");
    if (card) card.open = true;
    if (nameOf(input) !== kept.focus) continue;
    input.closest("[popover]")?.showPopover();
    input.focus();
  }
}
function forgetOthers() {
  const open = [...document.querySelectorAll("[data-visit-id]")].map((it) => it.dataset.visitId);
  const known = new Set([visitShown(), ...open].map(slot));
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("half-typed ") && !known.has(key)) sessionStorage.removeItem(key);
  }
}

let shown = null;
function settled() {
  if (visitShown() !== shown) {
    shown = visitShown();
    forgetOthers();
    putBack();
  } else keep();
  follow();
}
document.addEventListener("input", keep);
document.body.addEventListener("htmx:afterSettle", settled);
settled();
