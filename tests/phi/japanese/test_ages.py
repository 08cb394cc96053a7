"""Ages in Japanese charts, in both scripts, and the numbers beside a letter that are none."""

import pytest

from phi_detector.japanese import ages


def _ages(text: str) -> set[str]:
    return {text[one.begin : one.end] for rule in ages.rules() for one in rule.find(text)}


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("75歳男性", "75"),
        ("生後3か月", "3"),
        ("性別 M     ネンレイ 32     生年月日", "32"),
        ("Abdi, Mohamud   42/M   仮ID", "42"),
        ("Gwilym Cadwallader   70   M    宿泊", "70"),
        ("諸葛 宇軒  53Y M  外来", "53"),
        ("小鳥遊喬氏 75y\nMRSA", "75"),
        ("Case A, 5 y, HLHS 術後", "5"),
        ("(0010,1010) AS  065Y", "65"),
    ],
)
def test_given_an_age_when_read_then_the_number_alone_is_proposed(text: str, age: str) -> None:
    assert _ages(text) == {age}


@pytest.mark.parametrize(
    "text",
    [
        "6歳未満には投与しない",
        "中央値31歳",
        "PAGE 1/2",
        "減量は年齢80以上",
        "生後30日以内",
        "保険は ¥20M まで",
        "3.1 mL, 18 M/mL",
        "089Y を超えるものは 090Y\n",
        "追加接種 14 y\n",
    ],
)
def test_given_a_limit_or_a_quantity_when_read_then_no_age_is_proposed(text: str) -> None:
    assert _ages(text) == set()
