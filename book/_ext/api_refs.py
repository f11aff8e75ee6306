"""References to the library, and from the library's docstrings to the chapters.

A name is documented once, under its public name; whoever writes the module that
defines it (``mmdl.stats.fit.Fit``) is led there too. A label in double backticks
in a docstring (``eq-normal``, ``thm-ridge``) becomes a link as soon as a published
chapter holds it and stays text until then.
"""

import builtins
import re
from typing import Any

from docutils import nodes
from mmdl_source import library_root
from source_code import NotFoundError, find
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.transforms import SphinxTransform

LABEL = re.compile(
    r"(eq|ch|sec|fig|tab|def|thm|prop|lem|cor|alg|ex|rem)-[a-z0-9]+(-[a-z0-9]+)*"
)
PACKAGE = "mmdl"
ROLES = {"eq": ("math", "eq"), "ch": ("std", "ref"), "sec": ("std", "ref")}
ROLES |= {"fig": ("std", "numref"), "tab": ("std", "numref")}


class LabelsInDocstrings(SphinxTransform):
    """Turn a label in double backticks into a reference that may fail."""

    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        """Look at the pages of the library only."""
        if not any(self.document.findall(addnodes.desc)):
            return
        for node in list(self.document.findall(nodes.literal)):
            match = LABEL.fullmatch(node.astext())
            if match and not isinstance(node.parent, addnodes.pending_xref):
                node.replace_self(self.reference(match[0], match[1]))
                soft_labels(self.env).setdefault(self.env.docname, set()).add(match[0])

    def reference(self, label: str, kind: str) -> addnodes.pending_xref:
        """Return the reference, printed as the label while it has no target."""
        domain, role = ROLES.get(kind, ("prf", "ref"))
        return addnodes.pending_xref(
            "",
            nodes.literal(label, label),
            refdomain=domain,
            reftype=role,
            reftarget=label,
            refdoc=self.env.docname,
            refexplicit=False,
            refwarn=False,
            soft=True,
        )


def documented(env: BuildEnvironment) -> dict[str, tuple[str, str]]:
    """Return ``{"mmdl/stats/fit.py:Fit": (page, "mmdl.stats.Fit")}``."""
    if not hasattr(env, "mmdl_documented"):
        env.mmdl_documented = {}
    return env.mmdl_documented


def soft_labels(env: BuildEnvironment) -> dict[str, set[str]]:
    """Return the labels that the docstrings on each page mention."""
    if not hasattr(env, "mmdl_soft_labels"):
        env.mmdl_soft_labels = {}  # type: ignore[attr-defined]
    return env.mmdl_soft_labels


def rewrite_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """A page is written anew when a label that it mentions came or went."""
    known = {**env.get_domain("math").equations, **env.get_domain("std").anonlabels}
    if "prf" in env.domains:
        known |= env.get_domain("prf").data["entries"]
    before = getattr(env, "mmdl_soft_targets", {})
    now = {
        page: {label: known[label] for label in sorted(labels & known.keys())}
        for page, labels in soft_labels(env).items()
    }
    env.mmdl_soft_targets = now  # type: ignore[attr-defined]
    return [page for page in now if now[page] != before.get(page)]


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget what a page that is read again documented."""
    table = documented(env)
    for key in [k for k, (page, _) in table.items() if page == docname]:
        del table[key]
    soft_labels(env).pop(docname, None)


def resolve(
    app: Sphinx,
    env: BuildEnvironment,
    node: addnodes.pending_xref,
    contnode: nodes.Element,
) -> nodes.Node | None:
    """Find a name by the file that defines it; leave other libraries as text."""
    if node.get("refdomain") == "py":
        found = resolve_name(app, env, node, contnode)
        if found is not None:
            return found
    return contnode if node.get("soft") else None


def resolve_name(
    app: Sphinx, env: BuildEnvironment, node: nodes.Element, contnode: nodes.Element
) -> nodes.Node | None:
    """Return the link to a name that is documented under its public name."""
    target = node["reftarget"]
    here = [node.get("py:module"), node.get("py:class")]
    for name in (target, *(f"{h}.{target}" for h in here if h)):
        public = public_name(app, name)
        if public and public != target:
            domain = env.get_domain("py")
            document = node.get("refdoc", env.docname)
            return domain.resolve_xref(
                env, document, app.builder, "obj", public, node, contnode
            )
    inherited = node["reftype"] in ("attr", "meth") and "." not in target
    return contnode if inherited or _is_foreign(target) else None


def public_name(app: Sphinx, name: str) -> str:
    """``mmdl.stats.fit.Fit.rss`` is documented as ``mmdl.stats.Fit.rss``."""
    if "." not in name:  # ShapeError, wherever it is described
        ends = {p for _, p in documented(app.env).values() if p.endswith(f".{name}")}
        return ends.pop() if len(ends) == 1 else ""
    if not name.startswith(f"{PACKAGE}."):
        return ""
    root, parts = library_root(app), name.split(".")
    for cut in range(len(parts), 1, -1):
        try:
            found = find(".".join(parts[:cut]), root)
        except NotFoundError:
            continue
        key = f"{found.path.relative_to(root).as_posix()}:{found.name}"
        if key in documented(app.env):
            return ".".join([documented(app.env)[key][1], *parts[cut:]])
    return ""


def _is_foreign(target: str) -> bool:
    """Whether the name belongs to Python or NumPy."""
    first = target.split(".", maxsplit=1)[0]
    return first in {"np", "numpy", "typing", "collections"} or hasattr(builtins, first)


def flatten_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """In the PDF the descriptions are absent: a link to one becomes text."""
    if app.builder.format != "latex":
        return
    for node in list(doctree.findall(nodes.reference)):
        target = node.get("refid") or node.get("refuri", "").partition("#")[2]
        if target.startswith(f"{PACKAGE}."):
            node.replace_self(node.children)


class SoftRole(XRefRole):
    """``:name:`ShapeError``` links to what the library documents, else is text."""

    def process_link(
        self,
        env: BuildEnvironment,
        refnode: nodes.Element,
        has_explicit_title: bool,
        title: str,
        target: str,
    ) -> tuple[str, str]:
        """Look in the Python domain, in the module that is described."""
        refnode.attributes.update(refdomain="py", reftype="obj", soft=True)
        refnode["py:module"] = env.ref_context.get("py:module")
        return title, target


def soften_bases(
    app: Sphinx, name: str, obj: object, options: object, bases: list[Any]
) -> None:
    """A base class need not be public."""
    bases[:] = [f":name:`{base.__name__}`" for base in bases]


def setup(app: Sphinx) -> dict[str, object]:
    """Register the transform and the handlers."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("mmdl_source")
    app.add_role("name", SoftRole())
    app.add_transform(LabelsInDocstrings)
    app.connect("env-purge-doc", purge)
    app.connect("env-updated", rewrite_pages)
    app.connect("missing-reference", resolve)
    app.connect("autodoc-process-bases", soften_bases)
    app.connect("doctree-resolved", flatten_links)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
