"""Momentum and adaptive methods: rates, lower bound, regret, failures."""

from fractions import Fraction

import numpy as np

from claims import claim
from mmdl import optim
from mmdl.optim import iterates


def squares(v):
    return (v**2).sum(axis=-1)


def tuned(low, high):
    """Step and momentum of the theorem on the heavy ball."""
    a, b = low**0.5, high**0.5
    return 4 / (a + b) ** 2, ((b - a) / (b + a)) ** 2


def radius(tau, beta, alpha):
    B = np.array([[1 + beta - tau * alpha, -beta], [1.0, 0.0]])
    return np.abs(np.linalg.eigvals(B)).max()


@claim("thm-heavy-ball", kind="identity", instances=40, tol=1e-6)
def every_block_has_the_same_radius(rng, parameters=tuned):
    """The spectral radius of B_alpha is sqrt(beta) for all alpha in the spectrum."""
    low, high = np.sort(10 ** rng.uniform(-2, 2, 2))
    tau, beta = parameters(low, high)
    # at the ends the root is double: rounding moves it by sqrt(machine epsilon)
    inner = rng.uniform(low, high, 20)
    return np.array([radius(tau, beta, a) for a in inner]) - tuned(low, high)[1] ** 0.5


every_block_has_the_same_radius.mutant(
    "four over the sum of the eigenvalues",
    parameters=lambda a, b: (4 / (a + b), tuned(a, b)[1]),
)
every_block_has_the_same_radius.mutant(
    "beta without its square",
    parameters=lambda a, b: (tuned(a, b)[0], tuned(a, b)[1] ** 0.5),
)


@claim("thm-heavy-ball", kind="rate", instances=20)
def ball_obeys_its_bound(rng, factor=1.0):
    """|w_k - w*| <= (1 + (1 + r) k) r^k |w_0 - w*|, equality at Lambda."""
    low, high = np.sort(10 ** rng.uniform(-1, 2, 2))
    alpha = np.r_[low, high, rng.uniform(low, high, 3)]
    tau, beta = tuned(low, high)
    start = rng.normal(size=5) * rng.choice([1.0, 0.0], 5) + np.eye(5)[1]
    w = iterates(optim.Momentum(lr=tau, beta=beta), lambda w: alpha * w, start, 60)
    k, r = np.arange(61), beta**0.5
    bound = (1 + factor * (1 + r) * k) * r**k * np.linalg.norm(start)
    return np.linalg.norm(w, axis=1), bound


@ball_obeys_its_bound.sharp
def stiff_direction():
    tau, beta = tuned(1.0, 16.0)
    w = iterates(optim.Momentum(lr=tau, beta=beta), lambda w: 16 * w, [1.0], 12)
    return abs(w[-1, 0]), (1 + 1.6 * 12) * 0.6**12


ball_obeys_its_bound.mutant("without the factor k", factor=0.0)


@claim("thm-heavy-ball", kind="inequality", instances=60)
def no_tuning_is_better(rng, root=np.sqrt):
    """(sqrt kappa - 1)/(sqrt kappa + 1) <= max of the two spectral radii."""
    kappa = 10 ** rng.uniform(0.1, 2)
    tau, beta = tuned(1.0, kappa)
    taus = tau * np.r_[1.0, 10 ** rng.uniform(-0.3, 0.3, 60)]
    betas = np.clip(beta + np.r_[0.0, rng.normal(0, 0.2, 60)], 0, 1)
    worst = [
        max(radius(t, b, 1.0), radius(t, b, kappa))
        for t, b in zip(taus, betas, strict=True)
    ]
    floor = (root(kappa) - 1) / (root(kappa) + 1)
    return np.full(61, floor) - 1e-7, np.array(worst)


@no_tuning_is_better.sharp
def tuned_for_nine():
    return 0.5, radius(*tuned(1.0, 9.0), 4.0)


no_tuning_is_better.mutant("kappa without the root", root=lambda kappa: kappa)


def bent(x):
    if x < 1:
        return 25 * x
    return x + 24 if x < 2 else 25 * x - 24


@claim("prop-heavy-ball-cycle", kind="existence", instances=20)
def exact_cycle(rng, tau=Fraction(1, 9), beta=Fraction(4, 9)):
    """The three fractions follow each other exactly."""
    cycle = [Fraction(n, 1225) for n in (792, -2208, 2592)]
    i = int(rng.integers(3))
    last, now, then = (cycle[(i + j) % 3] for j in range(3))
    return now - tau * bent(now) + beta * (now - last) == then


exact_cycle.mutant("a smaller step", tau=Fraction(1, 10))


@claim("prop-heavy-ball-cycle", kind="existence", instances=20)
def cycle_attracts(rng, rule=lambda: optim.Momentum(lr=1 / 9, beta=4 / 9)):
    """From 3.3 and from points near the cycle the ball ends on the cycle."""
    cycle = np.array([-2208, 792, 2592]) / 1225
    start = 3.3 + rng.uniform(-0.01, 0.01)
    x = iterates(rule(), lambda w: np.array([bent(w[0])]), [start], 400)[-3:, 0]
    return bool(np.allclose(np.sort(x), cycle, atol=1e-9))


cycle_attracts.mutant(
    "Nesterov's momentum", rule=lambda: optim.Nesterov(lr=1 / 25, beta=2 / 3)
)


class Chain:
    """The chain of springs, with Lambda = 1 and minimum value 0."""

    def __init__(self, m):
        self.m = m
        self.A = 2 * np.eye(m) - np.eye(m, k=1) - np.eye(m, k=-1)
        self.best = 1 - np.arange(1, m + 1) / (m + 1)

    def gradient(self, x):
        return (self.A @ x - np.eye(self.m)[0]) / 4

    def value(self, x):
        x = np.atleast_2d(x)
        form = ((x @ self.A) * x).sum(axis=1) / 2 - x[:, 0]
        return form / 4 + self.m / (self.m + 1) / 8


@claim("thm-nesterov", kind="rate", instances=20)
def accelerated_values(rng, method=optim.accelerated, two=2.0):
    """f(x_k) - f* <= 2 Lambda |x_0 - x*|^2 / (k + 1)^2."""
    f = Chain(int(rng.integers(3, 160)))
    start = rng.choice([0.0, 0.3]) * rng.normal(size=f.m)
    x = method(f.gradient, start, 80, tau=1.0)
    k = np.arange(1, 81)
    return f.value(x)[1:], two * squares(start - f.best) / (k + 1) ** 2


def gradient_descent(gradient, x0, n, *, tau):
    return iterates(optim.GD(lr=tau), gradient, x0, n)


accelerated_values.mutant("without momentum", method=gradient_descent)
accelerated_values.mutant("a twentieth of the constant", two=0.1)


@claim("prop-nesterov-flow", kind="rate", instances=20)
def energy_decreases(rng, friction=3.0):
    """t^2 (f - f*) + 2 |x + t x'/2 - x*|^2 along x'' + (3/t) x' + alpha x = 0."""
    alpha, dt = 10 ** rng.uniform(-0.5, 1), 1e-3
    x, v, energy = 1.0, 0.0, []
    v = -alpha * dt / (friction + 1)  # x'' + (c/t) x' = -alpha x near t = 0
    for t in dt * np.arange(1, 8001):
        energy.append(t**2 * alpha * x**2 / 2 + 2 * (x + t * v / 2) ** 2)
        half = v + dt / 2 * (-friction / t * v - alpha * x)
        x_half = x + dt / 2 * v
        v += dt * (-friction / (t + dt / 2) * half - alpha * x_half)
        x += dt * half
    energy = np.array(energy)
    return energy[1:], energy[:-1] + 1e-5


energy_decreases.mutant("friction 1/t", friction=1.0)


@claim("thm-lower-bound", kind="inequality", instances=30)
def span_methods_stay_above(rng, constant=3 / 32):
    """3 Lambda |x_0 - x*|^2 / (32 (k + 1)^2) <= f(x_k) - f* for span methods."""
    k = int(rng.integers(1, 40))
    f = Chain(2 * k + 1)
    best = np.linalg.solve(f.A[:k, :k], np.eye(k)[0])  # minimum over the span
    x = np.r_[best, np.zeros(k + 1)]
    others = optim.accelerated(f.gradient, np.zeros(f.m), k, tau=1.0)[-1]
    floor = constant * squares(f.best) / (k + 1) ** 2
    return np.full(2, floor), np.r_[f.value(x), f.value(others)]


@span_methods_stay_above.sharp
def a_long_chain():
    k = 400
    f = Chain(2 * k + 1)
    gap = 1 / (16 * (k + 1))  # the value over the span, computed in the proof
    return 3 / 32 * squares(f.best) / (k + 1) ** 2, gap


span_methods_stay_above.mutant("one half", constant=0.5)


@claim("thm-adagrad", kind="inequality", instances=60)
def regret_of_adagrad(rng, constant=2**0.5):
    """Sum f_t(w_t) - f_t(u) <= sqrt(2) D (sum |g_t|^2)^(1/2) on an interval."""
    D, T = rng.uniform(0.5, 3), int(rng.integers(1, 60))
    rule, w, regret, total = optim.AdaGradNorm(diameter=D), np.array([D / 2]), 0.0, 0.0
    adversary = rng.random() < 0.5
    for _ in range(T):
        g = np.sign(w) + (w == 0) if adversary else rng.normal(size=1)
        g = g * 10 ** rng.uniform(-1, 1)
        regret, total = regret + g * w, total + g
        rule(w, g)
    best = -abs(total) * D / 2
    return (regret - best)[0], constant * D * np.sqrt(2 * rule.state["total"] / 2)


regret_of_adagrad.mutant("without the root of two, and less", constant=0.4)


@claim("prop-adam-invariance", kind="identity", instances=30)
def steps_ignore_the_scale(rng, rule=lambda: optim.Adam(lr=0.1, eps=0)):
    """Replacing g_k by S g_k leaves Adam's steps as they are."""
    g, S = rng.normal(size=(20, 4)), 10 ** rng.uniform(-4, 4, 4)
    ends = []
    for scale in (1.0, S):
        one, w = rule(), np.zeros(4)
        for gradient in g:
            one(w, scale * gradient)
        ends.append(w)
    return ends[0] - ends[1]


steps_ignore_the_scale.mutant("gradient descent", rule=lambda: optim.GD(lr=0.1))


@claim("prop-adam-invariance", kind="identity", instances=30)
def hats_remove_the_bias(rng, hat=lambda m, beta, k: m / (1 - beta**k)):
    """With constant gradients the corrected average is the gradient."""
    beta, k, g = rng.uniform(0, 0.999), int(rng.integers(1, 50)), rng.normal()
    m = (1 - beta) * sum(beta ** (k - j) * g for j in range(1, k + 1))
    return hat(m, beta, k) - g


hats_remove_the_bias.mutant("no hat", hat=lambda m, beta, k: m)


@claim("prop-adam-invariance", kind="existence", instances=20)
def rotation_changes_the_step(rng, rule=lambda: optim.Adam(lr=0.1, eps=0)):
    """For g = (1, eps) and 45 degrees the step does not rotate along."""
    g = np.array([1.0, rng.uniform(0.1, 0.9)])
    Q = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2)
    one, two = np.zeros(2), np.zeros(2)
    rule()(one, g)
    rule()(two, Q @ g)
    return bool(np.linalg.norm(two - Q @ one) > 1e-3)


rotation_changes_the_step.mutant("gradient descent", rule=lambda: optim.GD(lr=0.1))


@claim("prop-adamw", kind="identity", instances=30)
def decay_is_decoupled(rng, decoupled=optim.AdamW):
    """Adam with L2: -tau sign g. AdamW: -tau sign g - tau alpha w."""
    w0, alpha, tau = rng.normal(size=5), rng.uniform(0.01, 0.1), 0.1
    g = np.sign(rng.normal(size=5)) * rng.uniform(1, 2, 5)
    ends = []
    for Rule in (optim.Adam, decoupled):
        w = w0.copy()
        Rule(lr=tau, weight_decay=alpha, eps=0)(w, g)
        ends.append(w - w0 + tau * np.sign(g))
    return np.r_[ends[0], ends[1] + tau * alpha * w0]


decay_is_decoupled.mutant("Adam for AdamW", decoupled=optim.Adam)


def reddi(C, scale, T, beta2=None):
    """x_{3k+1} for k = 0, 1, …, and the mean regret, by the theorem's recursion."""
    beta2 = 1 / (1 + C**2) if beta2 is None else beta2
    alpha, x, v = scale * np.sqrt(1 - beta2), 1.0, 0.0
    firsts, regret = [], 0.0
    for t in range(1, T + 1):
        g = C if t % 3 == 1 else -1.0
        if t % 3 == 1:
            firsts.append(x)
        regret += g * (x + 1)
        v = beta2 * v + (1 - beta2) * g**2
        x = np.clip(x - alpha / np.sqrt(t) * g / np.sqrt(v), -1, 1)
    return np.array(firsts), regret / T


@claim("thm-adam-diverges", kind="identity", instances=30)
def adam_returns_to_the_worst_point(rng, beta2=None):
    """x_{3k+1} = 1 for all k."""
    C, scale = 2 + 10 ** rng.uniform(-2, 1), rng.uniform(0.05, 0.999)
    return reddi(C, scale, 600, beta2)[0] - 1


adam_returns_to_the_worst_point.mutant("a long memory", beta2=0.999)


@claim("thm-adam-diverges", kind="inequality", instances=30)
def regret_does_not_vanish(rng, minus=4.0):
    """(2 C - 4)/3 <= mean regret."""
    C, scale = 2 + 10 ** rng.uniform(-2, 1), rng.uniform(0.05, 0.999)
    return (2 * C - minus) / 3, reddi(C, scale, 600)[1]


regret_does_not_vanish.mutant("without the minus four", minus=0.0)


@regret_does_not_vanish.sharp
def short_steps():
    return (2 * 8.0 - 4) / 3, reddi(8.0, 1e-3, 6000)[1]
