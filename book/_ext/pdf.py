"""Print the book: all its pages as one PDF in _build, from what `make book` has built.

The pages are joined to one, which Chromium prints twice: the first time tells on which page each
heading stands, the second time the contents say so. Hints and solutions stand at the end. The
exercise notebooks are left out: their tasks are those of the chapters.
"""

import html
import posixpath
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote, urlsplit

import matplotlib
import pikepdf
import yaml
from bs4 import BeautifulSoup
from changes import ROOT
from pypdf import PdfReader

BUILD = ROOT / "_build"
SITE = BUILD / "html"
JOINED = BUILD / "print" / "book.html"
PDF = BUILD / "neural-networks-you-can-check.pdf"
LEFT_OUT = "book/exercises/"

PLACES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
# The page is our own and runs no script: it needs no sandbox, which not every container allows.
FLAGS = """--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run
--disable-background-networking --disable-component-update --disable-extensions --disable-sync
--no-pdf-header-footer --generate-pdf-document-outline""".split()
PATIENCE = 900  # seconds

# What stays as it is, and is not worth parsing.
KEPT_ASIDE = re.compile(r"<(mjx-container|svg|pre)\b.*?</\1>", re.DOTALL)
NOT_PRINTED = """script, .headerlink, .viewcode-link, .nn-chart-live, .nn-chart-controls,
div.cell:not(.tag_plain-numpy) > details.hide.above-input"""

# Fonts that come with Matplotlib: the book is the same from every machine.
FONTS = {
    "nn-serif": ("STIXGeneral", "STIXGeneralItalic", "STIXGeneralBol", "STIXGeneralBolIta"),
    "nn-sans": ("DejaVuSans", "DejaVuSans-Oblique", "DejaVuSans-Bold", "DejaVuSans-BoldOblique"),
    "nn-mono": ("DejaVuSansMono", "DejaVuSansMono-Oblique", "DejaVuSansMono-Bold"),
}
FACES = (("400", "normal"), ("400", "italic"), ("700", "normal"), ("700", "italic"))
STYLE = """
@page { size: A4; margin: 22mm 22mm 20mm; @bottom-center { font: 9pt nn-sans; } }
@page title { @bottom-center { content: none; } }
html { --nn-text: nn-serif, serif; --pst-font-family-base: nn-sans, sans-serif;
  --pst-font-family-heading: nn-sans, sans-serif; --pst-font-family-monospace: nn-mono, monospace; }
.bd-main .bd-content .bd-article-container .bd-article { font-size: 10.5pt; }
.nn-title { display: flex; flex-direction: column; height: 250mm; page: title; text-align: center; }
.nn-title img { margin: 55mm auto 12mm; width: 34mm; zoom: 1; }
.nn-title .nn-name { font: 600 28pt/1.2 nn-sans; text-wrap: balance; }
.nn-title .nn-last { font: 9pt nn-sans; margin-top: auto; }
.nn-contents { columns: 2; column-gap: 9mm; font-size: 9.5pt; line-height: 1.3; }
.nn-contents p { break-inside: avoid; margin: 0 !important; }
.nn-contents a { align-items: flex-end; color: inherit; display: flex; overflow: clip; }
.nn-contents .nn-dots { border-bottom: 1pt dotted #999; flex: 1; margin: 0 1mm 1mm;
  min-width: 4mm; }
.nn-contents .nn-part { break-after: avoid; font: 600 8.5pt nn-sans; padding: 5mm 0 1mm; }
.nn-contents .nn-h1 { font-weight: 600; padding-top: 1mm; }
.nn-contents .nn-h1:has(+ .nn-h2) { break-after: avoid; }
.nn-contents .nn-h2 { padding-left: 4mm; }
.nn-answer, .nn-back { font: 9pt nn-sans; margin-right: 4mm; }
h3 a { color: inherit !important; }
"""

ARTICLE = """<div class="bd-main"><div class="bd-content"><div class="bd-article-container">
<article class="bd-article" id="{name}" style="page: {page}">{inside}</article></div></div></div>"""

FOLDED = re.compile("below, folded")  # so say the chapters where answers are on the screen
NUMBER = re.compile(r"@@([^@\s<>]+)@@")  # of the page on which the element with this id stands


class PrintError(Exception):
    """The book cannot be printed; the message says why."""


def parts():
    """Return the parts of the book: pairs of a caption and the names of pages."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))

    def pages(entries):
        for entry in entries:
            if not entry["file"].startswith(LEFT_OUT):
                yield entry["file"]
            yield from pages(entry.get("sections", []))

    found = [
        (part.get("caption", ""), list(pages(part["chapters"]))) for part in toc.get("parts", [toc])
    ]
    return [("", [toc["root"]]), *found]


class Book:
    """All pages, on the way to one."""

    def __init__(self):
        self.parts = parts()
        # How the ids of a page begin in the book.
        self.names = {page: page.rpartition("/")[2] for _, pages in self.parts for page in pages}
        self.config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
        self.aside, self.heads, self.formulas = [], [], set()
        self.answers = {"Hint": [], "Solution": []}

    def join(self):
        """Return the HTML of the book, with `@@id@@` where a page number belongs."""
        contents, articles = [], []
        for part, pages in self.parts:
            contents.append(f'<p class="nn-part">{html.escape(part)}</p>' if part and pages else "")
            for page in pages:
                article = self.read(page)
                self.move_answers(article)
                numbered = article.h1.select_one(".section-number")
                contents += lines(article, sections=numbered)
                articles.append(self.sheet(article))
        if any(self.answers.values()):
            contents.append('<p class="nn-part">Answers</p>')
        for kind, chapters in self.answers.items():
            if chapters:
                start = f'<section id="{kind}s"><h1>{kind}s</h1></section>'
                article = parse(f'<article id="answers.{kind}">{start}</article>').article
                article.section.extend(chapters)
                contents += lines(article, sections=True)
                articles.append(self.sheet(article))
        listed = f'<h1>Contents</h1><div class="nn-contents">{"".join(contents)}</div>'
        listed = ARTICLE.format(name="contents", page="auto", inside=listed)
        body = self.title_page() + listed + "".join(articles)
        body = re.sub(r"<!--aside (\d+)-->", lambda found: self.aside[int(found[1])], body)
        return f"{self.head()}<body>{body}</body></html>"

    def read(self, page):
        """Return the text of a page, with the ids and links that it has in the book."""
        text = (SITE / f"{page}.html").read_text(encoding="utf-8")
        text = text[text.index("<article") : text.index("</article>")] + "</article>"
        article = parse(KEPT_ASIDE.sub(self.keep, text)).article
        for element in article.select(NOT_PRINTED):
            element.decompose()
        name = self.names[page]
        for element in article.select("[id]"):
            element["id"] = f"{name}.{element['id']}"
        for picture in article.select("img"):
            picture["src"] = (SITE / place(page, picture["src"])).as_uri()
        for link in article.select("a[href]"):
            address = urlsplit(link["href"])
            target = place(page, address.path).removesuffix(".html") if address.path else page
            if target in self.names and not address.scheme:
                fragment = f".{unquote(address.fragment)}" if address.fragment else ""
                link["href"] = f"#{self.names[target]}{fragment}"
            elif not address.scheme:
                link.unwrap()  # a file of the site
        for formula in article.select("span.math, .nn-formula"):
            tex = formula.get("data-tex") or formula.parent["data-tex"]
            formula["role"], formula["aria-label"] = "img", " ".join(tex.split())
            # Glyphs of a style sheet are no content to Chromium, and it leaves out an empty image.
            formula.insert(0, parse('<span style="position: absolute">&nbsp;</span>'))
            self.formulas.add(formula["aria-label"])
        for text in article.find_all(string=FOLDED):
            text.replace_with(FOLDED.sub(r"at the end of the book", text))
        for fold in article.select("details"):
            fold["open"] = ""
        article["id"] = name
        if page == self.parts[0][1][0]:
            article.h1.string = "About this book"  # the title stands on a page of its own
        return article

    def keep(self, found):
        self.aside.append(found[0])
        return f"<!--aside {len(self.aside) - 1}-->"

    def move_answers(self, article):
        """Move hints and solutions to the end of the book, and leave ways to them."""
        title, name = article.h1.decode_contents(), article["id"]
        moved = {
            kind: parse(f'<section id="{kind}.{name}"><h2>{title}</h2></section>').section
            for kind in self.answers
        }
        for fold in article.select("section:has(> h3) > details.sd-dropdown"):
            kind = fold.summary.get_text(strip=True)
            if kind in moved:
                moved[kind].append(answer(kind, fold))
        for kind, chapter in moved.items():
            if chapter.section:
                self.answers[kind].append(chapter)

    def sheet(self, article):
        """Return an article, on pages of its own with its title in their head."""
        page, title = f"nn{len(self.heads)}", article.h1.get_text().replace('"', r"\22 ")
        head = f'@top-right {{ content: "{title}"; font: 9pt nn-sans; }}'
        self.heads.append(f"@page {page} {{ {head} }}")
        return ARTICLE.format(name=article["id"], page=page, inside=article.section)

    def title_page(self):
        config = self.config
        logo = (ROOT / config["logo"]).as_uri()
        last = config.get("html", {}).get("extra_footer", "")
        edition = version("neural-networks-you-can-check")
        return ARTICLE.format(
            name="title",
            page="title",
            inside=f'''<div class="nn-title"><p><img alt="" src="{logo}"></p>
            <p class="nn-name">{html.escape(config["title"])}</p>
            <div class="nn-last"><p>Version {edition}</p>{last}</div></div>''',
        )

    def head(self):
        """Return what comes before the pages: style sheets, those of the site and our own."""
        front = f"{self.parts[0][1][0]}.html"
        found = parse((SITE / front).read_text(encoding="utf-8"))
        sheets = [
            f'<link rel="stylesheet" href="{(SITE / place(front, link["href"])).as_uri()}">'
            for link in found.select("link[rel=stylesheet]")
        ]
        return f'''<!doctype html><html lang="{found.html["lang"]}" data-theme="light"><head>
        <meta charset="utf-8"><title>{html.escape(self.config["title"])}</title>{"".join(sheets)}
        <style>{fonts()}{STYLE}{"".join(self.heads)}</style></head>'''


def parse(text):
    return BeautifulSoup(text, "html.parser")


def place(page, path):
    """Return where in the site a page's relative link leads."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(urlsplit(path).path)))


def answer(kind, fold):
    """Return what a hint or solution says, and put in its place the way to it."""
    exercise = fold.parent
    name, task = f"{kind}.{exercise['id']}", exercise["id"]
    heading = parse(exercise.h3.decode_contents())
    for level in heading.select(".nn-level"):
        level.decompose()
    back = f'<a href="#{task}">{heading}</a> <span class="nn-back">(page @@{task}@@)</span>'
    moved = parse(f'<section id="{name}"><h3>{back}</h3></section>').section
    moved.extend(list(fold.select_one(".sd-summary-content").contents))
    way = f'<a class="nn-answer" href="#{name}">{kind}: page @@{name}@@</a> '
    fold.replace_with(parse(way))
    return moved


def lines(article, *, sections):
    """Return the lines of the contents for a page, with or without its sections."""
    headings = article.select("section > h1, section > h2")
    for heading in headings if sections else headings[:1]:
        name, title = heading.parent["id"], heading.decode_contents()
        line = f'<span>{title}</span><span class="nn-dots"></span><span>@@{name}@@</span>'
        yield f'<p class="nn-{heading.name}"><a href="#{name}">{line}</a></p>'


def fonts():
    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    return "".join(
        f'@font-face {{ font-family: {family}; src: url("{(folder / f"{face}.ttf").as_uri()}");'
        f" font-style: {style}; font-weight: {weight}; }}\n"
        for family, faces in FONTS.items()
        for face, (weight, style) in zip(faces, FACES, strict=False)
    )


def find_chromium():
    found = next((found for place in PLACES if (found := shutil.which(place))), None)
    if found is None:
        raise PrintError("it takes Chromium or Chrome, and neither was found on this machine")
    return found


def write(program, page, pdf):
    """Print a page of HTML."""
    command = [program, *FLAGS, f"--user-data-dir={page.parent / 'profile'}"]
    command += [f"--print-to-pdf={pdf}", page.as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise PrintError(f"Chromium was not ready after {PATIENCE} seconds") from None
    if done.returncode or not pdf.exists():
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise PrintError(f"Chromium ended with {done.returncode}: {' '.join(said[-1:])}")


def numbers(pdf):
    """Return the page on which each name of a PDF stands."""
    reader = PdfReader(pdf)
    count = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages, 1)}
    named = reader.named_destinations
    return {name.removeprefix("/"): count[at.raw_get("/Page").idnum] for name, at in named.items()}


def filled(joined, known):
    """Put page numbers where they belong."""
    return NUMBER.sub(lambda found: str(known.get(found[1], "000")), joined)


def finish(large, pdf, formulas):
    """Write a PDF once more, its small objects together in streams: less than half the bytes.

    Chromium writes an image where a formula stands, with what is read aloud; PDF has a word for it.
    """
    packed = large.with_suffix(".packed")
    with pikepdf.open(large) as printed:
        for part in printed.objects:
            if isinstance(part, pikepdf.Dictionary) and part.get("/S") == pikepdf.Name.Figure:
                if str(part.get("/Alt")) in formulas:
                    part.S = pikepdf.Name.Formula
        printed.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    packed.replace(pdf)


def make(pdf=PDF):
    """Print the book."""
    program = find_chromium()
    if not (SITE / "index.html").exists():
        raise PrintError("the book is not built: make book")
    shutil.rmtree(JOINED.parent, ignore_errors=True)
    JOINED.parent.mkdir(parents=True)
    book = Book()
    joined, known = book.join(), {}
    fresh = JOINED.with_suffix(".pdf")
    for _ in range(4):  # a number that is longer than it was can move what follows
        JOINED.write_text(filled(joined, known), encoding="utf-8")
        write(program, JOINED, fresh)
        before, known = known, numbers(fresh)
        if known == before:
            break
    finish(fresh, pdf, book.formulas)
    shutil.rmtree(JOINED.parent, ignore_errors=True)
    return pdf


def main():
    print("Printing the book …", flush=True)
    try:
        pdf = make()
    except PrintError as error:
        print(f"The book was not printed: {error}.", file=sys.stderr)
        return 1
    print(f"The book as one PDF: {pdf.as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
