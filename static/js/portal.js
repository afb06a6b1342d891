// Shared behaviour of every page; the page works without it.
// Menus close on Escape and on a click elsewhere; a request that failed says so; the first fault gets the focus;
// a form is sent once. Not here: dropping files, keys of the review deck (their own modules).

document.documentElement.classList.add("scripted");

const MENUS = "details.topmenu";

function closeMenus(except) {
  for (const menu of document.querySelectorAll(`${MENUS}[open]`)) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest(MENUS));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector(`${MENUS}[open]`);
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// What a failed background request says: what happened and the next step, never a code alone.
const SENTENCES = {
  0: "Máy chủ chưa trả lời. Kiểm tra đường mạng rồi bấm lại; những gì đã gửi xong vẫn còn.",
  403: "Tài khoản này không được làm việc đó. Tải lại trang, nếu vẫn vậy hãy gọi Ban Xây dựng Đảng.",
  404: "Không tìm thấy mục này: có thể đã được xử lý hoặc đã chuyển. Tải lại trang để xem bản mới nhất.",
  409: "Có người vừa sửa mục này. Tải lại trang để xem bản mới nhất rồi làm lại.",
  413: "Tệp quá lớn. Mỗi tệp tối đa 25 MB; hãy quét lại ở 150–200 dpi rồi gửi lại.",
  429: "Thao tác quá nhanh. Chờ một phút rồi bấm lại.",
  503: "Máy chủ đang bận. Chờ một phút rồi bấm lại; những gì đã gửi xong vẫn còn.",
};
const OTHERWISE = "Máy chủ gặp lỗi và đã ghi lại. Tải lại trang rồi thử lại; nếu vẫn vậy hãy gọi Ban Xây dựng Đảng.";

export function showRequestError(status) {
  const box = document.getElementById("request-error");
  if (!box) return;
  box.querySelector("[data-sentence]").textContent = SENTENCES[status] ?? OTHERWISE;
  box.hidden = false;
}

export function hideRequestError() {
  const box = document.getElementById("request-error");
  if (box) box.hidden = true;
}

document.addEventListener("htmx:responseError", (event) => showRequestError(event.detail.xhr.status));
document.addEventListener("htmx:sendError", () => showRequestError(0));
document.addEventListener("htmx:timeout", () => showRequestError(0));
document.addEventListener("htmx:beforeRequest", hideRequestError);

function focusFirstFault(root) {
  const summary = root.querySelector?.("#error-summary");
  if (summary) summary.focus({ preventScroll: false });
}
focusFirstFault(document);
document.addEventListener("htmx:afterSwap", (event) => focusFirstFault(event.detail.target));

// A form is sent once: a second press while the first is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});

// Password field: show and hide. The button is drawn only where scripts run.
for (const field of document.querySelectorAll("input[type=password][data-reveal]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-small reveal";
  button.textContent = "Hiện";
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.textContent = shown ? "Hiện" : "Ẩn";
    button.setAttribute("aria-pressed", String(!shown));
    field.focus();
  });
  field.after(button);
}

// The names of chosen files, in our words: the browser's own are hidden.
document.addEventListener("change", (event) => {
  const input = event.target.closest(".filepick-input");
  if (!input) return;
  const picked = input.closest(".filepick");
  const names = [...input.files].map((file) => file.name.normalize("NFC"));
  picked.classList.toggle("filepick-chosen", names.length > 0);
  picked.querySelector(".filepick-some").textContent = names.length > 1 ? `${names.length} tệp: ${names.join(", ")}` : names[0] ?? "";
});

// Print and selects that send their form (a button does it without scripts).
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-autosend]");
  if (field) field.form.requestSubmit();
});
