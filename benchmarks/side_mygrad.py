"""The tasks in MyGrad, with plain NumPy's Adam."""

import mygrad as mg
from mygrad.nnet.activations import relu
from mygrad.nnet.losses import softmax_crossentropy
from peers import Adam, layers


def step_of(loss, weights):
    weights = [mg.tensor(w) for w in weights]
    adam = Adam([w.data for w in weights])

    def step():
        loss(weights).backward()
        adam.step([w.grad for w in weights])

    return step


def logistic(X, y):
    return step_of(
        lambda w: softmax_crossentropy(mg.matmul(X, w[0]) + w[1], y), layers(784, 10)
    )


def mlp(X, y):
    def loss(w):
        hidden = relu(mg.matmul(X, w[0]) + w[1])
        return softmax_crossentropy(mg.matmul(hidden, w[2]) + w[3], y)

    return step_of(loss, layers(784, 128, 10))


def small(X, y):
    def loss(w):
        hidden = mg.tanh(mg.matmul(X, w[0]) + w[1])
        hidden = mg.tanh(mg.matmul(hidden, w[2]) + w[3])
        return mg.mean((mg.matmul(hidden, w[4]) + w[5] - y) ** 2)

    return step_of(loss, layers(2, 64, 64, 1))
