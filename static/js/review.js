// Keys and glasses of the review deck. Every key presses a real link or button of the page (data-key), so the deck
// works without this file. Also: which page is in sight, zoom, turning, fetching the next paper ahead.
// Not here: what the buttons do (the server).

const paper = document.querySelector(".deck-paper");
const pages = [...document.querySelectorAll(".deck-page")];
const thumbs = [...document.querySelectorAll(".deck-thumbs a")];

// ---------- keys ----------
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  const typing = event.target.matches?.(TYPING);
  const key = event.key.toLowerCase();
  if (typing && key !== "escape") return;
  // Enter and Space on something focused keep their own meaning.
  if (key === "enter" && event.target.matches?.("a, button, summary")) return;
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
});

// ---------- the page in sight ----------
const word = document.querySelector("[data-page-word]");

function mark(number) {
  thumbs.forEach((thumb, index) => {
    if (index + 1 === number) thumb.setAttribute("aria-current", "true");
    else thumb.removeAttribute("aria-current");
  });
  if (word && pages.length) word.textContent = `Trang ${number}/${pages.length}`;
}

if (pages.length) {
  mark(1);
  const shares = new Map();
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) shares.set(entry.target, entry.intersectionRect.height);
      const best = pages.reduce((one, two) => ((shares.get(two) ?? 0) > (shares.get(one) ?? 0) ? two : one));
      mark(pages.indexOf(best) + 1);
    },
    { threshold: [0, 0.1, 0.25, 0.5, 0.75, 1] },
  );
  pages.forEach((page) => watcher.observe(page));
  // Arrow keys and Space scroll the paper from the start.
  paper.focus({ preventScroll: true, focusVisible: false });
}

for (const page of pages) {
  page.addEventListener("error", () => { page.dataset.broken = ""; });
}

// ---------- zoom and turning ----------
const STEPS = [1, 1.25, 1.5, 2, 3];
let step = 0;
let turned = 0;
const tools = document.querySelector("[data-zoom-tools]");
const zoomWord = document.querySelector("[data-zoom-word]");

function draw() {
  const width = STEPS[step] === 1 ? "" : `${STEPS[step] * 100}%`;
  paper.toggleAttribute("data-zoomed", step > 0);
  for (const page of pages) {
    page.style.width = width;
    page.style.rotate = turned ? `${turned}deg` : "";
    // A page on its side takes its width as height.
    const lying = (page.offsetWidth - page.offsetHeight) / 2;
    page.style.marginBlock = turned % 180 ? `${lying}px ${lying + 16}px` : "";
  }
  zoomWord.textContent = step ? `${STEPS[step] * 100}%` : "Vừa chiều ngang";
}

if (tools) {
  tools.hidden = false;
  tools.querySelector("[data-zoom=in]").addEventListener("click", () => { step = Math.min(step + 1, STEPS.length - 1); draw(); });
  tools.querySelector("[data-zoom=out]").addEventListener("click", () => { step = Math.max(step - 1, 0); draw(); });
  tools.querySelector("[data-rotate]").addEventListener("click", () => { turned = (turned + 90) % 360; draw(); });
}

// ---------- the next paper, ahead of time ----------
// Only its first and last page images: they stay in the browser for a quarter of an hour. The page itself is not
// asked for, because opening it keeps it from other reviewers.
async function fetchAhead() {
  const urls = (document.querySelector("[data-ahead-images]")?.dataset.aheadImages ?? "").split(" ").filter(Boolean);
  for (const url of urls) {
    const image = new Image();
    image.src = url;
    await image.decode().catch(() => undefined);
  }
}
window.addEventListener("load", () => { window.setTimeout(fetchAhead, 200); });
