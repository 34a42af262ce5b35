"""Files that travel as transactions: what may be uploaded, and who may fetch what."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import timedelta

import pytest

from tests.drivers.province_clinic import Clinic, Clock
from tests.drivers.test_province_clearing import upload, zipped


@pytest.mark.parametrize("content", ["x", [256], [-129], [1.5], [True], ["1"], {}, 5, "=="])
def test_bytes_in_another_shape_are_refused_by_the_fields_name(
    clinic: Clinic, content: object
) -> None:
    sent = {"in": content, "filename": "f.zip", "fixmedins_code": clinic.institution}
    answer = clinic.ask("9101", {"fsUploadIn": sent})
    assert (answer["infcode"], "in格式错误" in answer["err_msg"]) == (-2, True)


def two_texts() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "")
        archive.writestr("b.txt", "")
    return packed.getvalue()


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * (33 << 20))
    return packed.getvalue()


@pytest.mark.parametrize("content", [b"no zip", two_texts(), bomb(), zipped("x")[:-5]])
def test_a_file_that_is_no_zip_of_one_text_is_refused(clinic: Clinic, content: bytes) -> None:
    sent = {
        "in": base64.b64encode(content).decode(),
        "filename": "f.zip",
        "fixmedins_code": clinic.institution,
    }
    answer = clinic.ask("9101", {"fsUploadIn": sent})
    assert (answer["infcode"], "[filecheck_" in answer["err_msg"]) == (-2, True)


def test_a_file_is_fetched_by_whom_it_is_for_under_its_name_for_a_day(
    clinic: Clinic, clock: Clock
) -> None:
    number = upload(clinic, zipped(""))
    asked = {"file_qury_no": number, "filename": "stmt.zip", "fixmedins_code": clinic.institution}
    assert clinic.post(clinic.envelope("9102", {"fsDownloadIn": asked})).content == zipped("")
    other = clinic.ask("9102", {"fsDownloadIn": {**asked, "filename": "plc"}})
    assert "filecheck_2" in other["err_msg"]
    clock.now += timedelta(days=1, seconds=1)
    late = clinic.sign_in().ask("9102", {"fsDownloadIn": asked})
    assert "filecheck_3" in late["err_msg"]
