"""Makes clean portraits hard, for development: simulated, and to be called that.

    python -m tests.models.degradations ROOT OUT

reads ROOT/pairs_london.csv and writes, for each kind, OUT/<kind>/*.jpg and OUT/<kind>.csv
for `clinic-terminal evaluate verify --pairs OUT/<kind>.csv --root OUT`. The same bytes
come out every time. Nobody's hair, ears or background is the same in two pictures of the
kinds called `other_head_*`: each face stands in the head of another person, so that only
the face can be recognised. Without that, a wider crop looks better than it is.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from insightface.utils.face_align import arcface_dst
from numpy.typing import NDArray

from models.detector import Detector
from models.weights import read_manifest, verified

Pixels = NDArray[np.uint8]
Degrade = Callable[[Pixels, np.random.Generator], Pixels]

SIDE = 448
IMPOSTORS_EACH = 15
"""Comparisons with other people for each picture: some three thousand for the whole set."""


def jpeg(picture: Pixels, quality: int) -> Pixels:
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(encoded, cv2.IMREAD_COLOR)


def askew(picture: Pixels, rng: np.random.Generator, degrees: float, bend: float) -> Pixels:
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + rng.uniform(-bend, bend, (4, 2)).astype(np.float32) * width
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-degrees, degrees), 1.0)
    matrix = np.vstack([turn, [0, 0, 1]]) @ cv2.getPerspectiveTransform(corners, moved)
    size = (width, height)
    return cv2.warpPerspective(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE)


def camera(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """A poor webcam: askew, soft, dim or bright, noisy, compressed."""
    small = cv2.resize(askew(picture, rng, 15, 0.12), None, fx=0.4, fy=0.4)
    soft = cv2.GaussianBlur(small, (0, 0), 1.2)
    lit = soft * rng.uniform(0.35, 1.2) + rng.normal(0, 12, soft.shape)
    return jpeg(np.clip(lit, 0, 255).astype(np.uint8), 45)


def far(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """A face of some 25 pixels."""
    return jpeg(cv2.resize(picture, None, fx=0.14, fy=0.14, interpolation=cv2.INTER_AREA), 60)


def side_light(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """Narrowed as by a turned head, lit from one side, blurred."""
    height, width = picture.shape[:2]
    narrow = askew(cv2.resize(picture, (round(width * 0.72), height)), rng, 10, 0.08)
    light = np.linspace(0.3, 1.2, narrow.shape[1])[None, :, None]
    lit = narrow * (light[:, ::-1] if rng.random() < 0.5 else light)
    return jpeg(cv2.GaussianBlur(np.clip(lit, 0, 255).astype(np.uint8), (0, 0), 3.0), 50)


def tight(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """Only the face, 112 pixels, as many sets of faces come."""
    return jpeg(cv2.resize(picture[130:390, 94:354], (112, 112), interpolation=cv2.INTER_AREA), 85)


KINDS: dict[str, Degrade] = {"camera": camera, "far": far, "side_light": side_light, "tight": tight}


def upright(picture: Pixels, detector: Detector) -> Pixels:
    """The face in the middle of a square, eyes level."""
    target = (arcface_dst - (56, 72)) * 2.3 + (SIDE / 2, SIDE / 2 + 20)
    matrix, _ = cv2.estimateAffinePartial2D(detector.find(picture)[0].landmarks, target)
    return cv2.warpAffine(picture, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)


def in_another_head(face: Pixels, head: Pixels) -> Pixels:
    """Put the inner face of one person into the head of another, in its colours."""
    mask = np.zeros((SIDE, SIDE), np.float32)
    cv2.ellipse(mask, (SIDE // 2, SIDE // 2 + 10), (92, 128), 0, 0, 360, 1, -1)
    inside = mask > 0.5
    ours, theirs = face[inside].astype(np.float64), head[inside].astype(np.float64)
    spread = (theirs.std(axis=0) / ours.std(axis=0) + 1) / 2
    level = 0.3 * ours.mean(axis=0) + 0.7 * theirs.mean(axis=0)
    fitted = (face - ours.mean(axis=0)) * spread + level
    share = cv2.GaussianBlur(mask, (0, 0), 10)[..., None]
    return np.clip(fitted * share + head * (1 - share), 0, 255).astype(np.uint8)


def write_all(root: Path, out: Path, detector: Detector) -> None:
    with (root / "pairs_london.csv").open(encoding="utf-8") as listed:
        rows = csv.DictReader(listed)
        people = [(row["path_a"], row["path_b"]) for row in rows if row["same"] == "1"]
    faces = {
        path: upright(cv2.imread(str(root / path)), detector) for pair in people for path in pair
    }
    paths = list(faces)
    for number, (kind, degrade) in enumerate(KINDS.items()):
        for heads in ("", "other_head_"):
            rng = np.random.default_rng(number)
            folder = out / f"{heads}{kind}"
            folder.mkdir(parents=True, exist_ok=True)
            for at, path in enumerate(paths):
                donor = paths[(at + int(rng.integers(2, len(paths) - 2))) % len(paths)]
                face = in_another_head(faces[path], faces[donor]) if heads else faces[path]
                cv2.imwrite(str(folder / Path(path).name), degrade(face, rng))
            write_pairs(out / f"{heads}{kind}.csv", folder.name, people, rng)


def write_pairs(
    file: Path, folder: str, people: list[tuple[str, str]], rng: np.random.Generator
) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("path_a", "path_b", "same"))
        for at, (first, second) in enumerate(people):
            rows.writerow((f"{folder}/{Path(first).name}", f"{folder}/{Path(second).name}", 1))
            for path in (first, second):
                for _ in range(IMPOSTORS_EACH):
                    other = people[(at + int(rng.integers(1, len(people)))) % len(people)]
                    rows.writerow(
                        (
                            f"{folder}/{Path(path).name}",
                            f"{folder}/{Path(other[int(rng.integers(2))]).name}",
                            0,
                        )
                    )


if __name__ == "__main__":
    house = Path(__file__).resolve().parents[2]
    manifest = read_manifest(house / "models" / "manifest.toml")
    entry = manifest.task("detection")
    found = Detector(verified(manifest, house / ".data" / "weights", entry.file), entry)
    write_all(Path(sys.argv[1]), Path(sys.argv[2]), found)
