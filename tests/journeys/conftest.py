"""A whole demo clinic and a real browser, for the journeys through them."""

import logging
import shutil

import pytest

from terminal.assembly.demonstration import CLIPS, Demonstration
from terminal.assembly.parts import ASSETS, WEIGHTS
from terminal.technician import DemoOptions
from tests.journeys.signed_in import doctor_has, signed_in

STEP_MAX_MS = 60_000
"""Far more than any step needs: what is asserted is that it comes, not when."""

log = logging.getLogger(__name__)

DEVICES = shutil.ignore_patterns("dev")
"""A pty is of one run."""

_WENT = pytest.StashKey[pytest.TestReport]()

REFUSED = "the server responded with a status of 409"
"""A refusal is an answer; the browser notes it all the same."""


@pytest.fixture
def data_dir(tmp_path, pulled):
    """A data folder of its own, with the fetched files of the common one."""
    _shared(pulled, tmp_path)
    return tmp_path


def _shared(pulled, folder):
    for part in (WEIGHTS, ASSETS, CLIPS):
        (folder / part).symlink_to((pulled / part).resolve())


def _options(scene, *, woman_enrolled, who_settles="terminal"):
    return DemoOptions(
        scene,
        woman_enrolled=woman_enrolled,
        web_port=0,
        panel_port=0,
        fresh=False,
        who_settles=who_settles,
    )


@pytest.fixture(scope="session")
def enrolled(pulled, tmp_path_factory):
    """The folder of a demo clinic in which the man was enrolled, and which closed again."""
    folder = tmp_path_factory.mktemp("enrolled")
    _shared(pulled, folder)
    with Demonstration(folder, _options("nobody", woman_enrolled=False)) as demo:
        demo.start()
    return folder / "demo"


@pytest.fixture
def clinic(data_dir, enrolled):
    """Opens a demo clinic: `clinic(scene, ...)` returns it with its addresses.

    Of another day's folder, because enrolling anew would be most of what a journey costs.
    """
    opened = []
    shutil.copytree(enrolled, data_dir / "demo", symlinks=True, ignore=DEVICES)

    def begin(scene="nobody", *, woman_enrolled=False, who_settles="terminal"):
        options = _options(scene, woman_enrolled=woman_enrolled, who_settles=who_settles)
        demo = Demonstration(data_dir, options)
        opened.append(demo)
        addresses = demo.start()
        doctor_has(addresses["doctor"], demo.pins["doctor"])
        return demo, addresses

    yield begin
    for demo in opened:
        demo.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep how a journey went, for those who end with it."""
    report = yield
    if call.when == "call":
        item.stash[_WENT] = report
    return report


@pytest.fixture
def screens(browser, request):
    """Opens a page and remembers everything that its console complained of.

    After a journey that failed, what each page showed last is logged: without it nobody can
    tell a screen that is late from one that says something else.
    """
    contexts, complaints = [], []

    def show(address, width=1280, height=800):
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        context.set_default_timeout(STEP_MAX_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type == "error" and REFUSED not in said.text
                else None
            ),
        )
        return signed_in(page, address)

    yield show
    went = request.node.stash.get(_WENT, None)
    if went is not None and went.failed:
        for page in (page for context in contexts for page in context.pages):
            log.warning("%s\n%s", page.url, page.locator("body").inner_text())
    met = list(complaints)  # Before closing: a page that is torn down complains of that.
    for context in contexts:
        context.close()
    assert not met
