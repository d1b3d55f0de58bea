"""What a page loads before it shows itself: one style sheet, and no script that it can do without.

The theme and its extensions bring eleven style sheets, most of whose rules match nothing in this
book, and scripts for parts that it does not have. When all pages are written, their heads change:
one sheet holds the rules that some page can use, and scripts wait until the page is there. What
stands around the text gets its names (`spoken.py`) on the same way.
"""

import hashlib
import re
from itertools import pairwise
from pathlib import Path
from posixpath import dirname, join, normpath

import tinycss2
from charts import HTML_BUILDERS, LIBRARY
from icons import keep_used
from spoken import framed

SHEET = "book.css"
# The theme looks which of these scroll, as soon as the page is there and after each change of it,
# and for that the whole page is laid out. page.js does so for each box when it is near.
THEME_SCRIPT = "scripts/pydata-sphinx-theme.js"
LOOKED_AT = re.compile(r'\["pre","\.nboutput[^\]]*"\]\.join\(", "\)')
LINK = re.compile(r'[ \t]*<link [^>]*rel="stylesheet"[^>]*>\n?')
NOT_NEEDED = ("togglebutton.js", "design-tabs.js", "fontawesome.js")  # nothing here for them to do
RULES = ("media", "supports", "layer", "container")  # at-rules that hold rules


def setup(app):
    app.connect("build-finished", lighten, priority=900)  # when all pages and scripts are there


def lighten(app, exception):
    if exception is not None or app.builder.name not in HTML_BUILDERS:
        return
    out, static = Path(app.outdir), Path(app.outdir, "_static")
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}
    pages = {path: text for path, text in pages.items() if "<head>" in text}
    theme = static / THEME_SCRIPT
    theme.write_text(
        LOOKED_AT.sub('"nn-none"', theme.read_text(encoding="utf-8")), encoding="utf-8"
    )
    scripts = [  # the library draws only, and knows too many words
        path.read_text(encoding="utf-8") for path in static.rglob("*.js") if path.name != LIBRARY
    ]
    keep_used(static, [*pages.values(), *scripts])
    known = classes(pages.values())
    for script in scripts:  # they add classes by name
        known.update(re.findall(r"[\w-]+", script))
    names = dict.fromkeys(name for text in pages.values() for name in sheets(text))
    whole = "".join(without_unused(moved(static, name), known) for name in names)
    sheet = '@charset "UTF-8";\n' + whole.replace('@charset "UTF-8";', "")
    (static / SHEET).write_text(sheet, encoding="utf-8")
    version = hashlib.sha256(sheet.encode()).hexdigest()[:8]
    options = (static / "documentation_options.js").read_text(encoding="utf-8")
    for path, text in pages.items():
        root = "../" * (len(path.relative_to(out).parts) - 1)
        fresh = with_scripts_late(with_one_sheet(framed(text), root, version), options)
        if fresh != text:
            path.write_text(fresh, encoding="utf-8")


# --- The style sheet ---------------------------------------------------------------------------


def sheets(page):
    """Return the names of a page's style sheets in `_static`, as they were when it was written."""
    if found := re.search(r'data-sheets="([^"]*)"', page):
        return found[1].split()
    links = "".join(LINK.findall(page.partition("</head>")[0]))
    return re.findall(r'href="(?:\.\./)*_static/([^"?]+)', links)


def with_one_sheet(page, root, version):
    """Return a page with one link in place of those to its style sheets."""
    names = " ".join(sheets(page))
    link = f'<link rel="stylesheet" href="{root}_static/{SHEET}?v={version}" data-sheets="{names}">'
    head, end, rest = page.partition("</head>")
    first = LINK.search(head)
    return head[: first.start()] + f"{link}\n" + LINK.sub("", head[first.start() :]) + end + rest


def moved(static, name):
    """Return a style sheet as it reads in `_static`, with what it imports."""
    text = (static / name).read_text(encoding="utf-8")

    def imported(found):
        return moved(static, normpath(join(dirname(name), found[1])))

    def address(found):
        if found[1].startswith(("data:", "http:", "https:", "#", "/")):
            return found[0]
        return f'url("{normpath(join(dirname(name), found[1]))}")'

    text = re.sub(r"url\([\"']?([^\"')]+)[\"']?\)", address, text)
    return re.sub(r"@import \"([^\"]+)\";", imported, text)


def classes(pages):
    """Return the classes of all elements."""
    found = (re.findall(r'\bclass="([^"]*)"', page) for page in pages)
    return {name for of_page in found for names in of_page for name in names.split()}


def without_unused(text, known):
    """Return a style sheet without the rules whose classes are not known."""
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    return "".join(_written(rule, known) for rule in rules)


def _written(rule, known):
    if rule.type == "qualified-rule":
        chosen = [one for one in _selectors(rule.prelude) if _classes(one) <= known]
        if not chosen:
            return ""
        selectors = ",".join(tinycss2.serialize(one).strip() for one in chosen)
        return f"{selectors}{{{tinycss2.serialize(rule.content).strip()}}}\n"
    if rule.type == "at-rule" and rule.lower_at_keyword in RULES and rule.content is not None:
        inside = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        kept = "".join(_written(one, known) for one in inside)
        prelude = tinycss2.serialize(rule.prelude).strip()
        return f"@{rule.at_keyword} {prelude}{{{kept}}}\n" if kept else ""
    return "" if rule.type == "error" else tinycss2.serialize([rule]).strip() + "\n"


def _selectors(prelude):
    """Return the parts between commas."""
    parts = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _classes(selector):
    """Return the classes that an element must have; what stands in :not() or :is() is no must."""
    return {
        name.value
        for dot, name in pairwise(selector)
        if dot.type == "literal" and dot.value == "." and name.type == "ident"
    }


# --- Scripts -----------------------------------------------------------------------------------


def with_scripts_late(page, options):
    """Return a page whose scripts wait until it is there, without those that it does not need."""
    head, end, rest = page.partition("</head>")
    for name in NOT_NEEDED:
        head = re.sub(rf'[ \t]*<script [^>]*src="[^"]*{name}[^"]*"></script>\n?', "", head)
    head = re.sub(r"[ \t]*<script>(?:let|var) toggle[^<]*</script>\n?", "", head)
    options_script = re.compile(r'<script src="[^"]*documentation_options\.js[^"]*"></script>')
    head = options_script.sub(lambda found: f"<script>{options.strip()}</script>", head)
    head = re.sub(r"<script (?!defer)(?=[^>]*src=)", '<script defer="defer" ', head)
    return head + end + rest
