// What the interactive figures share: planes with axes in SVG, controls, one voice.
// No framework. A figure's own file adds its formulas, each under the name that
// mmdl gives it, and says how to draw.
globalThis.bookFigure = {};
{
  const NS = "http://www.w3.org/2000/svg";
  const SMALL = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const MARGIN = { left: 48, right: 12, top: 10, bottom: 40 };
  const FAR = 1e4; // pixels: nothing is drawn beyond

  const power10 = (power) =>
    `10${power < 0 ? "⁻" : ""}${[...String(Math.abs(power))].map((digit) => SMALL[digit]).join("")}`;

  // Three digits or as many as told; powers of ten where zeros would be counted.
  const number = (value, digits = 3) => {
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
    const size = Math.abs(value);
    let text = String(Number(value.toPrecision(digits)));
    if (size && (size < 1e-3 || size >= 1e5)) {
      const [head, power] = value.toExponential(digits - 1).split("e");
      text = Number(head) === 1 ? power10(power) : `${Number(head)}·${power10(power)}`;
    }
    return text.replace("-", "−");
  };

  const add = (parent, name, attributes = {}, text = "") => {
    const made = document.createElementNS(NS, name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    if (text) write(made, text);
    parent.append(made);
    return made;
  };

  // "|*w*_k|" is an italic w with a lowered k.
  const write = (node, text) => {
    let low = 0;
    for (const part of text.split(/(\*[^*]+\*|_.)/).filter(Boolean)) {
      const down = part[0] === "_" ? 3 : 0;
      const slanted = part[0] === "*" || down;
      const piece = document.createElementNS(NS, "tspan");
      if (slanted) piece.setAttribute("font-style", "italic");
      if (down) piece.setAttribute("font-size", "75%");
      if (down !== low) piece.setAttribute("dy", down - low);
      piece.textContent = part.replaceAll("*", "").replace(/^_/, "");
      low = down;
      node.append(piece);
    }
  };

  const scale = ([low, high], log, from, to) => {
    const turn = log ? Math.log10 : (value) => value;
    const [a, b] = [turn(low), turn(high)];
    return (value) => {
      const place = from + ((turn(value) - a) / (b - a)) * (to - from);
      return Math.max(-FAR, Math.min(FAR, place));
    };
  };

  const ticks = ([low, high], log, room) => {
    const found = [];
    if (log) {
      const [a, b] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
      const step = Math.max(1, Math.ceil((b - a) / Math.max(1, room)));
      for (let k = a; k <= b; k += step) found.push(10 ** k);
      return found;
    }
    const rough = (high - low) / Math.max(1, room);
    const base = 10 ** Math.floor(Math.log10(rough));
    const step = base * [1, 2, 5, 10].find((factor) => factor * base >= rough * 0.999);
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++)
      found.push(Number((k * step).toPrecision(12)));
    return found;
  };

  const tick = (value, log) => {
    const power = Math.round(Math.log10(value));
    return log && Math.abs(power) > 2 ? power10(power) : number(value);
  };

  // Axes in a box of pixels, and what draws into them; what leaves is cut off.
  const plane = (parent, box, { x, y, logX, logY, xLabel, yLabel }) => {
    const left = box.left + MARGIN.left;
    const top = box.top + MARGIN.top;
    const width = box.width - MARGIN.left - MARGIN.right;
    const height = box.height - MARGIN.top - (xLabel === "" ? 10 : MARGIN.bottom);
    const across = scale(x, logX, 0, width);
    const up = scale(y, logY, height, 0);
    const axes = add(parent, "g", { class: "axes", transform: `translate(${left} ${top})` });
    add(axes, "path", { d: `M0 0V${height}H${width}` });
    for (const value of ticks(y, logY, height / 40)) {
      add(axes, "path", { d: `M-4 ${up(value)}H0` });
      add(axes, "text", { x: -7, y: up(value) + 4, "text-anchor": "end" }, tick(value, logY));
    }
    for (const value of xLabel === "" ? [] : ticks(x, logX, width / 60)) {
      add(axes, "path", { d: `M${across(value)} ${height}v4` });
      const at = { x: across(value), y: height + 18, "text-anchor": "middle" };
      add(axes, "text", at, tick(value, logX));
    }
    add(axes, "text", { x: width / 2, y: height + 35, "text-anchor": "middle" }, xLabel);
    const turned = `translate(${12 - MARGIN.left} ${height / 2}) rotate(-90)`;
    add(axes, "text", { transform: turned, "text-anchor": "middle" }, yLabel);
    const inside = add(parent, "svg", { x: left, y: top, width, height });
    const trace = (points) =>
      points
        .map(([a, b], k) => `${k ? "L" : "M"}${across(a).toFixed(1)} ${up(b).toFixed(1)}`)
        .join("");
    return {
      across, up, inside, left, top, width, height,
      line: (points, look) => add(inside, "path", { d: trace(points), class: `line ${look}` }),
      fill: (points, look) => add(inside, "path", { d: `${trace(points)}Z`, class: look }),
      dot: ([a, b], look, r = 3) =>
        add(inside, "circle", { cx: across(a), cy: up(b), r, class: `dot ${look}` }),
      upright: (a, look) =>
        add(inside, "path", { d: `M${across(a)} 0V${height}`, class: `line ${look}` }),
      level: (b, look) =>
        add(inside, "path", { d: `M0 ${up(b)}H${width}`, class: `line ${look}` }),
      note: (text, a, b, end = "start") =>
        add(inside, "text", { x: a, y: b, "text-anchor": end, class: "note" }, text),
    };
  };

  // An empty picture as large as its place; undefined while it has none.
  const canvas = (svg) => {
    const { width, height } = svg.getBoundingClientRect();
    if (!width) return undefined;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren();
    return { left: 0, top: 0, width, height };
  };

  // Tie a figure's controls to its drawing: `make(ui)` returns what draws.
  const start = (name, make) => {
    for (const figure of document.querySelectorAll(`figure.figure-${name}`)) {
      const [seen, voice] = figure.querySelectorAll(".numbers, .voice");
      let touched = false;
      let waiting = false;
      let timer = 0;
      const ui = {
        figure,
        input: (name) => figure.querySelector(`[name="${name}"]`),
        svg: (name) => figure.querySelector(`svg.${name}`),
        show(name, text) {
          const input = ui.input(name);
          input.setAttribute("aria-valuetext", text);
          input.closest("label").querySelector(".value").textContent = text;
        },
        // Seen at once, spoken when the reader's hand has come to rest.
        say(text) {
          seen.textContent = text;
          clearTimeout(timer);
          if (touched) timer = setTimeout(() => (voice.textContent = text), 600);
        },
        redraw() {
          if (waiting) return;
          waiting = true;
          requestAnimationFrame(() => {
            waiting = false;
            draw();
          });
        },
        press(name, act) {
          ui.input(name).addEventListener("click", () => {
            touched = true;
            act();
            ui.redraw();
          });
        },
      };
      const draw = make(ui);
      figure.addEventListener("input", () => {
        touched = true;
        ui.redraw();
      });
      new ResizeObserver(ui.redraw).observe(figure);
      figure.classList.add("ready");
    }
  };

  Object.assign(bookFigure, { add, canvas, number, plane, start });
}
