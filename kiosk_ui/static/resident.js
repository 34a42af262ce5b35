// The resident's own screen: the ID number on its keys, and the buttons beside the screen.

const FORGET_MS = 60000; // A number that nobody goes on typing is nobody's business.

const pad = document.getElementById("id-pad");
const field = document.getElementById("own-id-number");
const count = document.getElementById("id-pad-count");
let forgetting = null;

function show() {
  count.textContent = `已按 ${field.value.length} 位，共 ${field.maxLength} 位`;
}
function forget() {
  clearTimeout(forgetting);
  field.value = "";
  show();
  if (pad.matches(":popover-open")) pad.hidePopover();
}
function touched() {
  show();
  clearTimeout(forgetting);
  forgetting = setTimeout(forget, FORGET_MS);
}
pad.addEventListener("click", (event) => {
  // After keypad.js, which hears the same click further out.
  if (event.target.closest("[data-key]")) queueMicrotask(() => setTimeout(touched));
});
field.addEventListener("input", touched);
pad.addEventListener("beforetoggle", (event) => {
  if (event.newState === "open") touched();
});
document.getElementById("id-pad-close").addEventListener("click", forget);
field.form.addEventListener("reset", () => setTimeout(show));

// Somebody is on the counter now, by whatever way: the keys are put away with what they held.
document.body.addEventListener("htmx:afterSettle", () => {
  const taken = document.querySelector("[data-visit]")?.dataset.visit;
  if (taken) forget();
});

// Two large buttons that report themselves as a keyboard: F1 is yes, F2 is no.
document.addEventListener("keydown", (event) => {
  const form = document.querySelector(`form[data-answer-key="${CSS.escape(event.key)}"]`);
  if (!/^F\d+$/.test(event.key)) return;
  event.preventDefault();
  if (!form || event.repeat) return;
  form.elements.by.value = "button";
  form.requestSubmit();
});
