"""Japanese charts written in two languages at once: Latin names, numbers, places and dates between Japanese words."""

import pytest

from tests.phi.japanese.conftest import Finder

_NOTE = "\n患者の経過は良好で、食事摂取も安定している。引き続きご高診のほどよろしくお願い申し上げます。"


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("husband Kenji(夫)に説明。", "Kenji", "NAME"),
        ("夫 Marcus Webb 同席。", "Marcus Webb", "NAME"),
        ("SW Nakagawa 4471へ。", "4471", "PHONE_OR_FAX"),
        ("Ms. Ruiz(内線 8812)", "8812", "PHONE_OR_FAX"),
        ("call x5567、発熱時。", "5567", "PHONE_OR_FAX"),
        ("TEL (042)3345", "(042)3345", "PHONE_OR_FAX"),
        ("大阪（06）1234-5678", "06）1234-5678", "PHONE_OR_FAX"),
        ("Hotel: グランドホテル浜松（+81-53-123-4567）", "+81-53-123-4567", "PHONE_OR_FAX"),
        ("Plan: XK-40921-B 適用", "XK-40921-B", "ID"),
        ("Policy No. GHT88213-04 (海外旅行保険)", "GHT88213-04", "ID"),
        ("Member ID: W1182 33471 確認済", "W1182 33471", "ID"),
        ("Naval Hospital Okinawaより紹介。", "Naval Hospital Okinawa", "ADDRESS"),
        ("PCPはCamp Zama Clinic。", "Camp Zama Clinic", "ADDRESS"),
        ("contact SW 山田 太郎 929. 長男 wants 2nd opinion", "929", "PHONE_OR_FAX"),
        ("Hotel: グランドホテル浜松, room 1203. 海外旅行保険あり", "1203", "ADDRESS"),
        ("YAMADA Taro (ヤマダ タロウ), 30-year-old, 妊娠34週。", "30", "AGE"),
        ("CT(4/12)で肺炎像。", "4/12", "DATE"),
        ("f/u 6/22 外来。", "6/22", "DATE"),
        ("退院報告 Discharge note    14 March 2024", "14 March 2024", "DATE"),
    ],
)
def test_given_a_line_of_two_languages_when_read_then_what_identifies_is_masked(
    find: Finder, text: str, value: str, kind: str
) -> None:
    assert any(value in found and kind == found_kind for found, found_kind in find(text + _NOTE))


@pytest.mark.parametrize(
    "text",
    [
        "Killip II、Forrester subset II、TIMI 3、SYNTAX score 22、Stanford A、DeBakey I",
        "Babinski(-)、Hoffmann(-)、Kernig(-)、Lasegue 70度、Romberg(+)",
        "Fontaine III、Rutherford 4、TASC II C、ABI 0.62、SPP 30mmHg",
        "Hospital course: 抗菌薬を継続。MMT(4/5)、Levine(2/6)",
        "Plan: CT follow、採血",
        "International Clinic / 外国人外来、overnight Af RVR、amio load",
        "MR: PISA ERO 0.4cm2、SOFA 2以上、CrCl 50未満",
        "添付: 退院サマリー_001.txt、検査結果_2.pdf",
    ],
)
def test_given_latin_terms_of_a_japanese_chart_when_read_then_nothing_is_masked(find: Finder, text: str) -> None:
    assert find(text + _NOTE) == []
