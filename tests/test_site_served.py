"""The built book as a server on the web gives it: compressed, and nothing from anywhere else."""

import gzip
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from browser import SITE

TEXT = (".html", ".css", ".js", ".svg", ".json", ".txt", ".xml")


class Compressing(SimpleHTTPRequestHandler):
    """Give files as they are, and texts compressed, which every server for pages can do."""

    def do_GET(self):
        path = self.translate_path(self.path)
        if not path.endswith(TEXT):
            return super().do_GET()
        try:
            with open(path, "rb") as file:
                body = gzip.compress(file.read(), 6)
        except FileNotFoundError:
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def serving(folder):
    """The address of a server of a folder's files, on this machine alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressing, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def address(built):
    with serving(SITE) as address:
        yield address


def transferred(browser):
    """How many bytes came for the page that is open, by the address that was asked."""
    asked = {
        event["params"]["requestId"]: event["params"]["request"]["url"]
        for event in browser.events
        if event.get("method") == "Network.requestWillBeSent"
    }
    sizes = {}
    for event in browser.events:
        if event.get("method") == "Network.loadingFinished":
            of = event["params"]
            url = asked.get(of["requestId"], "")
            sizes[url] = sizes.get(url, 0) + of["encodedDataLength"]
    return sizes


def chapters():
    return sorted(path.name for path in (SITE / "book").glob("[0-9][0-9]-*.html"))


def load_all_pictures(browser):
    """Those that would come when one gets to them, or opens a fold."""
    browser.ask(
        """(async () => {
            for (const fold of document.querySelectorAll("details")) fold.open = true;
            for (const image of document.images) image.loading = "eager";
            await Promise.all([...document.images].map(image => image.decode()));
        })()"""
    )


FAR = """[...document.querySelectorAll(".nn-chart")]
    .every(chart => chart.getBoundingClientRect().top > 2 * innerHeight)"""


def test_the_front_page_and_each_chapter_cross_the_wire_light(browser, address):
    """400 KB for the first page; 700 KB for a chapter with all its figures, but for the library."""
    browser.tell("Network.setCacheDisabled", cacheDisabled=True)
    weights, wrong = {}, {}
    for name in ("index.html", *chapters()):
        browser.open(f"{address}/book/{name}", query="?")
        if browser.ask(FAR):
            assert "vega-embed" not in " ".join(transferred(browser)), name
        browser.draw_charts()
        load_all_pictures(browser)
        weights[name] = {url: size / 1000 for url, size in transferred(browser).items()}
        if problems := browser.problems():
            wrong[name] = problems
    assert wrong == {}
    library = {url: kb for of in weights.values() for url, kb in of.items() if "vega-embed" in url}
    assert len(library) == 1 and max(library.values()) <= 320
    sums = {
        name: sum(kb for url, kb in of.items() if url not in library)
        for name, of in weights.items()
    }
    allowed = {"index.html": 400}
    assert {name: kb for name, kb in sums.items() if kb > allowed.get(name, 700)} == {}


def test_pages_come_from_a_server_without_a_complaint(browser, address, built):
    """One with a script of its own, and one of each kind that has none."""
    for name in ("search.html?q=gradient", "book/glossary.html", "book/api-layers.html"):
        browser.open(f"{address}/{name}")
        assert browser.problems() == [], name
