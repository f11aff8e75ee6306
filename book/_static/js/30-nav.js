// The contents show the section being read; menus close behind a choice.
{
  const contents = document.getElementById("contents");
  const links = new Map();
  contents?.querySelectorAll('li li a[href^="#"]').forEach((link) => {
    const section = document.getElementById(link.hash.slice(1));
    if (section) links.set(section, link);
  });
  const mark = () => {
    const line = innerHeight / 3;
    let here = null;
    for (const section of links.keys()) {
      if (section.getBoundingClientRect().top <= line) here = section;
    }
    links.forEach((link, section) => link.classList.toggle("here", section === here));
  };
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  };
  if (links.size) {
    addEventListener("scroll", soon, { passive: true });
    mark();
  }
  const current = contents?.querySelector("[aria-current]");
  if (contents && current && current.offsetTop > contents.clientHeight * 0.7) {
    contents.scrollTop = current.offsetTop - contents.clientHeight / 3;
  }
  document.querySelectorAll("[popover]").forEach((box) =>
    box.addEventListener("click", (event) => {
      if (event.target.closest("a, button") && box.matches(":popover-open")) box.hidePopover();
    }),
  );
  document.querySelectorAll("[data-dialog]").forEach((button) =>
    button.addEventListener("click", () =>
      document.getElementById(button.dataset.dialog).showModal(),
    ),
  );
  document.querySelectorAll("dialog").forEach((box) =>
    box.addEventListener("click", (event) => {
      if (event.target === box || event.target.closest("[data-close]")) box.close();
    }),
  );
}
