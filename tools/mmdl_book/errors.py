"""One kind of failure: sentences that name the place and the remedy."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager


class BookError(Exception):
    """Findings that stop a build; each is one sentence, with its place in front."""

    def __init__(self, *findings: str) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class UsageError(BookError):
    """The command line asks for what cannot be."""


def disk_is_full(place: str = "") -> BookError:
    """The sentence about a full disk."""
    place = f" (while writing {place})" if place else ""
    return BookError(
        f"the disk is full{place}; free some space and build again (`python dev.py "
        "clean` removes what builds left); the previous site is untouched."
    )


@contextmanager
def full_disk_explained() -> Iterator[None]:
    """Turn the system's "no space left" into the book's sentence."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise disk_is_full(str(error.filename or "")) from error
