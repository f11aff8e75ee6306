"""A build that has read its packages already, and waits to be needed.

A build in a process of its own sees every change of the book's extensions, but spends
half of its time on the import of packages that never change. This process imports
those, none of our own modules, and then waits for the words of its command on a line.
"""

from __future__ import annotations

import importlib
import json
import sys
from contextlib import suppress

# What a build imports, of packages that are not ours.
PACKAGES = (
    "sphinx.application", "sphinx.builders.html", "sphinx.writers.html",
    "myst_nb.sphinx_ext", "jupyter_cache.cache.main", "nbformat.v4",
    "sphinx_external_toc", "sphinxcontrib.bibtex", "fastjsonschema", "quickjs",
)  # fmt: skip


def main() -> int:
    """Import, wait, run."""
    for name in PACKAGES:
        with suppress(ImportError):
            importlib.import_module(name)
    line = sys.stdin.readline()
    if not line:  # the preview has ended
        return 0
    from mmdl_book.cli import main as command

    return command(json.loads(line))


if __name__ == "__main__":
    sys.exit(main())
