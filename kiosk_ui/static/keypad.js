// The keys of the resident's screen: each writes into the one field of its form.
// The keypad is redrawn with the counter, so the body listens for it.

const BACK = "back";

document.body.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]");
  const field = key?.form?.querySelector("input[maxlength]");
  if (!field) return;
  // What was said of the last try has been read, and must not lie over the keys.
  document.getElementById("notice")?.replaceChildren();
  if (key.dataset.key === BACK) field.value = field.value.slice(0, -1);
  else if (field.value.length < field.maxLength) field.value += key.dataset.key;
});
