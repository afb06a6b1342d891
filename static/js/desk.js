// The deposit desk: files dropped or chosen go up one by one, with progress; the grid follows each of them.
// Without this script the form sends all chosen files at once. Not here: choices and removals (htmx), the confirm (a plain form).

const form = document.getElementById("desk-drop");
const strip = document.getElementById("desk-progress");
const ENDED = "Phiên làm việc đã hết. Hãy đăng nhập lại; các tệp đã tải lên vẫn còn.";
const REASONS = {
  0: "mất kết nối",
  403: "tài khoản không được nộp ở đây",
  413: "tệp quá lớn, mỗi tệp tối đa 25 MB",
  429: "gửi quá nhanh, chờ một phút",
  503: "máy chủ đang bận",
};

if (form) {
  const input = form.querySelector("input[type=file]");
  const queue = [];
  const failed = [];
  const seen = { done: 0, all: 0 };
  let running = false;

  form.dataset.live = "1";
  const pick = document.createElement("button");
  pick.type = "button";
  pick.className = "btn";
  pick.textContent = "Chọn tệp";
  form.append(pick);
  pick.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });

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
  window.addEventListener("beforeunload", (event) => {
    if (running) event.preventDefault();
  });

  function add(files) {
    queue.push(...files);
    seen.all += files.length;
    if (!running) run();
  }

  async function run() {
    running = true;
    while (queue.length) {
      const file = queue.shift();
      draw(file, 0);
      const status = await send(file);
      if (status === "ended") {
        say(ENDED, false);
        running = false;
        return;
      }
      if (status !== "ok") failed.push({ file, status });
      seen.done += 1;
    }
    running = false;
    seen.done = seen.all = 0;
    finish();
  }

  function send(file) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const data = new FormData();
      data.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
      data.append(input.name, file, file.name);
      request.open("POST", form.action);
      request.setRequestHeader("HX-Request", "true");
      request.upload.addEventListener("progress", (event) => draw(file, event.loaded / (event.total || 1)));
      request.addEventListener("load", () => {
        if (request.getResponseHeader("HX-Redirect")) return resolve("ended");
        if (request.status !== 200 && request.status !== 422) return resolve(request.status);
        show(request.responseText);
        resolve("ok");
      });
      request.addEventListener("error", () => resolve(0));
      request.addEventListener("timeout", () => resolve(0));
      request.send(data);
    });
  }

  function draw(file, part) {
    const text = `Đang tải lên ${seen.done + 1}/${seen.all} tệp`;
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
    bar.value = seen.done + part;
    bar.setAttribute("aria-label", text);
    line.querySelector("span").textContent = file.name.normalize("NFC");
  }

  function finish() {
    strip.replaceChildren();
    strip.hidden = !failed.length;
    if (!failed.length) return;
    const reasons = [...new Set(failed.map((one) => REASONS[one.status] ?? "máy chủ gặp lỗi"))].join(", ");
    say(`Chưa tải lên được ${failed.length} tệp: ${reasons}.`, true);
  }

  function say(sentence, again) {
    strip.replaceChildren();
    strip.hidden = false;
    const line = document.createElement("div");
    line.className = "jobstrip jobstrip-failed";
    line.setAttribute("role", "alert");
    const words = document.createElement("strong");
    words.textContent = sentence;
    line.append(words);
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-small jobstrip-end";
      button.textContent = `Thử lại ${failed.length} tệp`;
      button.addEventListener("click", () => add(failed.splice(0).map((one) => one.file)));
      line.append(button);
    }
    strip.append(line);
  }
}

// Puts the answered grid and confirm bar in the place of the old ones.
function show(html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  for (const id of ["desk-grid", "desk-confirm"]) {
    const fresh = answer.getElementById(id);
    const old = document.getElementById(id);
    if (!fresh || !old) continue;
    fresh.removeAttribute("hx-swap-oob");
    const taken = document.importNode(fresh, true);
    old.replaceWith(taken);
    window.htmx?.process(taken);
  }
}

// Files of a drop, folders opened.
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const files = [];
  for (const entry of entries) await collect(entry, files);
  return files;
}

async function collect(entry, files) {
  if (entry.isFile) {
    files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!batch.length) return;
    for (const child of batch) await collect(child, files);
  }
}
