from hypothesis import given
from hypothesis import strategies as st

from drivers.wire.ssi import ACKNOWLEDGE, PACKET_S, RESENT_S, SEND_AGAIN, SsiWire, packet
from tests.drivers.simulated_ssi import CONTINUED, RESENT, decoded

BOX = b"83857930000879766660"
OTHER = b"83857930000879766661"
pieces = st.lists(
    st.one_of(
        st.binary(max_size=8),
        st.sampled_from([decoded(BOX), decoded(BOX, RESENT), decoded(BOX[:9], CONTINUED)]),
        st.sampled_from([packet(0xF6, 1, source=0), packet(0xD0, source=0), b"\x18\xf3\x00"]),
    ),
    max_size=20,
)


def hear(wire, stream, data):
    heard = []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        heard += wire.feed(stream[:cut])
        stream = stream[cut:]
    return heard


def test_the_bytes_are_those_of_the_manual():
    assert ACKNOWLEDGE.hex() == "04d00400ff28"
    assert packet(0xE4).hex() == "04e40400ff14"
    assert packet(0xE5).hex() == "04e50400ff13"


@given(st.lists(st.from_regex(rb"[\x1d0-9A-Z]{1,64}", fullmatch=True)), st.data())
def test_codes_in_packets_survive_any_cutting_and_each_is_acknowledged(codes, data):
    wire = SsiWire()
    assert hear(wire, b"".join(map(decoded, codes)), data) == codes
    assert wire.answer() == ACKNOWLEDGE * len(codes)
    assert wire.answer() == b""
    assert wire.noise_count == 0


@given(pieces, st.data())
def test_any_bytes_mean_the_same_however_they_are_cut(stream, data):
    stream = b"".join(stream)
    whole, cut = SsiWire(), SsiWire()
    assert hear(cut, stream, data) == whole.feed(stream)
    assert (cut.noise_count, cut.answer()) == (whole.noise_count, whole.answer())


@given(st.binary(max_size=600))
def test_after_any_noise_and_a_silence_the_next_code_is_heard(noise):
    wire = SsiWire()
    wire.feed(noise)
    wire.silence(PACKET_S)
    wire.silence(2.0)
    assert wire.feed(decoded(BOX)) == [BOX]


def test_a_packet_sent_again_is_acknowledged_and_is_one_code():
    wire = SsiWire()
    assert wire.feed(decoded(BOX) + decoded(BOX, RESENT) * 2) == [BOX]
    assert wire.answer() == ACKNOWLEDGE * 3


def test_the_same_box_scanned_again_is_a_second_line():
    assert SsiWire().feed(decoded(BOX) * 2) == [BOX, BOX]


def test_another_code_in_a_packet_sent_again_is_heard():
    # The first sending of it never arrived.
    assert SsiWire().feed(decoded(BOX) + decoded(OTHER, RESENT)) == [BOX, OTHER]


def test_a_packet_with_a_wrong_check_is_asked_for_again_and_then_heard_once():
    wire = SsiWire()
    wire.feed(decoded(BOX))
    wire.answer()
    bad = bytearray(decoded(BOX))
    bad[9] ^= 1
    assert wire.feed(bytes(bad)) == []
    assert wire.answer() == SEND_AGAIN
    assert wire.dropped_count == 1
    # It equals the box before, yet it is the one that came spoilt: a second scan of it.
    assert wire.feed(decoded(BOX, RESENT)) == [BOX]


def test_long_after_a_code_a_repetition_is_a_scan_of_its_own():
    wire = SsiWire()
    wire.feed(decoded(BOX))
    wire.silence(RESENT_S)
    assert wire.feed(decoded(BOX, RESENT)) == [BOX]


def test_a_code_in_several_packets_is_one_line_and_its_rest_never_joins_the_next():
    wire = SsiWire()
    assert wire.feed(decoded(BOX[:9], CONTINUED)) == []
    assert wire.feed(decoded(BOX[9:])) == [BOX]
    wire.feed(decoded(BOX[:9], CONTINUED))
    wire.silence(2.0)
    assert wire.unended_count == 1
    assert wire.feed(decoded(OTHER)) == [OTHER]


def test_the_prefix_is_taken_off_a_packet_too():
    assert SsiWire(prefix=b"##").feed(decoded(b"##" + BOX)) == [BOX]


def test_events_and_answers_bring_no_line_and_an_answer_is_not_answered():
    wire = SsiWire()
    assert wire.feed(packet(0xF6, 1, source=0) + packet(0xD0, source=0)) == []
    assert wire.answer() == ACKNOWLEDGE
    assert wire.noise_count == 0


def test_text_outside_a_packet_is_noise_and_never_a_code():
    wire = SsiWire()
    assert wire.feed(BOX + b"\r") == []
    assert wire.dropped_count == 1
    wire.silence(PACKET_S)
    assert wire.feed(decoded(BOX)) == [BOX]
