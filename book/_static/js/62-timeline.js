// Filter the timeline by words and by tags.
(() => {
  const table = document.querySelector("table.timeline");
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const tags = rows.map((row) => row.querySelector(".timeline-tag").textContent);
  const before = table.closest(".table-frame") ?? table;
  filterRows({ groups: rows.map((row) => [row]), before, noun: "rows", tags });
})();
