// What of a cell's HTML reaches the page: structure and text, no style, no address,
// no handler. Parsed in a document of its own, where nothing loads and nothing runs.

const TAGS = new Set(
  ("table thead tbody tfoot tr th td caption p div span br hr ul ol li dl dt dd pre code " +
    "b strong i em u s sub sup small h4 h5 h6").split(" "),
);
const DROPPED = new Set("script style template iframe object embed svg math noscript head title".split(" "));
const ATTRIBUTES = new Set(["colspan", "rowspan", "scope"]);

export function clean(html) {
  const source = new DOMParser().parseFromString(String(html), "text/html");
  const result = document.createDocumentFragment();
  copy(source.body, result);
  return result;
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    const name = node.localName;
    if (DROPPED.has(name)) continue;
    if (!TAGS.has(name)) {
      copy(node, to);
      continue;
    }
    const made = document.createElement(name);
    for (const { name: attribute, value } of node.attributes)
      if (ATTRIBUTES.has(attribute)) made.setAttribute(attribute, value);
    copy(node, made);
    to.append(made);
  }
}
