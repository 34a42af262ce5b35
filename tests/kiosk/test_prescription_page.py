"""The county's prescription on the doctor's page, and never on the resident's."""

from __future__ import annotations

from typing import Any

from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import ShownDesk
from tests.kiosk.prescription_scenes import PRESCRIPTION_SCENES, RX


def test_what_is_still_to_scan_stands_first_and_a_drug_not_stocked_says_so(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(**PRESCRIPTION_SCENES["two of them"])
    page = client.get("/doctor").text
    region = page[page.index('data-rx="') :]
    assert region.index("已扫 1") < region.index("扫够了")
    assert "本所没有这种药" in page


def test_not_dispensed_here_is_one_tap(client: Any, desk: ShownDesk) -> None:
    desk.show(**PRESCRIPTION_SCENES["two of them"])
    desk.taken.clear()
    address = "/doctor/visits/v1/prescription/drop"
    answer = client.post(address, data={"hi_rxno": RX.hi_rxno}, headers=OURS)
    assert answer.status_code in {200, 303}
    assert desk.taken == [("prescriptions.drop", "v1", RX.hi_rxno)]


def test_once_it_is_agreed_to_there_is_nothing_to_put_off(client: Any, desk: ShownDesk) -> None:
    desk.show(**PRESCRIPTION_SCENES["agreed to"])
    page = client.get("/doctor").text
    assert "县医院处方" in page
    assert "/prescription/drop" not in page


def test_the_resident_is_shown_neither_drug_nor_disease_of_it(client: Any, desk: ShownDesk) -> None:
    desk.show(**PRESCRIPTION_SCENES["agreed to"])
    page = client.get("/resident").text
    assert not any(each in page for each in ("注射用重组人", RX.diagnosis, RX.hospital, RX.hi_rxno))
