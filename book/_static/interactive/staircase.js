// The staircase: f, its network of K steps, the error, and the bound of the theorem.
{
  const { canvas, number, plane, start } = bookFigure;
  const N = 2001; // points on which the error is measured, as in the text

  const functions = {
    wave: (x) => 4 * x * x + Math.cos(4 * Math.PI * x),
    root: Math.sqrt,
    corner: (x) => Math.abs(x - 0.5),
    jump: (x) => (x < 0.3 ? 0 : 1),
  };
  const sigmoid = (t) => 1 / (1 + Math.exp(-t));
  const settlingPoint = (eta) => Math.log((1 - eta) / eta);
  const leastSlope = (K, eta) => 2 * settlingPoint(eta) * K; // 2T/h on [0, 1]
  const bound = (modulus, K, eta) => (1 + (K - 1) * eta) * modulus;

  const staircase = (f, K, s) => {
    const steps = Array.from({ length: K }, (_, k) => f((k + 1) / K) - f(k / K));
    return (x) =>
      steps.reduce((sum, step, k) => sum + step * sigmoid(s * (x - (k + 0.5) / K)), f(0));
  };

  // The greatest change of f over a window of length h, on a grid.
  const modulus = (f, h, n = 4001) => {
    const values = Array.from({ length: n }, (_, i) => f(i / (n - 1)));
    const window = Math.floor(h * (n - 1) * (1 + 1e-12)) + 1;
    let greatest = 0;
    for (let i = 0; i + window <= n; i++) {
      let [low, high] = [values[i], values[i]];
      for (let k = i + 1; k < i + window; k++) {
        if (values[k] < low) low = values[k];
        else if (values[k] > high) high = values[k];
      }
      greatest = Math.max(greatest, high - low);
    }
    return greatest;
  };

  const known = new Map(); // a modulus is computed once
  const modulusOf = (name, K) => {
    const key = `${name} ${K}`;
    if (!known.has(key)) known.set(key, modulus(functions[name], 1 / K));
    return known.get(key);
  };

  const measure = (name, K, eta, s) => {
    const f = functions[name];
    const g = staircase(f, K, s);
    const rows = Array.from({ length: N }, (_, i) => [i / (N - 1), f(i / (N - 1)), g(i / (N - 1))]);
    const errors = rows.map(([, a, b]) => Math.abs(a - b));
    const error = errors.reduce((a, b) => Math.max(a, b));
    const change = modulusOf(name, K);
    const least = leastSlope(K, eta);
    return {
      rows, errors, error, change, least,
      bound: bound(change, K, eta),
      at: errors.indexOf(error),
      steep: s >= least * (1 - 1e-12),
    };
  };

  bookFigure.staircase = { bound, leastSlope, measure, modulus, settlingPoint, staircase, functions };

  const verdict = (name, found) => {
    const broken = found.error > found.bound;
    const first = name === "jump" ? "f jumps, (H1) fails: the bound never falls below 1. " : "";
    if (found.steep)
      return `${first}(H5) holds, s ≥ 2T/h${first ? "." : ": the theorem guarantees the bound."}`;
    const need = `(H5) fails: s is below 2T/h = ${number(found.least)}, `;
    return need + (broken ? "and the bound is broken." : "nothing is guaranteed; the bound happens to hold.");
  };

  // The pieces of the network's graph that lie outside the band.
  const outside = ({ rows, errors, bound }) => {
    const pieces = [];
    errors.forEach((error, i) => {
      if (error <= bound) return;
      if (!i || errors[i - 1] <= bound) pieces.push([]);
      pieces.at(-1).push([rows[i][0], rows[i][2]]);
    });
    return pieces;
  };

  const drawCurves = (svg, box, name, K, found) => {
    const heights = found.rows.map((row) => row[1]);
    const low = heights.reduce((a, b) => Math.min(a, b));
    const high = heights.reduce((a, b) => Math.max(a, b));
    const room = 0.35 * (high - low);
    const view = plane(svg, box, { x: [0, 1], y: [low - room, high + room], xLabel: "", yLabel: "value" });
    if (K <= 40) for (let k = 1; k < K; k++) view.upright(k / K, "cell");
    const edge = (sign) => found.rows.map(([x, y]) => [x, y + sign * found.bound]);
    view.fill([...edge(1), ...edge(-1).reverse()], found.steep ? "band" : "band loose");
    view.line(found.rows.map(([x, y]) => [x, y]), "black");
    view.line(found.rows.map(([x, , y]) => [x, y]), "blue dashed");
    for (const piece of outside(found)) view.line(piece, "vermillion thick");
    const [x, a, b] = found.rows[found.at];
    view.line([[x, a], [x, b]], "vermillion");
    return view;
  };

  const drawErrors = (svg, box, found) => {
    const high = 1.2 * Math.max(found.bound, found.error);
    const view = plane(svg, box, { x: [0, 1], y: [0, high], xLabel: "*x*", yLabel: "error" });
    view.fill([[0, 0], [0, found.bound], [1, found.bound], [1, 0]], found.steep ? "band" : "band loose");
    view.line(found.rows.map(([x], i) => [x, found.errors[i]]), "blue");
    view.level(found.bound, "black dotted");
    view.dot([found.rows[found.at][0], found.error], "vermillion", 4);
    const beside = view.up(found.bound) > 16 ? view.up(found.bound) - 5 : view.up(found.bound) + 15;
    view.note(found.steep ? "proved bound" : "bound, not guaranteed", view.width - 4, beside, "end");
  };

  start("staircase", (ui) => {
    let s = leastSlope(20, 0.01);
    const read = () => [ui.input("f").value, Number(ui.input("K").value), Number(ui.input("eta").value)];
    ui.input("s").addEventListener("input", () => (s = 10 ** ui.input("s").value));
    ui.press("least", () => {
      const [, K, eta] = read();
      s = leastSlope(K, eta);
      ui.input("s").value = Math.log10(s);
    });
    return () => {
      const svg = ui.svg("plot");
      const box = canvas(svg);
      if (!box) return;
      const [name, K, eta] = read();
      const found = measure(name, K, eta, s);
      ui.show("K", String(K));
      ui.show("s", number(s));
      drawCurves(svg, { ...box, height: box.height * 0.6 }, name, K, found);
      const lower = { ...box, top: box.height * 0.6, height: box.height * 0.4 };
      drawErrors(svg, lower, found);
      ui.say(
        `Greatest error ${number(found.error)}; bound (1 + (K − 1)η) ω(1/K) = ` +
          `${number(1 + (K - 1) * eta, 4)} · ${number(found.change)} = ${number(found.bound)}. ` +
          verdict(name, found),
      );
    };
  });
}
