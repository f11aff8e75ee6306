"""Saving and loading arrays in the layout of safetensors: data, never code.

A file is eight bytes with the length of a header, the header in JSON (for each
name the dtype, the shape, and where its bytes begin and end), then the bytes.
Nothing in it is executed. Files of this library also carry the sha256 of
themselves, with zeros in its place, so that a single wrong bit is noticed; files
without it, made by others, load as well.
"""

import hashlib
import json
import math
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import DataError, describe

__all__ = ["load", "read_metadata", "save", "write_whole"]

DTYPES = {
    "BOOL": "?",
    "U8": "u1",
    "I8": "i1",
    "U16": "<u2",
    "I16": "<i2",
    "F16": "<f2",
    "U32": "<u4",
    "I32": "<i4",
    "F32": "<f4",
    "U64": "<u8",
    "I64": "<i8",
    "F64": "<f8",
}
CODES = {np.dtype(text): code for code, text in DTYPES.items()}
LONGEST_HEADER = 10_000_000  # bytes; a hundred thousand arrays need as much
FORMAT = "mmdl"
ZEROS = "0" * 64  # in the place of the sum while it is computed

Entries = dict[str, tuple[np.dtype[Any], tuple[int, ...], int, int]]


def save(
    path: str | Path,
    arrays: Mapping[str, ArrayLike] | Any,
    *,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write named arrays to one file, whole or not at all.

    Parameters
    ----------
    path : str or Path
        An existing file is replaced in one step.
    arrays : mapping of str to array_like, or a module
        Of a module the ``state_dict()`` is taken.
    metadata : mapping of str to str, optional
        Words to keep beside the arrays.

    Raises
    ------
    DataError
        If a name is no string or an array not of numbers.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Path(folder, "model"), {"W": np.eye(2), "b": np.zeros(2)})
    ...     state = load(Path(folder, "model"))
    >>> state["b"]
    array([0., 0.])
    """
    state = arrays.state_dict() if hasattr(arrays, "state_dict") else arrays
    header: dict[str, Any] = {"__metadata__": _words(metadata or {})}
    chunks, end = [], 0
    # The widest numbers first, so that each array begins at a multiple of its width.
    checked = {name: _checked(name, array) for name, array in state.items()}
    for name, array in sorted(checked.items(), key=lambda item: -item[1].itemsize):
        begin, end = end, end + array.nbytes
        header[name] = {
            "dtype": CODES[array.dtype],
            "shape": array.shape,
            "data_offsets": [begin, end],
        }
        chunks.append(array.tobytes())
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    text = text.replace(ZEROS.encode(), _sum(text, *chunks).encode(), 1)
    write_whole(path, [len(text).to_bytes(8, "little"), text, *chunks])


def load(path: str | Path) -> dict[str, np.ndarray]:
    """Read the arrays of a file in the layout of safetensors.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    dict of str to array
        In the order of the file; the arrays are the caller's own.

    Raises
    ------
    DataError
        If the file is missing, cut short, damaged or of another kind. Then
        nothing is loaded.

    Examples
    --------
    >>> load("no such file")
    Traceback (most recent call last):
        ...
    mmdl.errors.DataError: no such file: expected a file, received none of this name.
    """
    entries, _, data = _read(Path(path))
    view = memoryview(data)
    return {
        name: np.frombuffer(view[begin:end], dtype).reshape(shape).copy()
        for name, (dtype, shape, begin, end) in entries.items()
    }


def read_metadata(path: str | Path) -> dict[str, str]:
    """Read the words that were saved beside the arrays.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    dict of str to str

    Raises
    ------
    DataError
        As for :func:`load`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Path(folder, "model"), {}, metadata={"epoch": "7"})
    ...     read_metadata(Path(folder, "model"))
    {'epoch': '7'}
    """
    words = _read(Path(path))[1]
    return {key: word for key, word in words.items() if key not in ("format", "sha256")}


def write_whole(path: str | Path, chunks: Iterable[bytes]) -> None:
    """Write a file beside ``path``, then give it the name: never half a file.

    Parameters
    ----------
    path : str or Path
    chunks : iterable of bytes

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder, "x"), [b"ab", b"c"])
    ...     Path(folder, "x").read_bytes()
    b'abc'
    """
    path = Path(path)
    part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as stream:
            stream.writelines(chunks)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _sum(*chunks: bytes) -> str:
    total = hashlib.sha256()
    for chunk in chunks:
        total.update(chunk)
    return total.hexdigest()


def _words(metadata: Mapping[str, str]) -> dict[str, str]:
    for key, word in metadata.items():
        if not (isinstance(key, str) and isinstance(word, str)):
            raise DataError(
                f"save: expected metadata of strings, received {type(key).__name__} to "
                f"{type(word).__name__}; write str(...)."
            )
        if key in ("format", "sha256"):
            raise DataError(f"save: expected a free key, received {key!r}; rename it.")
    return {"format": FORMAT, "sha256": ZEROS, **metadata}


def _checked(name: object, array: ArrayLike) -> np.ndarray:
    """The array in the byte order of the file, if the file can hold it."""
    if not isinstance(name, str) or name == "__metadata__":
        raise DataError(f"save: expected a name for an array, received {name!r}.")
    array = np.asarray(array)
    little = array.dtype.newbyteorder("<")
    if little not in CODES:
        raise DataError(
            f"save: expected an array of real numbers or booleans for {name!r}, "
            f"received {describe(array)}; split or encode it first."
        )
    return np.asarray(array, dtype=little)


def _read(path: Path) -> tuple[Entries, dict[str, str], bytes]:
    """Entries, metadata and data of a file of which everything was checked."""
    try:
        if not path.exists():
            raise DataError(f"{path}: expected a file, received none of this name.")
        if not path.is_file():  # a folder, or a device without end
            raise DataError(f"{path}: expected a file, received something else.")
        with path.open("rb") as stream:
            size = int.from_bytes(stream.read(8), "little")
            rest = path.stat().st_size - 8
            _check_header_size(path.name, size, rest)
            text, data = stream.read(size), stream.read()
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path}: expected a readable file ({error}).") from None
    header = _parse(path.name, text)
    words = _check_metadata(path.name, header.pop("__metadata__", {}))
    _check_sum(path.name, words, text, data)
    entries = {name: _entry(path.name, name, value) for name, value in header.items()}
    _check_places(path.name, entries, len(data))
    return entries, words, data


def _check_header_size(file: str, size: int, rest: int) -> None:
    if rest < 0 or size > rest or size > LONGEST_HEADER:
        raise DataError(
            f"{file}: expected a header inside the file's {rest + 8} bytes, received "
            f"the length {size}; it is cut short or no safetensors file (a pickle "
            f"or a zip archive is never opened)."
        )


def _parse(file: str, text: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name occurs twice")
        return dict(pairs)

    try:
        header = json.loads(text.decode(), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{file}: expected a header in JSON, received another ({error}); the file "
            f"is damaged or no safetensors file."
        ) from None
    if not isinstance(header, dict):
        raise DataError(f"{file}: expected a table of arrays in the header.")
    return header


def _check_metadata(file: str, words: Any) -> dict[str, str]:
    values = words.values() if isinstance(words, dict) else [None]
    if not all(isinstance(word, str) for word in values):
        raise DataError(f"{file}: expected metadata of strings, received others.")
    return dict(words)


def _check_sum(file: str, words: dict[str, str], text: bytes, data: bytes) -> None:
    if words.get("format") != FORMAT and "sha256" not in words:
        return  # made by others
    total = words.get("sha256", "")
    blank = text.replace(total.encode(), ZEROS.encode(), 1) if total else text
    if _sum(blank, data) != total:
        raise DataError(
            f"{file}: expected the sha256 that the file names, received another; the "
            f"file is damaged, save it again."
        )


def _entry(
    file: str, name: str, value: Any
) -> tuple[np.dtype[Any], tuple[int, ...], int, int]:
    """Dtype, shape, begin and end of one array, whose bytes are as many as it says."""
    keys = ["data_offsets", "dtype", "shape"]
    if not isinstance(value, dict) or sorted(value) != keys:
        raise DataError(f"{file}: expected {', '.join(keys)} of array {name!r}.")
    if not isinstance(value["dtype"], str) or value["dtype"] not in DTYPES:
        raise DataError(
            f"{file}: expected one of {', '.join(DTYPES)} as dtype of array {name!r}, "
            f"received {str(value['dtype'])[:20]!r}."
        )
    dtype, shape = np.dtype(DTYPES[value["dtype"]]), value["shape"]
    places = value["data_offsets"]
    if not (_sizes(shape, 32) and _sizes(places, 2) and len(places) == 2):
        raise DataError(f"{file}: expected a shape and two places of array {name!r}.")
    begin, end = places
    if end - begin != dtype.itemsize * math.prod(shape):
        raise DataError(
            f"{file}: expected {dtype.itemsize * math.prod(shape)} bytes of array "
            f"{name!r}, received {end - begin}."
        )
    return dtype, tuple(shape), begin, end


def _sizes(numbers: Any, most: int) -> bool:
    """Whether this is a list of at most ``most`` integers that NumPy can count to."""
    return (
        isinstance(numbers, list)
        and len(numbers) <= most
        and all(type(n) is int and 0 <= n < 2**62 for n in numbers)
    )


def _check_places(file: str, entries: Entries, size: int) -> None:
    """The arrays must follow each other without gap or overlap, to the end."""
    at = 0
    for _, _, begin, end in sorted(entries.values(), key=lambda entry: entry[2:]):
        if begin != at:
            raise DataError(
                f"{file}: expected an array to begin at byte {at}, received {begin}."
            )
        at = end
    if at != size:
        raise DataError(
            f"{file}: expected {at} bytes of data, received {size}; "
            "the file is damaged."
        )
