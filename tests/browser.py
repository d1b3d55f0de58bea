"""Chromium for the tests: told over its DevTools protocol what to do, asked what a page shows.

Playwright would do it, too, but its synchronous interface leaves an event loop running, in which
the tests that execute notebooks cannot start theirs.
"""

import json
import os
import select
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import matplotlib
from pdf import PLACES

SITE = Path(__file__).resolve().parents[1] / "_build" / "html"

# Chromium reads from 3 and writes to 4: put our ends there, by way of numbers that are free.
START = """import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for number, end in zip((3, 4), ends):
    os.dup2(end, number)
os.execv(sys.argv[3], sys.argv[3:])"""


# Without questions, without a look at any host, and without the shared memory that is small in
# containers.
FLAGS = """--headless --no-sandbox --disable-gpu --no-first-run --no-default-browser-check
--disable-sync --disable-background-networking --disable-component-update --disable-quic
--disable-default-apps --disable-extensions --password-store=basic --use-mock-keychain --lang=en-US
--remote-debugging-pipe --no-proxy-server --disable-dev-shm-usage""".split()
FLAGS.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
PATIENCE = 180  # seconds, for a machine that is busy with something else


class NoAnswer(Exception):
    """Chromium has ended, or says nothing any more."""


class PageChanged(AssertionError):
    """The page was left before it had answered."""


class Browser:
    """Chromium, told what to do over a pair of pipes in its DevTools protocol."""

    def __init__(self, program, profile):
        theirs, self._to = os.pipe()
        self._from, back = os.pipe()
        start = [sys.executable, "-c", START, str(theirs), str(back), program]
        self._process = subprocess.Popen(
            [*start, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(theirs, back),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(back)
        self._buffer, self._count, self._tab, self.events = b"", 0, {}, []
        self._shown = None  # the id under which the present page was loaded
        try:
            target = self.tell("Target.createTarget", url="about:blank")["targetId"]
            attached = self.tell("Target.attachToTarget", targetId=target, flatten=True)
            self._tab = {"sessionId": attached["sessionId"]}
            for domain in ("Page", "Runtime", "Log", "Network"):
                self.tell(f"{domain}.enable")
            self.tell("Page.setLifecycleEventsEnabled", enabled=True)
        except NoAnswer:
            self.close()
            raise

    def _next(self):
        while b"\0" not in self._buffer:
            if not select.select([self._from], [], [], PATIENCE)[0]:
                raise NoAnswer(f"Chromium said nothing for {PATIENCE} seconds")
            chunk = os.read(self._from, 1 << 20)
            if not chunk:
                raise NoAnswer("Chromium has ended")
            self._buffer += chunk
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def tell(self, method, **parameters):
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters, **self._tab}
        rest = json.dumps(message).encode() + b"\0"
        try:
            while rest:
                rest = rest[os.write(self._to, rest) :]
        except BrokenPipeError:
            raise NoAnswer("Chromium has ended") from None
        while (answer := self._next()).get("id") != self._count:
            self.events.append(answer)
        if "navigated" in answer.get("error", {}).get("message", ""):
            raise PageChanged(method, answer)
        assert "error" not in answer, (method, answer)
        return answer["result"]

    def ask(self, script):
        """The value of a JavaScript expression; of a promise, when it is settled."""
        answer = self.tell(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, script, what):
        """Wait until a JavaScript expression is true, on this page or on one to which it leads.

        `what` says what for.
        """
        end = time.monotonic() + PATIENCE
        while True:
            with suppress(PageChanged):
                if self.ask(f"!!({script})"):
                    return
            assert time.monotonic() < end, f"waited {PATIENCE} seconds in vain: {what}"
            time.sleep(0.05)

    def press(self, key, number, *, shift=False):
        named = {"key": key, "code": key, "windowsVirtualKeyCode": number, "modifiers": 8 * shift}
        text = {"text": "\r"} if key == "Enter" else {}
        self.tell("Input.dispatchKeyEvent", type="keyDown", **named, **text)
        self.tell("Input.dispatchKeyEvent", type="keyUp", **named)

    def resize(self, width):
        phone = width < 600
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            **{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": phone},
        )

    def open(self, path, *, width=1280, theme="light", query="", scripts=True):
        """Load a file, or an address on this machine, and wait until its charts are drawn.

        With a `query` the page stays where it has opened; its charts are drawn if they are near.
        """
        self.resize(width)
        features = [
            {"name": "prefers-color-scheme", "value": theme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.tell("Emulation.setEmulatedMedia", features=features)
        self.tell("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.events.clear()
        url = path if isinstance(path, str) else path.as_uri()
        self._shown = self.tell("Page.navigate", url=url + query)["loaderId"]
        while not any(self._says_loaded(event) for event in self.events):
            self.events.append(self._next())
        if scripts:
            if not query:
                self.draw_charts()
            self.ask(READY)

    def unfold(self):
        """Open what is folded, and wait until it is laid out."""
        self.ask("document.querySelectorAll('details').forEach(one => one.open = true)")
        self.ask(FRAMES)

    def draw_charts(self):
        """Go to each chart, which is drawn for a reader who comes near, and back."""
        self.ask("void document.body.dispatchEvent(new Event('pointermove', {bubbles: true}))")
        for number in range(self.ask("document.querySelectorAll('.nn-chart').length")):
            chart = f"document.querySelectorAll('.nn-chart')[{number}]"
            self.ask(f"{chart}.scrollIntoView()")
            live = f"{chart}.matches('.nn-is-live') || !{chart}.checkVisibility()"
            self.wait(live, "a chart is drawn")
        self.ask("scrollTo(0, 0)")

    def _says_loaded(self, event):
        """Of this page: the one before it, or the empty one at the start, may be late."""
        of = event.get("params", {})
        return of.get("name") == "load" and of.get("loaderId") == self._shown

    def problems(self):
        """What went to another host or failed to load, and what the console complained about."""
        found, asked = [], set()
        for event in self.events:
            method, of = event.get("method"), event.get("params", {})
            if method == "Network.requestWillBeSent":
                asked.add(of["requestId"])
            if method == "Network.requestWillBeSent":
                url = of["request"]["url"]
                if not url.startswith(("file:", "data:", "blob:", "about:", "http://127.0.0.1:")):
                    found.append(f"asked {url}")
            elif method == "Network.loadingFailed" and of["requestId"] in asked:
                found.append(of["errorText"])
            elif method == "Runtime.exceptionThrown":
                details = of["exceptionDetails"]
                found.append(details.get("exception", {}).get("description") or details["text"])
            elif method == "Log.entryAdded" and of["entry"]["level"] in ("error", "warning"):
                found.append(of["entry"]["text"])
            elif method == "Runtime.consoleAPICalled" and of["type"] in ("error", "warning"):
                found.append(str([argument.get("value") for argument in of["args"]]))
        return found

    def close(self):
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._to)
        os.close(self._from)


def start(folder):
    """Return a Browser whose profile is in a new folder, or None where there is no Chromium.

    On a busy machine the first start may fail, so it is tried three times.
    """
    program = next((found for place in PLACES if (found := shutil.which(place))), None)
    if program is None or os.name == "nt":
        return None
    for last in (False, False, True):
        try:
            return Browser(program, folder("profile"))
        except NoAnswer:
            if last:
                raise


# After two frames everything that answers to a size or a script has done so.
FRAMES = "new Promise(later => requestAnimationFrame(() => requestAnimationFrame(later)))"
READY = f"""(async () => {{
    document.documentElement.classList.add("nn-laid-out"); // at once what page.js does bit by bit
    await document.fonts.ready;
    await {FRAMES};
}})()"""

TEXT_ELEMENTS = """[...document.querySelectorAll("body *")].filter(element =>
    element.checkVisibility() && !element.closest("script, style, svg, mjx-container, i, .math")
    && [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))"""

# The text elements whose colour differs too little from what is painted behind them.
PALE = r"""(() => {
    const rgba = text => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    const light = colour => colour.slice(0, 3).map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const over = (top, below) => {
        const a = top[3] ?? 1;
        return [0, 1, 2].map(i => a * top[i] + (1 - a) * below[i]);
    };
    const behind = element => element === null ? [255, 255, 255]
        : over(rgba(getComputedStyle(element).backgroundColor), behind(element.parentElement));
    const pale = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !element.checkVisibility({visibilityProperty: true})
            || element.closest("script, style, noscript, svg, mjx-assistive-mml")) continue;
        const paper = behind(element);
        const ink = over(rgba(getComputedStyle(element).color), paper);
        const [low, high] = [light(ink), light(paper)].sort((a, b) => a - b);
        const contrast = (high + 0.05) / (low + 0.05);
        if (contrast < 4.5) pale.add(`${element.tagName}.${element.className} `
            + `"${walk.currentNode.data.trim().slice(0, 30)}" ${contrast.toFixed(1)}`);
    }
    return [...pale];
})()"""


# Where a line ends depends on the fonts of the reader's machine, so the layout is tested with two
# sets that Matplotlib carries: wide ones, and narrow ones. Sans serif, serif, and for code.
FONTS = {
    "wide": ("DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSansMono.ttf"),
    "narrow": ("STIXGeneral.ttf", "STIXGeneral.ttf", "cmtt10.ttf"),
}

# Set the fonts, and return those that were not loaded.
SET_FONTS = """(async ([sans, serif, mono]) => {
    const fonts = {"nn-sans": sans, "nn-serif": serif, "nn-mono": mono};
    const sheet = document.getElementById("nn-fonts") ?? document.createElement("style");
    sheet.id = "nn-fonts";
    sheet.textContent = Object.entries(fonts)
        .map(([name, url]) => `@font-face { font-family: ${name}; src: url("${url}"); }`).join("")
        + `html { --pst-font-family-base: nn-sans !important; --nn-text: nn-serif !important;
            --pst-font-family-heading: nn-sans !important;
            --pst-font-family-monospace: nn-mono !important; }
           body, button, input, select { font-family: nn-sans !important; }`;
    document.head.append(sheet);
    const names = Object.keys(fonts);
    const loaded = await Promise.all(names.map(name => document.fonts.load(`1em ${name}`)));
    return names.filter((_, i) => loaded[i].length !== 1);
})"""


def set_fonts(browser, names):
    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    urls = [(folder / name).as_uri() for name in names]
    assert browser.ask(f"{SET_FONTS}({json.dumps(urls)})") == [], "these fonts were not loaded"
