"""One drug or service of the clinic, and what a trace prefix stands on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

_PART = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Item:
    """A drug or a service that can stand on a bill."""

    med_list_codg: str
    """The national catalogue's code."""
    medins_list_codg: str
    """The clinic's own code, mapped to the national one at the province (3301)."""
    name: str
    spec: str
    unit: str
    price: Decimal
    """Yuan a unit, at most six digits behind the point."""
    prescription: bool
    """rx_flag: sold on prescription only."""
    programme: str
    """hypertension, diabetes or empty: which registrations this drug may settle under."""
    prefixes: tuple[str, ...]
    """First seven digits of its trace codes, or GTINs as 14; empty for a service."""
    batch: str = ""
    """The clinic's number of the delivery on the shelf (fixmedins_bchno)."""
    lot: str = ""
    """The maker's lot number (manu_lotnum) of that delivery."""
    made_on: str = ""
    """Its date of manufacture (manu_date), yyyy-MM-dd."""
    public_health: bool = False
    """Paid from the fund for public health: it never stands on a bill."""
    grade: str = ""
    """chrgitm_lv: 01 class A, 02 B, 03 C; empty where the list does not say."""
    advance_ratio: Decimal | None = None
    """Advance self-pay (selfpay_ratio), 0 to 1."""
    price_limit: Decimal | None = None
    """Yuan a unit; above it the fund pays nothing."""
    listed: str = ""
    """higher, specific, none: on which better-paid list it stands."""
    generic: str = ""
    """Generic name; drugs of one generic name may stand in for each other."""
    ingredients: tuple[str, ...] = ()
    """Active substances, for duplicates."""
    pack_units: int = 1
    """Small units in a pack: 12 tablets."""
    small_unit: str = ""
    """片, 支, 瓶; empty: not sold by the small unit."""
    daily_units: Decimal | None = None
    """Small units that are usually taken a day; None: not said."""
    daily_units_max: Decimal | None = None
    """Small units a day that are never exceeded."""
    exempt: str = ""
    """herbal_pieces, herbal_granules (core/boxes.Untraced): no code is asked for."""
    outer_only: bool = False
    """Only the case has a code, its bottles have none: sold by the bottle out of it."""
    expires_on: str = ""
    """Expiry (expy_end) of the delivery on the shelf, yyyy-MM-dd."""
    aprvno: str = ""
    """国药准字 approval number."""


@dataclass(frozen=True, slots=True)
class ProvincePrefix:
    """A row of the province's table of prefixes (四码合一)."""

    med_list_codg: str
    level: int
    """1 the smallest sales pack, 2 a middle pack, 3 an outer one (一/二/三级)."""
    ratio: int
    """Smallest sales packs in it."""


@dataclass(frozen=True, slots=True)
class Pack:
    """What a code with this prefix stands on."""

    item: Item
    level: int = 1
    ratio: int = 1
    own: bool = False
    """Known by this clinic's own binding, not by a list."""


def packs_of(quantity: str, split_units: int, pack_units: int) -> Decimal:
    """How many packs a line is, at most four digits behind the point (N16,4).

    Twenty tablets of fifty are 0.4; a part is rounded up, for it is never nothing.
    """
    if not split_units:
        return Decimal(quantity)
    return (Decimal(split_units) / pack_units).quantize(_PART, ROUND_UP).normalize()
