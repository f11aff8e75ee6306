"""The site's look: our own templates in the place of the theme's.

The theme stays for its machinery only. The parts of the look are extensions of
their own; this one brings them together.
"""

from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

TEMPLATES = Path(__file__).resolve().parent.parent / "_templates"
PARTS = (
    "site_assets",
    "site_mend",
    "site_nav",
    "site_images",
    "site_search",
    "site_previews",
    "site_menu",
)
DESCRIPTION = 160  # characters that search engines show


def use_our_pages(app: Sphinx, config: Config) -> None:
    """Put our templates before the theme's; leave out pages nobody reads."""
    config.templates_path.insert(0, str(TEMPLATES))
    config.html_static_path = []
    config.html_copy_source = False
    config.html_use_index = False
    config.html_domain_indices = False
    config.html_secnumber_suffix = "\N{EN SPACE}"
    config.html_permalinks_icon = "#"


def name_page(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Give the template the window's title and the description."""
    title = re.sub(r"<[^>]+>", "", context.get("title") or "")
    book = app.config.html_title
    shown = title and pagename != app.config.root_doc
    context["page_title"] = f"{title} — {book}" if shown else book
    context["page_description"] = description(doctree)


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


def setup(app: Sphinx) -> dict[str, object]:
    """Register the look and its parts."""
    for part in PARTS:
        app.setup_extension(part)
    app.connect("config-inited", use_our_pages)
    app.connect("html-page-context", name_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
