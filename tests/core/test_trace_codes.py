import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.gs1 import check_digit_ok
from terminal.core.people import id_check_digit
from terminal.core.trace_codes import (
    ACKNOWLEDGEMENT,
    SCAN_BYTES_MAX,
    SECRET_KINDS,
    Kind,
    Scan,
    classify,
)

BOX = b"83857930000879766660"
PRODUCT = b"0106901234567892"
GS = b"\x1d"


def with_check(head):
    return next(head + last for last in "0123456789" if check_digit_ok(head + last))


trace_codes = st.from_regex(r"8[0-9]{19}", fullmatch=True)
gs1_text = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-", min_size=1)
products = st.from_regex(r"[1-9][0-9]{12}", fullmatch=True).map(with_check)


def identity_number(first_17="99010119600101001"):
    return first_17 + id_check_digit(first_17)


SECRETS = [
    (identity_number().encode(), Kind.IDENTITY_CARD),
    (b"11010119900307803X"[:17] + id_check_digit("11010119900307803").encode(), Kind.IDENTITY_CARD),
    (b"134500000000000001", Kind.PAYMENT_CODE),
    (b"6200000000000000001", Kind.PAYMENT_CODE),
    (b"2800000000000001", Kind.PAYMENT_CODE),
    (b"28000000000000000001", Kind.PAYMENT_CODE),
    (b"300000000000000000000001", Kind.PAYMENT_CODE),
    (b"SIMULATED0000000000000000001", Kind.INSURANCE_VOUCHER),
    (b"8000000000000000000000000001", Kind.INSURANCE_VOUCHER),
]

MISTAKES = [
    (b"", Kind.NOISE),
    (b"\r\n\x00\x02\x03", Kind.NOISE),
    (b"]C0", Kind.NOISE),
    (GS, Kind.NOISE),
    (b"NR", Kind.NOISE),
    (b"NoRead", Kind.NOISE),
    (ACKNOWLEDGEMENT, Kind.NOISE),
    (BOX + BOX, Kind.GLUED),
    (BOX + b"\t" + BOX, Kind.GLUED),
    (BOX + b"\x03\x02" + BOX, Kind.GLUED),
    (BOX + ACKNOWLEDGEMENT + BOX, Kind.GLUED),
    (PRODUCT + b"21SN1" + PRODUCT + b"21SN2", Kind.GLUED),
    (PRODUCT + b"21SN1" + GS + PRODUCT + b"21SN2", Kind.GLUED),
    (PRODUCT, Kind.PRODUCT_ONLY),
    (PRODUCT + b"17271130", Kind.PRODUCT_ONLY),
    (PRODUCT + b"1727113010LOT1", Kind.PRODUCT_ONLY),
    (PRODUCT + b"10210401", Kind.PRODUCT_ONLY),
    (PRODUCT + b"10B210401", Kind.PRODUCT_ONLY),
    (PRODUCT + b"10A21SN1" + GS + b"17271130", Kind.PRODUCT_ONLY),
    (b"https://id.gs1.org/01/06901234567892", Kind.PRODUCT_ONLY),
    (PRODUCT + b"21SN1231727113010LOT1", Kind.SEPARATOR_LOST),
    (PRODUCT + b"10LOT121SN123", Kind.SEPARATOR_LOST),
    (PRODUCT + b"1727113021SN12310LOT1", Kind.SEPARATOR_LOST),
    (PRODUCT + b"21123456710240315", Kind.SEPARATOR_LOST),
    (PRODUCT + b"21SN1234567890121727113010LOT1", Kind.SEPARATOR_LOST),
    (PRODUCT + b"21SN123^17271130", Kind.SEPARATOR_LOST),
    (b"00069012345000000004", Kind.SHIPPING_LABEL),
    (b"6901234567892", Kind.COMMODITY_CODE),
    (b"]E06901234567892", Kind.COMMODITY_CODE),
    (with_check("838579300008").encode(), Kind.COMMODITY_CODE),
    (with_check("8385793").encode(), Kind.COMMODITY_CODE),
    (with_check("03600029145").encode(), Kind.COMMODITY_CODE),
    (b"86901234567890", Kind.STANDARD_CODE),
    (with_check("1690123456789").encode(), Kind.CARTON),
    (b"XJ01CAA040E001010100999", Kind.INSURANCE_DRUG_CODE),
    (b"ZA01AAA0001010200001", Kind.INSURANCE_DRUG_CODE),
    (b"https://example.invalid/p?id=1", Kind.URL),
    (b"weixin://wxpay/bizpayurl", Kind.URL),
    (b"https://id.gs1.org/01/06901234567891/21/SN1", Kind.URL),
    ("http://example.invalid/药".encode(), Kind.URL),
    (b"90000000000000000001", Kind.OTHER_MAKER),
    (b"00069012345000000005", Kind.OTHER_MAKER),
    (BOX[:15], Kind.CUT),
    (BOX[:19], Kind.CUT),
    (BOX + b"1", Kind.CUT),
    (BOX[:11] + BOX, Kind.CUT),
    (BOX + b"6901234567892", Kind.CUT),
    (b'{"rx":1}', Kind.TEXT),
    (b"A|B", Kind.TEXT),
    ("药品标识码:8385793 序列号:0000879766660".encode(), Kind.TEXT),
    ("处方笺：阿莫西林".encode("gbk"), Kind.TEXT),
    (b"ABC-123", Kind.UNKNOWN),
    (b"6901234567891", Kind.UNKNOWN),
    (PRODUCT[:15] + b"1" + b"21SN1", Kind.UNKNOWN),
    (b"010000000000000021SN1", Kind.UNKNOWN),
    (BOX[:7] + b"\x00" + BOX[7:], Kind.UNKNOWN),
    ("８３８５７９３００００８７９７６６６６０".encode(), Kind.UNKNOWN),
    ("01٠٦٩٠١٢٣٤٥٦٧٨٩٢21SN1".encode(), Kind.UNKNOWN),
    (b"\xff" * 40, Kind.UNKNOWN),
    (b"8" * 41, Kind.UNKNOWN),
    (b"8" * (SCAN_BYTES_MAX + 1), Kind.UNKNOWN),
]


@pytest.mark.parametrize(("raw", "kind"), MISTAKES + SECRETS)
def test_every_mistake_is_its_own_kind_and_nothing_of_it_is_kept(raw, kind):
    scan = classify(raw)
    assert scan.kind is kind
    assert not scan.accepted
    if kind is not Kind.OTHER_MAKER:
        assert scan == Scan(kind)


def test_the_examples_show_every_kind():
    shown = {kind for _, kind in MISTAKES + SECRETS} | {Kind.TRACE_CODE, Kind.GS1}
    assert shown == set(Kind)
    assert {kind for _, kind in SECRETS} == SECRET_KINDS


@given(trace_codes)
def test_every_twenty_digits_beginning_with_8_are_accepted(code):
    scan = classify(code.encode())
    assert scan.accepted
    assert (scan.kind, scan.code) == (Kind.TRACE_CODE, code)
    assert (scan.product_prefix, scan.serial) == (code[:7], code[7:])
    assert scan.shown == f"{code[:7]} {code[7:]}"


@pytest.mark.parametrize(
    "raw",
    [
        b"]C0" + BOX,
        b"\x02" + BOX + b"\x03",
        BOX + b"\r\n",
        b"\x00\x00" + BOX,
        ACKNOWLEDGEMENT + BOX,
        ACKNOWLEDGEMENT + ACKNOWLEDGEMENT + b"\x02]C0" + BOX + b"\t",
    ],
)
def test_framing_is_taken_off_a_code(raw):
    assert classify(raw).code == BOX.decode()


@pytest.mark.parametrize(
    "raw",
    [
        PRODUCT + b"21SN123",
        PRODUCT + b"1727113021SN123",
        PRODUCT + b"21SN123" + GS + b"1727113010LOT1",
        PRODUCT + b"21SN123" + GS + b"10LOT117271130",
        b"]d2" + GS + PRODUCT + b"1727113010LOT1" + GS + b"21SN123",
        b"]d8" + PRODUCT + b"21SN123" + GS,
        b"10LOT1" + GS + PRODUCT + b"21SN123",
        PRODUCT + b"17000000" + b"21SN123",
        b"(01)06901234567892(21)SN123(17)271130(10)LOT1",
        b"https://id.gs1.org/01/06901234567892/21/SN123",
        b"HTTPS://EXAMPLE.INVALID/x/01/6901234567892/10/LOT1/21/SN123?17=271130",
    ],
)
def test_a_gs1_box_is_one_code_in_whatever_form_it_comes(raw):
    scan = classify(raw)
    assert scan.accepted
    assert scan == Scan(Kind.GS1, "010690123456789221SN123", "06901234567892", "SN123", raw)
    assert scan.shown == "(01)06901234567892 (21)SN123"


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


def test_a_10_inside_a_numeric_serial_is_doubted_only_where_a_batch_was_to_be_expected():
    assert classify(PRODUCT + b"217781090545").serial == "7781090545"
    assert classify(PRODUCT + b"17271130217781090545").kind is Kind.SEPARATOR_LOST
    with_batch = classify(PRODUCT + b"1727113010LOT1" + GS + b"217781090545")
    assert with_batch.serial == "7781090545"


@given(st.binary(max_size=200))
def test_any_bytes_have_an_answer(raw):
    scan = classify(raw)
    assert scan.accepted == (scan.kind in {Kind.TRACE_CODE, Kind.GS1}) == (scan.serial is not None)


serials = st.from_regex(r"[0-9]{13}", fullmatch=True)


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
