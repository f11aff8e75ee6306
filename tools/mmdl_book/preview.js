// Reloads the page after a green build, shows what a red one and `check` found.
{
  let known = NUMBER; // the build that this page comes from
  const opened = "mmdl-findings-opened"; // remembers whether the list was open

  const make = (tag, text, style, ...inside) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (style) made.style.cssText = style;
    made.append(...inside);
    return made;
  };
  const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  const put = (id, box) => {
    document.getElementById(id)?.remove();
    if (!box) return;
    box.id = id;
    document.body.append(box);
  };

  const showFailure = (text) => {
    const style =
      "position:fixed;inset:auto 0 0 0;z-index:9999;max-height:50vh;overflow:auto;" +
      "margin:0;padding:1em;background:#5b0f0f;color:#fff;white-space:pre-wrap";
    const box = text && make("pre", text, style);
    box?.setAttribute?.("role", "alert");
    box?.setAttribute?.("tabindex", "0"); // its text may scroll
    put("mmdl-failure", box);
  };

  const item = (found, here) => {
    const place = `${found.path}:${found.line}:${found.column}`;
    const where = make(here ? "code" : "a", place, "color:inherit;background:none");
    if (!here) where.href = found.page;
    const first = make("div", "", "", where, ` ${found.severity} ${found.code}`);
    return make("li", "", "margin:0 0 .7em", first, make("div", found.message),
      make("div", `Fix: ${found.fix}`, "opacity:.85"));
  };

  const list = (found, here) =>
    make("ol", "", "margin:.6em 0 0;padding:0 0 0 1.6em",
      ...found.map((one) => item(one, here)));

  const showFindings = (findings) => {
    const path = decodeURI(location.pathname);
    const here = findings.filter((one) => one.page === path);
    const away = findings.filter((one) => one.page !== path);
    const words = [
      here.length ? `${many(here.length, "finding")} on this page` : "",
      away.length ? `${away.length} on other pages` : "",
    ].filter(Boolean).join(", ");
    if (!words) return put("mmdl-findings", null);
    const title = make("summary", words, "cursor:pointer;padding:.35em .8em");
    const rest = make("div", "", "padding:0 .8em .5em;max-height:45vh;overflow:auto");
    rest.tabIndex = 0;
    rest.setAttribute("role", "group");
    rest.setAttribute("aria-label", "Findings of check");
    if (here.length) rest.append(list(here, true));
    if (away.length) rest.append(make("div", "On other pages", "margin-top:.6em"));
    if (away.length) rest.append(list(away, false));
    const details = make("details", "", "", title, rest);
    details.open = sessionStorage.getItem(opened) === "yes";
    details.addEventListener("toggle", () =>
      sessionStorage.setItem(opened, details.open ? "yes" : "no"));
    const box = make("section", "",
      "position:fixed;left:.8em;bottom:.8em;z-index:9998;max-width:min(42em,94vw);" +
      "font:15px/1.45 system-ui,sans-serif;background:#26323f;color:#fff;" +
      "border:1px solid #7c8b9b;border-radius:.5em;text-align:left", details);
    box.setAttribute("aria-label", "Preview");
    put("mmdl-findings", box);
  };

  const status = make("div", "", // for screen readers: says how many there are now
    "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)");
  status.setAttribute("role", "status");
  document.body.append(status);

  new EventSource("/_preview").onmessage = (event) => {
    const { number, failure, findings } = JSON.parse(event.data);
    if (number !== known && !failure) location.reload();
    known = number;
    showFailure(failure);
    showFindings(findings);
    status.textContent = findings.length ? many(findings.length, "finding") : "";
  };
}
