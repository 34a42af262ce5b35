"""Who is nearest: exactly, one answer a person, and only among vectors of one kind."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models import gallery as gallery_module
from models.gallery import Gallery
from terminal.core.faults import Refused
from terminal.core.recognition import Template

DIGEST = "a" * 64
DIMENSION = 8


def unit(seed: int) -> NDArray[np.float32]:
    vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)


def template(vector: NDArray[np.float32], digest: str = DIGEST) -> Template:
    return Template(vector.astype("<f4").tobytes(), digest, 0.99)


def test_an_empty_gallery_names_nobody():
    assert Gallery(DIGEST, DIMENSION).nearest(unit(1), 5) == []


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 50)), min_size=1, max_size=20),
    st.integers(0, 50),
    st.integers(1, 8),
)
def test_the_nearest_are_those_a_slow_search_finds(rows, probe, count):
    gallery = Gallery(DIGEST, DIMENSION)
    gallery.replace((person, template(unit(seed))) for person, seed in rows)
    slow: dict[str, float] = {}
    for person, seed in rows:
        slow[person] = max(slow.get(person, -2.0), float(unit(seed) @ unit(probe)))
    found = gallery.nearest(unit(probe), count)
    assert len(found) == min(count, len(slow))
    expected = sorted(slow.values(), reverse=True)[:count]
    assert [c.similarity for c in found] == pytest.approx(expected, abs=1e-6)
    for candidate in found:
        assert candidate.similarity == pytest.approx(slow[candidate.person_id], abs=1e-6)


def test_each_person_is_named_once_by_the_best_of_several_templates():
    gallery = Gallery(DIGEST, DIMENSION)
    for seed in (1, 2, 3):
        gallery.add("wang", template(unit(seed)))
    gallery.add("li", template(unit(4)))
    found = gallery.nearest(unit(2), 5)
    assert [c.person_id for c in found] == ["wang", "li"]
    assert found[0].similarity == pytest.approx(1.0, abs=1e-6)
    assert len(gallery) == 2


def test_vectors_of_other_weights_are_never_compared():
    gallery = Gallery(DIGEST, DIMENSION)
    with pytest.raises(Refused) as fault:
        gallery.add("wang", template(unit(1), "b" * 64))
    assert fault.value.code == "template.other_weights"
    both = [("wang", template(unit(1), "b" * 64)), ("wang", template(unit(2)))]
    assert gallery.replace([*both, ("li", template(unit(3), "b" * 64))]) == ("li",)
    assert [c.person_id for c in gallery.nearest(unit(1), 5)] == ["wang"]
    assert gallery.nearest(unit(1), 5)[0].similarity < 0.9


@pytest.mark.parametrize(
    "vector",
    [b"", b"\0" * 4 * DIMENSION, b"\xff" * 4 * DIMENSION, b"\0" * 7, unit(1).tobytes() * 2],
)
def test_a_vector_that_is_none_is_refused_and_stops_nobody_else(vector):
    gallery = Gallery(DIGEST, DIMENSION)
    broken = Template(vector, DIGEST, 0.9)
    with pytest.raises(Refused) as fault:
        gallery.add("wang", broken)
    assert fault.value.code == "template.unreadable"
    assert gallery.replace([("wang", broken), ("li", template(unit(3)))]) == ("wang",)
    assert len(gallery) == 1


def test_a_person_taken_out_is_not_found_again():
    gallery = Gallery(DIGEST, DIMENSION)
    gallery.add("wang", template(unit(1)))
    gallery.add("wang", template(unit(2)))
    gallery.add("li", template(unit(3)))
    assert gallery.remove("wang") == 2
    assert gallery.remove("wang") == 0
    assert [c.person_id for c in gallery.nearest(unit(1), 5)] == ["li"]


def test_a_gallery_has_an_end(monkeypatch):
    monkeypatch.setattr(gallery_module, "TEMPLATES_MAX", 2)
    gallery = Gallery(DIGEST, DIMENSION)
    gallery.replace([("wang", template(unit(1))), ("li", template(unit(2)))])
    with pytest.raises(Refused) as fault:
        gallery.add("zhao", template(unit(3)))
    assert fault.value.code == "gallery.full"
    assert len(gallery) == 2


def test_a_search_beside_a_change_sees_one_gallery_or_the_other():
    gallery = Gallery(DIGEST, DIMENSION)
    small = [(f"p{i}", template(unit(i))) for i in range(3)]
    large = [(f"q{i}", template(unit(i))) for i in range(300)]
    gallery.replace(small)
    done = threading.Event()

    def change() -> None:
        for _ in range(30):
            gallery.replace(large)
            gallery.replace(small)
        done.set()

    changer = threading.Thread(target=change)
    changer.start()
    seen = set()
    while not done.is_set():
        seen.add(frozenset(c.person_id[0] for c in gallery.nearest(unit(1), 3)))
    changer.join()
    assert seen <= {frozenset("p"), frozenset("q")}
