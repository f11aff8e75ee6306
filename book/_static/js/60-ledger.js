// Filter the theorem ledger: a statement goes with its claims.
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
  const before = document.querySelector(".ledger-chapter") ?? tables[0];
  filterRows({ groups, before, noun: "statements", tags: [] });
})();
