// Compares a chosen file with the receipt on the page: its SHA-256 is counted here, the file is sent nowhere.
// Not here: the codes (they stand in the table).

const proof = document.querySelector("[data-proof]");
const compare = proof?.querySelector("[data-compare]");

if (compare && window.crypto?.subtle) {
  const answer = compare.querySelector("[data-answer]");
  compare.hidden = false;
  compare.querySelector("[data-hash-file]").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    answer.textContent = `Đang tính mã của ${file.name}…`;
    answer.className = "";
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const code = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const rows = [...proof.querySelectorAll("[data-sha256]")];
    const number = rows.findIndex((row) => row.dataset.sha256 === code) + 1;
    answer.textContent = number
      ? `Khớp: đây đúng là tệp số ${number} trên phiếu, giống từng bit.`
      : "Không khớp: tệp này không phải tệp nào trên phiếu, hoặc đã bị sửa sau khi nộp.";
    answer.className = number ? "ok-text" : "late-text";
  });
}
