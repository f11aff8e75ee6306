"""What ``check`` finds, for the panel that ``preview`` lays over its pages."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from mmdl_book.layout import Layout


def findings(book: Layout) -> list[dict[str, Any]]:
    """What `check` says, in a process of its own; with the address of each page."""
    command = [sys.executable, "-m", "mmdl_book", "check", "--json"]
    done = subprocess.run(
        command, cwd=book.root, capture_output=True, text=True, check=False
    )
    try:
        found = json.loads(done.stdout)
    except ValueError:  # a file of the book cannot be read, and the build is red
        return []
    return [{**one, "page": address(one["path"])} for one in found]


def address(path: str) -> str:
    """Where the site has the page of a source file."""
    return f"/{path.removesuffix('.md')}.html"
