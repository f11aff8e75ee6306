// On the map of prerequisites: show the way to the chapter that one points at.
(() => {
  const map = document.querySelector(".needs-map");
  if (!map) return;
  const arrows = [...map.querySelectorAll(".need")];

  const show = (label) => {
    const seen = new Set();
    const todo = label ? [label] : [];
    while (todo.length) {
      const next = todo.pop();
      if (seen.has(next)) continue;
      seen.add(next);
      for (const arrow of arrows)
        if (arrow.dataset.to === next) todo.push(arrow.dataset.from);
    }
    for (const arrow of arrows)
      arrow.classList.toggle("on", seen.has(arrow.dataset.to));
  };
  const look = (event) => show(event.target.closest(".chapter")?.dataset.label);
  map.addEventListener("pointerover", look);
  map.addEventListener("focusin", look);
  map.addEventListener("pointerleave", () => show());
  map.addEventListener("focusout", () => show());
})();
