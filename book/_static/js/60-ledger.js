// Filter the theorem ledger. Without this script the tables are all there.
(() => {
  const tables = [...document.querySelectorAll("table.ledger")];
  if (!tables.length) return;
  const groups = tables.flatMap((table) => {
    const found = [];
    for (const row of table.tBodies[0].rows) {
      if (row.classList.contains("ledger-statement")) found.push([]);
      found.at(-1)?.push(row);
    }
    return found;
  });
  const texts = groups.map((rows) =>
    rows.map((row) => row.textContent).join(" ").toLowerCase());

  const bar = document.createElement("p");
  bar.className = "ledger-filter";
  bar.innerHTML =
    '<label>Filter <input type="search" autocomplete="off"></label> ' +
    '<output aria-live="polite"></output>';
  const input = bar.querySelector("input");
  const output = bar.querySelector("output");
  const first = document.querySelector(".ledger-chapter") ?? tables[0];
  first.before(bar);

  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    groups.forEach((rows, i) => {
      const fits = words.every((word) => texts[i].includes(word));
      shown += fits;
      for (const row of rows) row.hidden = !fits;
    });
    output.textContent = words.length
      ? `${shown} of ${groups.length} statements` : "";
  };
  input.addEventListener("input", show);
})();
