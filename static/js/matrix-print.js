// Bảng theo dõi on paper: a table wider than the sheet is laid out anew in parts of a few columns, each under the names of
// the units, so that no column is cut off. Without scripts the sheet ends where the paper ends; Excel has it whole.
const MOST = 12; // columns that stand beside the units on A4 lying on its side

const table = document.querySelector("#matrix");

function places(row, from) {
  // [cell, first column, column after its last] of each cell; `from` is the column of the first.
  let at = from;
  return [...row.cells].map((cell) => {
    const place = [cell, at, at + cell.colSpan];
    at += cell.colSpan;
    return place;
  });
}

function part(first, after) {
  const copy = table.cloneNode(false);
  copy.removeAttribute("id");
  for (const section of [table.tHead, ...table.tBodies]) {
    const made = copy.appendChild(section.cloneNode(false));
    [...section.rows].forEach((row, number) => {
      const line = made.appendChild(row.cloneNode(false));
      // The corner reaches over both rows of the head, so the second begins beside it.
      for (const [cell, start, end] of places(row, section === table.tHead && number ? 1 : 0)) {
        const span = start === 0 ? 1 : Math.min(end, after) - Math.max(start, first);
        if (span > 0) line.appendChild(cell.cloneNode(true)).colSpan = span;
      }
    });
  }
  return copy;
}

if (table) {
  const columns = places(table.tHead.rows[1], 1).length;
  const box = table.parentElement;
  const parts = [];
  window.addEventListener("beforeprint", () => {
    if (columns <= MOST || parts.length) return;
    const count = Math.ceil(columns / MOST);
    const each = Math.ceil(columns / count);
    for (let first = 1; first <= columns; first += each) parts.push(part(first, Math.min(first + each, columns + 1)));
    box.classList.add("in-parts");
    box.append(...parts);
  });
  window.addEventListener("afterprint", () => {
    for (const one of parts.splice(0)) one.remove();
    box.classList.remove("in-parts");
  });
}
