"""Claims of the chapter on momentum: rates, lower bound, regret, failures."""

from fractions import Fraction

import numpy as np

from claims import claim
from claims.functions import Huber, squares
from mmdl import optim
from mmdl.optim import iterates


def tuned(low, high):
    """Step and momentum of the theorem on the heavy ball."""
    a, b = low**0.5, high**0.5
    return 4 / (a + b) ** 2, ((b - a) / (b + a)) ** 2


def radius(tau, beta, alpha):
    B = np.array([[1 + beta - tau * alpha, -beta], [1.0, 0.0]])
    return np.abs(np.linalg.eigvals(B)).max()


@claim("thm-heavy-ball", kind="identity", instances=40, tol=1e-6)
def every_block_has_the_same_radius(rng, parameters=tuned):
    r"""The spectral radius of $B_\alpha$ is $r$ for all $\alpha$ in the spectrum."""
    low, high = np.sort(10 ** rng.uniform(-2, 2, 2))
    tau, beta = parameters(low, high)
    # at the ends the root is double: rounding moves it by sqrt(machine epsilon)
    inner = rng.uniform(low, high, 20)
    return np.array([radius(tau, beta, a) for a in inner]) - tuned(low, high)[1] ** 0.5


every_block_has_the_same_radius.mutant(
    r"$\tau = 4/(\lambda + \Lambda)$",
    parameters=lambda a, b: (4 / (a + b), tuned(a, b)[1]),
)
every_block_has_the_same_radius.mutant(
    r"$\beta = r$, not its square",
    parameters=lambda a, b: (tuned(a, b)[0], tuned(a, b)[1] ** 0.5),
)


@claim("thm-heavy-ball", kind="rate", instances=20)
def ball_obeys_its_bound(rng, growth=lambda r: 1 + r):
    r"""$\abs{w_k - w^*} \le (1 + (1 + r)k)\,r^k\,\abs{w_0 - w^*}$."""
    low, high = np.sort(10 ** rng.uniform(-1, 2, 2))
    alpha = np.r_[low, high, rng.uniform(low, high, 3)]
    tau, beta = tuned(low, high)
    start = rng.normal(size=5) * rng.choice([1.0, 0.0], 5) + np.eye(5)[1]
    w = iterates(optim.Momentum(lr=tau, beta=beta), lambda w: alpha * w, start, 60)
    k, r = np.arange(61), beta**0.5
    bound = (1 + growth(r) * k) * r**k * np.linalg.norm(start)
    return np.linalg.norm(w, axis=1), bound


@ball_obeys_its_bound.sharp
def stiff_direction():
    tau, beta = tuned(1.0, 16.0)
    w = iterates(optim.Momentum(lr=tau, beta=beta), lambda w: 16 * w, [1.0], 12)
    return abs(w[-1, 0]), (1 + 1.6 * 12) * 0.6**12


ball_obeys_its_bound.mutant("without the factor $k$", growth=lambda r: 0.0)
ball_obeys_its_bound.mutant(
    r"$1 - r$, the factor at the flat end $\lambda$", growth=lambda r: 1 - r
)


@claim("thm-heavy-ball", kind="inequality", instances=60)
def no_tuning_is_better(rng, root=np.sqrt):
    r"""$\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1} \le$ the larger spectral radius."""
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


no_tuning_is_better.mutant(r"$\kappa$ without the root", root=lambda kappa: kappa)


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
        return x @ self.A @ x / 8 - x[0] / 4 + self.m / (self.m + 1) / 8


def straight(k):
    """The Huber function that is straight for k accelerated steps from 1."""
    far = optim.accelerated(lambda x: np.ones(1), [0.0], k, tau=1.0)[-1, 0]
    return Huber(1.0, 1 / (1 - 2 * far))


@claim("thm-nesterov", kind="rate", instances=40)
def accelerated_values(rng, method=optim.accelerated, two=2.0, limit=1.0):
    r"""$f(x_k) - f^* \le 2\abs{x_0 - x^*}^2 / (\tau(k + 1)^2)$ for every $k$."""
    f = Chain(int(rng.integers(3, 160)))
    start, best = rng.choice([0.0, 0.3]) * rng.normal(size=f.m), f.best
    if rng.random() < 0.6:  # one variable: straight for a while, or a parabola
        f = rng.choice([straight(int(rng.integers(5, 80))), Huber(1.0, np.inf)])
        start, best = np.ones(1), np.zeros(1)
    tau = rng.choice([0.5, 1.0]) * limit
    path = method(f.gradient, start, 80, tau=tau)[1:]
    bound = two * squares(start - best) / (tau * np.arange(2, 82) ** 2)
    return np.array([f.value(x) for x in path]), bound


@accelerated_values.sharp
def a_thousand_steps_on_the_straight():
    f = straight(1000)
    x = optim.accelerated(f.gradient, [1.0], 1000, tau=1.0)
    return f.value(x[-1]), 2 / 1001**2


def gradient_descent(gradient, x0, n, *, tau):
    return iterates(optim.GD(lr=tau), gradient, x0, n)


def shifted(gradient, x0, n, *, tau):
    """Nesterov's method with t_k / t_{k+1}."""
    x = y = np.array(x0, dtype=float)
    path, t = [x], 1.0
    for _ in range(n):
        new, later = y - tau * gradient(y), (1 + (1 + 4 * t * t) ** 0.5) / 2
        y, x, t = new + t / later * (new - x), new, later
        path.append(x)
    return np.array(path)


accelerated_values.mutant("without momentum", method=gradient_descent)
accelerated_values.mutant("$t_k$ for $t_k - 1$", method=shifted)
accelerated_values.mutant("the two lost", two=1.0)
accelerated_values.mutant(r"steps up to $2/\Lambda$", limit=2.0)


@claim("prop-nesterov-flow", kind="inequality", instances=60)
def the_value_along_the_flow(rng, two=2.0, power=2):
    r"""$f(x(t)) - f^* \le 2\abs{x_0 - x^*}^2/t^2$, exactly, down a straight slope."""
    start, t = rng.uniform(1, 5), rng.uniform(0.5, 10)
    p = start * rng.choice([4.0, rng.uniform(0.1, 8)]) / t**2
    x, e = start - p * t**2 / 8, 1e-6 * start  # rounded off on [-e, e]
    value = p * (x - e / 2) if x > e else 0.0  # beyond, the formula for x ends
    return value, two * start**power / t**2


@the_value_along_the_flow.sharp
def half_way_at_time_three():
    p = 4.0 / 9
    return p * (1 - p * 9 / 8), 2.0 / 9


the_value_along_the_flow.mutant("the two lost", two=1.0)
the_value_along_the_flow.mutant("the distance, not its square", power=1)


@claim("prop-nesterov-flow", kind="rate", instances=20)
def energy_decreases(rng, friction=3.0, ahead=0.5):
    r"""$t^2(f - f^*) + 2\abs{x + \frac t2\dot x - x^*}^2$ does not increase."""
    alpha, dt = 10 ** rng.uniform(-0.5, 1), 1e-3
    x, v, energy = 1.0, 0.0, []
    v = -alpha * dt / (friction + 1)  # x'' + (c/t) x' = -alpha x near t = 0
    for t in dt * np.arange(1, 8001):
        energy.append(t**2 * alpha * x**2 / 2 + 2 * (x + ahead * t * v) ** 2)
        half = v + dt / 2 * (-friction / t * v - alpha * x)
        x_half = x + dt / 2 * v
        v += dt * (-friction / (t + dt / 2) * half - alpha * x_half)
        x += dt * half
    energy = np.array(energy)
    return energy[1:], energy[:-1] + 1e-5


energy_decreases.mutant("friction $1/t$", friction=1.0)
energy_decreases.mutant("the half lost", ahead=1.0)


def best_in_the_span(k):
    """The chain for k steps, and the least value over Span{e_1, ..., e_k}."""
    f = Chain(2 * k + 1)
    best = np.linalg.solve(f.A[:k, :k], np.eye(k)[0])
    return f, f.value(np.r_[best, np.zeros(k + 1)])


@claim("thm-lower-bound", kind="inequality", instances=30)
def span_methods_stay_above(rng, constant=3 / 32, shift=1):
    r"""$\frac{3\Lambda}{32(k + 1)^2} \abs{x_0 - x^*}^2 \le f(x_k) - f^*$, the chain."""
    k = int(rng.integers(1, 40))
    f, least = best_in_the_span(k)
    nesterov = optim.accelerated(f.gradient, np.zeros(f.m), k, tau=1.0)[-1]
    floor = constant * squares(f.best) / (k + shift) ** 2
    return np.full(2, floor), np.r_[least, f.value(nesterov)]


@span_methods_stay_above.sharp
def a_long_chain():
    f, least = best_in_the_span(400)
    return 3 / 32 * squares(f.best) / 401**2, least


span_methods_stay_above.mutant(r"$\frac18$ for $\frac3{32}$", constant=1 / 8)
span_methods_stay_above.mutant("$k^2$ for $(k + 1)^2$", shift=0)


class FixedLength(optim.AdaGradNorm):
    """Each gradient is divided by its own length: no memory."""

    def update(self, theta, g, tau):
        self.state["total"] += g @ g
        theta -= tau * self.diameter * np.sign(g) / 2**0.5
        np.clip(theta, -self.diameter / 2, self.diameter / 2, out=theta)


@claim("thm-adagrad", kind="inequality", instances=60)
def regret_of_adagrad(rng, constant=2**0.5, Rule=optim.AdaGradNorm):
    r"""$\sum_t (f_t(w_t) - f_t(u)) \le \sqrt2 D (\sum_t \abs{g_t}^2)^{1/2}$."""
    D, T = rng.uniform(0.5, 3), int(rng.integers(1, 60))
    rule, w, regret, total = Rule(diameter=D), np.array([D / 2]), 0.0, 0.0
    adversary = rng.random() < 0.5
    for _ in range(T):
        g = np.sign(w) + (w == 0) if adversary else rng.normal(size=1)
        g = g * 10 ** rng.uniform(-1, 1)
        regret, total = regret + g * w, total + g
        rule(w, g)
    best = -abs(total) * D / 2
    return (regret - best)[0], constant * D * np.sqrt(rule.state["total"])


regret_of_adagrad.mutant("the radius for the diameter", constant=2**0.5 / 2)
regret_of_adagrad.mutant("steps of fixed length", Rule=FixedLength)


@claim("prop-adam-invariance", kind="identity", instances=30)
def steps_ignore_the_scale(rng, rule=lambda: optim.Adam(lr=0.1, eps=0)):
    r"""Replacing $g_k$ by $Sg_k$ leaves Adam's steps as they are."""
    g, S = rng.normal(size=(20, 4)), 10 ** rng.uniform(-4, 4, 4)
    ends = []
    for scale in (1.0, S):
        one, w = rule(), np.zeros(4)
        for gradient in g:
            one(w, scale * gradient)
        ends.append(w)
    return ends[0] - ends[1]


steps_ignore_the_scale.mutant("gradient descent", rule=lambda: optim.GD(lr=0.1))
steps_ignore_the_scale.mutant(
    r"$\eps$ not zero", rule=lambda: optim.Adam(lr=0.1, eps=1e-4)
)


@claim("prop-adam-invariance", kind="identity", instances=30)
def the_first_step_is_a_sign(rng, rule=optim.Adam):
    r"""$w_1 - w_0 = -\tau\sign(g_1)$."""
    g, w, tau = rng.normal(size=4), np.zeros(4), rng.uniform(0.01, 1)
    rule(lr=tau, eps=0)(w, g)
    return w, -tau * np.sign(g)


the_first_step_is_a_sign.mutant("RMSprop, without a hat", rule=optim.RMSprop)


@claim("prop-adam-invariance", kind="identity", instances=30)
def hats_remove_the_bias(rng, hat=lambda m, beta, k: m / (1 - beta**k)):
    """With constant gradients the corrected average is the gradient."""
    beta, k, g = rng.uniform(0, 0.999), int(rng.integers(1, 50)), rng.normal()
    m = (1 - beta) * sum(beta ** (k - j) * g for j in range(1, k + 1))
    return hat(m, beta, k) - g


hats_remove_the_bias.mutant("no hat", hat=lambda m, beta, k: m)
hats_remove_the_bias.mutant(
    r"$1 - \beta$ for $1 - \beta^k$", hat=lambda m, beta, k: m / (1 - beta)
)


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
    r"""Adam with L²: $-\tau\sign g_1$. AdamW: $-\tau\sign g_1 - \tau\alpha w_0$."""
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
    r"""$x_{3k+1} = 1$ for all $k$."""
    C, scale = 2 + 10 ** rng.uniform(-2, 1), rng.uniform(0.05, 0.999)
    return reddi(C, scale, 600, beta2)[0] - 1


adam_returns_to_the_worst_point.mutant("a long memory", beta2=0.999)


@claim("thm-adam-diverges", kind="inequality", instances=30)
def regret_does_not_vanish(rng, minus=4.0):
    r"""$\frac{2C - 4}3 \le$ the average regret."""
    C, scale = 2 + 10 ** rng.uniform(-2, 1), rng.uniform(0.05, 0.999)
    return (2 * C - minus) / 3, reddi(C, scale, 600)[1]


regret_does_not_vanish.mutant("$2C - 2$ for $2C - 4$", minus=2.0)


@regret_does_not_vanish.sharp
def short_steps():
    return (2 * 8.0 - 4) / 3, reddi(8.0, 1e-3, 6000)[1]


@claim("prop-amsgrad", kind="inequality", instances=20)
def regret_of_amsgrad(rng, ruler=np.maximum):
    r"""The regret is at most $dG(D^2/(2\alpha) + \alpha/\sqrt{1 - \beta_2})\sqrt T$."""
    D, alpha, T = rng.uniform(0.5, 2.0), rng.uniform(0.1, 0.6), 1500
    C, beta2 = 2 + rng.uniform(0, 4), rng.uniform(0, 0.9)
    g = np.where(np.arange(T)[:, None] % 3, -1.0, [C, C])  # two games at once
    if rng.random() < 0.5:
        beta2 = 1 / (1 + C**2)  # where Adam fails
    else:
        g[:, 1] = rng.uniform(-C, C, T)
    w, v, top, regret = np.full(2, D / 2), np.zeros(2), np.zeros(2), 0.0
    for t in range(1, T + 1):
        regret += g[t - 1] @ w
        v = beta2 * v + (1 - beta2) * g[t - 1] ** 2
        top = ruler(top, v)
        step = alpha / np.sqrt(t) * g[t - 1] / np.sqrt(top)
        w = np.clip(w - step, -D / 2, D / 2)
    regret += np.abs(g.sum(axis=0)).sum() * D / 2  # against the best point
    return regret, 2 * C * (D**2 / 2 / alpha + alpha / (1 - beta2) ** 0.5) * T**0.5


regret_of_amsgrad.mutant("Adam: no maximum", ruler=lambda top, v: v)
