"""The site's look: our templates, one style sheet, one script, nothing else.

The theme stays for its machinery; its own page, style sheets, scripts and icon
fonts (several megabytes) and every script of other tools are left out. What a
page loads is ``book.css`` and ``book.js``, joined here from the small files of
``_static/css`` and ``_static/js``, our fonts, and KaTeX's style sheet.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path, PurePosixPath

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

BOOK = Path(__file__).resolve().parent.parent
STATIC = BOOK / "_static"
PARTS = (
    "site_mend",
    "site_nav",
    "site_images",
    "site_search",
    "site_previews",
    "site_menu",
)
TEXT_FONTS = [
    f"_static/fonts/source-serif-{style}.woff2"
    for style in ("400-normal", "400-italic", "600-normal")
]
MATH_FONTS = {  # what in a formula asks for which face
    "katex": "Main-Regular",
    "mathnormal": "Math-Italic",
    "mathbb": "AMS-Regular",
    "mathbf": "Main-Bold",
    "mathcal": "Caligraphic-Regular",
    "mathsf": "SansSerif-Regular",
    "small-op": "Size1-Regular",
    "large-op": "Size2-Regular",
}
FIRST_VIEW = 60_000  # characters of HTML, most of them formulas
OURS = {"book.css", "book.js", "favicon.svg", "fonts", "katex", "search-index.js"}
OURS |= {"interactive"}  # for pages with such a figure
DESCRIPTION = 160  # characters that search engines show


def use_our_pages(app: Sphinx, config: Config) -> None:
    """Put our templates before the theme's; leave out pages nobody reads."""
    config.templates_path = [str(BOOK / "_templates"), *config.templates_path]
    if config.html_theme == "basic":  # its templates are ours, and take no options
        config.html_theme_options = {}
    config.html_static_path = []
    config.html_copy_source = False
    config.html_use_index = False
    config.html_domain_indices = False
    config.html_secnumber_suffix = "\N{EN SPACE}"
    config.html_permalinks_icon = "#"


def write_assets(app: Sphinx) -> None:
    """Join the style sheets and the scripts, copy the rest."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static"
    target.mkdir(parents=True, exist_ok=True)
    for kind in ("css", "js"):
        parts = [path.read_text("utf-8") for path in sorted(STATIC.glob(f"{kind}/*"))]
        (target / f"book.{kind}").write_text("\n".join(parts), "utf-8", newline="\n")
    shutil.copytree(STATIC / "fonts", target / "fonts", dirs_exist_ok=True)
    shutil.copyfile(STATIC / "favicon.svg", target / "favicon.svg")
    app.add_css_file("book.css", priority=900)
    app.add_js_file("book.js", loading_method="defer")


def is_ours(asset: object) -> bool:
    """Tell whether a page should load this style sheet or script."""
    name = str(getattr(asset, "filename", None) or "").partition("?")[0]
    parts = PurePosixPath(name).parts
    return "://" not in name and parts[:1] == ("_static",) and parts[1] in OURS


def complete_page(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Drop foreign assets and give the template what it prints."""
    for kind in ("css_files", "script_files"):
        context[kind] = list(filter(is_ours, context.get(kind, [])))
    title = re.sub(r"<[^>]+>", "", context.get("title") or "")
    project = app.config.html_title
    shown = title and pagename != app.config.root_doc
    context["page_title"] = f"{title} — {project}" if shown else project
    context["page_description"] = description(doctree)
    fonts = fonts_of(context.get("body") or "")
    context["preloaded_fonts"] = [context["pathto"](font, 1) for font in fonts]


def fonts_of(body: str) -> list[str]:
    """Return the fonts that a reader sees first: those of the text and of formulas."""
    view = body[:FIRST_VIEW]
    styles = [style for word, style in MATH_FONTS.items() if word in view]
    return TEXT_FONTS + [f"_static/katex/fonts/KaTeX_{style}.woff2" for style in styles]


def description(doctree: nodes.document | None) -> str:
    """Return the start of the first paragraph, cut between words."""
    if doctree is None:
        return ""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if len(text) > DESCRIPTION:
            text = text[:DESCRIPTION].rpartition(" ")[0] + " …"
        return text
    return ""


def clear_assets(app: Sphinx, error: Exception | None) -> None:
    """Remove what Sphinx, the theme and other tools copied and no page loads."""
    if error or app.builder.format != "html":
        return
    for path in (Path(app.outdir) / "_static").iterdir():
        if path.name in OURS:
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def setup(app: Sphinx) -> dict[str, object]:
    """Register the look and its parts."""
    for part in PARTS:
        app.setup_extension(part)
    app.connect("config-inited", use_our_pages)
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", complete_page, priority=900)
    app.connect("build-finished", clear_assets, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
