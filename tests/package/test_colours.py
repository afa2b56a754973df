"""Colours that stand side by side stay apart for eyes that see no red, no green or no blue."""

import itertools

import numpy as np
import pytest

from sorafenib_book.charts import diagrams
from sorafenib_book.style import palette

# Complete loss of one kind of cone, in linear RGB: table 1 of Machado, Oliveira and Fernandes 2009
# (doi:10.1109/TVCG.2009.113).
EYES = {
    "all cones": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
# Three of the just noticeable differences in CIELAB, 2.3 each (Mahy and others 1994, doi:10.1002/col.5080190207).
APART = 7
PALETTES = {name: value for name, value in vars(palette).items() if name.isupper() and isinstance(value, dict)}
PALETTES = {name: value for name, value in PALETTES.items() if name not in ("SYMBOLS", "SYMBOL_WORDS")} | {
    "EFFECTS": diagrams.EFFECTS,
}


def lab(colour, eye):
    """A colour as ``#rrggbb`` in CIELAB under D65, as an eye sees it."""
    part = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    x = XYZ @ np.clip(EYES[eye] @ linear, 0, 1) / XYZ.sum(axis=1)
    f = np.where(x > (6 / 29) ** 3, np.cbrt(x), x / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("palette", PALETTES)
def test_colours_stay_apart(palette, eye):
    seen = {name: lab(colour, eye) for name, colour in PALETTES[palette].items()}
    distances = {pair: np.linalg.norm(seen[pair[0]] - seen[pair[1]]) for pair in itertools.combinations(seen, 2)}
    near = {pair: round(float(distance), 1) for pair, distance in distances.items() if distance < APART}
    assert not near
