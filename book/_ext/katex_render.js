// Runs inside the embedded JavaScript engine, after katex.min.js. The answer is
// always a JSON string, because the engine cannot hand over concatenated strings.

const SIZES = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.44, 1.728, 2.074, 2.488];
const em = (length) => (/em$/.test(length || "") ? parseFloat(length) : 0);

// The factor of a span such as `reset-size6 size3`: a subscript is 0.7 wide.
function scale(classes) {
  const number = (pattern) =>
    Number((classes.map((name) => pattern.exec(name)).find(Boolean) || [])[1] || 6);
  return SIZES[number(/^size(\d+)$/) - 1] / SIZES[number(/^reset-size(\d+)$/) - 1];
}

// About how wide a formula is, in its own em: stacked things count once.
function width(node) {
  const classes = node.classes || [];
  const has = (name) => classes.includes(name);
  if (has("katex-mathml") || has("katex-tag") || has("rlap") || has("llap")) return 0;
  const style = node.style || {};
  const own = em(style.marginLeft) + em(style.marginRight) + em(style.paddingLeft);
  if (typeof node.text === "string") {
    const letters = [...node.text].length; // KaTeX joins letters, not their widths
    return own + letters * (node.width || 0) + (node.italic || 0);
  }
  const parts = (node.children || []).map(width);
  const stacked = has("vlist") || has("vlist-t");
  const inner = stacked ? Math.max(0, ...parts) : parts.reduce((a, b) => a + b, 0);
  const fixed = Math.max(em(style.width), em(style.minWidth));
  return own + Math.max(fixed, inner) * (has("katex-sizing") ? scale(classes) : 1);
}

// A function's name and the sign of its application: one thing, as a subscript must be.
const NAMED = /<mi[^>]*>[^<]*<\/mi><mo>\u2061<\/mo>/g;

function refuse(context) {
  throw new katex.ParseError(`${context.command} is not allowed in this book`);
}

function renderFormula(tex, display, macros) {
  const options = {
    displayMode: display,
    macros: JSON.parse(macros),
    output: "htmlAndMathml",
    strict: "error", // what LaTeX would refuse, we refuse
    throwOnError: true,
    trust: refuse, // links, ids and pictures have their own syntax
  };
  try {
    const tree = katex.__renderToDomTree(tex, options);
    const html = tree.toMarkup().replace(NAMED, "<mrow>$&</mrow>");
    return JSON.stringify({ html, width: width(tree) });
  } catch (error) {
    return JSON.stringify({
      error: String(error.message),
      at: error.position === undefined ? null : error.position,
      length: error.length === undefined ? null : error.length,
    });
  }
}
