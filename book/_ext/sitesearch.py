"""The book's search: from a word to the passage in which it stands.

What a page says is written, passage by passage, into a script that the search page alone loads.
`search.js` looks through all of it, and `passage.js` leads to the passage and marks the word.

Sphinx's own search knows pages and sections, looks words up by their English stems, and fetches
pages for its excerpts, which `file://` does not allow. Pagefind fetches its index, and MiniSearch
would have to be copied into this repository; for both, a Korean word with its particle is another
word. The text of the book is a megabyte, and to look through all of it takes milliseconds: that
needs no index, finds signs and Korean words, and has the sentence around the word at hand.
"""

import json
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

# A passage is an element with one of these tags; its number is its place among them, the bars of
# folds left out. passage.js counts in the same way.
BLOCKS = "h1 h2 h3 h4 h5 h6 p li dt dd tr pre figcaption".split()
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
ENDS_P = {
    "blockquote",
    "details",
    "div",
    "dl",
    "figure",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
}
UNREAD = re.compile(r"<(mjx-math|svg|script|style|button|summary)\b.*?</\1>", re.DOTALL)
UNSAID = {"headerlink", "viewcode-link", "cell_output"}  # classes of what is left out
CLAIMS = {"nn-claim", "nn-heard", "nn-true"}
MARKS = {"title": "t", "heading": "h", "term": "d", "claim": "c", "text": "p", "code": "s"}
# What stands in a line of text between the parts of a formula, and accents.
BETWEEN = {
    "msub": "_",
    "msup": "^",
    "msubsup": "_^",
    "munder": "_",
    "munderover": "_^",
    "mfrac": "/",
}
ACCENTS = {"^": "\u0302", "~": "\u0303", "¯": "\u0304", "―": "\u0304", "˙": "\u0307"}

SEARCH = """<h1>Search</h1>
<form class="nn-search" role="search" action="search.html" method="get">
<input type="search" class="form-control" name="q" aria-label="Search this book" autocomplete="off"
  autocapitalize="off" spellcheck="false">
<button class="btn" type="submit">Search</button>
</form>
<p class="nn-hint">Several words are all looked for; words <q>in quotes</q> as they stand.</p>
<p id="nn-count" role="status"></p>
<p id="nn-nothing" hidden>Try fewer words, or another name for the same thing. The
<a href="book/glossary.html">glossary</a> lists terms, in Korean too, and the
<a href="book/index.html">front page</a> all chapters.</p>
<div id="nn-results"></div>
<noscript><p>The search needs JavaScript. The <a href="book/glossary.html">glossary</a> lists terms,
and the <a href="book/index.html">front page</a> all chapters.</p></noscript>
<script defer src="_static/book-text.js"></script>
<script defer src="_static/search.js"></script>
"""


def setup(app):
    app.connect("config-inited", add_templates)
    app.connect("builder-inited", drop_search)
    app.connect("html-page-context", drop_highlight)
    app.connect("html-collect-pages", search_page)
    app.connect("build-finished", write_text)
    app.add_js_file("passage.js", loading_method="defer")


def add_templates(app, config):
    config.templates_path.append(str(Path(__file__).with_name("templates")))


def drop_search(app):
    """Let Sphinx write neither an index nor a search page."""
    app.builder.search = False


def drop_highlight(app, pagename, templatename, context, doctree):
    """Leave out the script that marks what Sphinx's search has found."""
    scripts = context["script_files"]
    scripts[:] = [one for one in scripts if "sphinx_highlight" not in (one.filename or "")]


def search_page(app):
    yield "search", {"title": "Search", "body": SEARCH}, "page.html"


def write_text(app, exception):
    """Write what the search page looks through, and take away what it makes superfluous."""
    if exception is not None or app.builder.name != "html":
        return
    book = []
    for name in sorted(app.env.found_docs):
        html = Path(app.builder.get_outfilename(name)).read_text(encoding="utf-8")
        book.append([app.builder.get_target_uri(name), passages(html)])
    text = json.dumps(book, ensure_ascii=False, separators=(",", ":"))
    static = Path(app.outdir, "_static")
    (static / "book-text.js").write_text(f"const BOOK = {text};\n", encoding="utf-8")
    for unused in ("searchtools.js", "language_data.js", "sphinx_highlight.js"):
        (static / unused).unlink(missing_ok=True)
    Path(app.outdir, "searchindex.js").unlink(missing_ok=True)


def passages(html):
    """Return the passages of a page in their order: a letter for the kind of each, and its text.

    A passage that the search leaves out, as what a cell prints, is an empty string.
    """
    begin = html.index('<article class="bd-article"')
    reader = Reader()
    reader.feed(UNREAD.sub(" ", html[begin : html.index("</article>", begin)]))
    reader.close()
    return [reader.written(*block) for block in reader.blocks]


class Element:
    """An open element: what its text belongs to, and how many children it has had."""

    def __init__(self, tag, block=None, kind="text", unsaid=False):
        self.tag, self.block, self.kind, self.unsaid, self.children = tag, block, kind, unsaid, 0
        self.closing = " " if tag in ("munder", "munderover") else ""  # of a part of a formula


class Reader(HTMLParser):
    """Collect the text of a page's passages, each with its kind."""

    def __init__(self):
        super().__init__()
        self.blocks, self.open, self.formula = [], [Element("")], None

    def handle_starttag(self, tag, attributes):
        if tag in VOID:
            return
        if tag in ENDS_P and self.open[-1].tag == "p":
            self.open.pop()
        parent = self.open[-1]
        attributes = dict(attributes)
        classes = set((attributes.get("class") or "").split())
        new = Element(tag, parent.block, parent.kind, parent.unsaid)
        if classes & CLAIMS:
            new.kind = "claim"
        new.unsaid |= bool(classes & UNSAID) or (tag == "div" and "math" in classes)
        # The labels "Parameters", "Returns" of the reference.
        new.unsaid |= tag == "dt" and bool(classes & {"field-odd", "field-even"})
        self.open.append(new)
        if tag == "math":
            self.formula = []
        elif tag == "mtable" and not new.unsaid:
            self.formula.append("…")
            new.unsaid = True
        elif self.formula is not None and not new.unsaid:
            self.separate(tag, parent)
        elif tag in ("td", "th"):
            self.handle_data(" | ")
        if tag in BLOCKS:
            self.begin(new)

    def begin(self, new):
        """Start a passage. All cells of a row are one."""
        kind = {"h1": "title", "dt": "term", "pre": "code"}.get(new.tag, new.kind)
        if re.fullmatch("h[2-6]", new.tag):
            kind = "heading"
        self.blocks.append((kind, []))
        if not any(element.tag == "tr" for element in self.open[:-1]):
            new.block = self.blocks[-1][1]

    def separate(self, tag, parent):
        """Put a sign between the parts of a formula, and brackets around what has parts itself."""
        signs = BETWEEN.get(parent.tag, "")
        if 0 < parent.children <= len(signs):
            self.formula.append(signs[parent.children - 1])
        parent.children += 1
        if tag == "msqrt" or (tag == "mrow" and parent.tag in BETWEEN):
            self.formula.append("√(" if tag == "msqrt" else "(")
            self.open[-1].closing = ")"

    def handle_endtag(self, tag):
        if self.formula is not None:
            self.formula.append(self.open[-1].closing)
        if any(element.tag == tag for element in self.open):
            while self.open.pop().tag != tag:
                pass
        elif tag == "p":  # a list has ended the paragraph around it; browsers begin another
            self.blocks.append(("text", []))
        if tag == "math":
            formula, self.formula = readable("".join(self.formula)), None
            self.handle_data(formula)

    def handle_data(self, text):
        top = self.open[-1]
        if self.formula is not None and not top.unsaid:
            accent = top.tag == "mo" and self.open[-2].tag == "mover"
            self.formula.append(ACCENTS.get(text, text) if accent else text)
        elif top.block is not None and not top.unsaid:
            top.block.append(text)

    @staticmethod
    def written(kind, pieces):
        text = unicodedata.normalize("NFC", "".join(pieces))
        if kind == "code":
            text = text.strip("\n").rstrip()
        else:
            text = " ".join(text.split()).strip("| ")
        return MARKS[kind] + text if text else ""


def readable(formula):
    """Set the signs of a formula in a line of text apart, and drop brackets around a letter."""
    formula = unicodedata.normalize("NFC", formula)
    formula = formula.replace("\u2061", " ")  # between a function and its argument
    formula = re.sub(r"\s*([=≈≠≤≥<>∈∼∝→←↦·×])\s*", r" \1 ", formula)
    formula = re.sub(r"(?<=[\w)\]'′])\s*([+−])\s*", r" \1 ", formula)
    formula = re.sub(r"(?<=[_^√])\((\w+)\)|(?<=/)\((\d+|\w)\)", r"\1\2", formula)
    return re.sub(r"(?<!\w)\(([\w\u0300-\u036f]+)\)(?=[/_^])", r"\1", formula)
