"""What a cell may put out, and what in a finished page counts as foreign."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from mmdl_book.safe_outputs import faults
from mmdl_book.safe_pages import read
from mmdl_book.safe_svg import svg_faults

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://x">{}</svg>'
HEAD = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">'
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog {} >>\nendobj\n"


def shown(kind: str, value: Any, **more: Any) -> list[dict[str, Any]]:
    output = {"output_type": "display_data", "data": {kind: value}, "metadata": {}}
    return [{**output, **more}]


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def pdf(words: bytes) -> list[dict[str, Any]]:
    return shown("application/pdf", coded(PDF.replace(b"{}", words)))


REFUSED = {
    "HTML": (shown("text/html", "<b>x</b>"), "an output of the type text/html"),
    "glued HTML": (
        shown("application/papermill.record/text/html", "<b>x</b>"),
        "an output of the type application/papermill.record/text/html",
    ),
    "JavaScript": (
        shown("application/javascript", "alert(1)"),
        "an output of the type application/javascript",
    ),
    "TeX": (shown("text/latex", r"\input{x}"), "an output of the type text/latex"),
    "Markdown": (shown("text/markdown", "x"), "an output of the type text/markdown"),
    "a widget": (
        shown("application/vnd.jupyter.widget-view+json", {}),
        "an output of the type application/vnd.jupyter.widget-view+json",
    ),
    "an SVG with a script": (
        shown("image/svg+xml", SVG.format("<script>1</script>")),
        "a picture with the element script",
    ),
    "a PDF with a script": (
        pdf(b"/OpenAction << /S /JavaScript /JS (app.alert) >>"),
        "a picture whose PDF holds /OpenAction",
    ),
    "a PDF with a hidden name": (
        pdf(b"/J#61vaScript 1"),
        "a picture whose PDF holds /J#",
    ),
    "no PDF": (shown("application/pdf", "PGI+"), "a picture that is no PDF"),
    "no PNG": (shown("image/png", coded(b"<svg/>")), "a picture that is no PNG"),
    "no base64": (shown("image/png", "%%%"), "a picture that is no PNG"),
    "turned text": (
        shown("text/plain", "user\u202e\u2066"),
        "an output with characters that turn the direction of text",
    ),
    "a setting": (
        shown("text/plain", "x", metadata={"render": {"x": []}}),
        "an output with the setting render",
    ),
    "far too much": (
        shown("text/plain", "x" * 5_000_001),
        "an output of 5,000,001 characters; at most 5,000,000",
    ),
    "an unknown kind": ([{"output_type": "x"}], "an output of no known kind"),
    "an unknown stream": (
        [{"output_type": "stream", "name": "x", "text": ""}],
        "printed text of no known stream",
    ),
    "no output": (["x"], "no output at all"),
    "no list": ({}, "outputs that are no list"),
    "a number": (shown("text/plain", 3), "an output that is no text"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_output_is_refused_in_words(name):
    outputs, words = REFUSED[name]
    assert list(faults(outputs)) == [words]


ALLOWED = {
    "text in lines, as on disk": shown("text/plain", ["<script>\n", "is text"]),
    "a glued number": shown(
        "application/papermill.record/text/plain",
        "0.5",
        metadata={"scrapbook": {"mime_prefix": "application/x", "name": "a"}},
    ),
    "a PNG": shown("image/png", coded(b"\x89PNG\r\n\x1a\n...")),
    "a PDF whose stream only looks like a script": pdf(
        b">>\nstream\n/JS /OpenAction\nendstream\n<<"
    ),
    "print": [{"output_type": "stream", "name": "stdout", "text": "x"}],
    "an error that is meant": [
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a", "b"]}
    ],
}


@pytest.mark.parametrize("name", ALLOWED)
def test_output_that_only_looks_bad_is_let_through(name):
    assert list(faults(ALLOWED[name])) == []


PICTURES = {
    '<g onload="alert(1)"/>': "the handler onload",
    "<foreignObject/>": "the element foreignObject",
    '<a xlink:href="https://x"/>': "the element a",
    '<use xlink:href="https://x.svg#a"/>': "a link to https://x.svg#a",
    '<image href="data:text/html,x"/>': "a link to data:text/html,x",
    '<animate attributeName="href"/>': "the element animate",
    '<set attributeName="href" to="javascript:1"/>': "the element set",
    "<style>@import 'x'</style>": "a style that loads @import 'x'",
    "<style>a{b:url(http://x)}</style>": "a style that loads a{b:url(http://x)}",
    '<g style="fill: url(http://x)"/>': "a setting that loads fill: url(http://x)",
    '<x:script xmlns:x="http://www.w3.org/2000/svg"/>': "the element x:script",
    "<?xml-stylesheet href='x'?>": "a source that is no plain SVG (it has entities",
    "<g>": "a source that is no plain SVG (mismatched tag",
}


@pytest.mark.parametrize("inner", PICTURES)
def test_picture_with_more_than_shapes_is_told(inner):
    assert next(svg_faults(SVG.format(inner))).startswith(PICTURES[inner])


def test_entities_of_a_picture_are_not_unfolded():
    declared = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(20))
    bomb = f'<!DOCTYPE svg [<!ENTITY e0 "x">{declared}]>{SVG.format("&e20;")}'
    assert list(svg_faults(bomb)) == [
        "a source that is no plain SVG (it has entities or instructions)"
    ]


def test_picture_like_those_of_matplotlib_is_plain():
    shapes = (
        '<metadata><rdf:RDF xmlns:rdf="r"><rdf:type rdf:resource="http://x"/></rdf:RDF>'
        "</metadata><style>*{stroke-linejoin: round}</style><defs><path id='a'/>"
        '<clipPath id="c"/></defs><g clip-path="url(#c)"><use xlink:href="#a"/>'
        '<image href="data:image/png;base64,AA=="/></g><text>javascript</text>'
    )
    assert list(svg_faults(HEAD + SVG.format(shapes))) == []


FOREIGN = {
    "<p onclick=alert(1)>": "<p onclick=alert(1)>",
    "<a href='java\tscript:alert(1)'>": "<a href=javascript:alert(1)>",
    "<a href='&#106;avascript:alert(1)'>": "<a href=javascript:alert(1)>",
    "<iframe src=x>": "<iframe>",
    "<object data=x>": "<object>",
    "<base href=x>": "<base>",
    "<img src=//example.org/x.png>": "<img src=//example.org/x.png>",
    "<script src=../_images/x.js></script>": "<script src=../_images/x.js>",
    "<meta http-equiv=Refresh content='0'>": "<meta http-equiv=refresh>",
    "<p style='background: url(http://x)'>": "<p style=background:url(http://x)>",
    "<form action='javascript:x'>": "<form action=javascript:x>",
}


@pytest.mark.parametrize("page", FOREIGN)
def test_what_runs_or_loads_in_a_page_is_found(page):
    assert read(f"<!doctype html><p>Text\n{page}").found == [(2, FOREIGN[page])]


def test_scripts_of_a_page_are_found_and_words_are_not():
    page = read(
        "<p>&lt;script&gt; onclick=1 javascript:</p><script>a()</script>"
        "<script src='../_static/book.js'></script><img src='data:image/png;base64,A'>"
        "<a href='https://example.org'>link</a>"
    )
    assert page.scripts == [(1, "a()")]
    assert page.found == []
