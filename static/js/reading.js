// A paper and what was read of it: a click on one marks the other and brings it into view.
// Without scripts the numbers are plain links. Not here: what is read, what is kept.

const places = document.querySelectorAll("[data-duty]");

function mark(number) {
  for (const place of places) place.classList.toggle("is-current", place.dataset.duty === number);
}

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-duty]");
  if (!place || event.target.closest("input, textarea, select, button, summary, label")) return;
  mark(place.dataset.duty);
  const other = place.matches("mark") ? `viec-${place.dataset.duty}` : `cau-${place.dataset.duty}`;
  document.getElementById(other)?.scrollIntoView({ block: "nearest", behavior: "instant" });
});

// A link to a field opens the fold it lies in.
document.addEventListener("click", (event) => {
  const link = event.target.closest('.warnlist a[href^="#"], .errorbox a[href^="#"]');
  const field = link && document.querySelector(link.getAttribute("href"));
  if (!field) return;
  const fold = field.closest("details") ?? field.querySelector("details");
  if (fold) fold.open = true;
  field.focus({ preventScroll: true });
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest("article[data-duty]");
  if (card) mark(card.dataset.duty);
});
