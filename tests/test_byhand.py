"""The library by hand: right derivatives, and none of the known traps."""

import warnings

import numpy as np
import pytest

import mmdl
from mmdl.byhand import (
    GD,
    MSE,
    SGD,
    CrossEntropy,
    Linear,
    ReLU,
    Sequential,
    Sigmoid,
    Tanh,
)
from mmdl.data import one_hot
from mmdl.errors import ShapeError

LAYERS = {
    "Linear": lambda rng: Linear(3, 4, rng=rng),
    "Sigmoid": lambda rng: Sigmoid(),
    "Tanh": lambda rng: Tanh(),
    "ReLU": lambda rng: ReLU(),
    "Sequential": lambda rng: Sequential(
        Linear(3, 5, rng=rng), Tanh(), Sequential(Linear(5, 2, rng=rng), Sigmoid())
    ),
}
LOSSES = {"MSE": MSE, "CrossEntropy": CrossEntropy}


def _differences(f, x, h=1e-6):
    """The gradient of f at x by central differences."""
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        old, values = x[i], []
        for shift in (h, -h):
            x[i] = old + shift
            values.append(f())
        x[i] = old
        gradient[i] = (values[0] - values[1]) / (2 * h)
    return gradient


@pytest.mark.parametrize("name", LAYERS)
def test_backward_is_the_adjoint_of_the_derivative(name):
    rng = np.random.default_rng(0)
    layer, X = LAYERS[name](rng), rng.normal(size=(6, 3))
    dY = rng.normal(size=layer.forward(X).shape)
    dX = layer.backward(dY)

    def pairing():
        return np.sum(dY * layer.forward(X))

    np.testing.assert_allclose(dX, _differences(pairing, X), rtol=1e-6, atol=1e-8)
    for w, dw in layer.parameters():
        assert w.shape == dw.shape
        np.testing.assert_allclose(dw, _differences(pairing, w), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("shape", [(5, 3), (1, 4), (7, 1)])
def test_the_loss_and_its_gradient_have_the_same_normalisation(name, shape):
    rng = np.random.default_rng(1)
    loss, Y = LOSSES[name](), rng.normal(size=shape)
    T = rng.dirichlet(np.ones(shape[1]), shape[0])
    loss.forward(Y, T)
    dY = loss.backward()
    np.testing.assert_allclose(
        dY, _differences(lambda: loss.forward(Y, T), Y), atol=1e-9
    )


@pytest.mark.parametrize("name", LOSSES)
def test_the_gradients_equal_those_of_the_engine(name):
    rng = np.random.default_rng(2)
    first, second = Linear(4, 6, rng=rng), Linear(6, 3, rng=rng)
    model, loss = Sequential(first, Tanh(), second), LOSSES[name]()
    X, T = rng.normal(size=(9, 4)), rng.dirichlet(np.ones(3), 9)

    def value(W, b, V, c):
        Y = np.tanh(X @ W + b) @ V + c
        if name == "MSE":
            return np.mean((Y - T) ** 2)
        log_p = Y - np.log(np.sum(np.exp(Y), axis=1, keepdims=True))
        return -np.sum(T * log_p) / len(X)

    ours = loss.forward(model.forward(X), T)
    model.backward(loss.backward())
    weights = [w for w, _ in model.parameters()]
    for k, (_, dw) in enumerate(model.parameters()):

        def slot(w, k=k):
            return value(*weights[:k], w, *weights[k + 1 :])

        theirs, gradient = mmdl.value_and_grad(slot)(weights[k])
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
        np.testing.assert_allclose(dw, gradient, rtol=1e-12, atol=1e-15)


def test_trap_mse_with_several_outputs():
    loss = MSE()
    assert loss.forward(np.ones((2, 5)), np.zeros((2, 5))) == 1.0
    np.testing.assert_allclose(loss.backward(), np.full((2, 5), 2 / 10))


def test_trap_cross_entropy_of_an_underflowed_softmax():
    loss = CrossEntropy()
    assert loss.forward(np.array([[0.0, -1000.0]]), np.array([[1.0, 0.0]])) == 0.0
    assert loss.forward(np.array([[0.0, -1000.0]]), np.array([[0.0, 1.0]])) == 1000.0
    np.testing.assert_array_equal(loss.backward(), [[1.0, -1.0]])


def test_trap_sigmoid_overflows():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Y = Sigmoid().forward(np.array([[-1e4, 0.0, 1e4]]))
    np.testing.assert_array_equal(Y, [[0.0, 0.5, 1.0]])


@pytest.mark.parametrize("batch_size", [1, 3, 4, 10, 99])
def test_trap_the_epoch_loss_counts_every_sample_once(batch_size):
    rng = np.random.default_rng(3)
    X, T = rng.normal(size=(10, 2)), rng.normal(size=(10, 1))
    model = Sequential(Linear(2, 1, rng=rng))
    whole = MSE().forward(model.forward(X), T)
    still = SGD(0.0, batch_size, rng=rng)
    np.testing.assert_allclose(still.epoch(model, MSE(), X, T), whole, rtol=1e-12)
    sizes = [len(x) for x, _ in still.batches(X, T)]
    assert len(sizes) == -(-10 // batch_size)
    assert sum(sizes) == 10


def test_trap_decay_spares_the_biases():
    rng = np.random.default_rng(4)
    model = Linear(2, 3, rng=rng)
    model.b += 1.0
    W, b = model.W.copy(), model.b.copy()
    model.forward(np.zeros((1, 2)))
    model.backward(np.zeros((1, 3)))
    GD(0.1, decay=0.5).step(model)
    np.testing.assert_allclose(model.W, (1 - 0.05) * W)
    np.testing.assert_array_equal(model.b, b)


def test_trap_training_prints_nothing_and_imports_no_interface(capsys):
    import mmdl.byhand as module

    rng = np.random.default_rng(5)
    model = Linear(2, 1, rng=rng)
    GD(0.1).train(model, MSE(), np.ones((3, 2)), np.ones((3, 1)), n_epochs=2)
    assert capsys.readouterr() == ("", "")
    modules = {
        name for name, value in vars(module).items() if hasattr(value, "__path__")
    }
    assert modules <= {"np"}


def test_trap_the_initial_weights_keep_the_variance():
    rng = np.random.default_rng(6)
    Y = Linear(400, 300, rng=rng).forward(rng.normal(size=(200, 400)))
    assert abs(Y.var() - 1) < 0.1


def test_trap_a_column_of_targets_is_not_a_vector():
    with pytest.raises(
        ShapeError,
        match=r"MSE: expected targets of the shape \(3, 1\) of the output, received "
        r"\(3,\) float64; from class numbers make rows with one_hot",
    ):
        MSE().forward(np.ones((3, 1)), np.ones(3))
    with pytest.raises(
        ShapeError, match=r"CrossEntropy: expected targets of the shape"
    ):
        CrossEntropy().forward(np.ones((3, 2)), np.zeros(3, int))


def test_a_forgotten_batch_axis_is_named():
    layer = Linear(4, 8, rng=np.random.default_rng(0))
    with pytest.raises(
        ShapeError,
        match=r"Linear\(4, 8\): expected X of shape \(N, 4\), received \(4,\); "
        r"for one point write x\[None, :\]",
    ):
        layer.forward(np.ones(4))


def test_randomness_is_an_argument():
    with pytest.raises(
        TypeError, match=r"Linear\(2, 3\): expected rng, a numpy.random"
    ):
        Linear(2, 3, rng=0)
    with pytest.raises(TypeError, match=r"SGD: expected rng, a numpy.random.Generator"):
        SGD(0.1, 2, rng=None)


def test_relu_has_derivative_zero_at_zero():
    layer = ReLU()
    layer.forward(np.array([[-1.0, 0.0, 2.0]]))
    np.testing.assert_array_equal(layer.backward(np.ones((1, 3))), [[0.0, 0.0, 1.0]])


def test_gradient_descent_is_the_formula():
    rng = np.random.default_rng(7)
    X, T = rng.normal(size=(8, 2)), rng.normal(size=(8, 1))
    layer = Linear(2, 1, rng=rng)
    w, b = layer.W.copy(), layer.b.copy()
    losses = GD(0.1).train(layer, MSE(), X, T, n_epochs=5)
    for loss in losses:
        residual = X @ w + b - T
        np.testing.assert_allclose(loss, np.mean(residual**2))
        w = w - 0.1 * 2 * X.T @ residual / 8
        b = b - 0.1 * 2 * residual.mean(axis=0)
    np.testing.assert_allclose(layer.W, w)
    np.testing.assert_allclose(layer.b, b)


def test_training_leaves_the_samples_alone():
    rng = np.random.default_rng(8)
    X, T = rng.normal(size=(8, 2)), rng.normal(size=(8, 1))
    before = X.copy(), T.copy()
    model = Sequential(Linear(2, 1, rng=rng), Tanh())
    SGD(0.1, 3, rng=rng).train(model, MSE(), X, T, n_epochs=2)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(T, before[1])


def test_the_digits_are_learnt_by_hand():
    train, test = mmdl.data.digits().split(0.8, rng=np.random.default_rng(0))
    rng = np.random.default_rng(0)
    model = Sequential(Linear(64, 32, rng=rng), Sigmoid(), Linear(32, 10, rng=rng))
    descent = SGD(2.0, 32, rng=rng)
    losses = descent.train(
        model, CrossEntropy(), train.X, one_hot(train.y), n_epochs=15
    )
    assert losses[-1] < losses[0] / 10
    right = np.argmax(model.forward(test.X), axis=1) == test.y
    assert right.mean() > 0.95
