"""KaTeX's style sheet and fonts, from the book's own folder, in one place.

Published are ``_static/katex/katex.css`` (KaTeX's own, with woff2 only, then the
rules for displays) and the fonts, which browsers fetch only when a page uses
them. The script stays behind: formulas are rendered while the book is built.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from katex_engine import HERE, VENDOR
from sphinx.application import Sphinx

OTHER_FORMATS = re.compile(r',url\([^)]*\.(?:woff|ttf)\) format\("\w+"\)')
FOLDER = "katex"


def style() -> str:
    """KaTeX's rules and ours."""
    vendored = (VENDOR / "katex.min.css").read_text(encoding="utf-8")
    own = (HERE / "katex.css").read_text(encoding="utf-8")
    return OTHER_FORMATS.sub("", vendored) + "\n" + own


def publish(app: Sphinx) -> None:
    """Write the style sheet, the fonts and the licence into the site."""
    if app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_static" / FOLDER
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    (folder / "katex.css").write_text(style(), encoding="utf-8", newline="\n")
    shutil.copyfile(VENDOR / "LICENSE", folder / "LICENSE")
    for font in sorted((VENDOR / "fonts").glob("*.woff2")):
        shutil.copyfile(font, folder / "fonts" / font.name)
    app.add_css_file(f"{FOLDER}/katex.css")


def setup(app: Sphinx) -> dict[str, object]:
    """Publish when a site is built."""
    app.connect("builder-inited", publish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
