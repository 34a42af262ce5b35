"""Measures the passive look against drawn attacks: one frame, and several together.

    python -m tests.models.attack_figures --weights DIR --clips DIR [--london DIR] [--seeds N]

writes a table in Markdown. APCER: the share of attack windows judged live; BPCER: of live
windows judged not live. A window is so many frames a tenth of a second apart, its score the
least or the mean of theirs. Frames that the gate refuses with a hint belong to no window and
are counted. The attacks are drawings (tests/models/attacks.py): these are no error rates of
real prints and screens, they show what fusing several frames is worth.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detector import Detector, Face
from models.liveness import Liveness
from models.manifest import read_manifest
from models.policy import Policy
from models.quality import clear_face
from models.weights import verified
from tests.models.attacks import KINDS, Pixels, plain_room, presented

FRAME_S = 0.1
PEOPLE = ("single_face.mp4", "WolfgangLanger_Pexels.mp4")
ROOM = "no_face.mp4"
SEQUENCE_FRAMES = 10
WINDOWS = (1, 3, 5)
FUSIONS = {"least": np.min, "mean": np.mean}


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    detector: Detector
    liveness: Liveness
    policy: Policy

    def scores(self, pictures: Sequence[Pixels]) -> list[float | None]:
        """The live score of each frame, None where the gate gives a hint instead."""
        judged: list[float | None] = []
        for picture in pictures:
            face = clear_face(picture, self.detector.find(picture), self.policy)
            judged.append(self.liveness.score(picture, face) if isinstance(face, Face) else None)
        return judged


def clip(path: Path) -> Iterator[Pixels]:
    """Frames a tenth of a second apart."""
    capture = cv2.VideoCapture(str(path))
    every = max(round(capture.get(cv2.CAP_PROP_FPS) * FRAME_S), 1)
    index = 0
    while capture.grab():
        if index % every == 0:
            yield np.asarray(capture.retrieve()[1], np.uint8)
        index += 1
    capture.release()


def windows(scores: Sequence[float | None], frames: int) -> list[list[float]]:
    """Every run of so many judged frames."""
    runs = [scores[start : start + frames] for start in range(len(scores) - frames + 1)]
    return [[s for s in run if s is not None] for run in runs if None not in run]


def share(sequences: Sequence[Sequence[float | None]], frames: int, fusion: str, least: float):
    """How many windows are live, of how many."""
    fused = [FUSIONS[fusion](window) for scores in sequences for window in windows(scores, frames)]
    return sum(score >= least for score in fused), len(fused)


def attacks(
    judge: Judge, people: Sequence[Sequence[Pixels]], rooms: Sequence[Pixels], seeds: int
) -> dict[str, list[list[float | None]]]:
    """Sequences of scores, by kind."""
    told: dict[str, list[list[float | None]]] = {kind: [] for kind in KINDS}
    for person in people:
        starts = np.linspace(0, max(len(person) - SEQUENCE_FRAMES, 0), seeds).astype(int)
        for seed, start in enumerate(starts.tolist()):
            pictures, landmarks = with_landmarks(judge, person[start : start + SEQUENCE_FRAMES])
            if not pictures:
                continue
            room = rooms[seed % len(rooms)]
            for kind in KINDS:
                shown = presented(kind, pictures, landmarks, room, seed)
                told[kind].append(judge.scores(shown))
    return told


def with_landmarks(
    judge: Judge, pictures: Sequence[Pixels]
) -> tuple[list[Pixels], list[NDArray[np.float32]]]:
    found = [(picture, judge.detector.find(picture)) for picture in pictures]
    seen = [(picture, faces[0].landmarks) for picture, faces in found if faces]
    return [picture for picture, _ in seen], [points for _, points in seen]


def table(live: Sequence[Sequence[float | None]], drawn: dict, least: float) -> Iterator[str]:
    heads = ["one frame", *(f"{n} frames, {how}" for n in WINDOWS[1:] for how in FUSIONS)]
    columns = [(1, "least"), *((n, how) for n in WINDOWS[1:] for how in FUSIONS)]
    yield f"Live from {least}:"
    yield ""
    yield "| | " + " | ".join(heads) + " | hints |"
    yield "|---" * (len(heads) + 2) + "|"
    rows = {"live people refused (BPCER)": live} | {f"{k} accepted": s for k, s in drawn.items()}
    for name, sequences in rows.items():
        cells = []
        for frames, how in columns:
            passed, of = share(sequences, frames, how, least)
            counted = of - passed if sequences is live else passed
            cells.append(f"{counted} of {of} ({100 * counted / of:.1f} %)" if of else "-")
        scores = [score for scores in sequences for score in scores]
        hints = f"{scores.count(None)} of {len(scores)}"
        yield f"| {name} | " + " | ".join(cells) + f" | {hints} |"


def main(arguments: Sequence[str]) -> str:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--london", type=Path)
    parser.add_argument("--seeds", type=int, default=8)
    given = parser.parse_args(arguments)
    manifest = read_manifest(Path(__file__).resolve().parents[2] / "models" / "manifest.toml")
    detection, liveness = manifest.task("detection"), manifest.task("liveness")
    judge = Judge(
        Detector(verified(manifest, given.weights, detection.file), detection),
        Liveness(verified(manifest, given.weights, liveness.file), liveness),
        Policy(),
    )
    people = [list(clip(given.clips / name)) for name in PEOPLE]
    rooms = [plain_room(), cv2.resize(next(clip(given.clips / ROOM)), (960, 540))]
    live = [judge.scores(person) for person in people]
    if given.london:
        # One portrait a person, held still before the camera: no live figure comes of it.
        portraits = sorted(given.london.rglob("*_03.jpg"))
        people += [
            [np.asarray(cv2.imread(str(path)), np.uint8)] * SEQUENCE_FRAMES for path in portraits
        ]
    seeds = given.seeds if not given.london else 2
    drawn = attacks(judge, people, rooms, seeds)
    return "\n\n".join("\n".join(table(live, drawn, least)) for least in (0.5, 0.8))


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1:]) + "\n")
