// A login that is about to end: says so, keeps it while somebody still writes, and keeps what was written.
// What is typed into a form that posts is kept in this tab (never passwords, codes or files) and put back after the next
// login of the same account. Without scripts the page works; the login just ends. Not here: the clock (the server's).

const NOTICE = document.getElementById("session-notice");
const WARN_BEFORE = 5 * 60; // seconds
const OWNER = NOTICE?.dataset.account;
const PREFIX = "draft:";
const loadedAt = Date.now();
let left = Number(NOTICE?.dataset.left ?? 0);
let countedFrom = loadedAt;

function secondsLeft() {
  return left - (Date.now() - countedFrom) / 1000;
}

function draw() {
  const seconds = secondsLeft();
  NOTICE.hidden = seconds > WARN_BEFORE;
  const sentence = NOTICE.querySelector("[data-sentence]");
  const words = seconds <= 0
    ? "Phiên đăng nhập đã hết. Phần đang viết được giữ lại trên máy này: bấm “Làm tiếp”, đăng nhập lại rồi viết tiếp."
    : `Phiên đăng nhập sắp hết, còn khoảng ${Math.max(1, Math.ceil(seconds / 60))} phút. Bấm “Làm tiếp” để ở lại.`;
  if (sentence.textContent !== words) sentence.textContent = words;
}

async function stay() {
  if (secondsLeft() > 0) {
    const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
    const answer = await fetch(NOTICE.dataset.keep, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" });
    if (answer.status === 204) {
      left = Math.min(Number(NOTICE.dataset.idle), Number(NOTICE.dataset.whole) - (Date.now() - loadedAt) / 1000);
      countedFrom = Date.now();
      draw();
      return;
    }
  }
  window.location.reload();
}

// --- drafts ---------------------------------------------------------------------------------
const forms = [...document.querySelectorAll("form[method=post]")].filter((form) => form.querySelector("textarea, input:not([type=hidden]), select"));
const SECRET = "[type=password], [type=file], [type=hidden], [type=submit], [autocomplete=one-time-code], [name=code]";

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !field.matches(SECRET) && field.tagName !== "BUTTON" && field.tagName !== "FIELDSET");
}

// With the ward the form speaks of: what was typed for one ward is not put into the form of another.
function keyOf(form) {
  return `${PREFIX}${location.pathname}#${forms.indexOf(form)}#${form.elements.phuong?.value ?? ""}`;
}

function isOn(field) {
  return field.type === "checkbox" || field.type === "radio";
}

function keep(form, sent) {
  const values = fieldsOf(form).map((field) => [field.name, isOn(field) ? [field.value, field.checked] : field.value]);
  try {
    sessionStorage.setItem(keyOf(form), JSON.stringify({ owner: OWNER, sent, values }));
  } catch {
    // A full or forbidden store: nothing is kept, the form still works.
  }
}

function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "null");
  sessionStorage.removeItem(keyOf(form));
  if (!kept?.interrupted || kept.owner !== OWNER) return false;
  const fields = fieldsOf(form);
  for (const [place, [name, value]] of kept.values.entries()) {
    const field = fields[place];
    if (field?.name !== name) continue;
    if (isOn(field)) field.checked = field.value === value[0] ? value[1] : field.checked;
    else field.value = value;
  }
  keep(form, false);
  return true;
}

if (NOTICE) {
  const restored = forms.map(restore).some(Boolean);
  for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))) {
    const kept = JSON.parse(sessionStorage.getItem(key));
    if (kept.owner !== OWNER || (kept.sent && !kept.interrupted)) sessionStorage.removeItem(key);
  }
  if (restored) document.getElementById("draft-notice").hidden = false;
  for (const form of forms) {
    form.addEventListener("input", () => keep(form, false));
    form.addEventListener("submit", () => keep(form, true));
  }
  NOTICE.querySelector("button").addEventListener("click", stay);
  draw();
  setInterval(draw, 10_000);
  // A request made by hand on this page is work too; one the page sends by itself is not.
  document.addEventListener("htmx:afterRequest", (event) => {
    const asked = event.detail.requestConfig?.headers ?? {};
    if (asked["X-Background"] || !event.detail.successful) return;
    left = Math.min(Number(NOTICE.dataset.idle), Number(NOTICE.dataset.whole) - (Date.now() - loadedAt) / 1000);
    countedFrom = Date.now();
    draw();
  });
} else {
  // The page of the login: what was half written waits for the same account to come back.
  for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))) {
    sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(sessionStorage.getItem(key)), interrupted: true }));
  }
}
