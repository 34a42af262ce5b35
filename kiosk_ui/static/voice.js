// Says aloud what the page shows: the clips named in its data-say, one after the other.
// What is said stops at once when something else is to be said, and a page that is merely
// redrawn repeats nothing. Without sound the page works as before, and says so in writing.

const HINT_AGAIN_MS = 8000; // Somebody who sways must not hear the same hint at every step.

let turn = 0; // Raised by whatever is to be said next; an older turn falls silent.
let speaking = null; // The clip that sounds now.
let shown = ""; // What the page said last, with its occasion.
let pending = null; // The newest hint, while the last one is still being said.
const saidAt = new Map(); // When each hint ended.

function place() {
  return document.querySelector("[data-say]");
}
function clipsOf(names) {
  return (names ?? "").split(" ").filter(Boolean);
}

function follow() {
  const it = place();
  if (!it) return;
  const { say, sayOccasion, sayManner } = it.dataset;
  const now = `${sayOccasion} ${say}`;
  if (now === shown) return;
  shown = now;
  pending = null;
  if (sayManner === "now") speak(clipsOf(say));
  else if (sayManner === "patient") hint(say);
}

function hint(say) {
  if (performance.now() - (saidAt.get(say) ?? -Infinity) < HINT_AGAIN_MS) return;
  if (speaking) pending = say;
  else speak(clipsOf(say), say);
}

// Says these clips, and ends whatever was being said.
async function speak(names, asHint = null) {
  const mine = ++turn;
  speaking?.pause();
  speaking = null;
  let ahead = load(names[0]);
  for (const [at] of names.entries()) {
    const clip = ahead;
    speaking = clip;
    ahead = load(names[at + 1]);
    const heard = await sound(clip, () => mine !== turn);
    if (mine !== turn) return;
    written(!heard);
  }
  speaking = null;
  if (asHint) saidAt.set(asHint, performance.now());
  if (pending !== null) {
    const next = pending;
    pending = null;
    hint(next);
  }
}

function load(name) {
  if (!name) return null;
  const clip = new Audio(`/voice/${name}`);
  clip.preload = "auto";
  return clip;
}

// Whether this clip was heard to its end. One that is missing is passed over.
function sound(clip, isOver) {
  return new Promise((done) => {
    clip.addEventListener("ended", () => done(true), { once: true });
    clip.addEventListener("error", () => done(false), { once: true });
    clip.addEventListener("pause", () => isOver() && done(true), { once: true });
    clip.play().catch(() => done(isOver()));
  });
}

// Where the browser lets nothing be heard, it is said in writing.
function written(silent) {
  for (const it of document.querySelectorAll(".voiceless")) it.hidden = !silent;
}

document.body.addEventListener("htmx:afterSettle", follow);
document.body.addEventListener("htmx:oobAfterSwap", ({ target }) => {
  const complaint = target.querySelector?.("[data-said]")?.dataset.said;
  if (complaint) speak(clipsOf(complaint));
});
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-say-again]")) speak(clipsOf(place()?.dataset.say));
});
// A card that is opened by hand says itself.
document.addEventListener(
  "toggle",
  ({ target, newState }) => {
    if (newState === "open" && target.dataset.sayOpened) speak(clipsOf(target.dataset.sayOpened));
  },
  true,
);

follow();
