"""The IDX format of MNIST: a magic number, the shape, the bytes.

Two zero bytes, one byte for the type, one for the number d of axes, then d
lengths as big-endian 32-bit integers, then the entries. The reader trusts none
of it: the header must announce exactly the bytes that follow.
"""

import gzip
import io
import math
import zlib
from typing import Any

import numpy as np

from mmdl.errors import DataError

__all__ = ["gunzip", "read_idx"]

DTYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}


def read_idx(data: bytes, name: str = "read_idx") -> np.ndarray:
    """Read the array out of the bytes of an IDX file.

    Parameters
    ----------
    data : bytes
        Not compressed; see :func:`gunzip`.
    name : str
        The file's name, for messages.

    Returns
    -------
    array
        Read-only and in the machine's byte order.

    Raises
    ------
    DataError
        If these are not the bytes of one whole array.

    Examples
    --------
    >>> read_idx(bytes([0, 0, 8, 1, 0, 0, 0, 2, 5, 7]))
    array([5, 7], dtype=uint8)
    """
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in DTYPES:
        raise DataError(
            f"{name}: expected an IDX file, received {len(data)} bytes with another "
            f"beginning; is it compressed twice, or an error page?"
        )
    dtype, ndim = DTYPES[data[2]], data[3]
    start = 4 + 4 * ndim
    if not 1 <= ndim <= 8 or len(data) < start:
        raise DataError(
            f"{name}: expected a header of 1 to 8 lengths, received {ndim} lengths in "
            f"{len(data)} bytes; the file is cut short."
        )
    shape = tuple(int(n) for n in np.frombuffer(data, ">u4", ndim, 4))
    expected = start + dtype.itemsize * math.prod(shape)
    if len(data) != expected:
        raise DataError(
            f"{name}: expected {expected} bytes for shape {shape}, received "
            f"{len(data)}; the file is damaged, get it again."
        )
    array = np.frombuffer(data, dtype, offset=start).reshape(shape)
    return array.astype(dtype.newbyteorder("="), copy=False)


def gunzip(data: bytes, limit: int, name: str = "gunzip") -> bytes:
    """Undo gzip if ``data`` is compressed, and refuse more than ``limit`` bytes.

    Parameters
    ----------
    data : bytes
    limit : int
        The largest size that is believed: a file of a few kilobytes can
        announce gigabytes.
    name : str
        The file's name, for messages.

    Returns
    -------
    bytes

    Raises
    ------
    DataError
        If the stream is damaged or longer than ``limit``.

    Examples
    --------
    >>> gunzip(gzip.compress(b"digits"), limit=10)
    b'digits'
    """
    if data[:2] != b"\x1f\x8b":
        plain = data[: limit + 1]
    else:
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
                plain = stream.read(limit + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(
                f"{name}: expected a gzip stream, received a damaged one ({error}); "
                f"get the file again."
            ) from None
    if len(plain) > limit:
        raise DataError(f"{name}: expected at most {limit} bytes, received more.")
    return plain
