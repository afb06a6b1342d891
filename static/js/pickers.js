// Long lists of choices become boxes to type in; the plain list works without it.
// Words are found without accents. Not here: any other field.

for (const list of document.querySelectorAll("select[data-picker]")) {
  // The label moves to the box; the list keeps its name for those who read by ear.
  list.setAttribute("aria-label", list.labels[0]?.textContent.trim() ?? list.dataset.picker);
  new window.TomSelect(list, {
    plugins: ["remove_button"],
    placeholder: list.dataset.picker,
    maxOptions: 300,
    hideSelected: true,
    closeAfterSelect: false,
    render: {
      no_results: () => {
        const line = document.createElement("div");
        line.className = "no-results";
        line.textContent = "Không có đơn vị nào khớp";
        return line;
      },
    },
    onItemAdd() {
      this.setTextboxValue("");
      this.refreshOptions();
    },
  });
}
