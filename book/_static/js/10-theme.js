// Light or dark: the system's choice until the reader makes one.
{
  const root = document.documentElement;
  const button = document.querySelector(".switch-theme");
  const show = () => button?.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
  button?.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // A page without storage still changes its colours.
    }
    show();
  });
  show();
}
