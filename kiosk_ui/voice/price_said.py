"""What is spoken of a price: the figures and sentences beside the box's name, never the name."""

from __future__ import annotations

from kiosk_ui.voice.saying import Clips, sentence, told
from terminal.core.screen_views import PriceTold

_IN_FIGURES = "price.told"
_WITH_FIGURES = {_IN_FIGURES, "price.not_listed", "price.public_health"}


def price_said(price: PriceTold) -> Clips:
    """The clips of a price as it stands on the page, in the order in which it stands there."""
    if price.code not in _WITH_FIGURES:
        return sentence(price.code)
    shares: Clips = ()
    if price.fund is not None and price.own is not None:
        shares = told("医保付", price.fund, "自己付", price.own)
    codes = (*(() if price.code == _IN_FIGURES else (price.code,)), *price.why)
    reasons = tuple(clip for code in codes for clip in sentence(code))
    return told("一盒", price.price) + shares + reasons + told("只是看价钱，没有记账。")
