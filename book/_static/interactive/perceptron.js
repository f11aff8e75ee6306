// The perceptron in the plane: its updates, one by one, against (R/γ)².
{
  const { add, canvas, number, plane, start } = bookFigure;
  const POINTS = 20;
  const LIMIT = 2000; // updates that are watched
  const dot = ([a, b], [c, d]) => a * c + b * d;
  const times = (t, [a, b]) => [t * a, t * b];
  const plus = ([a, b], [c, d]) => [a + c, b + d];

  // Park and Miller's generator: the same numbers everywhere.
  const generator = (seed) => {
    let state = seed;
    const next = () => (state = (16807 * state) % 2147483647) / 2147483647;
    for (let k = 0; k < 5; k++) next();
    return next;
  };

  // Two classes with the margin γ exactly: the first two points attain it.
  const marginPoints = (seed, gamma, n = POINTS) => {
    const next = generator(seed);
    const angle = 2 * Math.PI * next();
    const u = [Math.cos(angle), Math.sin(angle)];
    const v = [-u[1], u[0]];
    const X = [];
    const s = [];
    for (let i = 0; i < n; i++) {
      const height = i < 2 ? gamma : gamma + 0.9 * (1 - gamma) * next();
      const side = i < 2 ? [0.9, -0.6][i] : 2 * next() - 1;
      const z = plus(times(height, u), times(side * Math.sqrt(1 - height * height), v));
      s.push(i % 2 ? -1 : 1);
      X.push(times(s[i], z));
    }
    return { X, s };
  };

  const radius = (X) => Math.max(...X.map((x) => Math.hypot(...x)));

  // The largest γ with s_i x_i u >= γ for some |u| = 1: the best u points to a corner
  // of the hull of the s_i x_i, or is normal to one of its sides. No u: γ <= 0.
  const bestMargin = (X, s) => {
    const folded = X.map((x, i) => times(s[i], x));
    let best = { gamma: -Infinity, u: [1, 0] };
    const test = (direction) => {
      const length = Math.hypot(...direction);
      if (!length) return;
      const u = times(1 / length, direction);
      const gamma = Math.min(...folded.map((z) => dot(z, u)));
      if (gamma > best.gamma) best = { gamma, u };
    };
    folded.forEach((z, i) => {
      test(z);
      for (const other of folded.slice(i + 1)) {
        const normal = [z[1] - other[1], other[0] - z[0]];
        test(normal);
        test(times(-1, normal));
      }
    });
    return best;
  };

  const isWrong = (x, sign, w) => sign * dot(x, w) <= 0;

  // Which of the wrong points comes next; `last` is the one before.
  const orders = {
    turn: (wrong, { last }) => wrong.find((i) => i > last) ?? wrong[0],
    random: (wrong, { next }) => wrong[Math.floor(next() * wrong.length)],
    least: (wrong, { score }) => wrong.reduce((a, b) => (score(b) > score(a) ? b : a)),
    most: (wrong, { score }) => wrong.reduce((a, b) => (score(b) < score(a) ? b : a)),
  };

  // All updates: the weights after each, and the point that caused it.
  const perceptron = (X, s, order = "turn", limit = LIMIT) => {
    const next = generator(1);
    const updates = [{ w: [0, 0], i: -1 }];
    while (updates.length <= limit) {
      const { w, i: last } = updates.at(-1);
      const wrong = X.map((_, i) => i).filter((i) => isWrong(X[i], s[i], w));
      if (!wrong.length) return { updates, converged: true };
      const i = orders[order](wrong, { last, next, score: (j) => s[j] * dot(X[j], w) });
      updates.push({ w: plus(w, times(s[i], X[i])), i });
    }
    return { updates, converged: false };
  };

  bookFigure.perceptron = { bestMargin, marginPoints, perceptron, radius };

  const drawPoints = (layer, box, { X, s }, { w, i: last }, u, chosen) => {
    const reach = (1.25 * (box.height - 50)) / (box.width - 60);
    const look = { x: [-1.25, 1.25], y: [-reach, reach], xLabel: "*x*_0", yLabel: "*x*_1" };
    const view = plane(layer, box, look);
    const size = Math.hypot(...w);
    if (u) view.line([[0, 0], u], "green dashed");
    if (size) {
      const tip = times(1 / size, w);
      const along = [-3 * tip[1], 3 * tip[0]];
      view.fill([along, plus(along, times(3, tip)), plus(times(-1, along), times(3, tip)), times(-1, along)], "side");
      view.line([times(-1, along), along], "blue");
      view.line([[0, 0], tip], "blue thick");
      const [a, b] = [view.across(tip[0]), view.up(tip[1])];
      const turn = (Math.atan2(-tip[1], tip[0]) * 180) / Math.PI;
      const transform = `translate(${a} ${b}) rotate(${turn})`;
      add(view.inside, "path", { d: "M0 0L-10 -5V5Z", transform, class: "tip" });
    }
    X.forEach((x, i) => {
      const [a, b] = [view.across(x[0]), view.up(x[1])];
      const look = isWrong(x, s[i], w) ? "point wrong" : "point";
      if (i === last || i === chosen) view.dot(x, i === last ? "ring used" : "ring", 10);
      if (s[i] > 0) add(view.inside, "circle", { cx: a, cy: b, r: 5, class: look });
      else add(view.inside, "rect", { x: a - 4.5, y: b - 4.5, width: 9, height: 9, class: look });
    });
    return view;
  };

  const drawSqueeze = (svg, run, k, R, { gamma, u }) => {
    const box = canvas(svg);
    if (!box) return;
    const n = run.updates.length - 1;
    const limit = gamma > 0 ? (R / gamma) ** 2 : Infinity;
    const end = Math.max(2, 1.6 * (gamma > 0 ? limit : n));
    const low = gamma > 0 ? 0.6 * gamma : 0.1;
    const look = { x: [1, end], y: [low, 1.6 * R * Math.sqrt(end)], logX: true, logY: true };
    const view = plane(svg, box, { ...look, xLabel: "updates *k*", yLabel: "size of *w*" });
    const above = [1, end].map((t) => [t, R * Math.sqrt(t)]);
    view.line(above, "black");
    view.note("√*k* *R*", view.across(end ** 0.4), view.up(R * end ** 0.2) - 10, "end");
    if (gamma > 0) {
      view.fill([[limit, 1e-9], [limit, 1e9], [end, 1e9], [end, 1e-9]], "danger");
      view.line([1, end].map((t) => [t, gamma * t]), "green dashed");
      view.note("*k* *γ*", view.across(end ** 0.55), view.up(gamma * end ** 0.55) + 18);
      view.upright(limit, "vermillion");
      view.note("(*R*/*γ*)²", view.across(limit) - 5, view.height - 8, "end");
    }
    run.updates.slice(1, k + 1).forEach(({ w }, j) => {
      const size = j + 1 === k ? 4.5 : 2.5;
      const along = gamma > 0 ? dot(w, u) : 0;
      if (along > 0) view.dot([j + 1, along], "green open", size);
      view.dot([j + 1, Math.hypot(...w)], "blue", size);
    });
  };

  const summary = (run, R, { gamma }) => {
    const n = run.updates.length - 1;
    const count = run.converged ? `${n} updates` : `More than ${n} updates`;
    if (gamma <= 0) return `${count}: no u separates these points, (H2) fails, and it will never stop.`;
    const limit = number((R / gamma) ** 2);
    return `${count}; at most (R/γ)² = (${number(R)}/${number(gamma)})² = ${limit}.`;
  };

  const detail = ({ updates, converged }, k, R, { gamma, u }) => {
    if (!k) return "At the start w = 0, and every point counts as wrong.";
    const { w, i } = updates[k];
    const [size, along] = [number(Math.hypot(...w)), number(dot(w, u))];
    const between = gamma > 0 ? `kγ = ${number(k * gamma)} ≤ ⟨w, u⟩ = ${along} ≤ |w| = ${size} ≤` : `|w| = ${size} ≤`;
    const done = converged && k === updates.length - 1 ? " Every point is on its side." : "";
    return `After update ${k}, at point ${i + 1}: ${between} √k R = ${number(Math.sqrt(k) * R)}.${done}`;
  };

  start("perceptron", (ui) => {
    let seed = 24;
    let data = marginPoints(seed, 0.1);
    let run;
    let [k, atEnd, dragged] = [0, true, -1];
    let view;
    const svg = ui.svg("points");
    const layer = add(svg, "g");
    const hits = data.X.map((_, i) => add(svg, "circle", { r: 22, class: "hit", "data-i": i }));
    hits.forEach((_, i) => ui.input("point").add(new Option(`${i + 1}, class ${i % 2 ? "−1" : "+1"}`, i)));

    const learn = () => {
      run = perceptron(data.X, data.s, ui.input("order").value);
      const n = run.updates.length - 1;
      k = atEnd ? n : Math.min(k, n);
      ui.input("k").max = n;
    };
    const go = (to) => {
      k = Math.max(0, Math.min(run.updates.length - 1, to));
      atEnd = k === run.updates.length - 1;
    };
    const renew = (gamma) => {
      const old = bestMargin(data.X, data.s);
      // Moving the classes apart along u changes the margin by just as much.
      if (old.gamma > 0)
        data.X = data.X.map((x, i) => plus(x, times(data.s[i] * (gamma - old.gamma), old.u)));
      else data = marginPoints(seed, gamma);
      learn();
    };
    const move = (i, x) => {
      data.X[i] = x.map((value) => Math.max(-1.2, Math.min(1.2, value)));
      const { gamma } = bestMargin(data.X, data.s);
      ui.input("margin").value = gamma;
      learn();
      ui.redraw();
    };
    const chosen = () => Number(ui.input("point").value);
    const showChosen = () => data.X[chosen()].forEach((value, c) => (ui.input(["across", "up"][c]).value = value));

    ui.input("k").addEventListener("input", () => go(Number(ui.input("k").value)));
    ui.press("back", () => go(k - 1));
    ui.press("next", () => go(k + 1));
    ui.press("last", () => go(run.updates.length - 1));
    ui.press("fresh", () => {
      data = marginPoints(++seed, Number(ui.input("margin").value));
      learn();
    });
    ui.input("margin").addEventListener("input", () => renew(Number(ui.input("margin").value)));
    ui.input("order").addEventListener("input", learn);
    for (const name of ["across", "up"])
      ui.input(name).addEventListener("input", () =>
        move(chosen(), [Number(ui.input("across").value), Number(ui.input("up").value)]),
      );

    svg.addEventListener("pointerdown", (event) => {
      if (event.target.dataset.i === undefined) return;
      dragged = Number(event.target.dataset.i);
      ui.input("point").value = dragged;
      svg.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    svg.addEventListener("pointermove", (event) => {
      if (dragged < 0) return;
      const at = svg.getBoundingClientRect();
      const a = (event.clientX - at.left - view.left - view.across(0)) / (view.across(1) - view.across(0));
      const b = (event.clientY - at.top - view.top - view.up(0)) / (view.up(1) - view.up(0));
      move(dragged, [a, b]);
    });
    for (const end of ["pointerup", "pointercancel"])
      svg.addEventListener(end, () => {
        dragged = -1;
        ui.redraw();
      });

    learn();
    return () => {
      const { width, height } = svg.getBoundingClientRect();
      if (!width) return;
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      layer.replaceChildren();
      const R = radius(data.X);
      const best = bestMargin(data.X, data.s);
      const box = { left: 0, top: 0, width, height };
      const open = ui.figure.querySelector("details").open;
      view = drawPoints(layer, box, data, run.updates[k], best.gamma > 0 && best.u, open ? chosen() : dragged);
      hits.forEach((hit, i) => {
        hit.setAttribute("cx", view.left + view.across(data.X[i][0]));
        hit.setAttribute("cy", view.top + view.up(data.X[i][1]));
      });
      drawSqueeze(ui.svg("squeeze"), run, k, R, best);
      showChosen();
      ui.input("k").value = k;
      ui.show("k", `${k} of ${run.updates.length - 1}`);
      ui.show("margin", best.gamma > 0 ? number(best.gamma) : "none");
      data.X[chosen()].forEach((value, c) => ui.show(["across", "up"][c], number(value, 2)));
      ui.say(`${summary(run, R, best)} ${detail(run, k, R, best)}`);
    };
  });
}
