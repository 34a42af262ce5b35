"""The county's daily file of sold codes: a digest filter, fetched by 9102 under its name.

PH: no transcript knows such a file; a county that offers one is this project's proposal.
"""

from __future__ import annotations

import hashlib
import io
import zipfile

from drivers.simulated.province.call import Call
from terminal.core.sold_digest import SALT_BYTES, build

_FALSE_POSITIVE_MAX = 0.001


def of_today(call: Call) -> bytes:
    """A ZIP with the filter of every code that this county has as sold."""
    region = call.institution.place.region
    there = {code for code, sold in call.reference.goods.sold_elsewhere.items()
             if sold.region == region}  # fmt: skip
    places = {each.code for each in call.reference.institutions.values()
              if each.place.region == region}  # fmt: skip
    rows = call.book.rows("SELECT DISTINCT code, institution FROM sales WHERE returned = 0")
    filtered = build(
        there | {row["code"] for row in rows if row["institution"] in places},
        salt=hashlib.sha256(f"{region}{call.today}".encode()).digest()[:SALT_BYTES],
        day=call.today,
        county=region,
        false_positive_max=_FALSE_POSITIVE_MAX,
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("sold_digest.bin"), filtered)
    return packed.getvalue()
