// What scrolls inside the page can be reached by keyboard; code can be copied;
// what is folded opens for paper and for links into it.
{
  const names = { "eqn-body": "Formula", "table-frame": "Table", PRE: "Code or output" };
  const frames = document.querySelectorAll(
    "article pre, .eqn-body, .table-frame",
  );
  const reach = (frame) => {
    const scrolls = frame.scrollWidth > frame.clientWidth + 1;
    if (frame.tagName !== "PRE") fade(frame);
    const name = names[frame.tagName] || names[frame.classList[0]] || "Table";
    if (!scrolls) return frame.removeAttribute("tabindex");
    frame.setAttribute("tabindex", "0");
    frame.setAttribute("role", "group");
    if (!frame.hasAttribute("aria-label")) frame.setAttribute("aria-label", name);
  };
  // A formula that goes on fades out at the side where it goes on.
  const fade = (frame) => {
    const left = frame.scrollLeft > 1;
    const right = frame.scrollLeft + frame.clientWidth < frame.scrollWidth - 1;
    frame.classList.toggle("more-left", left);
    frame.classList.toggle("more-right", right);
  };
  frames.forEach((frame) => {
    if (frame.tagName !== "PRE") frame.addEventListener("scroll", () => fade(frame));
  });
  if ("ResizeObserver" in window) {
    const observer = new ResizeObserver((seen) => seen.forEach(({ target }) => reach(target)));
    frames.forEach((frame) => observer.observe(frame));
  } else {
    frames.forEach(reach);
  }

  // On a narrow screen an inline formula may be wider than the page.
  const article = document.querySelector("article");
  const fit = () => {
    if (!article || innerWidth > 480) return;
    const edge = document.documentElement.clientWidth;
    article.querySelectorAll(".eqn-inline:not(.eqn-scroll)").forEach((formula) => {
      const fits = formula.getBoundingClientRect().right <= edge;
      if (fits || formula.closest(".table-frame, .eqn-body")) return;
      formula.classList.add("eqn-scroll");
      formula.tabIndex = 0;
      formula.setAttribute("role", "group");
      formula.setAttribute("aria-label", "Formula");
    });
  };
  document.fonts.ready.then(fit);
  addEventListener("resize", fit);
  article?.addEventListener("toggle", fit, true);

  const copy = async (text, button) => {
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed here";
    }
    setTimeout(() => (button.textContent = before), 1500);
  };
  document.querySelectorAll("[data-copy]").forEach((button) =>
    button.addEventListener("click", () =>
      copy(document.querySelector(button.dataset.copy).textContent, button),
    ),
  );
  document.querySelectorAll(".cell_input .highlight").forEach((block) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-code";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.addEventListener("click", () => copy(block.querySelector("pre").textContent, button));
    block.classList.add("code-frame");
    block.append(button);
  });

  const open = (target) => {
    for (let box = target; box; box = box.parentElement) {
      if (box.tagName === "DETAILS") box.open = true;
    }
  };
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    open(target);
    target?.scrollIntoView();
  };
  if (location.hash) arrive();
  addEventListener("hashchange", arrive);

  const opened = [];
  addEventListener("beforeprint", () => {
    document.querySelectorAll("article details:not([open])").forEach((box) => {
      box.open = true;
      opened.push(box);
    });
    document.querySelectorAll("img[loading=lazy]").forEach((image) => (image.loading = "eager"));
  });
  addEventListener("afterprint", () => opened.splice(0).forEach((box) => (box.open = false)));
}
