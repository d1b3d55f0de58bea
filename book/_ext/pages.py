"""What search engines, messengers and telephones show of a page.

Each page says in a sentence what it is about. Where the address of the site is known, each page
names its own, and there are a list of all pages for search engines and a page for addresses that
do not exist.
"""

import html
import re
import textwrap
from pathlib import Path

import vl_convert
from docutils import nodes

LENGTH = 160  # characters of a description that search engines show
LOST = """<h1>There is no such page</h1>
<p>The address may be old, or mistyped. The <a href="index.html">front page</a> lists all chapters,
and <a href="search.html">the search</a> finds words in them.</p>"""


def setup(app):
    app.connect("config-inited", find_address, priority=600)  # when the repository is known
    app.connect("html-collect-pages", lost)
    app.connect("html-page-context", describe)
    app.connect("build-finished", write_files)


def find_address(app, config):
    """GitHub serves the pages of a repository under its owner's address."""
    if config.nnbook_repository and not config.html_baseurl:
        owner, name = config.nnbook_repository.split("/")
        site = f"https://{owner.lower()}.github.io/"
        config.html_baseurl = site if site.endswith(f"//{name.lower()}/") else f"{site}{name}/"


def description(doctree):
    """Return the first sentence or two of a page, as long as search engines show them."""
    paragraphs = [" ".join(node.astext().split()) for node in doctree.findall(nodes.paragraph)]
    text = next((text for text in paragraphs if len(text) > LENGTH / 3), " ".join(paragraphs))
    return textwrap.shorten(text, LENGTH, placeholder=" …")


def describe(app, pagename, templatename, context, doctree):
    """Add to the head of a page what others show of it."""
    base = app.config.html_baseurl
    tags = [("property", "og:site_name", app.config.project), ("property", "og:type", "article")]
    title = html.unescape(re.sub("<[^>]*>", "", context.get("title") or app.config.project))
    tags.append(("property", "og:title", title))
    if doctree is not None and (text := description(doctree)):
        tags += [("name", "description", text), ("property", "og:description", text)]
    if base:
        tags.append(("property", "og:url", f"{base}{pagename}.html"))
        tags.append(("property", "og:image", f"{base}_static/icon-512.png"))
    lines = [f'<meta {kind}="{name}" content="{html.escape(text)}">' for kind, name, text in tags]
    icon = context["pathto"]("_static/icon-180.png", resource=True)
    lines.append(f'<link rel="apple-touch-icon" href="{icon}">')
    if pagename == "404":
        lines = [f'<base href="{base}">', '<meta name="robots" content="noindex">']
    context["metatags"] = "\n".join([context.get("metatags", ""), *lines])


def lost(app):
    """Give the page that GitHub shows for an address that does not exist."""
    if app.config.html_baseurl:
        yield "404", {"title": "No such page", "body": LOST}, "page.html"


def write_files(app, exception):
    """Write icons, and what search engines ask for."""
    if exception is not None or app.builder.name != "html":
        return
    out, base = Path(app.outdir), app.config.html_baseurl
    drawing = Path(app.srcdir, "book", "_static", "favicon.svg")
    if drawing.exists():
        for width in (180, 512):
            picture = vl_convert.svg_to_png(drawing.read_text(encoding="utf-8"), scale=width / 32)
            (out / "_static" / f"icon-{width}.png").write_bytes(picture)
    robots = "User-agent: *\nAllow: /\n"
    if base:
        robots += f"Sitemap: {base}sitemap.xml\n"
        pages = "".join(
            f"  <url><loc>{html.escape(base + app.builder.get_target_uri(name))}</loc></url>\n"
            for name in sorted(app.env.found_docs)
        )
        (out / "sitemap.xml").write_text(
            '<?xml version="1.0" encoding="utf-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{pages}</urlset>\n',
            encoding="utf-8",
        )
    (out / "robots.txt").write_text(robots, encoding="utf-8")
