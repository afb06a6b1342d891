// Draws the charts of the page with Chart.js out of the tables behind them; paper keeps the SVG of the server.
// Not here: the figures (the tables), the drawing for paper (reports/charts_svg.py).

const COLOURS = ["--ok-solid", "--review-solid", "--back-solid", "--late-solid", "--soon-solid", "--idle-solid"];
const FALLBACK = ["#3E9163", "#4683BD", "#8B6CC4", "#CE2B3C", "#DFA32B", "#DEDAD2"];
const style = getComputedStyle(document.documentElement);
const colour = (index) => style.getPropertyValue(COLOURS[index]).trim() || FALLBACK[index];
const numbers = (row) => row.dataset.values.trim().split(/\s+/).map(Number);
const shortDay = (iso) => {
  const [, month, day] = iso.split("-").map(Number);
  return `${String(day).padStart(2, "0")}/${month < 3 ? `0${month}` : month}`;
};
const percent = (value) => `${value.toLocaleString("vi-VN", { maximumFractionDigits: 1 })}%`;

const LONGEST_LINE = 18; // letters

function days(first, last) {
  const found = [];
  for (let day = new Date(`${first}T00:00:00Z`); ; day.setUTCDate(day.getUTCDate() + 1)) {
    const iso = day.toISOString().slice(0, 10);
    found.push(iso);
    if (iso >= last) return found;
  }
}

function line(section) {
  const rows = [...section.querySelectorAll("tbody tr")];
  const known = new Map(rows.map((row) => [row.dataset.day, numbers(row)]));
  const today = rows.at(-1).dataset.day;
  const due = section.dataset.due;
  const axis = days(rows[0].dataset.day, due && due > today ? due : today);
  const share = (iso) => {
    const [accepted, required] = known.get(iso) ?? [0, 0];
    return known.has(iso) ? (required ? (100 * accepted) / required : 0) : null;
  };
  const datasets = [{ label: "Đạt", data: axis.map(share), borderColor: colour(0), backgroundColor: "rgba(62,145,99,.12)", fill: true, pointRadius: 0, pointHitRadius: 12, tension: 0 }];
  if (due && axis.includes(due)) {
    datasets.push({ label: "Hạn", data: [{ x: shortDay(due), y: 0 }, { x: shortDay(due), y: 100 }], borderColor: colour(4), borderWidth: 2, pointRadius: 0 });
    if (due > today) {
      datasets.push({ label: "Để kịp hạn", data: [{ x: shortDay(today), y: share(today) }, { x: shortDay(due), y: 100 }], borderColor: "#676258", borderDash: [3, 4], borderWidth: 1.5, pointRadius: 0 });
    }
  }
  return {
    type: "line",
    data: { labels: axis.map(shortDay), datasets },
    options: {
      scales: { y: { min: 0, max: 100, ticks: { callback: percent } }, x: { ticks: { maxTicksLimit: 12, maxRotation: 0 } } },
      plugins: { tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${percent(item.parsed.y)}` } } },
    },
  };
}

// A long name in two lines: an axis gets half of the width, on a telephone half a name.
function inLines(name) {
  const lines = [""];
  for (const word of name.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length > LONGEST_LINE && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.length > 1 ? lines : name;
}

function bars(section) {
  const rows = [...section.querySelectorAll("tbody tr")];
  const words = [...section.querySelectorAll("thead th")].slice(1, -1).map((head) => head.textContent);
  const table = rows.map(numbers);
  return {
    type: "bar",
    data: {
      labels: rows.map((row) => inLines(row.dataset.name)),
      datasets: words.map((word, index) => ({ label: word, data: table.map((row) => row[index]), backgroundColor: colour(index) })),
    },
    options: { indexAxis: "y", scales: { x: { stacked: true, ticks: { precision: 0 } }, y: { stacked: true, ticks: { autoSkip: false } } } },
  };
}

const NARROW = 480; // px: the legend takes three lines
const DRAWN = { line, bars };

if (window.Chart) {
  const { Chart } = window;
  Chart.defaults.font.family = style.getPropertyValue("--font").trim() || "sans-serif";
  Chart.defaults.font.size = 13;
  Chart.defaults.animation = false;
  for (const section of document.querySelectorAll("[data-chart]")) {
    if (!section.querySelector("tbody tr")) continue;
    const box = document.createElement("div");
    box.className = "chart-canvas no-print";
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${section.querySelector("h2").textContent}; số liệu trong bảng bên dưới`);
    box.append(canvas);
    const drawn = section.querySelector(".chart-drawn");
    drawn.before(box);
    drawn.classList.add("print-only");
    const rows = section.querySelectorAll("tbody tr").length;
    if (section.dataset.chart === "bars") box.style.height = `${Math.max(180, (section.clientWidth < NARROW ? 120 : 60) + 34 * rows)}px`;
    const made = DRAWN[section.dataset.chart](section);
    made.options = { ...made.options, responsive: true, maintainAspectRatio: false };
    new Chart(canvas, made);
  }
}
