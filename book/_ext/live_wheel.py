"""The library as a wheel: the same bytes for the same sources, in a few milliseconds.

Without the largest data file, which ``mmdl.data`` asks for when it is needed; so that
a page that never shows a digit never loads one.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tomllib
import zipfile
from pathlib import Path

APART = ("mnist_subset.npz",)  # data files that lie beside the wheel
MOMENT = (2026, 1, 1, 0, 0, 0)
SKIPPED = {"__pycache__", ".gitattributes", "py.typed"}


def build_wheel(root: Path, *, complete: bool = False) -> tuple[str, bytes]:
    """The name and the bytes of the wheel of the library in ``root``.

    A browser's wheel carries a hash of its content in its name (a build tag), so that
    an old one is never taken for a new one. The complete one, for notebooks elsewhere,
    has all data and a name that stays.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    stem = f"{project['name'].replace('-', '_')}-{project['version']}"
    info = f"{stem}.dist-info"
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in own(root, complete)
    }
    files[f"{info}/METADATA"] = metadata(project).encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: mmdl-book\nRoot-Is-Purelib: true\n"
        b"Tag: py3-none-any\n"
    )
    files[f"{info}/RECORD"] = record(files, f"{info}/RECORD").encode()
    data = pack(files)
    if complete:
        return f"{stem}-py3-none-any.whl", data
    tag = "1" + hashlib.sha256(data).hexdigest()[:10]
    return f"{stem}-{tag}-py3-none-any.whl", data


def own(root: Path, complete: bool) -> list[Path]:
    """The files of the library that go into the wheel, sorted."""
    found = [
        path
        for path in (root / "mmdl").rglob("*")
        if path.is_file() and not SKIPPED.intersection(path.parts)
    ]
    return sorted(path for path in found if complete or path.name not in APART)


def metadata(project: dict) -> str:
    """The wheel's METADATA."""
    return (
        f"Metadata-Version: 2.1\nName: {project['name']}\n"
        f"Version: {project['version']}\nSummary: {project['description']}\n"
        f"Requires-Python: {project['requires-python']}\n"
        + "".join(f"Requires-Dist: {name}\n" for name in project["dependencies"])
    )


def record(files: dict[str, bytes], itself: str) -> str:
    """The wheel's list of files with their hashes."""
    lines = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
        lines.append(f"{name},sha256={digest.decode()},{len(data)}")
    return "\n".join([*lines, f"{itself},,", ""])


def pack(files: dict[str, bytes]) -> bytes:
    """A zip of ``files`` without anything that changes from day to day."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def data_files(root: Path) -> dict[str, bytes]:
    """The data files beside the wheel, as ``mmdl.data`` asks a mirror for them."""
    folder = root / "mmdl" / "data" / "files"
    return {
        f"{name}.gz": gzip.compress((folder / name).read_bytes(), 9, mtime=0)
        for name in APART
        if (folder / name).is_file()
    }
