// The deposit desk: files dropped or chosen go up in pieces (tus), two at a time; a lost signal or a reload goes on where
// it broke off; the grid follows. A long scan goes the same way, and the page then leads on to its cutting; so do the
// files for the slots of a written report. Without this script the forms send all chosen files at once.
// Not here: choices and removals (htmx), the confirm (a plain form), what is kept over a reload (kept-files.js).

import { KeptFiles } from "./kept-files.js";

const form = document.getElementById("desk-drop");
const strip = document.getElementById("desk-progress");
const PIECE = 4 * 1024 * 1024;
const AT_ONCE = 2;
const TRY_AGAIN = 15000;
const DELAYS = [0, 1000, 3000, 5000];
const LITTER = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);
const ENDED = "Phiên làm việc đã hết. Hãy đăng nhập lại rồi mở lại trang này; các tệp sẽ tải tiếp.";
const FINAL = new Set([403, 404, 410, 413, 422]);
const REASONS = { 403: "tài khoản không được nộp ở đây", 413: "tệp quá lớn", 429: "gửi quá nhanh, chờ một phút" };

if (form && window.tus?.isSupported) start();

function start() {
  const input = form.querySelector("input[type=file]");
  const slots = "slots" in form.dataset;
  const kept = new KeptFiles(form.action);
  const left = document.getElementById("desk-unfinished");
  const queue = [];
  const running = new Map();
  const waiting = [];
  const refused = [];
  const seen = { done: 0, all: 0 };
  let ended = false;
  let arrived = false;
  let unsafe = 0;
  let timer = 0;

  form.dataset.live = "1";
  if (slots) openSlots();
  else openDesk();
  window.addEventListener("beforeunload", (event) => {
    if (unsafe && (queue.length || running.size)) event.preventDefault();
  });
  window.addEventListener("online", again);
  resume();

  // What only a desk has: its own button, and a place to drop files on.
  function openDesk() {
    button(form.dataset.words ?? "Chọn tệp", () => input.click());
    input.addEventListener("change", take);
    if (input.multiple && "webkitdirectory" in input && window.matchMedia("(hover: hover)").matches) {
      button("Chọn thư mục", () => {
        input.webkitdirectory = true;
        input.click();
        window.addEventListener("focus", () => setTimeout(() => (input.webkitdirectory = false), 1000), { once: true });
      }).classList.add("desk-folder");
    }

    for (const name of ["dragenter", "dragover"]) {
      document.addEventListener(name, (event) => {
        if (![...event.dataTransfer.types].includes("Files")) return;
        event.preventDefault();
        form.classList.add("dropzone-over");
      });
    }
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) form.classList.remove("dropzone-over");
    });
    document.addEventListener("drop", async (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      form.classList.remove("dropzone-over");
      add(await filesOf(event.dataTransfer));
    });
    if (input.files.length) take(); // chosen before this script came
  }

  // Choosing files for a slot sends them, as on a desk: one button less for each slot.
  function openSlots() {
    document.addEventListener("submit", takeForSlot, true); // before whoever marks a form as sent
    document.addEventListener("change", (event) => {
      const of = event.target.closest?.(".slotform");
      if (of && event.target.files?.length) of.requestSubmit();
    });
    for (const of of document.querySelectorAll(".slotform")) {
      if (of.querySelector("input[type=file]").files.length) of.requestSubmit(); // chosen before this script came
    }
  }

  // A slot's form goes up in pieces too; what is typed elsewhere on the page stays.
  function takeForSlot(event) {
    const of = event.target.closest(".slotform");
    const chosen = of?.querySelector("input[type=file]");
    if (!chosen?.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    add([...chosen.files].map((file) => ({ file, path: file.name })), of.elements.slot.value);
    chosen.value = "";
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn";
    made.textContent = words;
    made.addEventListener("click", act);
    form.append(made);
    return made;
  }

  function take() {
    add([...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
    input.value = "";
    input.webkitdirectory = false;
  }

  // What this browser was sending when its page went away.
  async function resume() {
    const rows = await kept.all();
    for (const row of rows) forgetLine(row.url);
    queue.push(...rows);
    seen.all += rows.length;
    next();
  }

  async function add(found, slot) {
    const batch = crypto.randomUUID?.() ?? String(Date.now());
    for (const { file, path } of found) {
      if (LITTER.has(file.name) || file.name.startsWith("._")) continue;
      const beyond = tooLarge(file);
      if (beyond) {
        refused.push(`${file.name.normalize("NFC")}: ${beyond}`);
        continue;
      }
      const item = { id: `${batch}/${seen.all}`, file, path, batch, slot, url: lineOf(file, slot) };
      seen.all += 1;
      queue.push(item);
      kept.put(item).then((safe) => (unsafe += safe ? 0 : 1));
    }
    next();
  }

  // The door's own sentence, said before a byte goes up; "" for a file that may be sent.
  function tooLarge(file) {
    const name = file.name.toLowerCase().replace(/[ .]+$/, "");
    const door = [...form.querySelectorAll("data[data-words]")].find((one) => name.endsWith(one.dataset.end));
    return door && file.size > Number(door.value) ? door.dataset.words : "";
  }

  // A file begun earlier, chosen again by hand: it goes on where it ended.
  function lineOf(file, slot) {
    const name = document.getElementById(`slot-${slot}`)?.dataset.slotName;
    const line = [...(left?.querySelectorAll("[data-url]") ?? [])].find(
      (one) =>
        one.dataset.name === file.name.normalize("NFC") &&
        Number(one.dataset.length) === file.size &&
        one.dataset.slotName === name,
    );
    const url = line?.dataset.url ?? null;
    forgetLine(url);
    return url;
  }

  function forgetLine(url) {
    if (!url || !left) return;
    const path = new URL(url, window.location.href).pathname;
    for (const line of left.querySelectorAll("[data-url]")) if (line.dataset.url === path) line.remove();
    left.hidden = !left.querySelector("[data-url]");
  }

  function next() {
    while (!ended && queue.length && running.size < AT_ONCE) send(queue.shift());
    if (!queue.length && !running.size) finish();
  }

  function send(item) {
    const upload = new window.tus.Upload(item.file, {
      endpoint: form.dataset.begin,
      uploadUrl: item.url,
      chunkSize: PIECE,
      retryDelays: DELAYS,
      storeFingerprintForResuming: false,
      metadata: { filename: item.path, batch: item.batch, ...(form.dataset.purpose && { purpose: form.dataset.purpose }), ...(item.slot && { slot: item.slot }) },
      headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value, "HX-Request": "true" },
      onUploadUrlAvailable() {
        item.url = new URL(upload.url, window.location.href).pathname;
        kept.put(item);
      },
      onAfterResponse(_, response) {
        if (response.getHeader("HX-Redirect")) ended = true;
      },
      onShouldRetry: (error) => !ended && !FINAL.has(statusOf(error)),
      onProgress(sent, whole) {
        running.set(item, sent / (whole || 1));
        draw(item);
      },
      onSuccess() {
        arrived = true;
        leave(item);
        if (!form.dataset.done) refresh();
      },
      onError(error) {
        const status = statusOf(error);
        if (ended) return stop();
        if ((status === 404 || status === 410) && item.url) {
          item.url = null; // given up or expired meanwhile: from the beginning
          running.delete(item);
          queue.unshift(item);
          return next();
        }
        if (FINAL.has(status)) {
          refused.push(`${item.file.name.normalize("NFC")}: ${bodyOf(error) || REASONS[status] || "không nhận được"}`);
          return leave(item);
        }
        running.delete(item);
        waiting.push(item);
        next();
      },
    });
    running.set(item, 0);
    draw(item);
    upload.start();
  }

  function leave(item) {
    running.delete(item);
    kept.drop(item);
    seen.done += 1;
    next();
  }

  function stop() {
    strip.replaceChildren();
    say(ENDED);
  }

  function again() {
    clearTimeout(timer);
    if (ended || !waiting.length) return;
    queue.push(...waiting.splice(0));
    next();
  }

  function draw(item) {
    const text = `Đang tải lên ${Math.min(seen.done + 1, seen.all)}/${seen.all} tệp`;
    let line = strip.querySelector("[data-running]");
    if (!line) {
      strip.replaceChildren();
      line = document.createElement("div");
      line.className = "jobstrip";
      line.dataset.running = "1";
      line.append(document.createElement("strong"), document.createElement("progress"), document.createElement("span"));
      line.querySelector("progress").className = "jobstrip-bar";
      strip.append(line);
      strip.hidden = false;
    }
    line.querySelector("strong").textContent = text;
    const bar = line.querySelector("progress");
    bar.max = seen.all;
    bar.value = seen.done + [...running.values()].reduce((sum, part) => sum + part, 0);
    bar.setAttribute("aria-label", text);
    line.querySelector("span").textContent = item.file.name.normalize("NFC");
  }

  function finish() {
    strip.replaceChildren();
    strip.hidden = true;
    if (ended) return stop();
    if (arrived && form.dataset.done && !refused.length && !waiting.length) return window.location.assign(form.dataset.done);
    if (!waiting.length) seen.done = seen.all = unsafe = 0;
    for (const sentence of refused.splice(0)) say(sentence);
    if (waiting.length) {
      const count = `${waiting.length} tệp`;
      say(`Mất kết nối: còn ${count} chưa tải xong. Cổng tự tải tiếp khi có mạng, phần đã nhận vẫn còn.`, `Tải tiếp ${count}`, again);
      timer = setTimeout(again, TRY_AGAIN);
    }
  }

  function say(sentence, words, act) {
    strip.hidden = false;
    const line = document.createElement("div");
    line.className = "jobstrip jobstrip-failed";
    line.setAttribute("role", "alert");
    const said = document.createElement("strong");
    said.textContent = sentence;
    line.append(said);
    if (act) {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn btn-small jobstrip-end";
      made.textContent = words;
      made.addEventListener("click", act);
      line.append(made);
    }
    strip.append(line);
  }
}

function statusOf(error) {
  return error.originalResponse?.getStatus() ?? 0;
}

function bodyOf(error) {
  const body = error.originalResponse?.getBody() ?? "";
  return body.length < 600 && !body.startsWith("<") ? body : "";
}

// The grid as it is now: asked for once a second at most, however many files arrive.
let asked = false;
let asking = false;
async function refresh() {
  asked = true;
  if (asking) return;
  asking = true;
  while (asked) {
    asked = false;
    try {
      const answer = await fetch(window.location.href, { headers: { "HX-Request": "true", "X-Background": "1" } });
      if (answer.ok && !answer.headers.get("HX-Redirect")) asked = !show(await answer.text()) || asked;
    } catch {
      // the next file, or the page itself, asks again
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  asking = false;
}

// Puts the answered grid and confirm bar in the place of the old ones; false while the grid waits for an answer of its
// own, which would otherwise come back to a grid that has left the page and find no bar.
function show(html) {
  const grid = document.getElementById("desk-grid");
  if (grid?.matches(".htmx-request") || grid?.querySelector(".htmx-request")) return false;
  const answer = new DOMParser().parseFromString(html, "text/html");
  // A slot for which a file is chosen and not sent yet stays as it is.
  const rows = [...document.querySelectorAll(".slotrow[id]")].filter(
    (row) => ![...row.querySelectorAll("input[type=file]")].some((input) => input.files.length),
  );
  for (const id of ["desk-grid", "desk-confirm", ...rows.map((row) => row.id), "hand-in-bar"]) {
    const fresh = answer.getElementById(id);
    const old = document.getElementById(id);
    if (!fresh || !old) continue;
    fresh.removeAttribute("hx-swap-oob");
    keepRevision(old, fresh);
    const taken = document.importNode(fresh, true);
    old.replaceWith(taken);
    window.htmx?.process(taken);
  }
  return true;
}

// Words saved while the answer was on its way: the newer revision counts.
function keepRevision(old, fresh) {
  const [mine, theirs] = [old, fresh].map((one) => one.querySelector("input[name=revision]"));
  if (mine && theirs && Number(mine.value) > Number(theirs.value)) theirs.setAttribute("value", mine.value);
}

// Files of a drop with their paths, folders opened.
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
  const files = [];
  for (const entry of entries) await collect(entry, files);
  return files;
}

async function collect(entry, files) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    files.push({ file, path: entry.fullPath.replace(/^\/+/, "") });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!batch.length) return;
    for (const child of batch) await collect(child, files);
  }
}
