from tests.fuzz_scans import fuzz


def test_ten_thousand_spoilt_scans_are_all_answered():
    assert sum(fuzz(10_000, seed=7).values()) == 10_000
