"""A picture from a file comes out as a camera's frame would, or as a named fault."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from models.photographs import read_photograph
from terminal.core.faults import Refused


def test_every_kind_of_file_gives_the_same_picture(tmp_path, noise):
    for name in ("a.png", "a.bmp", "a.tif", "a.webp"):
        assert cv2.imwrite(str(tmp_path / name), noise, [cv2.IMWRITE_WEBP_QUALITY, 101])
        assert np.array_equal(read_photograph(tmp_path / name), noise), name


def test_sixteen_bits_grey_and_transparency_become_three_channels_of_eight(tmp_path, noise):
    grey = cv2.cvtColor(noise, cv2.COLOR_BGR2GRAY)
    cv2.imwrite(str(tmp_path / "grey16.png"), grey.astype(np.uint16) * 257)
    cv2.imwrite(str(tmp_path / "clear.png"), cv2.cvtColor(noise, cv2.COLOR_BGR2BGRA))
    assert np.array_equal(read_photograph(tmp_path / "grey16.png"), cv2.merge([grey] * 3))
    assert np.array_equal(read_photograph(tmp_path / "clear.png"), noise)


@pytest.mark.parametrize(("orientation", "quarters"), [(1, 0), (3, 2), (6, 1), (8, 3)])
def test_a_picture_is_turned_upright_as_its_exif_says(tmp_path, noise, orientation, quarters):
    """`quarters`: how often the file's pixels are turned, against the clock."""
    exif = Image.Exif()
    exif[0x112] = orientation
    lying = np.ascontiguousarray(np.rot90(noise[..., ::-1], quarters))
    Image.fromarray(lying).save(tmp_path / "a.jpg", quality=95, exif=exif)
    upright = read_photograph(tmp_path / "a.jpg")
    assert upright.shape == noise.shape
    assert np.abs(upright.astype(int) - noise).mean() < 12


def test_a_large_picture_is_made_smaller(tmp_path):
    Image.new("L", (6000, 3000), 128).save(tmp_path / "large.jpg")
    assert read_photograph(tmp_path / "large.jpg").shape == (1024, 2048, 3)


def test_a_small_file_that_claims_enormous_pixels_is_refused_before_it_is_decoded(tmp_path):
    Image.new("1", (12_000, 11_000)).save(tmp_path / "wide.png")
    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb.png")
    for name in ("wide.png", "bomb.png"):
        assert (tmp_path / name).stat().st_size < 100_000
        with pytest.raises(Refused) as fault:
            read_photograph(tmp_path / name)
        assert fault.value.code == "photograph.too_large"


@pytest.mark.parametrize("size", [0, 10, 200, 3000])
def test_a_file_cut_short_is_a_fault_or_a_picture_and_never_more(tmp_path, noise, size):
    for kind in (".png", ".jpg", ".bmp", ".webp"):
        whole = cv2.imencode(kind, noise)[1].tobytes()
        (tmp_path / "cut").write_bytes(whole[:size])
        try:
            outcome = str(read_photograph(tmp_path / "cut").dtype)
        except Refused as fault:
            outcome = fault.code
        assert outcome in {"uint8", "photograph.unreadable"}


def test_what_is_no_picture_says_so(tmp_path):
    (tmp_path / "text.jpg").write_text("not a picture")
    (tmp_path / "folder.jpg").mkdir()
    for name, code in (
        ("text.jpg", "photograph.unreadable"),
        ("folder.jpg", "photograph.unreadable"),
        ("nothing.jpg", "photograph.missing"),
        ("text.jpg/inside.jpg", "photograph.missing"),
    ):
        with pytest.raises(Refused) as fault:
            read_photograph(tmp_path / name)
        assert fault.value.code == code
