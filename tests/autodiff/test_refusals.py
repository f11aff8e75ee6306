"""What the engine refuses, word for word."""

import math
import re

import numpy as np
import pytest

from mmdl import Tensor, grad, hessian, jacobian, jvp, vjp
from mmdl.autodiff import fused, pointwise

x = np.array([1.0, 2.0, 3.0])


def refuses(error, words):
    return pytest.raises(error, match=f"^{re.escape(words)}$")


def test_unknown_numpy_function():
    words = (
        "{}: expected a function of the table of derivatives, received one without a "
        "rule; compose it of others, or add a line with mmdl.autodiff.pointwise, "
        "linear, bilinear or fused."
    )
    with refuses(TypeError, words.format("np.fft.fft")):
        grad(lambda x: np.sum(np.fft.fft(x)))(x)
    with refuses(TypeError, words.format("np.nextafter")):
        grad(lambda x: np.sum(np.nextafter(x, x)))(x)


def test_unknown_argument_of_a_known_function():
    with refuses(
        TypeError,
        "np.sum: expected no argument `where`, received one beside a Tensor; the table "
        "has no rule for it, compose the function of others.",
    ):
        grad(lambda x: np.sum(x, where=x > 1))(x)
    with refuses(
        TypeError,
        "np.exp: expected only arrays, received dtype beside a Tensor; use x.astype "
        "for a type, np.where for a mask.",
    ):
        grad(lambda x: np.sum(np.exp(x, dtype=np.float32)))(x)


def test_out():
    with refuses(
        TypeError,
        "np.exp: expected no `out`, received one beside a Tensor (`a += t` on an array "
        "does that); the trace cannot see a change in place, write a = a + t.",
    ):
        grad(lambda x: np.sum(np.exp(x, out=np.zeros(3))))(x)
    with refuses(
        TypeError,
        "np.sum: expected no argument `out`, received one beside a Tensor; the trace "
        "cannot see a change in place, use the result.",
    ):
        grad(lambda x: np.sum(x, out=np.zeros(())))(x)


@pytest.mark.parametrize("symbol", ["+", "-", "*", "/", "**", "@", "%", "//"])
def test_operators_in_place(symbol):
    words = (
        f"Tensor: expected no change in place, received x {symbol}= y with x of shape "
        f"(3,); the trace cannot see it, write x = x {symbol} y."
    )
    names = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "**": "pow",
             "@": "matmul", "%": "mod", "//": "floordiv"}  # fmt: skip
    with refuses(TypeError, words):
        getattr(Tensor(x), f"__i{names[symbol]}__")(2.0)


def test_a_number_may_be_added_to_in_place_because_numpy_rebinds_it():
    def total(x):
        s = 0.0
        for k in range(3):
            s += x[k] ** 2
        return s

    assert np.array_equal(grad(total)(x), 2 * x)


def test_array_added_to_in_place_by_a_tensor():
    def f(x):
        a = np.zeros(3)
        a += x
        return np.sum(a)

    with pytest.raises(TypeError, match=r"^np.add: expected no `out`, received one"):
        grad(f)(x)


def test_assignment_to_entries():
    def f(x):
        x[0] = 1.0
        return np.sum(x)

    with refuses(
        TypeError,
        "Tensor: expected no change in place, received x[...] = y; the trace cannot "
        "see it, use np.where, np.concatenate or np.stack.",
    ):
        grad(f)(x)


def test_tensor_written_into_an_array():
    def slice_of(x):
        a = np.zeros(3)
        a[:] = x
        return np.sum(a)

    def entry(x):
        a = np.zeros(3)
        a[0] = x[0]
        return np.sum(a)

    with pytest.raises(TypeError, match=r"^np.array: expected numbers, received a Ten"):
        grad(slice_of)(x)
    with pytest.raises(ValueError, match="setting an array element") as caught:
        grad(entry)(x)
    assert str(caught.value.__cause__).startswith("float: expected an array")


def test_ufunc_methods():
    with refuses(
        TypeError,
        "np.add.at: expected plain arrays, received a Tensor; the trace cannot see a "
        "change in place, build the result from whole arrays.",
    ):
        np.add.at(np.zeros(3), [0, 1, 2], Tensor(x))
    with refuses(
        TypeError,
        "np.add.accumulate: expected plain arrays, received a Tensor; there is no "
        "derivative rule for it.",
    ):
        np.add.accumulate(Tensor(x))


@pytest.mark.parametrize("convert", [float, int])
def test_python_number_of_a_traced_tensor(convert):
    with refuses(
        TypeError,
        f"{convert.__name__}: expected an array, received a traced Tensor; a Python "
        "number would lose its derivative, use NumPy's functions (np.exp instead of "
        "math.exp), or stop_gradient(x) to look at it.",
    ):
        grad(lambda x: x[0] * convert(x[1]))(x)


def test_math_functions_in_a_trace():
    with pytest.raises(
        TypeError, match=r"^float: expected an array, received a traced"
    ):
        grad(lambda x: math.exp(x[0]))(x)


def test_tensor_to_array():
    with refuses(
        TypeError,
        "np.array: expected numbers, received a Tensor; it would lose its derivative, "
        "use np.stack or np.concatenate for several, t.value to look at one.",
    ):
        np.array([Tensor(1.0), Tensor(2.0)])


def test_integer_input():
    with refuses(
        TypeError,
        "grad: expected floating-point numbers, received int64 of shape (3,); write "
        "x.astype(float), or 2.0 instead of 2.",
    ):
        grad(np.sum)(np.arange(3))
    with refuses(
        TypeError,
        "Tensor: expected floating-point numbers, received int64 of shape (2,); write "
        "x.astype(float), or 2.0 instead of 2.",
    ):
        Tensor([1, 2])
    with pytest.raises(TypeError, match=r"^jvp: expected floating-point numbers, rec"):
        jvp(np.square, 1, 1)


def test_complex_input():
    with pytest.raises(
        TypeError, match=r"^Tensor: expected floating-point numbers, rec"
    ):
        Tensor([1j])


def test_tensor_of_a_tensor():
    with refuses(
        TypeError,
        "Tensor: expected an array, received a Tensor; write Tensor(t.value) for a new "
        "leaf with the same entries.",
    ):
        Tensor(Tensor(x))


def test_gradient_of_a_non_scalar():
    for transform in (grad, hessian):
        with refuses(
            ValueError,
            "grad: expected a function that returns a number, received a value of "
            "shape (3,); take its sum or mean, or use vjp or jacobian.",
        ):
            transform(np.exp)(x)
    with refuses(
        ValueError,
        "backward: expected a number, received a Tensor of shape (3,); take its sum or "
        "mean, or pass a cotangent.",
    ):
        Tensor(x).backward()


def test_gradient_of_what_is_no_number():
    with refuses(
        TypeError,
        "grad: expected a function that returns a number, received tuple; return the "
        "loss alone.",
    ):
        grad(lambda x: (np.sum(x), x))(x)
    with pytest.raises(TypeError, match="received NoneType; return the loss alone"):
        grad(lambda x: None)(x)


def test_backward_twice():
    w = Tensor(x)
    loss = np.sum(w * w)
    loss.backward()
    with refuses(
        RuntimeError,
        "backward: expected a fresh graph, received one that was already swept and "
        "freed; compute the loss again before the second backward.",
    ):
        loss.backward()


def test_shapes_of_cotangents_and_directions():
    with refuses(
        ValueError,
        "backward: expected a cotangent of shape (3,), the value's, received (2,); "
        "give every entry its weight.",
    ):
        (Tensor(x) * 2).backward(np.ones(2))
    with pytest.raises(ValueError, match=r"^vjp: expected a cotangent of shape \(3,\)"):
        vjp(np.sin, x)[1](np.ones(2))
    with refuses(
        ValueError,
        "jvp: expected a direction of shape (3,), the point's, received (2,); give "
        "every entry its speed.",
    ):
        jvp(np.sin, x, np.ones(2))


def test_pullback_of_a_wrong_shape():
    def f(x):
        return x * 2

    f = fused(f, lambda x: (x * 2, lambda g: g[:2]))
    with refuses(
        ValueError,
        "pullback: expected a cotangent of shape (3,), received (2,); is a transpose "
        "or a sum missing?",
    ):
        grad(lambda x: np.sum(f(x)))(x)


def test_argnums_out_of_range():
    with refuses(
        IndexError,
        "grad: expected argnums among the 1 arguments, received 1; pass what is to be "
        "differentiated by position.",
    ):
        grad(np.sum, 1)(x)


def test_attributes_of_other_libraries():
    with refuses(
        AttributeError,
        "Tensor: expected an attribute that exists, received 'data'; the entries are "
        "in x.value.",
    ):
        _ = Tensor(x).data
    with pytest.raises(
        AttributeError, match=r"received 'detach'; write mmdl\.autodiff"
    ):
        Tensor(x).detach()
    with pytest.raises(AttributeError, match="the attributes of an array, and grad"):
        _ = Tensor(x).colour


def test_copy_of_a_tensor_with_a_history():
    import copy

    with refuses(
        TypeError,
        "copy: expected a leaf, received a Tensor with a history; write "
        "Tensor(t.value).",
    ):
        copy.copy(Tensor(x) * 2)


def test_constant_argument():
    def scaled(x, n):
        return x * n

    scaled = pointwise(scaled, lambda v, y, x, n: v * n, None)
    assert np.array_equal(grad(lambda x: np.sum(scaled(x, 2.0)))(x), [2.0] * 3)
    with refuses(
        TypeError,
        "scaled: expected a constant as argument 1, received a traced array; it has no "
        "derivative there, write stop_gradient(x).",
    ):
        grad(lambda x: np.sum(scaled(x, x)))(x)


# Linear algebra


def test_singular_matrix():
    for f in (np.linalg.det, lambda a: np.linalg.slogdet(a)[1]):
        with (
            np.errstate(divide="ignore"),
            pytest.raises(
                np.linalg.LinAlgError,
                match=r"det: expected an invertible matrix for a derivative, received "
                r"a singular one\.$",
            ),
        ):
            grad(f)(np.zeros((2, 2)))


def test_repeated_eigenvalues():
    with refuses(
        np.linalg.LinAlgError,
        "eigh: expected distinct eigenvalues for the derivative of the vectors, "
        "received two that coincide; use only the values.",
    ):
        grad(lambda a: np.sum(np.linalg.eigh(a)[1]))(np.eye(2))
    g = grad(lambda a: np.sum(np.linalg.eigh(a)[0]))(np.eye(2))
    assert np.array_equal(g, np.eye(2))


def test_repeated_or_vanishing_singular_values():
    with refuses(
        np.linalg.LinAlgError,
        "svd: expected distinct singular values for the derivative of the vectors, "
        "received two that coincide; use only the values.",
    ):
        grad(lambda a: np.sum(np.linalg.svd(a)[0]))(np.eye(2))
    with pytest.raises(np.linalg.LinAlgError, match="svd: expected full rank for the"):
        grad(lambda a: np.sum(np.linalg.svd(a, full_matrices=False)[0]))(
            np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
        )


def test_vectors_that_the_matrix_does_not_determine():
    a = np.ones((3, 2))
    with refuses(
        TypeError,
        "np.linalg.svd: expected full_matrices=False for shape (3, 2), received True; "
        "the further vectors are not determined by the matrix.",
    ):
        grad(lambda a: np.sum(np.linalg.svd(a)[0]))(a)
    with refuses(
        TypeError,
        "np.linalg.qr: expected mode 'reduced', received 'complete'; the others have "
        "no derivative rule.",
    ):
        grad(lambda a: np.sum(np.linalg.qr(a, "complete")[0]))(a)
    with pytest.raises(
        np.linalg.LinAlgError, match="qr: expected at least as many rows"
    ):
        grad(lambda a: np.sum(np.linalg.qr(a)[0]))(a.T)


def test_arguments_of_compositions():
    cases = {
        "np.pad: expected mode constant, edge, reflect": lambda x: np.pad(
            x, 1, mode="mean"
        ),
        "np.quantile: expected method 'linear', received": (
            lambda x: np.quantile(x, 0.5, method="nearest")
        ),
        "np.average: expected weights of shape": (
            lambda x: np.average(x, weights=np.ones(2))
        ),
        "np.einsum: expected 2 factors for 'i,i', received 1": (
            lambda x: np.einsum("i,i", x)
        ),
        "np.einsum: expected subscripts as text, received": (
            lambda x: np.einsum(x, [0], [0])
        ),
        "np.kron: expected arrays with as many axes": lambda x: np.kron(x, np.eye(3)),
        "np.cross: expected vectors of three entries": lambda x: np.cross(x[:2], x[:2]),
        "np.linalg.norm: expected ord 'fro', 'nuc'": (
            lambda x: np.linalg.norm(np.outer(x, x), 3)
        ),
        "np.linalg.norm: expected one axis or two": (
            lambda x: np.linalg.norm(np.ones((2, 2, 3)) * x, 1)
        ),
    }
    for words, f in cases.items():
        with pytest.raises((TypeError, ValueError), match=f"^{re.escape(words)}"):
            jacobian(f)(x)
