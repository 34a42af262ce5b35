"""No function, method or class that nobody calls; tests alone do not keep one alive."""

from vulture import Vulture

from tests.house.source import HOUSE, ROOMS

CALLED_BY_LIBRARIES = {
    "do_GET", "do_POST", "do_PUT", "log_message", "handle_error",  # http.server
    "settings_customise_sources",  # pydantic-settings
    "footer",  # fpdf2
    "bind_socket", "communicate", "error_log", "recv_into", "wrap",  # cheroot
    "__call__",  # A protocol of a callable.
}  # fmt: skip
DECORATORS = [
    "@*.get", "@*.post", "@*.command", "@*.callback", "@*.errorhandler", "@*.before_request",
    "@*.after_request", "@*.template_filter", "@*.context_processor", "@*validator",
]  # fmt: skip


def test_nothing_stands_here_that_nobody_calls():
    vulture = Vulture(ignore_decorators=DECORATORS)
    vulture.scavenge([HOUSE / room for room in ROOMS])
    dead = [
        f"{item.filename.relative_to(HOUSE)}:{item.first_lineno} {item.name}"
        for item in vulture.get_unused_code(min_confidence=60)
        if item.typ in {"function", "method", "class", "property"}
        and item.name not in CALLED_BY_LIBRARIES
    ]
    assert not dead
