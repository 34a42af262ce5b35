import threading
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from cheroot.wsgi import Server

from drivers.scanner import Scanner
from drivers.simulated import odd_boxes as odd_boxes_module
from drivers.simulated.odd_boxes import odd_boxes
from drivers.simulated.panel import DemoBox, Scene, create_panel
from drivers.simulated.scanner import WRONG_THINGS, ScannerFault, SimulatedScanner
from terminal.core.faults import Unavailable
from terminal.core.money import Money
from terminal.core.trace_codes import Kind, classify

BOX = "83857930000879766660"
BESIDE = "83857930000879766661"
IMPORTED = "010690123456789221SN009\x1d1727113010LOT1"
PATIENCE_S = 60.0


class RealScannerStage:
    """A stage whose scanner is the simulator's pty; the rest is written down."""

    def __init__(self, simulated):
        self.simulated = simulated
        self.shown = []
        self.away = None

    def boxes(self):
        return [
            DemoBox("阿莫西林胶囊", "0.25g×24粒", Money(1250), BOX),
            DemoBox("阿莫西林胶囊", "0.25g×24粒", Money(1250), BESIDE),
            DemoBox("进口胰岛素", "3ml×5支", Money(18900), IMPORTED),
        ]

    def wrong_things(self):
        return WRONG_THINGS

    def scenes(self):
        return [Scene("wang", "王秀兰"), Scene("none", "没有人")]

    def faults(self):
        return [(ScannerFault.GLUED.value, "扫码枪：两次连在一起")]

    def printed(self):
        return ["医保结算单"]

    def links(self):
        return [("村医屏", "http://127.0.0.1:1/doctor")]

    def scan(self, code):
        self.simulated.scan(code)

    def show(self, scene_key):
        if self.away:
            raise self.away
        self.shown.append(scene_key)

    def plant(self, fault_key):
        self.simulated.plant(ScannerFault(fault_key))


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def stage(tmp_path):
    with SimulatedScanner(tmp_path / "scanner") as simulated:
        yield RealScannerStage(simulated)


@pytest.fixture
def panel(stage):
    server = Server(("127.0.0.1", 0), create_panel(stage))
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    address = f"http://127.0.0.1:{server.bind_addr[1]}"
    with httpx.Client(base_url=address, headers={"Origin": address}, trust_env=False) as client:
        yield client
    server.stop()
    thread.join()


@pytest.fixture
def heard(tmp_path, stage):
    ready = threading.Event()

    def well(state):
        if state.code is None:
            ready.set()

    with Scanner(tmp_path / "scanner", on_change=well) as scanner:
        assert ready.wait(PATIENCE_S)

        def line():
            return scanner.take(PATIENCE_S).data.decode()

        yield line


def tap(panel, address, choice):
    answer = panel.post(address, data={"choice": choice})
    assert answer.status_code == 303
    return answer


def test_the_same_box_tapped_twice_is_the_same_code_and_a_new_one_is_another(panel, heard):
    tap(panel, "/boxes/scan", "0")
    tap(panel, "/boxes/scan", "0")
    assert [heard(), heard()] == [BOX, BOX]
    tap(panel, "/boxes/new", "0")
    tap(panel, "/boxes/scan", "0")
    fresh = heard()
    assert fresh[:7] == BOX[:7]
    assert classify(fresh.encode()).kind is Kind.TRACE_CODE
    # The neighbour on the shelf has the next serial, and is not it.
    assert fresh not in {BOX, BESIDE}
    tap(panel, "/boxes/scan", "1")
    assert heard() == BESIDE


def test_a_new_imported_box_has_a_new_serial_and_keeps_its_batch(panel, heard):
    tap(panel, "/boxes/new", "2")
    tap(panel, "/boxes/scan", "2")
    assert heard() == "010690123456789221SN010\x1d1727113010LOT1"


def test_each_wrong_thing_is_typed_as_it_is(panel, heard):
    for label, code in WRONG_THINGS:
        tap(panel, "/wrong-things/scan", label)
        assert heard() == code


def test_a_planted_fault_spoils_the_next_scan_only(panel, heard):
    tap(panel, "/faults/plant", "glued")
    tap(panel, "/boxes/scan", "0")
    tap(panel, "/boxes/scan", "0")
    assert [heard(), heard()] == [BOX + BOX, BOX]


def test_a_scene_is_put_before_the_camera_and_the_page_says_what_was_done(panel, stage):
    tap(panel, "/scenes/show", "wang")
    assert stage.shown == ["wang"]
    assert "镜头前：王秀兰" in panel.get("/").text


def test_what_the_world_cannot_do_is_said_on_the_page(panel, stage):
    stage.away = Unavailable("camera.away")
    tap(panel, "/scenes/show", "wang")
    assert "camera.away" in panel.get("/").text


def test_the_page_shows_the_shelf_and_holds_no_script(panel):
    answer = panel.get("/")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "¥12.50" in answer.text
    assert "8385793 0000879766660" in answer.text
    tags = Tags(answer.text).found
    assert not [tag for tag, _ in tags if tag in {"script", "style"}]
    assert not [attr for _, attrs in tags for attr in attrs if attr == "style" or attr[:2] == "on"]
    assert panel.get("/static/panel.css").headers["Content-Type"].startswith("text/css")


@pytest.mark.parametrize("origin", ["http://example.invalid", "null", "http://127.0.0.1:1"])
def test_a_form_sent_by_another_page_is_refused(panel, stage, origin):
    answer = panel.post("/scenes/show", data={"choice": "wang"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert stage.shown == []


@pytest.mark.parametrize("host", ["example.invalid", "127.0.0.1.example.invalid", "[::1", "a b"])
def test_a_name_that_is_not_this_machines_is_refused(panel, host):
    assert panel.get("/", headers={"Host": host}).status_code in {400, 403}


@pytest.mark.parametrize(
    ("address", "choice"),
    [
        ("/boxes/scan", "99"),
        ("/boxes/scan", "-1"),
        ("/boxes/new", BOX),
        ("/wrong-things/scan", ""),
        ("/odd-boxes/scan", "nothing"),
        ("/scenes/show", "nobody"),
        ("/faults/plant", "\x00"),
    ],
)
def test_a_choice_that_is_not_offered_is_answered(panel, address, choice):
    assert panel.post(address, data={"choice": choice}).status_code == 404


def test_a_form_too_large_is_answered(panel):
    assert panel.post("/boxes/scan", data={"choice": "0" * 100_000}).status_code == 413


def test_a_tap_by_reading_is_no_tap(panel, stage):
    assert panel.get("/scenes/show").status_code == 405


def test_each_odd_box_is_a_real_code_and_a_new_one_each_time(panel, heard):
    for label in odd_boxes():
        tap(panel, "/odd-boxes/scan", label)
        tap(panel, "/odd-boxes/scan", label)
        first, second = heard(), heard()
        assert first != second, label
        expected = {Kind.OTHER_MAKER} if "厂家" in label else {Kind.TRACE_CODE, Kind.GS1}
        assert {classify(code.encode()).kind for code in (first, second)} <= expected, label


def test_what_was_sold_elsewhere_is_a_box_that_the_province_has_as_sold(panel, heard):
    tap(panel, "/odd-boxes/scan", "别处卖过的一盒")
    sold = (Path(odd_boxes_module.__file__).parent / "province/data/sold_elsewhere.csv").read_text()
    assert heard() in sold


def test_an_expiring_box_expires_within_sixty_days_of_now(panel, heard):
    tap(panel, "/odd-boxes/scan", "快到期的 GS1 码")
    tap(panel, "/odd-boxes/scan", "过期的 GS1 码")
    soon, past = classify(heard().encode()).expires_on, classify(heard().encode()).expires_on
    today = datetime.now(UTC).date()
    assert str(today) < str(soon) < str(today + timedelta(days=60))
    assert str(past) < str(today)
