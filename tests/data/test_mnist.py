"""IDX files, the cache, the mirrors: good ones, bad ones, hostile ones."""

import contextlib
import gzip
import hashlib
import os
import struct
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import numpy as np
import pytest

from mmdl import data
from mmdl.data import fetch, images, tables
from mmdl.data.idx import gunzip, read_idx
from mmdl.errors import DataError

CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx(array, code=None):
    """The bytes of an IDX file, written independently of the reader."""
    code = code or CODES[array.dtype.str[1:]]
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def small_mnist(seed=0):
    """Four files of IDX bytes: 12 training and 7 test images."""
    rng = np.random.default_rng(seed)
    files = {}
    for part, n in (("train", 12), ("t10k", 7)):
        pixels = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        files[f"{part}-images-idx3-ubyte"] = idx(pixels)
        files[f"{part}-labels-idx1-ubyte"] = idx(np.arange(n, dtype=np.uint8) % 10)
    return files


def known(files):
    """What the library knows of the files beforehand, in its own order."""
    return tuple(
        fetch.File(
            f.name, len(files[f.name]), hashlib.sha256(files[f.name]).hexdigest()
        )
        for f in images.MNIST_FILES
    )


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A small MNIST in the place of the true one, an empty cache, no mirror."""
    files = small_mnist()
    monkeypatch.setattr(images, "MNIST_FILES", known(files))
    monkeypatch.setattr(images, "MNIST_MIRRORS", ((tmp_path / "nowhere").as_uri(),))
    monkeypatch.setenv("MMDL_DATA", str(tmp_path / "cache"))
    monkeypatch.delenv("MMDL_DATA_URL", raising=False)
    return files


def put(folder, files, suffix=""):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        packed = gzip.compress(content) if suffix.endswith(".gz") else content
        (folder / (name + suffix)).write_bytes(packed)
    return folder


def same_as(files, pair):
    train, test = pair
    raw = np.frombuffer(files["train-images-idx3-ubyte"], np.uint8, offset=16)
    np.testing.assert_allclose(train.X.ravel() * 255, raw, atol=1e-4)
    np.testing.assert_array_equal(test.y, np.arange(7))
    return train.X.shape == (12, 784) and test.X.shape == (7, 784)


@pytest.mark.parametrize("dtype", list(CODES))
@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 0, 3), (1, 2, 3, 4)])
def test_idx_files_are_read_as_they_were_written(dtype, shape):
    array = (100 * np.random.default_rng(0).normal(size=shape)).astype(dtype)
    back = read_idx(idx(array))
    np.testing.assert_array_equal(back, array)
    assert back.dtype == array.dtype


def test_every_truncation_of_an_idx_file_is_refused():
    whole = idx(np.arange(24, dtype=np.int16).reshape(2, 3, 4))
    for length in range(len(whole)):
        with pytest.raises(DataError, match=r"file.idx: expected"):
            read_idx(whole[:length], "file.idx")
    with pytest.raises(DataError, match="expected 64 bytes for shape"):
        read_idx(whole + b"x")


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"<html><body>404 Not Found</body></html>",
        b"\x80\x04\x95cos\nsystem\n(S'echo'\ntR.",
        bytes([0, 0, 8, 0]),
        bytes([0, 0, 8, 255]) + b"\xff" * 1020,
        bytes([0, 0, 8, 3]) + b"\xff" * 12,
        bytes([0, 0, 14, 2]) + b"\xff" * 8 + b"x" * 100,
        bytes([0, 0, 7, 1, 0, 0, 0, 1, 5]),
    ],
)
def test_hostile_headers_are_refused_at_once(hostile):
    with pytest.raises(DataError, match=r"bad.idx: expected"):
        read_idx(hostile, "bad.idx")


def test_a_bomb_of_zeros_is_not_unpacked():
    bomb = gzip.compress(bytes(30_000_000))
    assert len(bomb) < 40_000
    with pytest.raises(DataError, match="bomb: expected at most 1000 bytes"):
        gunzip(bomb, 1000, "bomb")


def test_every_truncation_and_flip_of_a_gzip_stream_is_refused_or_harmless():
    plain = bytes(range(200))
    packed = gzip.compress(plain)
    for length in range(3, len(packed)):
        with pytest.raises(DataError, match="expected a gzip stream"):
            gunzip(packed[:length], 1000)
    for bit in range(16, 8 * len(packed)):
        bad = bytearray(packed)
        bad[bit // 8] ^= 1 << bit % 8
        with contextlib.suppress(DataError):
            assert gunzip(bytes(bad), 1000) == plain


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_local_folder_or_one_of_its_files_is_read(suffix, tmp_path):
    files = small_mnist()
    folder = put(tmp_path, files, suffix)
    assert same_as(files, data.mnist(folder))
    assert same_as(files, data.mnist(str(folder / f"t10k-labels-idx1-ubyte{suffix}")))


def test_file_names_with_a_dot_are_found(tmp_path):
    files = small_mnist()
    put(tmp_path, {name.replace("-idx", ".idx"): b for name, b in files.items()})
    assert same_as(files, data.fashion_mnist(tmp_path))


def test_local_files_that_do_not_fit_are_refused(tmp_path):
    with pytest.raises(DataError, match="mnist: expected a file or folder, received '"):
        data.mnist(tmp_path / "nowhere")
    with pytest.raises(DataError, match="mnist: expected train-images-idx3-ubyte or"):
        data.mnist(tmp_path)
    files = small_mnist()
    put(tmp_path, files | {"t10k-labels-idx1-ubyte": idx(np.zeros(6, np.uint8))})
    with pytest.raises(DataError, match="mnist: expected images of 28 by 28 bytes and"):
        data.mnist(tmp_path)
    put(tmp_path, files | {"t10k-labels-idx1-ubyte": idx(np.full(7, 10, np.uint8))})
    with pytest.raises(DataError, match="a label 0 to 9 for each"):
        data.mnist(tmp_path)


def test_the_cache_is_filled_once_from_a_mirror(small, tmp_path, monkeypatch, capsys):
    server = put(tmp_path / "server", small, ".gz")
    monkeypatch.setenv("MMDL_DATA_URL", server.as_uri())
    assert same_as(small, data.mnist())
    assert "mnist: fetching train-images-idx3-ubyte" in capsys.readouterr().err
    names = sorted(p.name for p in (tmp_path / "cache" / "mnist").iterdir())
    assert names == sorted(small), "no temporary files remain"
    monkeypatch.setenv("MMDL_DATA_URL", (tmp_path / "gone").as_uri())
    assert same_as(small, data.mnist())
    assert capsys.readouterr().err == ""


def test_files_come_over_http(small, tmp_path, monkeypatch):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    folder = put(tmp_path / "server", small, ".gz")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{web.server_port}"
        monkeypatch.setattr(images, "MNIST_MIRRORS", (f"{url}/missing", url))
        assert same_as(small, data.mnist())
        web.shutdown()


def test_a_damaged_mirror_is_passed_over(small, tmp_path, monkeypatch):
    name = "t10k-labels-idx1-ubyte"
    bad = put(tmp_path / "bad", small | {name: small[name][:-1] + b"\x09"}, ".gz")
    good = put(tmp_path / "good", small)
    monkeypatch.setattr(images, "MNIST_MIRRORS", (bad.as_uri(), good.as_uri()))
    assert same_as(small, data.mnist())


def test_a_damaged_cache_is_mended(small, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MMDL_DATA_URL", put(tmp_path / "server", small, ".gz").as_uri())
    data.mnist()
    cached = tmp_path / "cache" / "mnist" / "train-images-idx3-ubyte"
    cached.write_bytes(cached.read_bytes()[:100])
    assert same_as(small, data.mnist())
    assert "damaged, fetching it again" in capsys.readouterr().err
    assert cached.read_bytes() == small[cached.name]


def test_without_network_the_message_says_what_to_do(small, tmp_path):
    with pytest.raises(
        DataError,
        match=r"mnist: train-images-idx3-ubyte: expected a mirror that has it, "
        r"received none(?s:.)*Get the four files elsewhere and write "
        r"mnist\(path=folder\); mnist_subset\(\) needs no network\.",
    ):
        data.mnist()
    assert not (tmp_path / "cache").exists()


def test_a_wrong_file_from_every_mirror_leaves_the_cache_empty(
    small, tmp_path, monkeypatch
):
    wrong = put(tmp_path / "wrong", small_mnist(seed=1), ".gz")
    monkeypatch.setattr(images, "MNIST_MIRRORS", (wrong.as_uri(),))
    with pytest.raises(DataError, match="sha256"):
        data.mnist()
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_does_no_harm(
    small, tmp_path, monkeypatch, capsys
):
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setenv("MMDL_DATA_URL", put(tmp_path / "server", small).as_uri())
    assert same_as(small, data.mnist())
    assert "not kept in the cache" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("platform", "variable", "tail"),
    [
        ("linux", "XDG_CACHE_HOME", "base/mmdl"),
        ("win32", "LOCALAPPDATA", "base/mmdl"),
        ("darwin", "HOME", "base/Library/Caches/mmdl"),
        ("linux", "HOME", "base/.cache/mmdl"),
        ("linux", "MMDL_DATA", "base"),
    ],
)
def test_the_cache_folder_follows_the_platform(
    platform, variable, tail, tmp_path, monkeypatch
):
    for name in ("MMDL_DATA", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path / "base"))
    assert data.cache_folder() == tmp_path / tail


class Worker:
    """What a page's worker offers of XMLHttpRequest, over a dictionary of files."""

    files: ClassVar[dict[str, bytes]] = {}
    new = classmethod(lambda cls: cls())

    def open(self, method, url, asynchronous):
        assert (method, asynchronous) == ("GET", False)
        self.content = self.files.get(url)

    def send(self):
        assert self.responseType == "arraybuffer"
        self.status = 404 if self.content is None else 200
        self.response = self

    def to_bytes(self):
        return self.content


def test_in_the_browser_files_come_by_synchronous_requests(tmp_path, monkeypatch):
    page = ModuleType("js")
    page.XMLHttpRequest = Worker
    whole = fetch.shipped(tables.DIGITS)
    monkeypatch.setitem(sys.modules, "js", page)
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr(fetch, "SHIPPED", tmp_path)
    monkeypatch.setenv("MMDL_DATA_URL", "https://book.example/data/")
    with pytest.raises(DataError, match=r"digits\.npz: HTTP status 404"):
        data.digits()
    address = "https://book.example/data/digits.npz"
    monkeypatch.setattr(Worker, "files", {address: whole})
    assert len(data.digits()) == 1797


FOLDERS = {
    os.environ.get("MMDL_TEST_MNIST", ""): "mnist",
    os.environ.get("MMDL_TEST_FASHION_MNIST", ""): "fashion_mnist",
    "/usr/share/datasets/fashion-mnist": "fashion_mnist",  # of Debian's package
}
HERE = [
    (name, folder) for folder, name in FOLDERS.items() if Path(folder or "?").is_dir()
]

if HERE:  # few machines have them, and there is nothing to install them for

    @pytest.mark.parametrize(("name", "folder"), HERE)
    def test_the_whole_sets_are_those_the_library_knows(
        name, folder, tmp_path, monkeypatch
    ):
        for path in Path(folder).glob("*ubyte*"):
            (tmp_path / path.name).symlink_to(path)
        monkeypatch.setenv("MMDL_DATA", str(tmp_path / "cache"))
        monkeypatch.setenv("MMDL_DATA_URL", tmp_path.as_uri())
        train, test = data.load(name)
        assert (len(train), len(test)) == (60_000, 10_000)
        np.testing.assert_array_equal(train.X[:9], data.load(name, folder)[0].X[:9])
        if name == "mnist":
            subset, _ = data.mnist_subset()
            whole = {row.tobytes() for row in train.X}
            assert all(row.tobytes() in whole for row in subset.X)
