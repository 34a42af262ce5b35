import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.people import id_check_digit
from terminal.core.trace_codes import (
    SCAN_BYTES_MAX,
    SECRET_KINDS,
    Kind,
    Scan,
    classify,
)
from tests.core.scan_examples import ACCEPTED, EXAMPLES, LINK, PRODUCT, SECRETS, with_check

trace_codes = st.from_regex(r"8[0-9]{19}", fullmatch=True)
gs1_text = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-", min_size=1)
serials = st.from_regex(r"[0-9]{13}", fullmatch=True)
products = st.from_regex(r"[1-9][0-9]{12}", fullmatch=True).map(
    lambda head: with_check(head).decode()
)


def identity_number(first_17="99010119600101001"):
    return first_17 + id_check_digit(first_17)


@pytest.mark.parametrize(("raw", "kind", "why"), EXAMPLES)
def test_every_example_is_its_own_kind_and_nothing_of_a_mistake_is_kept(raw, kind, why):
    scan = classify(raw)
    assert scan.kind is kind, why
    assert scan.accepted == (kind in {Kind.TRACE_CODE, Kind.GS1})
    if not scan.accepted and kind is not Kind.OTHER_MAKER:
        assert scan == Scan(kind), why


def test_the_examples_show_every_kind():
    assert {kind for _, kind, _ in EXAMPLES} == set(Kind)
    assert {kind for _, kind, _ in SECRETS} == SECRET_KINDS


@given(trace_codes)
def test_every_twenty_digits_beginning_with_8_are_accepted(code):
    scan = classify(code.encode())
    assert scan.accepted
    assert (scan.kind, scan.code) == (Kind.TRACE_CODE, code)
    assert (scan.product_prefix, scan.serial) == (code[:7], code[7:])
    assert scan.shown == f"{code[:7]} {code[7:]}"


@pytest.mark.parametrize(("raw", "kind", "why"), ACCEPTED)
def test_framing_and_form_change_nothing_of_an_accepted_code(raw, kind, why):
    scan = classify(raw)
    assert scan.raw == raw
    if kind is Kind.GS1:
        assert scan.code == f"01{scan.product_prefix}21{scan.serial}", why
        assert scan.product_prefix == PRODUCT[2:].decode()
        assert scan.shown == f"(01)06901234567892 (21){scan.serial}"
    else:
        assert scan.code == f"{scan.product_prefix}{scan.serial}"
        assert raw.find(scan.code.encode()) >= 0


@pytest.mark.parametrize(
    ("fields", "expires_on", "batch"),
    [
        (b"1727113010LOT1\x1d21SN123", "2027-11-30", "LOT1"),
        (b"21SN123\x1d17270200", "2027-02-28", None),
        (b"21SN123\x1d17280200", "2028-02-29", None),
        (b"21SN123\x1d17270230", None, None),
        (b"21SN123\x1d17000000", None, None),
        (b"21SN123\x1d10A", None, "A"),
        (b"21SN123", None, None),
    ],
)
def test_a_gs1_box_says_its_expiry_and_batch_where_they_are_certain(fields, expires_on, batch):
    scan = classify(PRODUCT + fields)
    assert (scan.serial, scan.expires_on, scan.batch) == ("SN123", expires_on, batch)


def test_a_link_says_its_expiry_and_batch_too():
    scan = classify(LINK + b"/10/LOT1/21/SN123?17=271100")
    assert (scan.serial, scan.expires_on, scan.batch) == ("SN123", "2027-11-30", "LOT1")


@given(products, gs1_text, gs1_text)
def test_with_its_separator_every_serial_is_read_as_it_is(product, serial, batch):
    text = f"01{product}21{serial[:20]}\x1d10{batch[:20]}"
    scan = classify(text.encode())
    assert (scan.product_prefix, scan.serial) == (product, serial[:20])


@given(
    products, gs1_text, st.dates(), st.from_regex(r"[0-9]{0,6}[A-Z][A-Z0-9]{0,8}", fullmatch=True)
)
def test_without_its_separator_no_serial_is_believed(product, serial, expires, batch):
    expiry = f"17{expires:%y%m%d}"
    for fields in (f"21{serial[:9]}{expiry}", f"21{serial[:9]}{expiry}10{batch}"):
        assert not classify(f"01{product}{fields}".encode()).accepted
    assert not classify(f"01{product}{expiry}21{serial[:7]}10{batch}".encode()).accepted
    assert not classify(f"01{product}10{batch}{expiry}21{serial[:9]}".encode()).accepted


@given(products, serials, st.dates(), st.from_regex(r"[0-9]{4,8}", fullmatch=True))
def test_digits_that_lost_their_separator_are_never_taken_for_two_boxes(
    product, serial, expires, batch
):
    scan = classify(f"01{product}21{serial[:8]}17{expires:%y%m%d}10{batch}".encode())
    assert scan.kind is Kind.SEPARATOR_LOST


def test_a_10_inside_a_numeric_serial_is_doubted_only_where_a_batch_was_to_be_expected():
    assert classify(PRODUCT + b"217781090545").serial == "7781090545"
    assert classify(PRODUCT + b"17271130217781090545").kind is Kind.SEPARATOR_LOST
    with_batch = classify(PRODUCT + b"1727113010LOT1\x1d217781090545")
    assert with_batch.serial == "7781090545"


@given(st.binary(max_size=200))
def test_any_bytes_have_an_answer(raw):
    scan = classify(raw)
    assert scan.accepted == (scan.kind in {Kind.TRACE_CODE, Kind.GS1}) == (scan.serial is not None)


@given(st.sampled_from(["8385793", "010690123456789221"]), serials, serials)
def test_two_boxes_of_one_product_look_the_same_in_a_log(product, one, other):
    scans = [classify(f"{product}{serial}".encode()) for serial in (one, other)]
    if all(scan.accepted for scan in scans):
        assert repr(scans[0]) == repr(scans[1])
        assert scans[0].masked == scans[1].masked


@given(st.integers(10, 15), st.text("0123456789", min_size=16, max_size=16))
def test_no_payment_code_leaves_a_digit(prefix, rest):
    scan = classify(f"{prefix}{rest}".encode())
    assert scan.kind in SECRET_KINDS
    assert scan == Scan(scan.kind)
    assert not set(repr(scan)) & set("0123456789")


@given(st.dates(), st.integers(0, 999))
def test_every_identity_number_is_known_as_one(born, order):
    if born.year < 1900 or born.year > 2099:
        born = born.replace(year=1960, day=1)
    for region in ("990101", "110101", "150102", "810000"):
        number = identity_number(f"{region}{born:%Y%m%d}{order:03}")
        assert classify(number.encode()) == Scan(Kind.IDENTITY_CARD)
        assert classify(number.lower().encode()) == Scan(Kind.IDENTITY_CARD)


def test_another_makers_code_waits_with_its_digits_hidden_from_logs():
    scan = classify(b"90000000000000000001")
    assert (scan.code, scan.shown) == ("90000000000000000001", "90000000000000000001")
    assert scan.masked == ""
    assert "9000" not in repr(scan)


@given(
    st.sampled_from([raw for raw, _, _ in SECRETS]), st.binary(max_size=4), st.binary(max_size=4)
)
def test_nothing_of_a_secret_reaches_what_can_be_written_down(raw, before, after):
    digits = raw.strip(b"\r\n\x02\x03").decode()[-12:]
    scan = classify(before + raw + after)
    if scan.kind in SECRET_KINDS:
        assert scan == Scan(scan.kind)
        assert not set(repr(scan)) & set("0123456789")
    assert digits not in repr(scan) + scan.masked


numbers = st.text("0123456789", min_size=1, max_size=40)


@given(numbers)
def test_digits_alone_are_accepted_only_as_a_trace_code_or_as_gs1(number):
    scan = classify(number.encode())
    if scan.accepted:
        assert (len(number) == 20 and number[0] == "8") or number[:2] in {
            "01", "11", "12", "13", "15", "16", "17", "20",
        }, number  # fmt: skip


payments = st.one_of(
    st.from_regex(r"1[0-5][0-9]{16}", fullmatch=True),
    st.from_regex(r"62[0-9]{17}", fullmatch=True),
    st.from_regex(r"(?:2[5-9]|30)[0-9]{14,22}", fullmatch=True),
)


@given(payments, st.sampled_from(["", "\r", "\r\n", "\t"]), st.sampled_from(["", "]Q1", "]C0"]))
def test_every_payment_code_is_a_secret_however_it_is_framed(payment, end, identifier):
    scan = classify(f"{identifier}{payment}{end}".encode())
    assert scan.kind in SECRET_KINDS
    assert scan == Scan(scan.kind)


def test_the_longest_scans_take_no_longer_than_a_blink():
    """Bytes that would make a careless pattern go back and forth for ever."""
    began = time.process_time()
    for unit in (b"01", b"(01)", b"]C0", b"8", b"\t]", b"0106901234567892", b"a.", b"%30", b"\x1d"):
        classify((unit * SCAN_BYTES_MAX)[:SCAN_BYTES_MAX])
        classify(LINK + (unit * SCAN_BYTES_MAX)[: SCAN_BYTES_MAX - 60])
    assert time.process_time() - began < 2.0
