"""Files of arrays: written whole, read back bit for bit, refused when damaged."""

import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from mmdl.errors import DataError
from mmdl.io import DTYPES, load, read_metadata, save, write_whole

STATE = {
    "layers.0.W": np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32),
    "layers.0.b": np.zeros(4),
    "steps": np.array(7, dtype=np.int64),
    "mask": np.array([True, False, True]),
}


@pytest.fixture
def good(tmp_path):
    """The bytes of a good file and the path to write a bad one to."""
    path = tmp_path / "model.safetensors"
    save(path, STATE, metadata={"epoch": "3"})
    return path.read_bytes(), path


def _file(header, data=b"", *, size=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if size is None else size).to_bytes(8, "little") + text + data


def _refused(path, content, message=r"model\.safetensors: expected"):
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        load(path)


def _same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        assert one[name].dtype == other[name].dtype
        assert one[name].shape == other[name].shape
        assert one[name].tobytes() == other[name].tobytes()


@pytest.mark.parametrize("code", DTYPES)
@settings(max_examples=8)  # for each of twelve dtypes; each example writes a file
@given(data=st.data())
def test_every_array_comes_back_bit_for_bit(code, data, tmp_path_factory):
    path = tmp_path_factory.mktemp("io") / "array"
    shapes = st.one_of(st.just(()), st.just((0, 3)), array_shapes(max_dims=4))
    array = data.draw(arrays(np.dtype(DTYPES[code]), shapes))
    save(path, {"x": array, "": array[..., None]})
    _same(load(path), {"x": array, "": array[..., None]})


def test_many_arrays_and_words_come_back(good):
    _, path = good
    _same(dict(sorted(load(path).items())), dict(sorted(STATE.items())))
    assert read_metadata(path) == {"epoch": "3"}


def test_loaded_arrays_are_the_callers_own(good):
    _, path = good
    state = load(path)
    state["mask"][:] = False
    assert load(path)["mask"].any()


def test_strides_and_byte_order_do_not_matter(tmp_path):
    X = np.arange(12.0).reshape(3, 4)
    save(tmp_path / "x", {"T": X.T, "half": X[:, ::2], "big": X.astype(">f8")})
    state = load(tmp_path / "x")
    np.testing.assert_array_equal(state["T"], X.T)
    np.testing.assert_array_equal(state["half"], X[:, ::2])
    np.testing.assert_array_equal(state["big"], X)


def test_a_module_is_saved_by_its_state(tmp_path):
    class Model:
        def state_dict(self):
            return STATE

    save(tmp_path / "x", Model())
    assert load(tmp_path / "x").keys() == STATE.keys()


def test_the_reference_reader_reads_the_same_bits(good):
    reference = pytest.importorskip("safetensors.numpy", reason="safetensors missing")
    _, path = good
    theirs = reference.load_file(path)
    _same(dict(sorted(theirs.items())), dict(sorted(STATE.items())))


def test_files_of_the_reference_writer_are_read(tmp_path):
    reference = pytest.importorskip("safetensors.numpy", reason="safetensors missing")
    path = tmp_path / "theirs"
    reference.save_file(STATE, path, metadata={"format": "np"})
    _same(dict(sorted(load(path).items())), dict(sorted(STATE.items())))


@pytest.mark.parametrize(
    "array",
    [np.array(["a"]), np.array([object()]), np.array([1j]), np.zeros(1, "M8[s]")],
)
def test_only_numbers_are_saved(array, tmp_path):
    with pytest.raises(DataError, match="save: expected an array of real numbers or"):
        save(tmp_path / "x", {"x": array})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", [3, "__metadata__"])
def test_names_are_strings_and_not_reserved(name, tmp_path):
    with pytest.raises(DataError, match="save: expected a name for an array, received"):
        save(tmp_path / "x", {name: np.ones(1)})


def test_metadata_are_strings_and_not_reserved(tmp_path):
    with pytest.raises(DataError, match="save: expected metadata of strings, received"):
        save(tmp_path / "x", {}, metadata={"epoch": 3})
    with pytest.raises(DataError, match="save: expected a free key, received 'sha256'"):
        save(tmp_path / "x", {}, metadata={"sha256": "0"})


def test_saving_replaces_a_file_whole_or_not_at_all(good):
    content, path = good
    with pytest.raises(DataError):
        save(path, {"W": np.ones(3), "bad": np.array(["a"])})
    assert path.read_bytes() == content

    def breaks():
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_whole(path, breaks())
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path], "no temporary file remains"
    save(path, {})
    assert load(path) == {}


def test_the_same_state_makes_the_same_file(good, tmp_path):
    save(tmp_path / "again", STATE, metadata={"epoch": "3"})
    assert (tmp_path / "again").read_bytes() == good[0]


def test_every_truncation_is_refused(good):
    content, path = good
    for length in range(len(content)):
        _refused(path, content[:length])
    _refused(path, content + b"\0")


def test_every_flipped_bit_is_refused(good):
    content, path = good
    rng = np.random.default_rng(0)
    header = 8 + int.from_bytes(content[:8], "little")
    in_header = rng.permutation(8 * header)[:200]
    anywhere = rng.permutation(8 * len(content))[:200]
    for bit in [*range(64), *in_header, *anywhere]:
        bad = bytearray(content)
        bad[bit // 8] ^= 1 << bit % 8
        _refused(path, bytes(bad))


ONE = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
HOSTILE = {
    "a header longer than the file": _file({}, size=2**63),
    "a header of 2 GB": _file(b"{}", size=2**31),
    "no JSON": _file(b"{'x': 1}"),
    "no UTF-8": _file(b'{"\xff": 1}'),
    "no table": _file([1, 2]),
    "not a number": _file(b'{"x": NaN}'),
    "nested lists": _file(b"[" * 200_000),
    "nested tables": _file(b'{"x":' * 200_000),
    "a huge integer": _file(b'{"x": ' + b"9" * 100_000 + b"}"),
    "a name twice": _file(
        b'{"x": %b, "x": %b}' % (2 * (json.dumps(ONE).encode(),)), b"abcd"
    ),
    "an unknown dtype": _file({"x": ONE | {"dtype": "BF16"}}, b"abcd"),
    "an object dtype": _file({"x": ONE | {"dtype": "O"}}, b"abcd"),
    "a list as dtype": _file({"x": ONE | {"dtype": ["F32"]}}, b"abcd"),
    "too large a shape": _file({"x": ONE | {"shape": [2]}}, b"abcd"),
    "a shape that overflows": _file({"x": ONE | {"shape": [2**33, 2**33]}}, b"abcd"),
    "a negative shape": _file({"x": ONE | {"shape": [-1, -1]}}, b"abcd"),
    "a fractional shape": _file({"x": ONE | {"shape": [1.0]}}, b"abcd"),
    "a true shape": _file({"x": ONE | {"shape": [True]}}, b"abcd"),
    "a text as shape": _file({"x": ONE | {"shape": "1"}}, b"abcd"),
    "a million axes": _file({"x": ONE | {"shape": [1] * 1_000_000}}, b"abcd"),
    "offsets backwards": _file({"x": ONE | {"data_offsets": [4, 0]}}, b"abcd"),
    "offsets outside": _file({"x": ONE | {"data_offsets": [4, 8]}}, b"abcd"),
    "offsets before the start": _file({"x": ONE | {"data_offsets": [-4, 0]}}, b"abcd"),
    "three offsets": _file({"x": ONE | {"data_offsets": [0, 4, 4]}}, b"abcd"),
    "a hole": _file({"x": ONE, "y": ONE | {"data_offsets": [8, 12]}}, b"x" * 12),
    "an overlap": _file({"x": ONE, "y": ONE}, b"abcd"),
    "bytes of nobody": _file({"x": ONE}, b"abcdefgh"),
    "a missing key": _file({"x": {"dtype": "F32", "shape": [1]}}, b"abcd"),
    "an unknown key": _file({"x": ONE | {"code": "import os"}}, b"abcd"),
    "an entry that is a text": _file({"x": "F32"}, b"abcd"),
    "metadata that are no words": _file({"__metadata__": {"a": 1}}),
    "metadata that are a list": _file({"__metadata__": [1]}),
    "metadata that are a text": _file({"__metadata__": "abc"}),
    "a wrong sum": _file({"__metadata__": {"sha256": "0" * 64}}),
    "our format without a sum": _file({"__metadata__": {"format": "mmdl"}}),
    "an npy file": b"\x93NUMPY\x01\x00" + b"v\x00{'descr': '|O'}" + b" " * 100,
    "a zip archive": b"PK\x03\x04" + bytes(200),
    "nothing": b"",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_at_once(content, tmp_path):
    _refused(tmp_path / "model.safetensors", content)


def test_a_pickle_in_disguise_is_not_opened(tmp_path):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "exploded"),)

    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        content = pickle.dumps({"W": Bomb()}, protocol=protocol)
        path = tmp_path / "model.safetensors"
        _refused(path, content, "a pickle or a zip archive is never opened")
    assert not (tmp_path / "exploded").exists()


def test_names_are_names_and_no_paths(tmp_path):
    names = ["../up", "/etc/passwd", "__class__", "a\0b", "C:\\x", "\N{SNOWMAN}"]
    save(tmp_path / "x", {name: np.ones(1) for name in names})
    assert sorted(load(tmp_path / "x")) == sorted(names)
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"expected a file, received none of this name"):
        load(tmp_path / "nothing")
    with pytest.raises(DataError, match=r"expected a file, received something else"):
        load(tmp_path)
    with pytest.raises(DataError, match="expected"):
        load("null\0byte")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_a_device_without_end_is_not_read():
    with pytest.raises(DataError, match="expected a file, received something else"):
        load("/dev/zero")


def test_files_of_others_need_no_sum(tmp_path):
    path = tmp_path / "theirs"
    path.write_bytes(_file({"x": ONE}, np.float32(1.5).tobytes()))
    np.testing.assert_array_equal(load(path)["x"], [1.5])
    path.write_bytes(_file({"__metadata__": {"format": "pt"}}))
    assert load(path) == {}
