// Looking for drugs with the keyboard, and counting with two buttons. Nothing is decided
// here: every choice is a form that the terminal answers.

function finderOf(node) {
  return node.closest?.(".finder");
}

// Down and up go through what was found; Enter takes the first; Escape clears.
document.addEventListener("keydown", (event) => {
  const finder = finderOf(event.target);
  if (!finder) return;
  const search = finder.querySelector("input[type=search]");
  const items = [...finder.querySelectorAll(".found-item")];
  if (event.key === "Escape") {
    clear(finder);
    search.focus();
  } else if (event.key === "Enter" && event.target === search) {
    event.preventDefault();
    // Of a list that is not of these words yet, nobody has seen the first.
    if (finder.querySelector(".found").dataset.of === search.value) items[0]?.click();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!event.target.matches(".found-item, input[type=search]")) return;
    event.preventDefault();
    const at = items.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
    (items[at] ?? (at < 0 ? search : event.target)).focus();
  }
});

function clear(finder) {
  finder.querySelector("input[type=search]").value = "";
  finder.querySelector(".found").replaceChildren();
}

// What was found has served once it was taken; a refused one stays to be put right.
document.body.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr, requestConfig } = event.detail;
  if (requestConfig?.verb !== "post" || xhr.status < 200 || xhr.status >= 300) return;
  if (elt.closest?.(".found")) clear(finderOf(elt));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".stepper [data-by]");
  if (!button) return;
  const stepper = button.closest(".stepper");
  const input = stepper.querySelector("input");
  const step = Number(stepper.dataset.stepper);
  const most = Number(stepper.dataset.most ?? Infinity);
  const next = (Number(input.value) || 0) + step * Number(button.dataset.by);
  input.value = Math.min(Math.max(next, Math.min(step, most)), most);
});

// Enter in a number never presses a button that the doctor did not choose.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.(".found form input")) event.preventDefault();
});

// An answer to other words than stand in the field comes too late: what was cleared, or taken,
// would be filled again.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (!target.matches(".found") || !requestConfig.elt.matches("input[type=search]")) return;
  const { value, dataset } = requestConfig.elt;
  if (dataset.asked === value) target.dataset.of = value;
  else event.detail.shouldSwap = false;
});

// What was found stands in sight.
document.body.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  if (target.matches(".found")) finderOf(target)?.scrollIntoView({ block: "nearest" });
});

// While a bill is put together the columns stay where the doctor looks; at any other step
// what counts stands at their top.
const BILLING = /^step\.(identified|without_diagnosis|traced|pricing|priced|estimated|exceeded)/;
let step = stepShown();
function stepShown() {
  return document.querySelector("[data-step]")?.dataset.step ?? "";
}
document.body.addEventListener("htmx:afterSettle", () => {
  const now = stepShown();
  if (now !== step && !(BILLING.test(now) && BILLING.test(step))) {
    for (const it of document.querySelectorAll(".column, .desk")) it.scrollTop = 0;
  }
  step = now;
});
