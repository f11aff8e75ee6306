// Reloads the page after a green build, shows what a red one found.
{
  let known = NUMBER; // the build that this page comes from
  const show = (text) => {
    document.getElementById("mmdl-findings")?.remove();
    if (!text) return;
    const box = document.createElement("pre");
    box.id = "mmdl-findings";
    box.setAttribute("role", "alert");
    box.style.cssText =
      "position:fixed;inset:auto 0 0 0;z-index:9999;max-height:50vh;overflow:auto;" +
      "margin:0;padding:1em;background:#5b0f0f;color:#fff;white-space:pre-wrap";
    box.textContent = text;
    document.body.append(box);
  };
  new EventSource("/_preview").onmessage = (event) => {
    const { number, findings } = JSON.parse(event.data);
    if (number !== known && !findings) location.reload();
    known = number;
    show(findings);
  };
}
