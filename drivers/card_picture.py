"""An enrolment card as a picture: one QR code, for the county to print."""

from __future__ import annotations

import cv2
import numpy as np
import zxingcpp

from terminal.core.faults import Unavailable

_DOT_PIXELS = 6
"""A third of a millimetre each at 400 dots an inch: what a hand scanner reads well."""


def card_picture(text: str) -> bytes:
    """PNG. Raises Unavailable `card.no_picture`."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="L")
    picture = np.array(zxingcpp.write_barcode_to_image(code, scale=_DOT_PIXELS))
    is_written, data = cv2.imencode(".png", picture)
    if not is_written:
        raise Unavailable("card.no_picture")
    return data.tobytes()
