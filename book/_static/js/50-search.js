// Search: every word must occur; names and titles count more than text.
{
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const dialog = document.getElementById("search");
  const form = document.querySelector(".search-form");
  const input = form?.querySelector("input");
  const state = document.querySelector(".search-state");
  const list = document.querySelector(".search-results");
  const SHOWN = 25;
  let entries = null;
  let loading = null;

  const fold = (text) =>
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .replaceAll("\u2019", "'")
      .toLowerCase();

  const prepare = () => {
    entries = window.bookIndex.flatMap((page) =>
      page.entries.map(([anchor, kind, title, text], place) => ({
        href: new URL(page.url + (place ? `#${anchor}` : ""), root).href,
        page: page.title,
        kind,
        title,
        text,
        head: fold(`${kind} ${title}`),
        body: fold(text),
      })),
    );
  };
  const load = () => {
    loading ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = new URL("_static/search-index.js", root).href;
      script.onload = () => resolve(prepare());
      script.onerror = () => resolve((entries = []));
      document.head.append(script);
    });
    return loading;
  };

  const escape = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const patterns = (query) =>
    fold(query)
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => {
        const stem = word.length > 4 ? word.replace(/(?:es|s|ing|ed)$/, "") : word;
        return { any: escape(stem), start: new RegExp(`(?<![\\p{L}\\p{N}])${escape(stem)}`, "gu") };
      });
  const score = (entry, words) => {
    let total = 0;
    for (const { any, start } of words) {
      const inHead = entry.head.match(start)?.length ? 12 : entry.head.includes(any) ? 4 : 0;
      const count = entry.body.match(start)?.length || 0;
      const inBody = count ? 1 + Math.log(count) : entry.body.includes(any) ? 0.3 : 0;
      if (!inHead && !inBody) return 0;
      total += inHead + inBody;
    }
    if (/^(?:theorem|proposition|lemma|corollary|definition)/.test(entry.head)) total += 3;
    return total / (1 + entry.text.length / 20000);
  };

  const marked = (text, words) => {
    const parts = document.createDocumentFragment();
    const any = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.map(({ any }) => any).join("|")})\\p{L}*`, "giu");
    let from = 0;
    for (const match of text.matchAll(any)) {
      const mark = document.createElement("mark");
      mark.textContent = match[0];
      parts.append(text.slice(from, match.index), mark);
      from = match.index + match[0].length;
    }
    parts.append(text.slice(from));
    return parts;
  };
  const snippet = (entry, words) => {
    const places = words.map(({ start }) => {
      start.lastIndex = 0;
      return start.exec(entry.body)?.index ?? Infinity;
    });
    const first = Math.min(...places);
    const at = first === Infinity ? 0 : first;
    const from = at > 60 ? entry.text.indexOf(" ", at - 60) + 1 : 0;
    const part = entry.text.slice(from, from + 170);
    const whole = from + 170 >= entry.text.length;
    return (from ? "… " : "") + (whole ? part : `${part.replace(/\s\S*$/, "")} …`);
  };
  const line = (name, content) => {
    const span = document.createElement("span");
    span.className = name;
    span.append(content);
    return span;
  };
  const result = (entry, words) => {
    const link = document.createElement("a");
    link.href = entry.href;
    const name = [entry.kind, entry.title].filter(Boolean).join(" · ");
    link.append(line("name", marked(name, words)));
    if (entry.page !== entry.title) link.append(line("in", entry.page));
    link.append(line("snippet", marked(snippet(entry, words), words)));
    const item = document.createElement("li");
    item.append(link);
    return item;
  };

  const search = async () => {
    const query = input.value.trim();
    await load();
    if (query !== input.value.trim()) return;
    const words = patterns(query);
    const found = words.length
      ? entries
          .map((entry) => [score(entry, words), entry])
          .filter(([points]) => points > 0)
          .sort((a, b) => b[0] - a[0])
      : [];
    list.replaceChildren(...found.slice(0, SHOWN).map(([, entry]) => result(entry, words)));
    const many = found.length > SHOWN ? `, the best ${SHOWN} of them` : "";
    const count = found.length === 1 ? "1 place" : `${found.length} places${many}`;
    state.textContent = words.length ? (found.length ? count : "Nothing found.") : "";
  };

  if (input) {
    let timer = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, 120);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      search().then(() => list.querySelector("a")?.focus());
    });
    const move = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const stops = [input, ...list.querySelectorAll("a")];
      const next = stops[stops.indexOf(document.activeElement) + step];
      if (next) {
        event.preventDefault();
        next.focus();
      }
    };
    (dialog || list.parentElement).addEventListener("keydown", move);
    list.addEventListener("click", (event) => {
      if (event.target.closest("a")) dialog?.close();
    });
    const query = new URLSearchParams(location.search).get("q");
    if (!dialog && query) {
      input.value = query;
      search();
    }
  }
  if (dialog) {
    const open = (event) => {
      event?.preventDefault();
      load();
      dialog.showModal();
      input.select();
    };
    document.querySelectorAll(".open-search").forEach((link) => link.addEventListener("click", open));
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
      const k = event.key === "k" && (event.ctrlKey || event.metaKey);
      if ((slash || k) && !dialog.open) open(event);
    });
  }
}
