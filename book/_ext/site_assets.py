"""What a page loads: one style sheet, one script, KaTeX's style sheet, fonts.

``book.css`` and ``book.js`` are joined from the small files of ``_static``. The
faces that every page needs (marked ``embed`` in the style sheet) become part of
it, so that a page is never seen in another face and no line breaks anew. What
the theme and other tools bring along, several megabytes, is left out.
"""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path, PurePosixPath

from docutils import nodes
from sphinx.application import Sphinx

BOOK = Path(__file__).resolve().parent.parent
STATIC = BOOK / "_static"
FONTS = (STATIC / "fonts", BOOK / "_vendor" / "katex" / "fonts")
EMBED = re.compile(r'url\("fonts/([^"]+)"\)(?= format\("woff2"\); /\* embed \*/)')
OURS = {"book.css", "book.js", "search-index.js", "favicon.svg", "fonts", "katex"}


def embedded(match: re.Match[str]) -> str:
    """Return the address of a font as one that holds its bytes."""
    path = next(p for p in (folder / match[1] for folder in FONTS) if p.is_file())
    code = base64.b64encode(path.read_bytes()).decode("ascii")
    return f'url("data:font/woff2;base64,{code}")'


def write_assets(app: Sphinx) -> None:
    """Join the style sheets and the scripts, copy the rest."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static"
    target.mkdir(parents=True, exist_ok=True)
    for kind in ("css", "js"):
        parts = [path.read_text("utf-8") for path in sorted(STATIC.glob(f"{kind}/*"))]
        text = EMBED.sub(embedded, "\n".join(parts))
        (target / f"book.{kind}").write_text(text, "utf-8", newline="\n")
    shutil.copytree(STATIC / "fonts", target / "fonts", dirs_exist_ok=True)
    shutil.copyfile(STATIC / "favicon.svg", target / "favicon.svg")
    app.add_css_file("book.css", priority=900)
    app.add_js_file("book.js", loading_method="defer")


def is_ours(asset: object) -> bool:
    """Tell whether a page should load this style sheet or script."""
    name = str(getattr(asset, "filename", None) or "").partition("?")[0]
    parts = PurePosixPath(name).parts
    return "://" not in name and parts[:1] == ("_static",) and parts[1] in OURS


def keep_ours(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Drop foreign assets from a page."""
    for kind in ("css_files", "script_files"):
        context[kind] = list(filter(is_ours, context.get(kind, [])))


def clear_assets(app: Sphinx, error: Exception | None) -> None:
    """Remove what Sphinx, the theme and other tools copied and no page loads."""
    if error or app.builder.format != "html":
        return
    for path in (Path(app.outdir) / "_static").iterdir():
        if path.name in OURS:
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def setup(app: Sphinx) -> dict[str, object]:
    """Register, last among those who add assets."""
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", keep_ours, priority=900)
    app.connect("build-finished", clear_assets, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
