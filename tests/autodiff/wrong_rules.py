"""Wrong derivatives, each as a student would write it, and a word of the message."""

import numpy as np

from mmdl import Tensor
from mmdl.autodiff import (
    bilinear,
    differential,
    fused,
    linear,
    pointwise,
    stop_gradient,
)

rng = np.random.default_rng(11)


def normal(*shape):
    return rng.normal(size=shape)


def positive(*shape):
    return rng.uniform(0.5, 2.0, size=shape)


WRONG = {}


def wrong(words, *arrays):
    """Enter what the decorated function makes: a primitive, layer or function."""

    def enter(make):
        WRONG[make.__name__] = (make(), arrays, words)
        return make

    return enter


def named(f, name):
    """A function of ours, so that NumPy's own keeps its rule."""

    def ours(*args):
        return f(*args)

    ours.__name__ = name
    return ours


def curve(f, rule, name="curve"):
    return pointwise(named(f, name), rule)


# Factors and signs


@wrong("ratio 2: a factor two lost", positive(3))
def square_without_its_two():
    return curve(lambda x: x * x, lambda v, y, x: v * x)


@wrong("ratio 0.5: a factor two too many", positive(3))
def root_without_its_half():
    return curve(np.sqrt, lambda v, y, x: v / y)


@wrong("ratio -1: a sign", positive(3))
def reciprocal_without_its_sign():
    return curve(lambda x: 1 / x, lambda v, y, x: v * y * y)


@wrong("ratio -1: a sign", normal(3))
def cosine_without_its_sign():
    return curve(np.cos, lambda v, y, x: v * np.sin(x))


@wrong("ratio -2: a factor two lost and a sign", normal(3))
def gaussian_exponent():
    return curve(lambda x: -(x * x), lambda v, y, x: v * x)


@wrong("a sum where f has a mean over 5 entries", normal(5))
def mean_without_its_n():
    return linear(named(np.mean, "mean"), lambda g, y, x: g * np.ones_like(x))


@wrong("a mean over 4 entries where f has a sum", normal(4, 3))
def sum_over_rows_divided():
    return linear(
        named(lambda x: np.sum(x, 0), "rows"),
        lambda g, y, x: np.broadcast_to(g, x.shape) / len(x),
    )


@wrong("ratio 0.333333 = 1/3: a sum where f has a mean", normal(2, 3), normal(2, 3))
def mse_divided_by_rows_only():
    def mse(p, t):
        return np.mean((p - t) ** 2)

    def kernel(p, t):
        d = p - t
        return np.mean(d * d), lambda g: (2 * g * d / len(d), -2 * g * d / len(d))

    return fused(mse, kernel)


@wrong("a constant factor", positive(3))
def logarithm_of_base_ten():
    return curve(np.log10, lambda v, y, x: v / x)


# Wrong formulas


@wrong("without a common factor", normal(3))
def tanh_with_x_for_y():
    return curve(np.tanh, lambda v, y, x: v * (1 - x * x))


@wrong("without a common factor", normal(3))
def sigmoid_squared():
    return curve(lambda x: 1 / (1 + np.exp(-x)), lambda v, y, x: v * y * y)


@wrong("without a common factor", positive(3))
def exponential_forgets_the_inner_derivative():
    return curve(lambda x: np.exp(x * x), lambda v, y, x: v * y)


@wrong("the derivative with respect to b", positive(3), positive(3))
def quotient_with_an_undifferentiated_denominator():
    return pointwise(
        named(lambda a, b: a / b, "over"),
        lambda v, y, a, b: v / b,
        lambda v, y, a, b: -v * a / b,
    )


@wrong("entries are wrong", np.array([-2.0, -1.0, 1.0, 2.0]))
def leaky_relu_without_its_leak():
    return curve(
        lambda x: np.where(x > 0, x, 0.1 * x),
        lambda v, y, x: v * np.where(x > 0, 1.0, 0),
    )


@wrong("their sign", np.array([-2.0, -1.0, 1.5]))
def absolute_value_without_sign():
    return curve(np.abs, lambda v, y, x: v * 1.0)


@wrong("the others are right", np.array([-3.0, 0.2, 0.5, 4.0]))
def huber_with_the_square_everywhere():
    return curve(
        lambda x: np.where(np.abs(x) < 1, 0.5 * x * x, np.abs(x) - 0.5),
        lambda v, y, x: v * x,
    )


# Products


@wrong("the transpose of the right one", normal(3, 3), normal(3, 3))
def product_with_exchanged_factors():
    return bilinear(
        named(lambda a, b: a @ b, "times"),
        lambda g, y, a, b: b @ g.T,
        lambda g, y, a, b: a.T @ g,
    )


@wrong("the derivative with respect to a", normal(3, 3), normal(3, 3))
def product_without_transpose():
    return bilinear(
        named(lambda a, b: a @ b, "times"),
        lambda g, y, a, b: g @ b,
        lambda g, y, a, b: a.T @ g,
    )


@wrong("with respect to another argument: swapped", normal(2, 3), normal(2, 3))
def product_with_swapped_adjoints():
    return bilinear(
        named(lambda a, b: a * b, "times"),
        lambda g, y, a, b: g * a,
        lambda g, y, a, b: g * b,
    )


@wrong("0 everywhere: no derivative arrives", normal(2, 3), normal(3))
def bias_without_a_gradient():
    def shift(x, b):
        return x + b

    return fused(shift, lambda x, b: (x + b, lambda g: (g, np.zeros_like(b))))


@wrong("0 everywhere: no derivative arrives", normal(3))
def cut_off_by_stop_gradient():
    def f(x):
        return np.sin(stop_gradient(x))

    return f


@wrong("look at the kernel's pullback", normal(4, 3))
def softmax_without_its_coupling():
    def softmax(x):
        e = np.exp(x)
        return e / np.sum(e, axis=1, keepdims=True)

    def kernel(x):
        p = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
        return p, lambda g: g * p * (1 - p)

    return fused(softmax, kernel)


@wrong("look at the kernel's pullback", normal(4, 3))
def normalisation_with_a_constant_mean():
    def centred(x):
        return x - np.mean(x, axis=0)

    return fused(centred, lambda x: (x - x.mean(0), lambda g: g))


# Places


@wrong("are repeated entries or branches not added up?", normal(4))
def repeated_indices_not_accumulated():
    places = [0, 1, 1, 3]

    def adjoint(g):
        out = np.zeros(4, g.dtype)
        out[[0, 3]] = g[[0, 3]]
        return out

    def gather(x):
        return x[places]

    return fused(gather, lambda x: (x[places], adjoint))


@wrong("entries are wrong", normal(4))
def last_repeated_index_wins():
    places = [0, 1, 1, 3]

    def adjoint(g):
        out = np.zeros(4, g.dtype)
        out[places] = g
        return out

    def gather(x):
        return x[places]

    return fused(gather, lambda x: (x[places], adjoint))


@wrong("without a common factor", normal(5))
def roll_in_the_same_direction():
    return linear(
        named(lambda x: np.roll(x, 1), "shift"), lambda g, y, x: np.roll(g, 1)
    )


@wrong("without a common factor", normal(5))
def cumulative_sum_not_reversed():
    return linear(named(np.cumsum, "running"), lambda g, y, x: np.cumsum(g))


@wrong("the derivative with respect to b", normal(2, 3), normal(3))
def bias_gradient_of_the_first_row():
    def shift(x, b):
        return x + b

    return fused(shift, lambda x, b: (x + b, lambda g: (g, g[0])))


# Higher orders, modes, hygiene


@wrong("the second derivative along x", normal(3))
def rule_with_a_constant_inside():
    return curve(np.sin, lambda v, y, x: v * np.cos(stop_gradient(x)))


@wrong("; are kernel and definition one formula?", positive(3))
def definition_of_another_function():
    def f(x):
        return np.log(x) + 1.0

    return fused(f, lambda x: (np.log(x), lambda g: g / x))


@wrong("the second derivative along x", positive(3))
def kernel_right_and_definition_without_second_derivative():
    def f(x):
        return np.log(stop_gradient(x)) + (x - stop_gradient(x)) / stop_gradient(x)

    return fused(f, lambda x: (np.log(x), lambda g: g / x))


@wrong("forward mode to give", normal(3))
def linear_map_that_is_affine():
    return linear(named(lambda x: 2.0 * x + 1.0, "affine"), lambda g, y, x: 2.0 * g)


@wrong("expected a float32 gradient for x, received float64", normal(3))
def gradient_in_double_precision():
    return curve(np.sin, lambda v, y, x: v * np.cos(x) * np.float64(1))


@wrong("expected float32 for float32 inputs, received float64", normal(3))
def value_in_double_precision():
    def f(x):
        return np.sin(x) * np.sqrt(2 / np.pi)

    return fused(f)


@wrong("expected x untouched, received it changed", positive(3))
def input_overwritten():
    def f(x):
        return np.log(x)

    def kernel(x):
        y = np.log(x)
        x += 1.0
        return y, lambda g: g / (x - 1.0)

    return fused(f, kernel)


@wrong("expected cotangents untouched", positive(3))
def cotangent_overwritten():
    def f(x):
        return x * 2.0

    def kernel(x):
        def pull(g):
            g *= 2.0
            return g.copy()

        return x * 2.0, pull

    return fused(f, kernel)


@wrong("; are kernel and definition one formula?", normal(3))
def kernel_of_another_formula():
    def f(x):
        return x * np.tanh(x)

    def kernel(x):
        y = np.tanh(x)
        return y, lambda g: g * (1 - y * y)  # right for its own value

    return fused(f, kernel)


@wrong("expected a kernel's value of shape (3,), received (1,).", normal(3))
def kernel_of_another_shape():
    return fused(lambda x: x * 2.0, lambda x: (x[:1] * 2.0, lambda g: g * 2.0))


@wrong("is there randomness or state (a layer", normal(3))
def random_function():
    drawn = np.random.default_rng(0)
    return lambda x: x * drawn.normal(size=3)


@wrong("is a layout assumed?", normal(2, 3))
def contiguous_only():
    def f(x):
        return np.ravel(x) * np.arange(1.0, 7.0, dtype=x.dtype)

    def kernel(x):
        flat = np.lib.stride_tricks.as_strided(x, (6,), (x.itemsize,))
        w = np.arange(1.0, 7.0, dtype=x.dtype)
        return flat * w, lambda g: (g * w).reshape(2, 3)

    return fused(f, kernel)


@wrong("expected finite values", np.array([-1.0, 2.0]))
def logarithm_of_a_negative_number():
    return np.log


@wrong("expected a finite derivative, received NaN", np.zeros(2))
def derivative_with_zero_over_zero():
    return curve(lambda x: np.sin(x) * 1.0, lambda v, y, x: v * np.cos(x) * (x / x))


@wrong("without a common factor", 3 * np.eye(3) + 0.3 * normal(3, 3))
def inverse_with_one_factor():
    return differential(named(np.linalg.inv, "inv"), lambda v, y, a: -y @ v)


# Layers


class Affine:
    def __init__(self):
        self.W, self.b = Tensor(normal(3, 2).astype("f")), Tensor(normal(2).astype("f"))

    def parameters(self):
        return [self.W, self.b]

    def __call__(self, x):
        return x @ self.W + self.b


@wrong("the derivative with respect to parameter 1", normal(4, 3))
def layer_whose_bias_counts_half():
    class Half(Affine):
        def __call__(self, x):
            return x @ self.W + halved(self.b)

    halved = linear(named(lambda b: b * 1.0, "once"), lambda g, y, b: 0.5 * g)
    return Half()


@wrong("the derivative with respect to W of shape (3, 2)", normal(4, 3))
def layer_that_reads_the_value_of_a_weight():
    class Cut(Affine):
        def named_parameters(self):
            return [("W", self.W), ("b", self.b)]

        def __call__(self, x):
            return x @ stop_gradient(self.W) + self.b

    return Cut()
