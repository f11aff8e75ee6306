// What a link leads to, shown beside it: by pointer or keyboard, Escape closes,
// the pointer may enter it (WCAG 1.4.13). Other pages send theirs as a script.
{
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const here = location.href.split("#")[0];
  const pages = new Map(); // page -> { fragments, ready }
  const box = document.createElement("div");
  box.className = "preview";
  box.id = "preview";
  box.setAttribute("popover", "manual");
  box.setAttribute("role", "tooltip");
  document.body.append(box);
  let owner = null;
  let timer = 0;

  window.bookPreviews = (page, fragments) => pages.get(page)?.resolve(fragments);

  const load = (page) => {
    if (!pages.has(page)) {
      const entry = {};
      entry.ready = new Promise((resolve) => (entry.resolve = resolve));
      pages.set(page, entry);
      const script = document.createElement("script");
      script.src = new URL(`_previews/${page}.js`, root).href;
      script.onerror = () => entry.resolve({});
      document.head.append(script);
    }
    return pages.get(page).ready;
  };

  const local = (id) => {
    let target = document.getElementById(id);
    if (!target) return "";
    const section = target.tagName === "SPAN" && target.parentElement;
    target = section?.tagName === "SECTION" ? section : target.closest(".eqn") || target;
    if (target.tagName !== "SECTION") return target.outerHTML;
    const first = target.querySelector(":scope > p");
    return target.querySelector("h1, h2, h3, h4").outerHTML + (first?.outerHTML || "");
  };

  const find = async (link) => {
    const id = decodeURIComponent(link.hash.slice(1));
    const page = link.href.split("#")[0];
    if (page === here) return local(id);
    const path = page.startsWith(root.href) ? page.slice(root.href.length) : "";
    if (!path.endsWith(".html")) return "";
    return (await load(decodeURI(path.slice(0, -5))))[id] || "";
  };

  const fill = (html, base) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    const extra = ".statement-tested, .headerlink, .copy-code";
    template.content.querySelectorAll(extra).forEach((node) => node.remove());
    template.content.querySelectorAll("*").forEach((node) => {
      node.removeAttribute("id");
      node.removeAttribute("aria-labelledby");
      node.removeAttribute("aria-describedby");
      for (const name of ["href", "src"]) {
        const value = node.getAttribute(name);
        if (value) node.setAttribute(name, new URL(value, base).href);
      }
      if (node.tagName === "IMG") node.loading = "eager";
      if (node.tagName === "DETAILS") node.open = true;
    });
    box.replaceChildren(template.content);
    box.scrollTop = 0;
  };

  const place = (link) => {
    const at = link.getClientRects()[0] || link.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = box;
    const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8));
    const below = at.bottom + height + 8 <= innerHeight || at.top < height + 8;
    const top = below ? at.bottom + 4 : at.top - height - 4;
    box.style.left = `${left + scrollX}px`;
    box.style.top = `${top + scrollY}px`;
  };

  const hide = () => {
    clearTimeout(timer);
    if (box.matches(":popover-open")) box.hidePopover();
    owner?.removeAttribute("aria-describedby");
    owner = null;
  };

  const show = async (link) => {
    const html = await find(link);
    if (!html || owner !== link) return;
    fill(html, link.href.split("#")[0]);
    box.showPopover();
    place(link);
    link.setAttribute("aria-describedby", box.id);
  };

  const later = (action, delay) => {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  };
  const begin = (link, delay) => {
    link.removeAttribute("title");
    if (owner === link) return clearTimeout(timer);
    later(() => {
      hide();
      owner = link;
      show(link);
    }, delay);
  };
  const wanted = (event) => {
    const link = event.target.closest?.("article a[href*='#'], .preview a[href*='#']");
    const skip = ".headerlink, .eqn-tag, .backrefs a, .book-contents a";
    return link && link.hash.length > 1 && !link.matches(skip) && !box.contains(link) ? link : null;
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = wanted(event);
    if (link) begin(link, 250);
    else if (box.contains(event.target)) clearTimeout(timer);
  });
  document.addEventListener("pointerout", (event) => {
    const from = event.target.closest?.("article a, .preview");
    if (!from || box.contains(event.relatedTarget) || from.contains(event.relatedTarget)) return;
    if (owner && owner === document.activeElement && owner.matches(":focus-visible")) return;
    later(hide, 300);
  });
  document.addEventListener("focusin", (event) => {
    const link = wanted(event);
    if (link?.matches(":focus-visible")) begin(link, 150);
    else if (!box.contains(event.target) && owner) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && owner) hide();
  });
  document.addEventListener("click", (event) => {
    if (!box.contains(event.target) || event.target.closest("a")) hide();
  });
}
