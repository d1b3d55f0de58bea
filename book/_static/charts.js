// Bring a chart to life when a reader comes near. Until then its still picture stands there.
"use strict";
{
  const address = document.currentScript.src;
  let library;

  function load(name) {
    library ??= new Promise((loaded, failed) => {
      const script = document.createElement("script");
      Object.assign(script, { src: new URL(name, address), onload: loaded, onerror: failed });
      document.head.append(script);
    });
    return library;
  }

  // The sizes of a picture, or of the pictures in it, are signals of these names.
  const sizes = /^(?:width|height|child(?:Width|Height)|concat_\d+_(?:width|height))$/;

  // Draw the chart narrower where the page is narrower than the chart, and less high, but not as
  // much: letters keep their size. Pictures side by side keep their shape.
  function fit(view, full, box) {
    const widths = Object.keys(full).filter((name) => /width$/i.test(name));
    const sum = (values) => widths.reduce((total, name) => total + values(name), 0);
    const drawn = Number(box.querySelector(".nn-chart-live svg").getAttribute("width"));
    const around = drawn - sum((name) => view.signal(name)); // axes, legend, what is between
    const scale = Math.min(1, (box.clientWidth - around) / sum((name) => full[name]));
    if (scale < 0.3) return; // the style sheet scales the picture as a whole
    const upright = widths.length > 1 ? scale : (1 + scale) / 2;
    for (const [name, size] of Object.entries(full)) {
      view.signal(name, size * (widths.includes(name) ? scale : upright));
    }
    view.resize().run();
  }

  async function start(chart) {
    await load(chart.dataset.library);
    const part = (name) => chart.querySelector(`.nn-chart-${name}`);
    const spec = JSON.parse(chart.querySelector("script").textContent);
    const options = { actions: false, defaultStyle: false, mode: "vega", renderer: "svg" };
    const { view } = await vegaEmbed(part("live"), spec, options);
    const { signals } = view.getState({ signals: () => true, data: () => false });
    const full = Object.fromEntries(Object.entries(signals).filter(([name]) => sizes.test(name)));
    const form = part("controls");
    const inputs = [...form.elements].filter((one) => one.name);

    const value = (input) => (input.type === "range" ? input.valueAsNumber : input.value);
    async function follow() {
      for (const input of inputs) view.signal(input.name, value(input));
      await view.runAsync();
      const said = view.signal("said").join("\n");
      if (part("said").textContent !== said) part("said").textContent = said; // and is announced
      for (const input of inputs.filter((one) => one.type === "range")) {
        const digits = input.step.split(".")[1]?.length ?? 0;
        const meaning = `${input.name}_shown` in signals && view.signal(`${input.name}_shown`);
        const shown = meaning || input.valueAsNumber.toFixed(digits).replace("-", "\u2212");
        input.nextElementSibling.textContent = input.ariaValueText = shown;
      }
    }

    await follow();
    chart.classList.add("nn-is-live");
    form.addEventListener("input", follow);
    form.addEventListener("reset", () => setTimeout(follow)); // when the sliders are back
    new ResizeObserver(() => fit(view, full, part("picture"))).observe(part("picture"));
  }

  const near = new IntersectionObserver(
    (entries) => {
      for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
        near.unobserve(target);
        start(target);
      }
    },
    { rootMargin: "100%" },
  );
  // At the first sign of a reader, so that a chart on the first screen keeps no page from showing.
  const unread = new AbortController();
  function watch() {
    unread.abort();
    for (const chart of document.querySelectorAll(".nn-chart")) near.observe(chart);
  }
  for (const sign of ["pointermove", "pointerdown", "touchstart", "keydown", "scroll"]) {
    addEventListener(sign, watch, { passive: true, signal: unread.signal });
  }
}
