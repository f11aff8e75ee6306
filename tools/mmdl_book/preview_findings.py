"""What ``check`` finds, for the panel that ``preview`` lays over its pages."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from mmdl_book.layout import Layout


class Checking:
    """One run of ``check``, beside a build, in a process of its own."""

    def __init__(self, book: Layout) -> None:
        command = [sys.executable, "-m", "mmdl_book", "check", "--json"]
        self._process = subprocess.Popen(
            command,
            cwd=book.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the build says it too
            text=True,
        )

    def findings(self) -> list[dict[str, Any]]:
        """Wait for its end; each finding with the address of its page."""
        said, _ = self._process.communicate()
        try:
            found = json.loads(said)
        except ValueError:  # a file of the book cannot be read, and the build is red
            return []
        return [{**one, "page": address(one["path"])} for one in found]


def address(path: str) -> str:
    """Where the site has the page of a source file."""
    return f"/{path.removesuffix('.md')}.html"
