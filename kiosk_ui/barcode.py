"""Code 128 as a drawing: what every scanner at a counter reads without being set up.

Code set B of ISO/IEC 15417: printable ASCII, a check character modulo 103, and a quiet zone
of ten modules on either side.
"""

from __future__ import annotations

from markupsafe import Markup

_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132"
    "122231113222123122123221223211221132221231213212223112312131311222321122321221312212"
    "322112322211212123212321232121111323131123131321112313132113132311211313231113231311"
    "112133112331132131113123113321133121313121211331231131213113213311213131311123311321"
    "331121312113312311332111314111221411431111111224111422121124121421141122141221112214"
    "112412122114122411142112142211241211221114413111241112134111111242121142121241114212"
    "124112124211411212421112421211212141214121412121111143111341131141114113114311411113"
    "411311113141114131311141411131211412211214211232"
)
"""Of each character six: bar, space, bar, space, bar, space, in modules. 103 to 105 start."""

_START_B = 104
_STOP = "2331112"
_QUIET = 10
_PIXELS = 2
"""Of the screen for a module: whole ones, or bars of one width would be drawn in two."""

_DRAWING = Markup(
    '<svg class="barcode" width="{pixels}" height="60"'
    ' viewBox="0 0 {width} 40" preserveAspectRatio="none" role="img"'
    ' shape-rendering="crispEdges" aria-label="{label}">'
    '<rect class="barcode-ground" width="{width}" height="40"/><path d="{bars}"/></svg>'
)


def code128(text: str, label: str) -> Markup:
    """The bars of this text as SVG, one unit a module; `label` for whoever cannot see them.

    Raises ValueError for a character that is not printable ASCII.
    """
    values = [ord(each) - 32 for each in text]
    if not all(0 <= value <= 94 for value in values):
        raise ValueError(text)
    check = (_START_B + sum(place * value for place, value in enumerate(values, 1))) % 103
    drawn = (_START_B, *values, check)
    widths = "".join(_WIDTHS[value * 6 : value * 6 + 6] for value in drawn) + _STOP
    bars, at = [], _QUIET
    for place, each in enumerate(widths):
        if place % 2 == 0:
            bars.append(f"M{at} 0h{each}v40h-{each}z")
        at += int(each)
    width = at + _QUIET
    return _DRAWING.format(width=width, pixels=width * _PIXELS, label=label, bars="".join(bars))
