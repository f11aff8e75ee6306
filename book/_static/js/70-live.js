// Cells that run in the page: here are only the buttons; what runs them is loaded by
// the first press of one.
{
  const { live, content_root: root } = document.documentElement.dataset;
  const cells = live
    ? [...document.querySelectorAll("article .cell")].filter((cell) => cell.querySelector(".cell_input pre"))
    : [];
  let session;
  const open = async () => {
    const answer = await fetch(`${root}_live/manifest.json`, { cache: "no-cache" });
    const manifest = await answer.json();
    const { Session } = await import(new URL(`${root}_live/${manifest.session}`, location).href);
    return new Session(cells, new URL(`${root}_live/`, location).href, manifest);
  };
  const button = (text, label, action) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "live-button", textContent: text });
    made.setAttribute("aria-label", label);
    made.addEventListener("click", action);
    return made;
  };
  cells.forEach((cell, k) => {
    const bar = document.createElement("div");
    bar.className = "live-bar";
    const note = document.createElement("span");
    note.className = "live-note";
    note.setAttribute("role", "status");
    const act = (deed) => async () => {
      if (location.protocol === "file:") {
        note.textContent = "Cells run where a server sends the page: python dev.py preview";
        return;
      }
      try {
        session ||= open();
        (await session)[deed](k);
      } catch {
        session = undefined;
        note.textContent = "What runs the cells could not be loaded; try again when you are online.";
      }
    };
    const heavy = cell.classList.contains("tag_no-live");
    const kinds = heavy ? [] : [["Run", "run"], ["Edit", "edit"]];
    bar.append(...kinds.map(([text, deed]) => button(text, `${text} cell ${k + 1}`, act(deed))), note);
    if (heavy) note.textContent = "Too heavy for a browser: run this cell in the notebook.";
    const input = cell.querySelector(":scope > .cell_input, :scope > details");
    input.after(bar);
    cell.addEventListener("keydown", (event) => {
      if (heavy || event.key !== "Enter" || event.target.closest(".live-editor")) return;
      if (!(event.shiftKey || event.ctrlKey || event.metaKey) || event.target.tagName === "BUTTON") return;
      event.preventDefault();
      act("run")();
    });
  });
}
