"""One page for each claim file: its source, with an anchor on each line.

So the ledger's links work on the reader's machine too, without a repository.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ledger_results import all_claims
from sphinx.application import Sphinx


def pages(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    """Yield the pages for Sphinx to write."""
    if not app.config.mmdl_claims or app.builder.format != "html":
        return
    for file in sorted({record["file"] for record in all_claims(app.mmdl_results)}):
        path = Path(app.srcdir) / file
        if path.is_file():
            name = PurePosixPath(file).stem.removeprefix("test_")
            title = f"Claims: {name.replace('_', ' ')}"
            body = f"<h1>{title}</h1>\n<p><code>{file}</code></p>\n{source(app, path)}"
            yield f"claims/{name}", {"title": title, "body": body}, "page.html"


def source(app: Sphinx, path: Path) -> str:
    """Return the highlighted file, one anchor a line."""
    text = path.read_text(encoding="utf-8")
    html = app.builder.highlighter.highlight_block(text, "python", linenos=False)
    before, opening, rest = html.partition("<pre>")
    code, closing, after = rest.partition("</pre>")
    lines = code.removeprefix("<span></span>").split("\n")
    marked = "\n".join(
        f'<span id="L{number}"></span>{line}' for number, line in enumerate(lines, 1)
    )
    opening = '<pre tabindex="0">'
    return before + opening + marked + closing + after


def setup(app: Sphinx) -> dict:
    """Register the pages."""
    app.connect("html-collect-pages", pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
