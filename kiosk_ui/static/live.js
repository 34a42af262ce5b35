// Follows the counter: an event becomes a refresh, and a refresh redraws only what changed.
// htmx does the asking and swapping; this file decides when, and what to leave alone.

const RECONNECT_MS = 2000; // After a closed stream; while it only stutters the browser retries by itself.
const SILENCE_MS = 3000; // Before the page says that it cannot hear the terminal.
const NOT_SIGNED_IN = 401; // The doctor's screen locked itself; the resident's never does.

const body = document.body;
const [run, drawn] = body.dataset.mark.split(".");
let shown = Number(drawn);

// An answer from another run of the terminal reloads the page; an older one is dropped,
// because two answers may overtake each other.
body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === NOT_SIGNED_IN) {
    event.detail.shouldSwap = false;
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    return;
  }
  const mark = event.detail.xhr.getResponseHeader("View-Number");
  if (!mark) return;
  const [theirs, number] = mark.split(".");
  if (theirs !== run) {
    event.detail.shouldSwap = false;
    location.reload();
  } else if (mustWait(event)) {
    event.detail.shouldSwap = false;
    missed = true;
  } else if (Number(number) < shown) {
    event.detail.shouldSwap = false;
  } else {
    shown = Number(number);
  }
});

// While a tap waits for its answer its form stays where it is: htmx looks for the answer's
// regions from the form on, and finds none when a refresh, or the answer to a tap before it,
// has taken the form away. What was missed meanwhile is fetched afterwards. Each is counted
// by its request: htmx says once more that it ended when its form was taken away.
const taps = new Set();
let missed = false;
function isTap(event) {
  return event.detail.requestConfig?.verb === "post";
}
// Whether this answer would take something away that is still in use: a button under a
// finger, the form of a tap that waits, or (a tap's own answer) the form of another tap.
function mustWait(event) {
  return pressed || taps.size > (isTap(event) ? 1 : 0);
}
body.addEventListener("htmx:beforeRequest", (event) => {
  if (isTap(event)) taps.add(event.detail.xhr);
});
body.addEventListener("htmx:afterRequest", (event) => {
  if (!isTap(event)) return;
  taps.delete(event.detail.xhr);
  if (taps.size === 0 && missed) refresh();
});
function refresh() {
  missed = pressed || taps.size > 0;
  if (!missed) htmx.trigger(body, "changed");
}

// Nor is a button drawn anew while a finger is on it: the browser makes a tap only of a press
// and a release on the same thing. What was missed meanwhile is fetched after the release.
const PRESS_MS = 1000; // A finger that stays longer makes no tap, and must not stop the page.
let pressed = false;
let held = null;
function released() {
  clearTimeout(held);
  pressed = false;
  if (missed) refresh();
}
document.addEventListener("pointerdown", () => {
  pressed = true;
  clearTimeout(held);
  held = setTimeout(released, PRESS_MS);
}, true);
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => setTimeout(released), true); // After the tap it makes.
}

// A region that shows the same as before stays as it is: scroll, focus, half-typed words.
body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const next = event.detail.fragment.firstElementChild;
  const version = next?.dataset?.version;
  if (version && version === event.detail.target.dataset.version) event.detail.shouldSwap = false;
});

// Its buttons are at once what they were: htmx would see to them only when the page has
// settled, and a tap before that would load the whole page.
// Not what asked: htmx would begin it anew, and forget what changed while it was asking.
body.addEventListener("htmx:afterSwap", ({ target, detail }) => {
  if (target !== detail.elt) htmx.process(target);
});

// A region that is redrawn stays open where somebody opened it, and keeps what is half
// typed in it: a scan must not close a card under the doctor's finger. For the same visit
// only, and not the card in which the tap was that is answered just now.
let answered = null; // The form of that tap.
let visitBefore = "";
body.addEventListener("htmx:beforeSwap", (event) => {
  answered = isTap(event) ? event.detail.elt : null;
  visitBefore = visitShown();
});
let kept = null;
body.addEventListener("htmx:oobBeforeSwap", ({ detail: { target, shouldSwap } }) => {
  if (!shouldSwap) return;
  const open = [...target.querySelectorAll("details[open][id], [popover][id]:popover-open")];
  const typed = [...target.querySelectorAll("input:not([type=hidden], [type=radio], [data-forget])")];
  kept = {
    open: open.filter((it) => !it.popover || !it.contains(answered)).map((it) => it.id),
    typed: typed.filter((it) => it.value !== it.defaultValue && it.form !== answered && nameOf(it)),
    focus: target.contains(document.activeElement) ? nameOf(document.activeElement) : null,
  };
});
body.addEventListener("htmx:oobAfterSwap", ({ target }) => {
  if (kept === null || visitBefore !== visitShown()) return;
  for (const id of kept.open) reopen(document.getElementById(id));
  for (const input of target.querySelectorAll("input")) {
    const name = nameOf(input);
    const before = name && kept.typed.find((it) => nameOf(it) === name);
    if (before && before.defaultValue === input.defaultValue) input.value = before.value;
    if (name && name === kept.focus) input.focus({ preventScroll: true });
  }
});
function nameOf(input) {
  return input.id || (input.form?.id && input.name && `${input.form.id} ${input.name}`);
}
function reopen(it) {
  if (it?.matches("details")) it.open = true;
  else if (it?.matches("[popover]:not(:popover-open)")) it.showPopover();
}
// What asks for somebody's eyes is brought into sight, and what is opened by hand as well.
body.addEventListener("htmx:oobAfterSwap", ({ target }) => {
  target.querySelector("[data-look]")?.scrollIntoView({ block: "nearest" });
});
const OPENED = "details[open]:has(> summary:focus)";
function showOpened({ target: it }) {
  const tall = it.offsetHeight > innerHeight / 2; // Then at least its beginning.
  if (it.matches(OPENED)) it.scrollIntoView({ block: tall ? "start" : "nearest" });
}
document.addEventListener("toggle", showOpened, true);

// A search field that was typed in while it was being redrawn asks for what stands in it.
body.addEventListener("htmx:configRequest", ({ detail: { elt } }) => {
  if (elt.matches("input[type=search][hx-get]")) elt.dataset.asked = elt.value;
});
body.addEventListener("htmx:afterSettle", () => {
  for (const input of document.querySelectorAll("input[type=search][hx-get]")) {
    if (input.value !== (input.dataset.asked ?? input.defaultValue)) htmx.trigger(input, "input");
  }
});

// What is missing in a form is said in our words, not in the browser's language.
function sayMissing({ target: input }) {
  if (!input.validity.valueMissing) return;
  input.setCustomValidity(input.type === "radio" ? "请选一个" : "请先填这里");
}
document.addEventListener("invalid", sayMissing, true);
document.addEventListener("input", ({ target: { form } }) => {
  for (const input of form?.elements ?? []) input.setCustomValidity?.("");
});

// A card has served once its tap is answered; a refusal stands at the top of the page,
// where the card would hide it.
body.addEventListener("htmx:afterRequest", (event) => {
  if (isTap(event)) event.detail.elt.closest("[popover]:popover-open")?.hidePopover();
});

function visitShown() {
  return document.querySelector("[data-visit]")?.dataset.visit ?? "";
}
let visit = null;
function settled() {
  followPreview();
  const now = visitShown();
  if (visit !== null && now !== visit) document.getElementById("notice")?.replaceChildren();
  visit = now;
}
body.addEventListener("htmx:afterSettle", settled);

// A form is emptied only when its verb was taken: a refused number stays to be corrected.
body.addEventListener("htmx:afterRequest", (event) => {
  const { elt: form, xhr } = event.detail;
  if (form.dataset.reset !== undefined && xhr.status >= 200 && xhr.status < 300) form.reset();
});

// The picture is fetched only while it is shown, and anew when the terminal was away.
const preview = document.getElementById("preview");
function followPreview() {
  if (!preview) return;
  const on = document.querySelector('[data-preview="on"]') !== null;
  if (on && !preview.hasAttribute("src")) restartPreview();
  if (!on) preview.removeAttribute("src");
}
let pictures = 0;
function restartPreview() {
  preview.src = `${preview.dataset.src}?n=${++pictures}`;
}

// While the terminal cannot be heard, the page says so instead of showing what was. A
// stream that ends by its own limit comes back before that is worth saying.
const offline = document.getElementById("offline");
let silence = null;
let opened = false;
function listen() {
  const events = new EventSource("/events");
  events.addEventListener("open", () => {
    clearTimeout(silence);
    silence = null;
    offline.hidden = true;
    if (opened && preview?.hasAttribute("src")) restartPreview();
    opened = true;
  });
  events.addEventListener("message", (event) => {
    if (Number(event.data) !== shown) refresh();
  });
  events.addEventListener("error", () => {
    silence ??= setTimeout(() => (offline.hidden = false), SILENCE_MS);
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, RECONNECT_MS);
  });
  addEventListener("pagehide", () => events.close(), { once: true });
}

settled();
listen();
