r"""Neural networks by hand: every forward map beside its backward map.

A network is a composition of layers. ``forward`` computes :math:`Y = f(X)` and
remembers what its derivative needs; ``backward`` takes the gradient by Y,
leaves the gradients by the parameters in the layer, and returns the gradient by
X: the adjoint :math:`Df(X)^*`, with no engine behind it. Rows are samples, and
a gradient has the shape of its variable. Derived in ``ch-compositions`` and
``ch-backpropagation``, trained in ``ch-gradient-descent``.

>>> rng = np.random.default_rng(0)
>>> X, T = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
>>> model = Sequential(Linear(2, 4, rng=rng), Tanh(), Linear(4, 1, rng=rng))
>>> losses = GD(lr=0.2).train(model, MSE(), X, T, n_epochs=500)
>>> bool(np.abs(model.forward(X) - T).max() < 0.01)
True
"""

# ruff: noqa: D102 - forward and backward are explained by the formula of the class

from collections.abc import Iterator

import numpy as np

from mmdl.errors import ShapeError, check_rng, describe

Array = np.ndarray


class Layer:
    """A map of batches, (N, M_in) to (N, M_out). Parameters: none unless it says so.

    Examples
    --------
    >>> class Double(Layer):
    ...     def forward(self, X):
    ...         return 2 * X
    ...     def backward(self, dY):
    ...         return 2 * dY
    >>> Double().backward(np.ones((1, 2)))
    array([[2., 2.]])
    """

    def forward(self, X: Array) -> Array:
        """Compute Y = f(X)."""
        raise NotImplementedError

    def backward(self, dY: Array) -> Array:
        """From the gradient by Y make that by X."""
        raise NotImplementedError

    def parameters(self) -> list[tuple[Array, Array]]:
        """Pairs (parameter, its gradient), after ``backward``."""
        return []


class Linear(Layer):
    """Y = XW + b, with W of shape (m_in, m_out) and b of shape (m_out,).

    Parameters
    ----------
    m_in, m_out : int
    rng : numpy.random.Generator
        Draws W.

    Examples
    --------
    >>> layer = Linear(2, 1, rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((4, 2))).shape, layer.backward(np.ones((4, 1))).shape
    ((4, 1), (4, 2))
    >>> layer.dW, layer.db
    (array([[4.],
           [4.]]), array([4.]))
    """

    def __init__(self, m_in: int, m_out: int, *, rng: np.random.Generator) -> None:
        check_rng(f"Linear({m_in}, {m_out})", rng)
        self.W = rng.normal(size=(m_in, m_out)) / np.sqrt(m_in)  # keeps the variance
        self.b = np.zeros(m_out)

    def forward(self, X: Array) -> Array:
        m_in, m_out = self.W.shape
        if X.ndim != 2 or X.shape[1] != m_in:
            raise ShapeError(
                f"Linear({m_in}, {m_out}): expected X of shape (N, {m_in}), received "
                f"{X.shape}; for one point write x[None, :]."
            )
        self.X = X
        return X @ self.W + self.b

    def backward(self, dY: Array) -> Array:
        self.dW = self.X.T @ dY
        self.db = dY.sum(axis=0)
        return dY @ self.W.T

    def parameters(self) -> list[tuple[Array, Array]]:
        return [(self.W, self.dW), (self.b, self.db)]


class Sigmoid(Layer):
    """Y = 1 / (1 + exp(-X)), written so that nothing overflows.

    Examples
    --------
    >>> layer = Sigmoid()
    >>> layer.forward(np.array([[0.0]])), layer.backward(np.array([[1.0]]))
    (array([[0.5]]), array([[0.25]]))
    """

    def forward(self, X: Array) -> Array:
        self.Y = (1 + np.tanh(X / 2)) / 2
        return self.Y

    def backward(self, dY: Array) -> Array:
        return dY * self.Y * (1 - self.Y)


class Tanh(Layer):
    """Y = tanh X.

    Examples
    --------
    >>> layer = Tanh()
    >>> layer.forward(np.array([[0.0]])), layer.backward(np.array([[1.0]]))
    (array([[0.]]), array([[1.]]))
    """

    def forward(self, X: Array) -> Array:
        self.Y = np.tanh(X)
        return self.Y

    def backward(self, dY: Array) -> Array:
        return dY * (1 - self.Y**2)


class ReLU(Layer):
    """Y = max(X, 0), with derivative 0 at 0.

    Examples
    --------
    >>> layer = ReLU()
    >>> layer.forward(np.array([[-1.0, 2.0]])), layer.backward(np.ones((1, 2)))
    (array([[0., 2.]]), array([[0., 1.]]))
    """

    def forward(self, X: Array) -> Array:
        self.X = X
        return np.maximum(X, 0)

    def backward(self, dY: Array) -> Array:
        return dY * (self.X > 0)


class Sequential(Layer):
    """The composition: the first layer acts first.

    Parameters
    ----------
    *layers : Layer

    Examples
    --------
    >>> model = Sequential(ReLU(), Tanh())
    >>> model.forward(np.array([[-1.0, 0.0]]))
    array([[0., 0.]])
    """

    def __init__(self, *layers: Layer) -> None:
        self.layers = layers

    def forward(self, X: Array) -> Array:
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def backward(self, dY: Array) -> Array:
        for layer in reversed(self.layers):
            dY = layer.backward(dY)
        return dY

    def parameters(self) -> list[tuple[Array, Array]]:
        return [pair for layer in self.layers for pair in layer.parameters()]


class MSE:
    """The mean of (Y - T)^2 over all N M entries.

    Examples
    --------
    >>> loss = MSE()
    >>> loss.forward(np.array([[1.0], [3.0]]), np.zeros((2, 1)))
    5.0
    >>> loss.backward()
    array([[1.],
           [3.]])
    """

    def forward(self, Y: Array, T: Array) -> float:
        self.difference = Y - _like("MSE", T, Y)
        return float(np.mean(self.difference**2))

    def backward(self) -> Array:
        return 2 * self.difference / self.difference.size


class CrossEntropy:
    """The mean over the samples of -sum_c T_c log softmax(Z)_c, from scores Z.

    The rows of T are probabilities, of one class or spread over several.

    Examples
    --------
    >>> loss = CrossEntropy()
    >>> round(loss.forward(np.zeros((1, 2)), np.array([[1.0, 0.0]])), 4)
    0.6931
    >>> loss.backward()
    array([[-0.5,  0.5]])
    """

    def forward(self, Z: Array, T: Array) -> float:
        self.T = _like("CrossEntropy", T, Z)
        Z = Z - Z.max(axis=1, keepdims=True)  # softmax does not change
        log_p = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
        self.P = np.exp(log_p)
        return -float(np.sum(self.T * log_p)) / len(Z)

    def backward(self) -> Array:
        return (self.P - self.T) / len(self.T)


Loss = MSE | CrossEntropy


class GD:
    """Gradient descent: every step sees all samples.

    ``decay`` adds ``decay |W|^2 / 2`` to the loss, for matrices W, not for biases.

    Parameters
    ----------
    lr : float
        The step size.
    decay : float

    Examples
    --------
    >>> model = Linear(1, 1, rng=np.random.default_rng(0))
    >>> x = np.array([[-1.0], [1.0]])
    >>> losses = GD(0.25).train(model, MSE(), x, 2 * x, n_epochs=30)
    >>> model.W.round(6)
    array([[2.]])
    """

    def __init__(self, lr: float, *, decay: float = 0.0) -> None:
        self.lr, self.decay = lr, decay

    def batches(self, X: Array, T: Array) -> Iterator[tuple[Array, Array]]:
        """The samples of each step of one epoch."""
        yield X, T

    def step(self, model: Layer) -> None:
        """Move every parameter against its gradient."""
        for w, dw in model.parameters():
            decay = self.decay if w.ndim > 1 else 0.0
            w[...] = w - self.lr * (dw + decay * w)

    def epoch(self, model: Layer, loss: Loss, X: Array, T: Array) -> float:
        """Use every sample once; return the mean loss that the steps met."""
        total = 0.0
        for x, t in self.batches(X, T):
            total += len(x) * loss.forward(model.forward(x), t)
            model.backward(loss.backward())
            self.step(model)
        return total / len(X)

    def train(
        self, model: Layer, loss: Loss, X: Array, T: Array, n_epochs: int
    ) -> list[float]:
        """Return the list of the epochs' losses."""
        return [self.epoch(model, loss, X, T) for _ in range(n_epochs)]


class SGD(GD):
    """Stochastic gradient descent: each step sees a batch, in a new order.

    Parameters
    ----------
    lr : float
        The step size.
    batch_size : int
    rng : numpy.random.Generator
        Draws the order of the samples, anew in each epoch.
    decay : float
        As for :class:`GD`.

    Examples
    --------
    >>> x = np.arange(5.0)[:, None]
    >>> sgd = SGD(0.1, 2, rng=np.random.default_rng(0))
    >>> [len(rows) for rows, _ in sgd.batches(x, x)]
    [2, 2, 1]
    """

    def __init__(
        self,
        lr: float,
        batch_size: int,
        *,
        rng: np.random.Generator,
        decay: float = 0.0,
    ) -> None:
        super().__init__(lr, decay=decay)
        self.batch_size, self.rng = batch_size, check_rng("SGD", rng)

    def batches(self, X: Array, T: Array) -> Iterator[tuple[Array, Array]]:
        order = self.rng.permutation(len(X))
        for start in range(0, len(X), self.batch_size):
            rows = order[start : start + self.batch_size]
            yield X[rows], T[rows]


def _like(who: str, T: Array, Y: Array) -> Array:
    """The targets T, which must have the shape of Y: broadcasting hides mistakes."""
    if np.shape(T) != np.shape(Y):
        raise ShapeError(
            f"{who}: expected targets of the shape {np.shape(Y)} of the output, "
            f"received {describe(T)}; from class numbers make rows with one_hot."
        )
    return np.asarray(T)
