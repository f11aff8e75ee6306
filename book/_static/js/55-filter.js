// A filter above tables: rows stay that hold all words and one of the chosen tags.
// groups: lists of rows that belong together; tags: lists of one name a group.
// Without this script the tables are all there.
const filterRows = ({ groups, before, noun, tags }) => {
  const texts = groups.map((rows) =>
    rows.map((row) => row.textContent).join(" ").toLowerCase());
  const names = [...new Set(tags)];

  const bar = document.createElement("form");
  bar.className = "filter-bar";
  bar.innerHTML =
    '<label>Filter <input type="search" autocomplete="off"></label> ' +
    '<output aria-live="polite"></output>';
  for (const name of names) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.value = name;
    label.className = "filter-tag";
    label.append(box, ` ${name}`);
    bar.append(label);
  }
  const input = bar.querySelector("input[type=search]");
  const output = bar.querySelector("output");
  const boxes = [...bar.querySelectorAll("input[type=checkbox]")];
  before.before(bar);

  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    let shown = 0;
    groups.forEach((rows, i) => {
      const fits = words.every((word) => texts[i].includes(word)) &&
        (!chosen.length || chosen.includes(tags[i]));
      shown += fits;
      for (const row of rows) row.hidden = !fits;
    });
    output.textContent = words.length || chosen.length
      ? `${shown} of ${groups.length} ${noun}` : "";
  };
  bar.addEventListener("input", show);
  bar.addEventListener("submit", (event) => event.preventDefault());
};
