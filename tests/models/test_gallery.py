"""Who is nearest: exactly, one answer a person, and only among vectors of one kind."""

from __future__ import annotations

import itertools
import sys
import threading
import types

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


def test_one_person_is_asked_about_by_their_best_template():
    gallery = Gallery(DIGEST, DIMENSION)
    assert gallery.similarity_to("wang", unit(1)) is None
    gallery.replace(
        [("wang", template(unit(seed))) for seed in (1, 2)] + [("li", template(unit(3)))]
    )
    assert gallery.similarity_to("wang", unit(2)) == pytest.approx(1.0, abs=1e-6)
    assert gallery.similarity_to("li", unit(2)) == pytest.approx(float(unit(3) @ unit(2)), abs=1e-6)
    assert gallery.similarity_to("zhao", unit(2)) is None


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 50)), min_size=1, max_size=20),
    st.floats(-0.5, 0.9),
)
def test_look_alikes_are_those_a_slow_comparison_of_everybody_finds(rows, least):
    gallery = Gallery(DIGEST, DIMENSION)
    gallery.replace((person, template(unit(seed))) for person, seed in rows)
    asked = rows[0][0]
    alike: dict[str, float] = {}
    for (one, seed), (other, second) in itertools.product(rows, rows):
        if one == asked != other:
            alike[other] = max(alike.get(other, -2.0), float(unit(seed) @ unit(second)))
    expected = {person: value for person, value in alike.items() if value >= least + 1e-6}
    theirs = [template(unit(seed)) for person, seed in rows if person == asked]
    found = {one.person_id: one.similarity for one in gallery.resembling(theirs, least)}
    assert found.pop(asked, None) is not None or least > 1.0 - 1e-6
    assert set(expected) <= set(found) <= {p for p, value in alike.items() if value >= least - 1e-6}


def test_somebody_not_enrolled_yet_is_compared_by_templates_with_everybody():
    gallery = Gallery(DIGEST, DIMENSION)
    assert gallery.resembling([template(unit(1))], -1.0) == []
    gallery.add("wang", template(unit(1)))
    gallery.add("li", template(unit(2)))
    assert gallery.resembling([], -1.0) == []
    twin = gallery.resembling([template(unit(1)), template(unit(3))], 0.99)
    assert [one.person_id for one in twin] == ["wang"]
    with pytest.raises(Refused) as fault:
        gallery.resembling([template(unit(1), "b" * 64)], 0.5)
    assert fault.value.code == "template.other_weights"


def without_the_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "faiss", None)


class Neighbours:
    """faiss's graph of neighbours as far as it is asked, and exact."""

    METRIC_INNER_PRODUCT = 0

    class IndexHNSWFlat:
        def __init__(self, dimension, _neighbours, _metric):
            self.rows = np.zeros((0, dimension), np.float32)
            self.hnsw = types.SimpleNamespace()

        @property
        def ntotal(self):
            return len(self.rows)

        def add(self, vectors):
            self.rows = np.vstack([self.rows, vectors])

        def search(self, vectors, count):
            order = np.argsort(-(self.rows @ vectors[0]))[:count]
            padded = np.full(count, -1)
            padded[: len(order)] = order
            return None, padded[None]


def test_a_very_large_gallery_is_searched_by_a_shortlist_that_follows_every_change(monkeypatch):
    monkeypatch.setitem(sys.modules, "faiss", Neighbours)
    monkeypatch.setattr(gallery_module, "EXACT_MAX", 10)
    rows = [(f"p{seed // 2}", template(unit(seed))) for seed in range(60)]
    exact, large = Gallery(DIGEST, DIMENSION), Gallery(DIGEST, DIMENSION)
    exact.replace(rows[:9])
    large.replace(rows[:40])
    for person, added in rows[9:]:
        exact.add(person, added)
    for person, added in rows[40:]:
        large.add(person, added)
    for gallery in (exact, large):
        assert gallery.remove("p3") == 2
        gallery.add("p3", template(unit(7)))
        assert gallery.remove("p1") == 2
    for probe in range(100, 130):
        ours, theirs = (gallery.nearest(unit(probe), 5) for gallery in (exact, large))
        assert [one.person_id for one in ours] == [one.person_id for one in theirs]
        assert [one.similarity for one in ours] == pytest.approx(
            [one.similarity for one in theirs], abs=1e-6
        )
    large.replace(rows[:4])
    assert len(large.nearest(unit(1), 5)) == 2


def test_where_the_library_is_not_installed_everything_is_compared_and_it_is_said_once(
    monkeypatch, caplog
):
    without_the_library(monkeypatch)
    monkeypatch.setattr(gallery_module, "EXACT_MAX", 10)
    gallery = Gallery(DIGEST, DIMENSION)
    gallery.replace((f"p{seed}", template(unit(seed))) for seed in range(20))
    gallery.add("new", template(unit(99)))
    assert gallery.nearest(unit(99), 1)[0].person_id == "new"
    assert [r.message for r in caplog.records] == [
        "faiss is not installed: 20 templates are compared one by one"
    ]
