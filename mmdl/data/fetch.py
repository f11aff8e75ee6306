"""Where the bytes come from: the package, the cache folder, or a public mirror.

A file is known by its size and its sha256 *after* decompression, so every route
to it is checked in the same way, and nothing half-written ever has the file's
name. Two environment variables: ``MMDL_DATA`` names the cache folder,
``MMDL_DATA_URL`` a mirror of one's own that is asked first.
"""

import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mmdl.data.idx import gunzip
from mmdl.errors import DataError
from mmdl.io import write_whole

__all__ = ["File", "cache_folder", "fetched", "shipped"]

SHIPPED = Path(__file__).parent / "files"
SECONDS = 30  # without a byte from a mirror before the next one is asked


@dataclass(frozen=True)
class File:
    """A file that is known beforehand.

    Attributes
    ----------
    name : str
    size : int
        In bytes, uncompressed.
    sha256 : str
        Of the uncompressed bytes, in hexadecimal.

    Examples
    --------
    >>> File("empty", 0, hashlib.sha256(b"").hexdigest()).check(b"")
    b''
    """

    name: str
    size: int
    sha256: str

    def check(self, data: bytes) -> bytes:
        """Return ``data`` if it is this file.

        Parameters
        ----------
        data : bytes

        Returns
        -------
        bytes

        Raises
        ------
        DataError
            If the size or the sum differs.
        """
        if len(data) != self.size:
            raise DataError(
                f"{self.name}: expected {self.size} bytes, received {len(data)}."
            )
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise DataError(
                f"{self.name}: expected sha256 {self.sha256[:12]}..., received "
                f"another; the file is damaged or not the one it claims to be."
            )
        return data


def cache_folder() -> Path:
    """The folder for downloaded data, by the platform's convention.

    Returns
    -------
    pathlib.Path
        ``MMDL_DATA`` if it is set; else ``mmdl`` inside ``XDG_CACHE_HOME`` or
        ``~/.cache``, on macOS inside ``~/Library/Caches``, on Windows inside
        ``%LOCALAPPDATA%``. It need not exist.

    Examples
    --------
    >>> isinstance(cache_folder(), Path)
    True
    """
    if own := os.environ.get("MMDL_DATA"):
        return Path(own).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "mmdl"


def shipped(file: File) -> bytes:
    """Read a file that comes with the package.

    A package that was made without it, as for the browser, asks the mirror
    ``MMDL_DATA_URL``.

    Parameters
    ----------
    file : File

    Returns
    -------
    bytes

    Raises
    ------
    DataError
        If the file is missing or damaged.

    Examples
    --------
    >>> from mmdl.data.tables import DIABETES
    >>> shipped(DIABETES)[:4]
    b'age,'
    """
    path = SHIPPED / file.name
    if path.is_file():
        return file.check(path.read_bytes())
    own = os.environ.get("MMDL_DATA_URL")
    if not own:
        raise DataError(
            f"{file.name}: expected it in the package's folder data/files, received "
            f"nothing; install the package again or set MMDL_DATA_URL."
        )
    return _download(file, [own])


def fetched(file: File, folder: str, mirrors: Sequence[str]) -> bytes:
    """Read a file from the cache, filling the cache at the first time.

    Parameters
    ----------
    file : File
    folder : str
        The data set's folder inside :func:`cache_folder`.
    mirrors : sequence of str
        Addresses of folders that hold the file, compressed by gzip.

    Returns
    -------
    bytes

    Raises
    ------
    DataError
        If no mirror has the file, or every copy is damaged.

    Examples
    --------
    >>> fetched(File("x", 1, ""), "demo", [])
    Traceback (most recent call last):
        ...
    mmdl.errors.DataError: x: expected a mirror that has it, received none
    """
    path = cache_folder() / folder / file.name
    if path.is_file():
        try:
            return file.check(path.read_bytes())
        except DataError:
            print(f"{path}: damaged, fetching it again", file=sys.stderr)
    own = os.environ.get("MMDL_DATA_URL")
    data = _download(file, [*([own] if own else []), *mirrors])
    _keep(path, data)
    return data


def _download(file: File, mirrors: Sequence[str]) -> bytes:
    """The file from the first mirror that has it undamaged."""
    failures = []
    for mirror in mirrors:
        for suffix in (".gz", ""):
            url = f"{mirror.rstrip('/')}/{file.name}{suffix}"
            try:
                return file.check(gunzip(_read_url(url, file.size), file.size, url))
            except (OSError, DataError) as error:
                failures.append(f"\n  {url}: {error}")
    raise DataError(
        f"{file.name}: expected a mirror that has it, received none{''.join(failures)}"
    )


def _read_url(url: str, limit: int) -> bytes:
    """At most ``limit`` bytes and a little from an address (gzip may add a few)."""
    if sys.platform == "emscripten":
        return _read_in_browser(url)
    from urllib.request import urlopen  # here, so that importing mmdl loads no ssl

    # The addresses are ours, or the user's own folder.
    with urlopen(url, timeout=SECONDS) as response:  # noqa: S310
        return bytes(response.read(limit + limit // 1000 + 1024))


def _read_in_browser(url: str) -> bytes:
    """A synchronous request, as a worker of the page may make."""
    from js import XMLHttpRequest  # type: ignore[import-not-found]

    request = XMLHttpRequest.new()
    request.open("GET", url, False)
    request.responseType = "arraybuffer"
    request.send()
    if request.status != 200:
        raise OSError(f"HTTP status {request.status}")
    return bytes(request.response.to_bytes())


def _keep(path: Path, data: bytes) -> None:
    """Write the file into the cache, if it can be written to."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, [data])
    except OSError as error:
        print(f"{path}: not kept in the cache ({error})", file=sys.stderr)
