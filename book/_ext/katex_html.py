"""The visitors that write formulas into a page."""

import re
from html import escape

from docutils import nodes
from katex_check import try_to_render
from katex_engine import Formula
from katex_formulas import displayed, source_of
from sphinx.writers.html import HTML5Translator

TAGS = '<span class="katex-tag">'
ROW = re.compile(r'<span class="mord text"><span class="mord">(\d+)</span></span>')
STRUT = re.compile(
    r'"katex-strut" style="height:([\d.]+)em;(?:vertical-align:(-?[\d.]+)em;)?"'
)
BREAK = re.compile(
    r'<span class="m(bin|rel)[^"]*">(?:(?!<span class="m(?:bin|rel))(?!katex-base).)*?'
    r'(?=<span class="katex-base">)'
)
WHOLE, LONG = 8.0, 16.0  # em: below, no break; above, breaks also at + and -
NARROW = '<wbr class="eqn-narrow">'  # a break on a phone only
PHONE = 9.0  # em: a wider formula may have to scroll on a phone


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula."""
    formula = try_to_render(self.builder.app, node)
    self.body.append(_breakable(formula) if formula else _fallback(node))
    raise nodes.SkipNode


def _breakable(formula: Formula) -> str:
    """Where a line may end inside a formula: as in print, rather after a relation."""
    html = formula.html.replace('class="katex"', 'class="katex eqn-inline"', 1)
    if formula.width <= WHOLE:
        return html
    at_bin = "<wbr>" if formula.width > LONG else NARROW
    return BREAK.sub(lambda m: m[0] + (at_bin if m[1] == "bin" else "<wbr>"), html)


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a display with its numbers."""
    formula = try_to_render(self.builder.app, node)
    if formula is None:
        self.body.append(_fallback(node))
        raise nodes.SkipNode
    html = formula.html.removeprefix('<span class="katex-display">')
    html = html.removesuffix("</span>") if html != formula.html else html
    numbers = _numbers(self, node)
    html, tags = _split(html, numbers)
    name = f"Equation {', '.join(n for _, n in numbers)}" if numbers else "Formula"
    scroll = f' tabindex="0" role="group" aria-label="{name}"'
    wide = formula.width > PHONE
    size = f' style="--em:{formula.width:g}"' if wide else ""  # the site may shrink it
    box = "span" if isinstance(node.parent, nodes.TextElement) else "div"
    self.body.append(
        f'<{box} class="eqn"{_ids(node, numbers)}{size}>'
        f'<{box} class="eqn-body"{scroll if wide else ""}>{html}</{box}>'
        + (f'<{box} class="eqn-tags">{tags}</{box}>' if tags else "")
        + f"</{box}>\n"
    )
    raise nodes.SkipNode


def _ids(node: nodes.math_block, numbers: list[tuple[str, str]]) -> str:
    """The id of a single equation sits on the display, of a row on its tag."""
    if len(numbers) == 1:
        return f' id="{numbers[0][0]}"'
    own = [i for i in node["ids"] if not i.startswith("equation-")]
    return f' id="{own[0]}"' if own else ""


def _numbers(self: HTML5Translator, node: nodes.math_block) -> list[tuple[str, str]]:
    """The ids and printed numbers of the display's labels, in their order."""
    labels = displayed(node)[1] or [node.get("label")]
    found = []
    for label in filter(None, labels):
        node_id = nodes.make_id(f"equation-{label}")
        number = _number(self, node, node_id) or "?"
        found.append((node_id.removeprefix("equation-"), number))
    return found


def _number(self: HTML5Translator, node: nodes.math_block, node_id: str) -> str:
    config = self.builder.config
    if not (config.math_numfig and config.numfig):
        return str(node.get("number") or "")
    table = self.builder.fignumbers
    if self.builder.name == "singlehtml":
        table = {"displaymath": table.get(f"{self.docnames[-1]}/displaymath", {})}
    number = table.get("displaymath", {}).get(node_id, ())
    return ".".join(map(str, number))


def _split(html: str, numbers: list[tuple[str, str]]) -> tuple[str, str]:
    """Part the numbers from the formula, at the same heights, as links."""
    body, _, rows = html.partition(TAGS)
    if not (numbers or rows):
        return body, ""
    struts = [(float(h), -float(d or 0)) for h, d in STRUT.findall(body)]
    depth = max((d for _, d in struts), default=0.0)
    height = max((h - d for h, d in struts), default=0.7)
    style = f"height:{height + depth:.4f}em;vertical-align:{-depth:.4f}em;"
    strut = f'<span class="katex-strut" style="{style}"></span>'
    if rows:
        body += "</span></span>"
        tags = rows.removesuffix("</span></span></span>")
        if numbers:
            several = len(numbers) > 1
            tags = ROW.sub(lambda m: _link(*numbers[int(m[1])], row=several), tags)
    else:
        tags = _link(*numbers[0], row=False)
    return body, f'<span class="katex">{strut}{tags}</span>'


def _link(node_id: str, number: str, *, row: bool) -> str:
    own = f' id="{node_id}"' if row else ""
    return (
        f'<a class="eqn-tag"{own} href="#{node_id}" '
        f'title="Link to this equation">({number})</a>'
    )


def _fallback(node: nodes.Node) -> str:
    return f'<code class="eqn-broken">{escape(source_of(node))}</code>'
