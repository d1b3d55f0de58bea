"""Formulas are set when the book is built: a page needs no script, and shows them at once.

The MathJax of the package sphinx-mathjax-offline runs in V8 (mini-racer), and writes HTML for a
style sheet with its own fonts. Beside it stands MathML, which screen readers read; what is copied
from a page holds the formula's TeX (`page.js`). A formula that was set before comes from a file.
"""

import json
import re
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from py_mini_racer import MiniRacer
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

SOURCE = Path(find_spec("sphinx-mathjax-offline").submodule_search_locations[0], "static/mathjax")
FONTS = SOURCE / "output/chtml/fonts/woff-v2"
# In this order; what comes later uses what came before.
PARTS = [
    "startup", "core", "adaptors/liteDOM", "input/tex-full", "output/chtml",
    "output/chtml/fonts/tex", "a11y/assistive-mml",
]  # fmt: skip
SETTINGS = {
    "loader": {"load": [], "source": {}},
    "startup": {
        "typeset": False,
        "document": "<html><head></head><body></body></html>",
        "adaptor": "liteAdaptor",
        "handler": "HTMLHandler",
        "input": ["tex"],
        "output": "chtml",
    },
    "tex": {"packages": {"[-]": ["noundefined"]}},  # an unknown command is an error
    "chtml": {"fontURL": "fonts", "scale": 0.95},  # beside the fonts of the text
}
START = f"""
var global = globalThis;
var console = {{log() {{}}, warn() {{}}, error() {{}}}};
var MathJax = {json.dumps(SETTINGS)};
"""
READY = """
MathJax.startup.getComponents();
const page = MathJax.startup.document, writer = MathJax.startup.adaptor;
function set(tex, display) { return writer.outerHTML(page.convert(tex, {display})); }
function style() { return writer.textContent(MathJax.startup.output.styleSheet(page)); }
"""
# What stays in one line with the formula before or after it.
OPENING, CLOSING = re.compile(r"[(\[\u201c‘]+$"), re.compile(r"[.,;:!?)\]\u201d’%]+")
SHORT = {"4": 5, "3": 12}  # glyphs before a relation, another operator: MathJax's spaces
BEGINS, ENDS = (re.compile(rf'<mjx-mo [^>]*><mjx-c class="mjx-c({c})"') for c in ("28|5B", "29|5D"))
TAG = re.compile(r"<(/?)mjx-([\w-]+)([^>]*)>")

logger = logging.getLogger(__name__)


class Formulas:
    """Set formulas, and remember them in a file.

    Parameters
    ----------
    file : path
    """

    def __init__(self, file):
        self.file, self.engine, self.known, self.rules = Path(file), None, {}, {}
        if self.file.exists():
            self.known, self.rules = json.loads(self.file.read_text(encoding="utf-8"))

    def set(self, tex, *, display):
        """Return the HTML of a formula; raise `ValueError` with what is wrong with it."""
        key = f"{display:d}{tex}"
        if key not in self.known:
            if self.engine is None:
                self.engine = MiniRacer()
                self.engine.eval(START)
                for part in PARTS:
                    self.engine.eval((SOURCE / f"{part}.js").read_text(encoding="utf-8") + "\n;0")
                self.engine.eval(READY + ";0")
            html = self.engine.call("set", tex, display)
            if problem := re.search(r'<mjx-merror data-mjx-error="([^"]*)"', html):
                raise ValueError(problem[1])
            self.known[key] = breakable(html, display=display)
        return self.known[key]

    def close(self):
        """Keep what was set, and return the style sheet of all formulas."""
        if self.engine is not None:
            sheet = self.engine.call("style")
            rules = re.findall(r"([^{}]+)\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}", sheet)
            self.rules |= {name.strip(): body.strip() for name, body in rules}
            self.engine.close()
            self.engine = None
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text(json.dumps([self.known, self.rules]), encoding="utf-8")
        return "\n".join(f"{name} {{ {body} }}" for name, body in sorted(self.rules.items()))


def setup(app):
    app.add_html_math_renderer("built", (visit_inline, None), (visit_display, None))
    app.add_css_file("formulas/formulas.css")
    app.connect("builder-inited", start)
    app.connect("doctree-resolved", glue)
    app.connect("build-finished", finish)


def start(app):
    parts = [SOURCE / f"{part}.js" for part in PARTS]
    key = sha256(b"".join(path.read_bytes() for path in parts) + Path(__file__).read_bytes())
    folder = Path(app.outdir).resolve().parent / ".formulas"
    app.formulas = Formulas(folder / f"{key.hexdigest()[:16]}.json")


def finish(app, exception):
    """Write style sheet and fonts."""
    sheet = app.formulas.close()
    if exception is None and app.builder.format == "html":
        folder = Path(app.outdir, "_static", "formulas")
        (folder / "fonts").mkdir(parents=True, exist_ok=True)
        (folder / "formulas.css").write_text(sheet, encoding="utf-8")
        for name in sorted(set(re.findall(r"fonts/([\w-]+\.woff)", sheet))):
            (folder / "fonts" / name).write_bytes((FONTS / name).read_bytes())


def written(self, node, tex, *, display):
    """Return the HTML of a formula of a page."""
    try:
        return self.builder.app.formulas.set(tex.strip(), display=display)
    except ValueError as error:
        logger.warning("the formula %s: %s", tex, error, location=node)
        return self.encode(tex)


def glue(app, doctree, name):
    """Keep a formula in one line with the punctuation around it."""
    for formula in list(doctree.findall(nodes.math)):
        parent = formula.parent
        at = parent.index(formula)
        before = parent[at - 1] if at and isinstance(parent[at - 1], nodes.Text) else ""
        after = parent[at + 1] if at + 1 < len(parent) else ""
        after = after if isinstance(after, nodes.Text) else ""
        opens, closes = OPENING.search(before), CLOSING.match(after)
        if not opens and not closes:
            continue
        glued = nodes.inline(classes=["nn-glued"])
        parent[at] = glued
        if opens:
            glued += nodes.Text(opens[0])
            parent[at - 1] = nodes.Text(before[: opens.start()])
        glued += formula
        if closes:
            glued += nodes.Text(closes[0])
            parent[at + 1] = nodes.Text(after[closes.end() :])


def breakable(html, *, display):
    """Let a formula that is too wide go on in the next line, at a relation or after a comma.

    A display goes on before a relation or another operator, unless little stands before it: since
    the last relation, or for another operator since the last break.
    """
    begin = html.index(">", html.index("<mjx-math")) + 1
    end = html.index("</mjx-math>")
    depth, start, parts, group, side, brackets = 0, begin, [], "", 0, 0
    for tag in TAG.finditer(html, begin, end):
        depth += -1 if tag[1] else 1
        if depth:
            continue
        element, start = html[start : tag.end()], tag.end()
        sign = re.match(r'<mjx-mo [^>]*\bspace="([34])"', element)
        relation = sign and sign[1] == "4"
        brackets += bool(BEGINS.match(element)) - bool(ENDS.match(element))
        comma = element.startswith("<mjx-mo") and "mjx-c2C" in element
        if sign and display and (relation or not brackets):
            before = group[side:] if relation else group
            if before.count("<mjx-c ") >= SHORT[sign[1]]:
                parts, group = [*parts, group], ""
        if relation:
            side = len(group)  # where this side begins
        group += element
        if comma or (relation and not display):
            parts, group, side = [*parts, group], "", 0
    parts += [group] if group else []
    if len(parts) < 2:
        return html
    html = html[:begin] + "".join(f"<span>{part}</span>" for part in parts) + html[end:]
    return html.replace('class="MathJax"', 'class="MathJax nn-breaks"', 1)


def visit_inline(self, node):
    """Write a formula in a line."""
    tex = node.astext()
    html, shown = written(self, node, tex, display=False), {"data-tex": tex.strip()}
    breaks = " nn-with-breaks" if "nn-breaks" in html else ""
    classes = f"math notranslate nohighlight{breaks}"
    self.body.append(self.starttag(node, "span", "", CLASS=classes, **shown))
    self.body.append(f"{html}</span>")
    raise nodes.SkipNode


def has_rows(tex):
    """Whether a formula has several rows, matrices and the like left aside."""
    inner = re.compile(r"\\begin\{(\w+\*?)\}((?!\\begin).)*?\\end\{\1\}", re.DOTALL)
    while inner.search(tex):
        tex = inner.sub("", tex)
    return r"\\" in tex


def visit_display(self, node):
    """Write a formula on a line of its own."""
    parts = [part for part in node.astext().split("\n\n") if part.strip()]
    rows = [rf"\begin{{split}}{part}\end{{split}}" if has_rows(part) else part for part in parts]
    tex = rows[0] if len(rows) == 1 else r"\begin{gathered}" + r"\\".join(rows) + r"\end{gathered}"
    if node["nowrap"]:
        tex = node.astext()
    shown = {"data-tex": node.astext().strip()}
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight", **shown))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(
        f'<div class="nn-formula">{written(self, node, tex, display=True)}</div></div>'
    )
    raise nodes.SkipNode
