"""The running terminal's numbers, gathered when somebody asks; docs/metrics.md lists them."""

from __future__ import annotations

import shutil
from collections import Counter
from importlib import metadata

from terminal import machine_told
from terminal.assembly.county_held import county_ages_s
from terminal.assembly.device import Device
from terminal.core.open_metrics import Kind, Metric, Spread, Told, exposition
from terminal.local_door import Verb

_STAGE_EDGES = (1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 180.0, 600.0, 3600.0)
_SIMILARITY_EDGES = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9)

_MARGIN_EDGES = (-0.3, -0.2, -0.1, -0.05, 0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4)

VISITS = Metric("clinic_visits", Kind.GAUGE, "Visits kept here, by state.", "state")
WAITING = Metric("clinic_waiting", Kind.GAUGE, "Visits that wait, by what for.", "why")
STEPS = Metric("clinic_steps", Kind.GAUGE, "Of the newest 2000 steps of visits, by event.", "event")
STAGES = Metric(
    "clinic_stage_seconds",
    Kind.BUCKETS,
    "How long visits stayed in a state, of the newest 2000 steps.",
    "state",
    "seconds",
    _STAGE_EDGES,
)
SIMILARITIES = Metric(
    "clinic_similarity",
    Kind.BUCKETS,
    "How alike the face was to the kept one, of the newest 500 visits.",
    edges=_SIMILARITY_EDGES,
)
FACES = Metric(
    "clinic_face_decisions",
    Kind.GAUGE,
    "Of the newest 1000 faces, what was made of them; not_live is a failed liveness check.",
    "outcome",
)
MARGINS = Metric(
    "clinic_similarity_margin",
    Kind.BUCKETS,
    "Similarity above its threshold, of the newest 1000 faces.",
    edges=_MARGIN_EDGES,
)
REFUSALS = Metric(
    "clinic_province_refusals",
    Kind.GAUGE,
    "Of the newest 2000 messages to the province, those that came to nothing, by code.",
    "code",
)
AWAY = Metric("clinic_away", Kind.GAUGE, "1 for each part that is away, by why.", "code")
PART = Metric("clinic_part_well", Kind.GAUGE, "1 for each part that is well, else 0.", "part")
WEAR = Metric("clinic_card_wear_ratio", Kind.GAUGE, "Life used of the card.", unit="ratio")
LEDGER = Metric("clinic_ledger_entries", Kind.GAUGE, "Entries of the ledger.", unit="entries")
STORE = Metric("clinic_store_bytes", Kind.GAUGE, "Size of the store with its log.", unit="bytes")
DISK = Metric("clinic_disk_free_bytes", Kind.GAUGE, "Free beside the store.", unit="bytes")
HEAT = Metric("clinic_heat_celsius", Kind.GAUGE, "The hottest sensor.", unit="celsius")
COUNTY = Metric(
    "clinic_county_age_seconds",
    Kind.GAUGE,
    "Since the county last answered for a kind of file.",
    "kind",
    "seconds",
)
PROGRAM = Metric("clinic_program", Kind.INFO, "The program's version.", "version")

ALL = (
    VISITS,
    WAITING,
    STEPS,
    STAGES,
    SIMILARITIES,
    FACES,
    MARGINS,
    REFUSALS,
    PART,
    AWAY,
    LEDGER,
    STORE,
    DISK,
    HEAT,
    WEAR,
    COUNTY,
    PROGRAM,
)


def metrics_verbs(device: Device) -> dict[str, Verb]:
    """For the local door of a running terminal: `metrics`, the whole text."""
    return {"metrics": lambda: {"text": exposition(_told(device))}}


def _told(device: Device) -> list[tuple[Metric, Told | Spread]]:
    tallied = device.store.tallies.tallied()
    view = device.desk.view()
    waiting = Counter(visit.why or "other" for visit in view.waiting)
    heat, worn = machine_told.temperature_c(), machine_told.wear()
    return [
        (VISITS, tallied.visits),
        (WAITING, waiting),
        (STEPS, tallied.steps),
        (STAGES, tallied.stages_s),
        (SIMILARITIES, {"": tallied.similarities}),
        (FACES, tallied.faces),
        (MARGINS, {"": tallied.margins}),
        (REFUSALS, tallied.refusals),
        (PART, _parts(device)),
        (AWAY, Counter(view.away.values())),
        (LEDGER, {"": tallied.ledger_entries}),
        (STORE, {"": device.store.census.place().bytes}),
        (DISK, {"": shutil.disk_usage(device.settings.data_dir).free}),
        (HEAT, {} if heat is None else {"": heat}),
        (WEAR, {} if worn is None else {"": worn.life_used_percent / 100}),
        (COUNTY, county_ages_s(device.settings)),
        (PROGRAM, {metadata.version("clinic-terminal"): 1}),
    ]


def _parts(device: Device) -> dict[str, int]:
    """The parts that every clinic has, those it is fitted with, and whatever else is away."""
    settings = device.settings
    fitted = {"scanner": settings.scanner_port, "printer": settings.printer}
    parts = ["camera", "eyes", "province", *(part for part, wished in fitted.items() if wished)]
    away = device.health.away()
    return {part: int(part not in away) for part in (*parts, *away)}
