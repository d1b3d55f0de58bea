"""What a page says to those who hear it.

The eye takes from the place whose hint, source or table a thing is, and passes over empty boxes and
signs. Read out, each needs a name of its own, and what says nothing has to go.
"""

import re

TEXT = (
    # Sphinx gives each work and their list roles that are out of date, or want other children.
    (r' role="(?:doc-biblioentry|list)"', ""),
    (r'<div (?=class="cell_input )', '<div role="group" aria-label="Code" '),
    (r'<div (?=class="cell_output )', '<div role="group" aria-label="Output" '),
    # In the reference: the way to the code, and where a long name may break.
    (
        r'(<dt class="sig [^>]*id="([\w.]+)">(?:(?!</dt>)[\s\S])*?<a )'
        r'(?=[^>]*><span class="viewcode-link">)',
        r'\1aria-label="source of \2" ',
    ),
    (r'\.(?=[\w.]*</span></span><span class="sig-name )', ".<wbr>"),
)
FRAME = (
    # The way back from the code; Sphinx writes these pages only when the code has changed.
    (r'<a (?=class="viewcode-back" href="[^"#]*#([\w.]+)")', r'<a aria-label="docs of \1" '),
    # Icons are letters of a font that are no words.
    (r'<(?:i|span) (?=class="[^"]*\b(?:fa-|toctree-toggle))', r'\g<0>aria-hidden="true" '),
    (r">([^<]+)</a>(<details[^>]*>)<summary>", r'>\1</a>\2<summary aria-label="\1">'),
    # The name of this button is what stands on it.
    (r'(<button class="btn search-button-field [^>]*?) aria-label="[^"]*"', r"\1"),
    (r'<dialog id="pst-search-dialog">', '<dialog id="pst-search-dialog" aria-label="Search">'),
    (r'<dialog id="pst-primary-[^>"]*"(?=>)', r'\g<0> aria-label="Pages of the book"'),
    (r'<dialog id="pst-secondary-[^>"]*"(?=>)', r'\g<0> aria-label="Contents of this page"'),
    # Empty landmarks; a script of the theme measures the first. What leads on is one.
    (r'<header id="pst-header"([^>]*)>\s*</header>', r'<div id="pst-header"\1></div>'),
    (r'<footer class="bd-footer">\s*</footer>', ""),
    (
        r'<div class="prev-next-area"(?=>\s*<a)',
        r'\g<0> role="navigation" aria-label="Previous and next page"',
    ),
)
# What gets the name of the place where it stands, and the places.
PARTS = re.compile(
    r"""(?s:<(?:h[1-6]|p\ class="admonition-title")[^>]*>(?P<heading>.*?)</(?:h[1-6]|p)>)
    |(?s:<p\ class="nn-heard"><strong>[^<]*</strong>(?P<heard>.*?)</p>)
    |(?s:<table(?P<of_table>\ class="table[^>]*)>(?P<table>.*?)</table>)
    |(?P<fold><summary)(?=[^>]*>\s*<span\ class="sd-summary-text">(?P<inside>[^<]*)<)
    |<a(?=[^>]*>(?:<[^>]*>)*(?P<measured>See\ it\ measured)<)""",
    re.VERBOSE,
)
EMPTY = r'<th class="head[^"]*"><p></p></th>'


def setup(app):
    app.connect("html-page-context", mend_text)


def mend_text(app, pagename, templatename, context, doctree):
    context["body"] = spoken(context.get("body", ""))


def framed(page):
    """Return a page with names for what stands around its text; a second time changes nothing."""
    return replaced(page, FRAME)


def replaced(text, rules):
    for pattern, new in rules:
        text = re.sub(pattern, new, text)
    return text


def spoken(text):
    """Return the text of a page with names for its parts."""
    heading = heard = ""
    tables = 0  # since the heading

    def named(found):
        nonlocal heading, heard, tables
        if found["heading"] is not None:
            heading, tables = words(found["heading"]), 0
        elif found["heard"] is not None:
            heard = words(found["heard"])
        elif found["table"] is not None:
            tables += 1
            which = f", table {tables}" if tables > 1 else ""
            attributes = f'{found["of_table"]} aria-label="{heading}{which}"'
            return f"<table{attributes}>{with_row_headings(found['table'])}</table>"
        elif found["measured"]:
            return f'<a aria-label="{found["measured"]}: {heard}"' if heard else found[0]
        elif exercise := re.match(r"Exercise [\d.]+", heading):
            return f'<summary aria-label="{found["inside"]} for {exercise[0].lower()}"'
        return found[0]

    return PARTS.sub(named, replaced(text, TEXT))


def words(text):
    """Return what a piece of HTML says, as the value of an attribute."""
    text = re.sub(r'<a class="headerlink".*?</a>|<[^>]*>', "", text)
    return " ".join(text.split()).replace('"', "&quot;")


def with_row_headings(table):
    """Return the inside of a table whose first column, if nothing stands above it, heads the rows.

    An empty cell is the heading of nothing.
    """
    head, end, body = table.partition("</thead>")
    if not end:
        return table
    mended = re.sub(EMPTY, "<td></td>", head)
    if re.search(rf"<tr[^>]*>\s*{EMPTY}", head):
        body = re.sub(r"(<tr[^>]*>\s*)<td(.*?)</td>", r'\1<th scope="row"\2</th>', body, flags=re.S)
    return mended + end + body if "<th " in mended else body
