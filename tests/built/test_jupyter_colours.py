"""Stored figures are legible in JupyterLab, light and dark: plotly.js draws them as they are on the page's colour."""

from pathlib import Path

import pytest
import sphinx_plotly_figures
from sphinx_plotly_figures import figures

PLOTLY = Path(sphinx_plotly_figures.__file__).parent / "static" / "plotly-cartesian.min.js"
#: What JupyterLab's two themes put behind an output.
THEMES = {"light": "#FFFFFF", "dark": "#111111"}
#: Contrast of text that WCAG 2.2 asks for (1.4.3), and how it is computed (relative luminance).
ENOUGH = 4.5
MEASURE = """
async ({data, layout, page}) => {
  document.body.style.background = page;
  const box = document.querySelector("#box");
  await Plotly.newPlot(box, data, {...layout, width: 900}, {displayModeBar: false});
  const parts = (colour) => (colour.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const over = (below, [r, g, b, a = 1], opacity) =>
    below.map((value, i) => value * (1 - a * opacity) + [r, g, b][i] * a * opacity);
  const light = (rgb) => rgb.map((value) => value / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const inside = (shape, x, y) => {
    const place = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse());
    return shape.isPointInFill(place);
  };
  const pixel = async (image, x, y) => {
    const drawn = Object.assign(new Image(), { src: image.href.baseVal });
    await drawn.decode();
    const {left, top, width, height} = image.getBoundingClientRect();
    const canvas = new OffscreenCanvas(drawn.width, drawn.height).getContext("2d");
    canvas.drawImage(drawn, 0, 0);
    const at = [(x - left) / width * drawn.width, (y - top) / height * drawn.height].map(Math.floor);
    return [...canvas.getImageData(...at, 1, 1).data].slice(0, 3);
  };
  const found = [];
  for (const text of box.querySelectorAll("text")) {
    const {left, top, width, height} = text.getBoundingClientRect();
    if (!text.textContent.trim() || !width) continue;
    // from the page up to the text: what is filled there, with its opacity
    const [x, y] = [left + width / 2, top + height / 2];
    let behind = parts(getComputedStyle(document.body).backgroundColor).slice(0, 3);
    for (const element of document.elementsFromPoint(x, y).reverse()) {
      const style = getComputedStyle(element);
      if (element.tagName === "svg") behind = over(behind, parts(style.backgroundColor), 1);
      else if (element.tagName === "image") behind = await pixel(element, x, y);
      else if (element instanceof SVGGeometryElement && style.fill !== "none" && inside(element, x, y)) {
        behind = over(behind, parts(style.fill), style.fillOpacity * style.opacity);
      }
    }
    const ink = over(behind, parts(getComputedStyle(text).fill), 1);
    const [low, high] = [light(ink), light(behind)].sort((a, b) => a - b);
    found.push([text.textContent, (high + 0.05) / (low + 0.05)]);
  }
  Plotly.purge(box);
  return found;
}
"""


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_context(viewport={"width": 1000, "height": 1400}).new_page()
    page.set_content("<body style='margin: 0'><div id='box'></div></body>")
    # Plotly lets the pointer through most of what it draws; here it is to find everything
    page.add_style_tag(content="#box * { pointer-events: all !important }")
    page.add_script_tag(path=PLOTLY)
    yield page
    page.context.close()


def measured(page, figure, theme):
    return page.evaluate(MEASURE, {"data": figure["data"], "layout": figure["layout"], "page": THEMES[theme]})


@pytest.mark.parametrize("theme", THEMES)
def test_labels_are_legible(page, notebook, theme):
    faint = []
    for _, item in figures.figure_cells(notebook):
        labels = measured(page, item["figure"], theme)
        assert labels, f"{item['name']} has no label"
        faint += [f"{item['name']}: {label!r} {contrast:.1f}" for label, contrast in labels if contrast < ENOUGH]
    assert faint == []


@pytest.mark.parametrize(
    ("ink", "paper", "theme", "contrast"),
    # black on white has a contrast of 21; without paper of its own, black on JupyterLab's dark has 1.11
    [
        ("#000000", "#FFFFFF", "dark", 21),
        ("#000000", "rgba(0, 0, 0, 0)", "dark", 1.11),
        ("#777777", "#FFF", "light", 4.48),
    ],
)
def test_what_is_measured(page, ink, paper, theme, contrast):
    layout = {"paper_bgcolor": paper, "plot_bgcolor": paper, "font": {"color": ink}, "template": {"layout": {}}}
    figure = {"data": [{"x": [1, 2], "y": [1, 2]}], "layout": layout}
    assert {round(found, 2) for _, found in measured(page, figure, theme)} == {contrast}
