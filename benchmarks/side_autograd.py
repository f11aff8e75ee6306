"""The tasks in HIPS autograd, with plain NumPy's Adam."""

import autograd.numpy as anp
import numpy as np
from autograd import grad
from peers import Adam, layers


def step_of(loss, weights):
    gradient, adam = grad(loss), Adam(weights)

    def step():
        adam.step(gradient(weights))

    return step


def cross_entropy(z, y):
    z = z - anp.max(z, axis=1, keepdims=True)
    return anp.mean(anp.log(anp.sum(anp.exp(z), axis=1)) - z[np.arange(len(y)), y])


def logistic(X, y):
    return step_of(lambda w: cross_entropy(anp.dot(X, w[0]) + w[1], y), layers(784, 10))


def mlp(X, y):
    def loss(w):
        hidden = anp.maximum(anp.dot(X, w[0]) + w[1], 0)
        return cross_entropy(anp.dot(hidden, w[2]) + w[3], y)

    return step_of(loss, layers(784, 128, 10))


def small(X, y):
    def loss(w):
        hidden = anp.tanh(anp.dot(X, w[0]) + w[1])
        hidden = anp.tanh(anp.dot(hidden, w[2]) + w[3])
        return anp.mean((anp.dot(hidden, w[4]) + w[5] - y) ** 2)

    return step_of(loss, layers(2, 64, 64, 1))
