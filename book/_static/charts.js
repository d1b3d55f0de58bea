// Bring each chart of the page to life. Its still picture stays until the live one is ready.
"use strict";

// Draw the chart smaller where the page is narrower than the chart; letters keep their size.
// Where that would leave too little room for them, the style sheet scales the picture as a whole.
function fit(view, spec, box, live) {
  const drawn = Number(live.querySelector("svg").getAttribute("width"));
  const around = drawn - view.width(); // axes and legend
  const scale = Math.min(1, (box.clientWidth - around) / spec.width);
  if (scale > 0.5) view.width(spec.width * scale).height(spec.height * scale).run();
}

async function start(chart) {
  const spec = JSON.parse(chart.querySelector("script").textContent);
  const box = chart.querySelector(".nn-chart-picture");
  const live = chart.querySelector(".nn-chart-live");
  live.ariaHidden = "true"; // the picture has a description; its marks would each be read out
  const { view } = await vegaEmbed(live, spec, {
    actions: false,
    bind: chart.querySelector(".nn-chart-controls"),
    defaultStyle: false,
    renderer: "svg",
  });
  chart.classList.add("nn-is-live");
  if (Number.isFinite(spec.width) && Number.isFinite(spec.height)) {
    new ResizeObserver(() => fit(view, spec, box, live)).observe(box);
  }
}

document.querySelectorAll(".nn-chart").forEach(start);
