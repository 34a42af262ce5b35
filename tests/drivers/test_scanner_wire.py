from hypothesis import given
from hypothesis import strategies as st

from drivers.wire.scanner import LINE_BYTES_MAX, UNENDED_S, ScannerWire
from terminal.core.trace_codes import ACKNOWLEDGEMENT

BOX = b"83857930000879766660"

pieces = st.lists(
    st.one_of(
        st.binary(max_size=8),
        st.sampled_from([b"\r", b"\n", b"\r\n", b"\x02", b"\x03", b"\x00", b"\x1d", BOX]),
        st.sampled_from([b"\x02\x010000#SCNTRG1\x06;\x03", b"\x02\x010000", b"#A\x06;\x03"]),
        st.sampled_from([ACKNOWLEDGEMENT, ACKNOWLEDGEMENT[:3], ACKNOWLEDGEMENT[3:], b"7" * 1500]),
    ),
    max_size=30,
)


def hear(wire, stream, data):
    heard = []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        heard += wire.feed(stream[:cut])
        stream = stream[cut:]
    return heard


@given(st.lists(st.from_regex(rb"[\x1d0-9A-Z]{1,64}", fullmatch=True)), st.data())
def test_codes_survive_any_cutting_of_the_stream(codes, data):
    wire = ScannerWire()
    assert hear(wire, b"".join(code + b"\r\n" for code in codes), data) == codes
    assert wire.noise_count == 0


@given(pieces, st.data())
def test_any_bytes_mean_the_same_however_they_are_cut(stream, data):
    stream = b"".join(stream) + b"\r"
    whole, cut = ScannerWire(), ScannerWire()
    assert hear(cut, stream, data) == whole.feed(stream)
    assert cut.noise_count == whole.noise_count


@given(st.binary(max_size=LINE_BYTES_MAX * 2))
def test_no_bytes_can_break_it(noise):
    wire = ScannerWire()
    wire.feed(noise)
    assert wire.feed(b"\r" + BOX + b"\r")[-1:] == [BOX]


def test_cr_lf_split_over_two_reads_ends_one_line():
    wire = ScannerWire()
    assert wire.feed(BOX + b"\r") == [BOX]
    assert wire.feed(b"\n" + BOX + b"\r") == [BOX]


def test_acknowledgement_and_framing_are_gone_and_gs_and_aim_identifier_stay():
    wire = ScannerWire()
    gs1 = b"]d2010690123456789221SN1\x1d10LOT1"
    assert wire.feed(ACKNOWLEDGEMENT + b"\x02" + gs1 + b"\x03\x00\r\n") == [gs1]
    assert wire.feed(ACKNOWLEDGEMENT + b"\r\x02\x03\r") == []
    assert wire.noise_count == 0


def test_a_module_that_answers_all_day_without_a_code_does_not_fill_the_line():
    wire = ScannerWire()
    for _ in range(2 * LINE_BYTES_MAX):
        assert wire.feed(ACKNOWLEDGEMENT) == []
    assert wire.feed(BOX + b"\r") == [BOX]
    assert wire.noise_count == 0


def test_no_part_of_a_line_too_long_is_handed_on():
    wire = ScannerWire()
    # So cut, the tail of what was dropped would itself look like a good code.
    assert wire.feed(b"7" * (LINE_BYTES_MAX + 1)) == []
    assert wire.feed(BOX + b"\r") == []
    assert wire.noise_count == 1
    assert wire.feed(BOX + b"\r") == [BOX]


def test_bytes_no_barcode_holds_are_counted_and_handed_on_for_an_answer():
    wire = ScannerWire()
    assert wire.feed(b"8385\x07793\r") == [b"8385\x07793"]
    assert wire.noise_count == 1


def test_silence_ends_a_line_only_where_the_setting_says_so():
    with_gap, without = ScannerWire(idle_gap_s=0.1), ScannerWire()
    for wire in (with_gap, without):
        wire.feed(BOX)
    assert with_gap.silence(0.05) == []
    assert with_gap.silence(0.1) == [BOX]
    assert with_gap.silence(5.0) == []
    assert without.silence(0.1) == []
    assert without.feed(b"\r") == [BOX]


def test_a_half_whose_end_never_came_does_not_spoil_the_next_code():
    wire = ScannerWire()
    wire.feed(BOX[:9])
    assert wire.silence(UNENDED_S) == []
    assert wire.unended_count == 1
    assert wire.feed(BOX + b"\r") == [BOX]


def test_a_half_from_before_the_unplug_does_not_spoil_the_next_code():
    wire = ScannerWire()
    wire.feed(BOX[:9])
    wire.forget()
    assert wire.feed(BOX + b"\r") == [BOX]


def test_what_modules_answer_is_taken_off_before_the_code():
    wire = ScannerWire()
    for answer in (
        bytes.fromhex("02000101000401"),
        bytes.fromhex("02000301006a61"),
        b"\x02\x010000#SCNTRG1\x06;\x03",
        b"\x02\x010000@FOO\x15;\x03" + ACKNOWLEDGEMENT,
    ):
        assert wire.feed(answer + BOX + b"\r") == [BOX]
    assert wire.noise_count == 0


def test_a_code_between_stx_soh_and_etx_is_no_answer():
    assert ScannerWire().feed(b"\x02\x01" + BOX + b"\x03\r") == [b"\x01" + BOX]


def test_a_prefix_is_taken_off_once_and_a_line_without_it_is_handed_on():
    wire = ScannerWire(prefix=b"8385")
    assert wire.feed(b"8385" + BOX + b"\r\x02" + b"8385" + BOX + b"\x03\r") == [BOX, BOX]
    assert wire.feed(b"6901234567892\r") == [b"6901234567892"]
    # A scanner that sends no prefix after all: cut, and so refused, but never hidden.
    assert wire.feed(BOX + b"\r") == [BOX[4:]]
    assert wire.feed(b"8385\r") == []


def test_only_what_brought_no_line_counts_as_dropped():
    wire = ScannerWire()
    wire.feed(b"83\x0785\r" + b"7" * (LINE_BYTES_MAX + 1) + b"\r")
    assert (wire.noise_count, wire.dropped_count) == (2, 1)
