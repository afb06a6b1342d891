// Keys and folding of the compliance matrix; it can be read and opened without it.
// Arrow keys go from cell to cell, Home and End to the ends of a row; a group folds under its name.

const table = document.getElementById("matrix");

function cellsOf(row) {
  return [...row.querySelectorAll("a")];
}

function move(link, rowStep, columnStep) {
  const rows = [...table.querySelectorAll(".mx-rows:not([hidden]) tr")];
  const row = link.closest("tr");
  const at = rows.indexOf(row);
  if (at < 0) return null;
  const column = [...row.children].indexOf(link.closest("th, td"));
  if (rowStep) {
    for (let next = at + rowStep; next >= 0 && next < rows.length; next += rowStep) {
      const found = rows[next].children[column]?.querySelector("a");
      if (found) return found;
    }
    return null;
  }
  for (let next = column + columnStep; next >= 0 && next < row.children.length; next += columnStep) {
    const found = row.children[next].querySelector("a");
    if (found) return found;
  }
  return null;
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

table?.addEventListener("keydown", (event) => {
  const link = event.target.closest("a");
  if (!link || event.altKey || event.ctrlKey || event.metaKey) return;
  let found = null;
  if (event.key in STEPS) found = move(link, ...STEPS[event.key]);
  else if (event.key === "Home") found = cellsOf(link.closest("tr"))[0];
  else if (event.key === "End") found = cellsOf(link.closest("tr")).at(-1);
  if (!found) return;
  event.preventDefault();
  found.focus();
  found.scrollIntoView({ block: "nearest", inline: "nearest" });
});

for (const name of table?.querySelectorAll("[data-fold]") ?? []) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name.textContent;
  button.setAttribute("aria-expanded", "true");
  const rows = name.closest("tbody").nextElementSibling;
  button.addEventListener("click", () => {
    rows.hidden = !rows.hidden;
    button.setAttribute("aria-expanded", String(!rows.hidden));
  });
  name.replaceWith(button);
}
