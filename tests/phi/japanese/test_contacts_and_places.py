"""Telephones, postal codes, addresses, facilities, wards."""

import pytest

from tests.phi.japanese.conftest import Finder


@pytest.mark.parametrize(
    "number",
    [
        "03-1234-5678",
        "(03)1234-5678",
        "06(6123)4567",
        "0120-123-456",
        "090-1234-5678",
        "08012345678",
        "070 1234 5678",
        "+81-3-1234-5678",
        "０９０－１２３４－５６７８",
        "03ー1234ー5678",
        "0467‐12‐3456",
        "090−1234−5678",
    ],
)
@pytest.mark.parametrize("around", ["電話:{}", "連絡先は{}です。", "妻({})へ電話した。"])
def test_given_a_telephone_when_read_then_the_whole_of_it_is_covered(find: Finder, number: str, around: str) -> None:
    text = around.format(number)

    masked = "".join(value for value, kind in find(text) if kind == "PHONE_OR_FAX")

    assert number.strip("()") in masked


def test_given_emergency_numbers_when_read_then_they_are_nobodys(find: Finder) -> None:
    assert find("家族が119番通報し、救急車を要請した。") == []


@pytest.mark.parametrize(
    "address",
    [
        "東京都渋谷区神宮前1-2-3",
        "埼玉県さいたま市浦和区高砂3丁目15番1号",
        "大阪府東大阪市荒本北１丁目１番１号",
        "北海道虻田郡倶知安町北1条東3丁目3番地",
        "神奈川県横浜市港北区日吉4-1-1 コーポ日吉203号室",
        "京都府京都市左京区下鴨松ノ木町59",
        "沖縄県うるま市石川東恩納1234番地5",
    ],
)
@pytest.mark.parametrize("around", ["住所:{}", "現在{}に一人で暮らしている。", "{}の自宅を訪問した。"])
def test_given_an_address_when_read_then_the_whole_of_it_is_covered(find: Finder, address: str, around: str) -> None:
    text = around.format(address)

    assert any(address in value for value, kind in find(text) if kind == "ADDRESS")


def test_given_an_address_that_a_narrow_page_breaks_when_read_then_it_is_covered_across_the_line(find: Finder) -> None:
    text = (
        "診療情報提供書を作成するにあたり、下記のとおり現状を報告いたします。\n"
        "患者様は現在ご自宅で療養中であり、お住まいは神奈川県横浜市港北区\n"
        "日吉4丁目1番1号です。訪問看護を週に二回利用されており、内服の管\n"
        "理はご家族が行っています。\n"
    )

    assert any(value.replace("\n", "") == "神奈川県横浜市港北区日吉4丁目1番1号" for value, _ in find(text))


@pytest.mark.parametrize("code", ["〒150-0001", "〒１５０－０００１", "郵便番号 150-0001"])
def test_given_a_postal_code_when_read_then_it_is_part_of_an_address(find: Finder, code: str) -> None:
    assert any(code[-8:] in value for value, kind in find(f"{code} 東京都渋谷区") if kind == "ADDRESS")


@pytest.mark.parametrize(
    ("text", "facility"),
    [
        ("さいたま市立病院へ紹介した。", "さいたま市立病院"),
        ("前医のあさのファミリークリニックより紹介。", "あさのファミリークリニック"),
        ("退院後は世田谷区立三宿中学校に通学する。", "世田谷区立三宿中学校"),
        ("同日3階東病棟へ入院した。", "3階東病棟"),
        ("緩和ケア病棟へ転棟した。", "緩和ケア病棟"),
        ("512号室へ案内した。", "512号室"),
    ],
)
def test_given_a_facility_or_a_ward_when_read_then_it_is_an_address(find: Finder, text: str, facility: str) -> None:
    assert any(facility in value for value, kind in find(text) if kind == "ADDRESS")


@pytest.mark.parametrize(
    "text",
    [
        "近医で処方され、当院を紹介受診となった。",
        "総合病院での精査を希望される。",
        "リハビリテーション病院への転院を提案した。",
        "循環器内科、整形外科へコンサルトした。",
        "かかりつけ薬局で調剤された。",
        "訪問看護ステーションと連携する。",
        "検査センターへ提出した。",
    ],
)
def test_given_facilities_of_no_name_when_read_then_nothing_is_masked(find: Finder, text: str) -> None:
    assert find(text) == []
