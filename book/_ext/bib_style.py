"""How an entry of the bibliography reads: as the text cites it, author and year first.

    Hoerl, Arthur E. and Robert W. Kennard (1970). Ridge regression: biased
    estimation for nonorthogonal problems. *Technometrics* 12(1), 55-67. doi:…

DOI and arXiv number are links, in the pages and in the PDF.
"""

from pybtex.database import Entry, Person
from pybtex.plugin import register_plugin
from pybtex.richtext import HRef, Tag, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting import BaseStyle
from sphinx.application import Sphinx

ORDINALS = {"1": "1st", "2": "2nd", "3": "3rd"}
THESES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
BOOKS = {"book", "phdthesis", "mastersthesis"}
DOI = "https://doi.org/"
ARXIV = "https://arxiv.org/abs/"


def rich(entry: Entry, name: str) -> Text:
    """Return a field with its accents and braces read; empty where it is missing."""
    return (
        Text.from_latex(entry.fields.get(name, "")) if name in entry.fields else Text()
    )


def person(who: Person, *, inverted: bool) -> Text:
    """Return ``Gauss, Carl Friedrich`` or ``Carl Friedrich Gauss``."""
    space = Text(" ")
    given = space.join([*who.rich_first_names, *map(Text.from_latex, who.middle_names)])
    family = space.join([*who.rich_prelast_names, *who.rich_last_names])
    if not given:
        return family
    return Text(family, ", ", given) if inverted else Text(given, " ", family)


def people(who: list[Person]) -> Text:
    """Return all names, only the first one inverted: the list is sorted by it."""
    names = [person(p, inverted=not i) for i, p in enumerate(who)]
    if len(names) < 3:
        return Text(" and ").join(names)
    return Text(Text(", ").join(names[:-1]), ", and ", names[-1])


def title(entry: Entry) -> Text:
    """Return the title, in italics if it is that of a book."""
    text = rich(entry, "title")
    return Text(Tag("em", text)) if entry.type in BOOKS else text


def container(entry: Entry) -> Text:
    """Return ``Technometrics 12(1), 55-67`` or ``In Proceedings, vol. 3, 1-9``."""
    journal, volume, number = (rich(entry, f) for f in ("journal", "volume", "number"))
    pages = Text(entry.fields.get("pages", "").replace("--", "\N{EN DASH}"))
    if journal:
        issue = (
            Text(" ", volume, *(("(", number, ")") if number else ())) if volume else ""
        )
        head = Text(Tag("em", journal), issue)
    elif "booktitle" in entry.fields:
        series = rich(entry, "series")
        parts = [Text("In ", Tag("em", rich(entry, "booktitle")))]
        parts.append(Text(series, " ", volume) if series and volume else series)
        parts.append(Text("vol. ", volume) if volume and not series else Text())
        head = Text(", ").join([p for p in parts if p])
    else:
        return Text()
    return Text(head, ", ", pages) if pages else head


def house(entry: Entry) -> Text:
    """Return who published it: a publisher, a school, an institution."""
    parts = [Text(THESES[entry.type])] if entry.type in THESES else []
    if entry.type == "techreport":
        parts.append(Text("Report ", rich(entry, "number")))
    edition = entry.fields.get("edition", "")
    if edition:
        parts.append(Text(ORDINALS.get(edition, f"{edition}th"), " edition"))
    fields = ("publisher", "institution", "school", "address", "howpublished")
    parts += [rich(entry, field) for field in fields if field in entry.fields]
    return Text(", ").join(parts)


def links(entry: Entry) -> list[Text]:
    """Return the links to the DOI, the arXiv and a page."""
    doi, number, url = (entry.fields.get(f) for f in ("doi", "eprint", "url"))
    found = [Text(HRef(DOI + doi, f"doi:{doi}"))] if doi else []
    found += [Text(HRef(ARXIV + number, f"arXiv:{number}"))] if number else []
    return found or ([Text(HRef(url, url))] if url else [])


class Style(BaseStyle):
    """The style ``mmdl``."""

    default_sorting_style = "author_year_title"
    default_label_style = "alpha"  # labels are not printed

    def format_entry(
        self, label: str, entry: Entry, bib_data: object = None
    ) -> FormattedEntry:
        """Return the whole entry."""
        authors = entry.persons.get("author") or entry.persons.get("editor") or []
        year = entry.fields.get("year", "n.d.")
        editors = entry.persons.get("editor") if entry.persons.get("author") else None
        edited = (
            Text(
                "Edited by ",
                Text(" and ").join([person(p, inverted=False) for p in editors]),
            )
            if editors
            else Text()
        )
        head = Text(people(authors), f" ({year})")
        place = [container(entry), edited, house(entry), rich(entry, "note")]
        sentences = [head, title(entry), *place]
        text = Text(" ").join([t.add_period() for t in sentences if t])
        return FormattedEntry(
            entry.key,
            Text(" ").join([text, *(t.add_period() for t in links(entry))]),
            label,
        )


def setup(app: Sphinx) -> dict[str, object]:
    """Make the style known and choose it."""
    register_plugin("pybtex.style.formatting", "mmdl", Style)
    app.connect(
        "config-inited",
        lambda _app, config: setattr(config, "bibtex_default_style", "mmdl"),
        priority=100,
    )
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
