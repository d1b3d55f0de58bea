"""What a page loads before it shows itself: rules that match nothing go, the others stay."""

from itertools import pairwise

import heads
import pytest
from browser import SITE

KNOWN = {"shown", "open", "a"}


@pytest.mark.parametrize(
    ("sheet", "kept"),
    [
        ("p { color: red }", "p{color: red}\n"),
        (".shown{x:1}.gone{x:2}", ".shown{x:1}\n"),
        ("p.shown > a.gone, .open{x:1}", ".open{x:1}\n"),
        ("p:not(.gone), p:is(.gone, b){x:1}", "p:not(.gone),p:is(.gone, b){x:1}\n"),
        ("[class*=gone]{x:1}", "[class*=gone]{x:1}\n"),
        ("@media print { .gone{x:1} .open{x:2} }", "@media print{.open{x:2}\n}\n"),
        ("@media print { .gone{x:1} }", ""),
        ("@font-face { src: url(a.woff) }", "@font-face { src: url(a.woff) }\n"),
        ("@keyframes k { from {x:1} to {x:2} }", "@keyframes k { from {x:1} to {x:2} }\n"),
        ('.a:before{content:"\\f002"}/* a note */', '.a:before{content:"\uf002"}\n'),
        (".a{x:1} } .b{y:1}", ".a{x:1}\n"),  # browsers leave out what is no rule, too
    ],
)
def test_rules_stay_if_one_of_their_selectors_can_match(sheet, kept):
    assert heads.without_unused(sheet, KNOWN) == kept


def test_a_sheet_reads_the_same_from_its_new_place(tmp_path):
    (tmp_path / "styles").mkdir()
    (tmp_path / "base.css").write_text("p{background:url(p.png)}")
    text = '@import "../base.css";q{src:url("../fonts/q.woff");mask:url(data:image/x,1)}'
    (tmp_path / "styles" / "theme.css").write_text(text)
    assert heads.moved(tmp_path, "styles/theme.css") == (
        'p{background:url("p.png")}q{src:url("fonts/q.woff");mask:url(data:image/x,1)}'
    )


PAGE = """<html><head>
<link href="../_static/styles/theme.css?digest=1" rel="stylesheet" />
  <title>T</title>
<link rel="stylesheet" type="text/css" href="../_static/style.css?v=2" />
<link rel="icon" href="../_static/favicon.svg"/>
<script src="../_static/documentation_options.js?v=9"></script>
<script src="../_static/copybutton.js?v=3"></script>
<script>let toggleHintShow = 'Click to show';</script>
<script src="../_static/togglebutton.js?v=b"></script>
<script>OPTIONS.pagename = 'a';</script>
<script defer="defer" src="../_static/page.js"></script>
</head><body><script src="kept.js"></script></body></html>
"""


def test_a_page_gets_one_sheet_and_scripts_that_wait():
    page = heads.with_scripts_late(heads.with_one_sheet(PAGE, "../", "abc"), "OPTIONS = {}\n")
    assert (
        page
        == """<html><head>
<link rel="stylesheet" href="../_static/book.css?v=abc" data-sheets="styles/theme.css style.css">
  <title>T</title>
<link rel="icon" href="../_static/favicon.svg"/>
<script>OPTIONS = {}</script>
<script defer="defer" src="../_static/copybutton.js?v=3"></script>
<script>OPTIONS.pagename = 'a';</script>
<script defer="defer" src="../_static/page.js"></script>
</head><body><script src="kept.js"></script></body></html>
"""
    )
    # In a later build, when this page is as it was:
    again = heads.with_one_sheet(page, "../", "def")
    assert heads.with_scripts_late(again, "") == page.replace("abc", "def")


def test_the_pages_of_the_book_are_such(built):
    script = (SITE / "_static" / heads.THEME_SCRIPT).read_text(encoding="utf-8")
    assert '"nn-none"' in script, "the theme has changed how it looks for what scrolls"
    for path in SITE.glob("book/*.html"):
        head = path.read_text(encoding="utf-8").partition("</head>")[0]
        assert head.count('rel="stylesheet"') == 1, path.name
        for script in head.split("<script")[1:]:
            opening = script.partition(">")[0]
            assert "src=" not in opening or "defer" in opening, (path.name, opening)


def test_all_sections_are_laid_out_when_there_is_time(browser, built):
    """Before that, a screen reader knows nothing of those beyond the window."""
    page = SITE / "book" / "04-softmax.html"
    browser.tell("Page.navigate", url=page.as_uri())
    browser.wait("document.querySelector('.nn-laid-out')", "the sections are laid out")
    tree = browser.tell("Accessibility.getFullAXTree")["nodes"]
    heard = [node["name"]["value"] for node in tree if node["role"]["value"] == "heading"]
    there = browser.ask(
        "[...document.querySelectorAll('article :is(h1, h2, h3)')].map(one => one.innerText)"
    )
    assert len(there) > 30
    assert [name for name in there if name.rstrip("#¶").strip() not in heard] == []


# How many elements are laid out after each time in which there was nothing else to do.
LAID_OUT = """{
    const rest = requestIdleCallback;
    globalThis.steps = [];
    globalThis.requestIdleCallback = (next, ...options) => rest((deadline) => {
        next(deadline);
        const article = document.querySelectorAll(".bd-article *:not(mjx-assistive-mml *)");
        const visible = [...article].filter(
            (element) => element.checkVisibility({contentVisibilityAuto: true}));
        globalThis.steps.push(visible.length);
    }, ...options);
}"""


def test_a_piece_that_is_laid_out_is_short(browser, built):
    """Who scrolls or types in that moment has to wait until the piece is done."""
    page = SITE / "book" / "08-initialization.html"
    script = browser.tell("Page.addScriptToEvaluateOnNewDocument", source=LAID_OUT)
    try:
        browser.tell("Page.navigate", url=page.as_uri())
        browser.wait("document.querySelector('.nn-laid-out')", "the sections are laid out")
        steps = browser.ask("steps")
    finally:
        browser.tell("Page.removeScriptToEvaluateOnNewDocument", **script)
    more = [after - before for before, after in pairwise(steps)]
    assert sum(more) > 5000, "the page is short, or laid out at once"
    assert max(more) < 1200, "a whole section at once: most have more than this"
