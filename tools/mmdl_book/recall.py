"""What Sphinx remembers between builds: kept when green, forgotten when in doubt.

Sphinx saves what it read before it knows whether all was well; a second build
would be silent about the first one's warnings, and a build that was interrupted
may leave half a memory. So a build begins with the memory of the last green one.
"""

from __future__ import annotations

import shutil
from pathlib import Path


class Recall:
    """The memory in the folder `doctrees` of builds into `out`; `key` tells its age."""

    def __init__(self, doctrees: Path, out: Path, key: str) -> None:
        self.doctrees, self.out, self.now = doctrees, out, key
        self.key = doctrees / "key"
        self.green = doctrees / "environment.green"
        self.pickle = doctrees / "environment.pickle"

    def begin(self) -> None:
        """Bring back the last green memory, or none."""
        figures = self.out.parent / "jupyter_execute"  # MyST-NB's; pages refer to it
        if self._holds() and figures.exists():
            _copy(self.green, self.pickle)
        else:
            for folder in (self.doctrees, self.out):
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
            figures.mkdir(exist_ok=True)

    def _holds(self) -> bool:
        known = self.key.read_text() if self.key.exists() else ""
        return known == self.now and self.green.exists()

    def keep(self) -> None:
        """Remember this state as green."""
        _copy(self.pickle, self.green)
        self.key.write_text(self.now)


def _copy(source: Path, target: Path) -> None:
    fresh = target.with_suffix(".new")
    shutil.copy2(source, fresh)
    fresh.replace(target)
