// Gradient descent on f(w) = (w_0² + κ w_1²)/2: λ = 1, Λ = κ, minimum at 0.
{
  const { add, canvas, number, plane, start } = bookFigure;
  const STEPS = 50; // as in the text

  const rate = (kappa, tau) => Math.max(Math.abs(1 - tau), Math.abs(1 - tau * kappa));
  const bestStep = (kappa) => 2 / (1 + kappa);
  const cliff = (kappa) => 2 / kappa;

  const iterates = (kappa, tau, from, steps = STEPS) => {
    const path = [from];
    for (let k = 0; k < steps; k++) {
      const [a, b] = path[k];
      path.push([a - tau * a, b - tau * (kappa * b)]);
    }
    return path;
  };
  const distances = (path) => path.map(([a, b]) => Math.hypot(a, b));

  // The mean factor over the second half, when the slower part has won.
  const measuredRate = (lengths) => {
    const half = lengths.length >> 1;
    const [early, late] = [lengths[half], lengths.at(-1)];
    return late ? (late / early) ** (1 / (lengths.length - 1 - half)) : 0;
  };

  bookFigure.descent = { bestStep, cliff, distances, iterates, measuredRate, rate };

  const drawValley = (svg, kappa, path) => {
    const box = canvas(svg);
    if (!box) return;
    const reach = (12 * (box.height - 50)) / (box.width - 60); // equal units on both axes
    const look = { x: [-12, 12], y: [-reach, reach], xLabel: "*w*_0", yLabel: "*w*_1" };
    const view = plane(svg, box, look);
    const middle = { cx: view.across(0), cy: view.up(0) };
    for (let size = 2, k = 1; size / Math.sqrt(kappa) < 1.5 * reach && k < 40; k++) {
      const rx = view.across(size) - view.across(0);
      add(view.inside, "ellipse", { ...middle, rx, ry: rx / Math.sqrt(kappa), class: "line level" });
      size *= k < 6 ? (k + 1) / k : 1.35;
    }
    add(view.inside, "path", { d: `M${middle.cx - 5} ${middle.cy}h10m-5 -5v10`, class: "line black" });
    view.line(path, "blue thin");
    path.slice(1).forEach((point) => view.dot(point, "blue", 2.5));
    view.dot(path[0], "ring", 6);
  };

  const drawDistances = (svg, lengths, factor) => {
    const box = canvas(svg);
    if (!box) return;
    const look = { x: [0, STEPS], y: [1e-4, 1e4], logY: true, xLabel: "step *k*", yLabel: "distance" };
    const view = plane(svg, box, look);
    view.line(lengths.map((_, k) => [k, lengths[0] * factor ** k]), "black");
    lengths.forEach((length, k) => length && view.dot([k, length], "blue open", 2.5));
  };

  const drawFactor = (svg, kappa, tau, factor) => {
    const box = canvas(svg);
    if (!box) return;
    const [best, edge] = [bestStep(kappa), cliff(kappa)];
    const look = { x: [0, 2.25 / kappa], y: [0, 1.4], xLabel: "step size *τ*", yLabel: "factor per step" };
    const view = plane(svg, box, look);
    const end = 2.25 / kappa;
    view.fill([[edge, 0], [edge, 1.4], [end, 1.4], [end, 0]], "danger");
    view.level(1, "level");
    view.upright(edge, "vermillion");
    view.upright(best, "green dashed");
    view.line([0, best, end].map((t) => [t, rate(kappa, t)]), "black");
    const near = view.across(edge) - view.across(best) < 60;
    view.note("best", view.across(best) - 5, view.height - (near ? 24 : 8), "end");
    view.note("cliff 2/*Λ*", view.across(edge) - 5, 14, "end");
    view.dot([tau, factor], "blue", 5);
    return view;
  };

  const verdict = (kappa, share, [, steep]) => {
    const edge = number(cliff(kappa));
    if (share < 2) return `τ < 2/Λ = ${edge}: it converges, from every start.`;
    // On the flat axis the steep direction is never seen.
    const spared = !steep && Math.abs(1 - share / kappa) < 1;
    const but = spared ? "from this start, on the flat axis, it converges; from others " : "";
    if (share > 2) return `τ > 2/Λ = ${edge}: ${but}it diverges.`;
    return `τ = 2/Λ = ${edge}: ${but}the steep coordinate changes its sign for ever.`;
  };

  start("descent", (ui) => {
    let share = 1.9; // τΛ: how near the cliff
    const kappa = () => Number(ui.input("kappa").value);
    const choose = (value) => {
      share = value;
      ui.input("tau").value = value;
    };
    ui.input("tau").addEventListener("input", () => (share = Number(ui.input("tau").value)));
    ui.press("best", () => choose(bestStep(kappa()) * kappa()));
    ui.press("cliff", () => choose(2));

    // The curve of the factor can be taken by the hand, too.
    let view;
    const point = (event) => {
      if (!view || (event.type === "pointermove" && !event.buttons)) return;
      const at = event.clientX - ui.svg("factor").getBoundingClientRect().left - view.left;
      const value = (2.25 * at) / view.width;
      choose(Math.max(0.05, Math.min(2.2, Math.round(100 * value) / 100)));
      ui.redraw();
    };
    ui.svg("factor").addEventListener("pointerdown", point);
    ui.svg("factor").addEventListener("pointermove", point);

    return () => {
      const tau = share / kappa();
      const from = ui.input("from").value.split(" ").map(Number);
      const path = iterates(kappa(), tau, from);
      const lengths = distances(path);
      const factor = rate(kappa(), tau);
      drawValley(ui.svg("valley"), kappa(), path);
      drawDistances(ui.svg("distance"), lengths, factor);
      view = drawFactor(ui.svg("factor"), kappa(), tau, factor);
      ui.show("tau", `${number(tau)} = ${number(share)}/Λ`);
      ui.show("kappa", String(kappa()));
      ui.say(
        `Factor per step: predicted ${number(factor, 4)}, measured ${number(measuredRate(lengths), 4)}. ` +
          `Distance after ${STEPS} steps: ${number(lengths.at(-1))}, from ${number(lengths[0])}. ` +
          verdict(kappa(), share, from),
      );
    };
  });
}
