"""Facilities, homes, shops and employers whose names do not say what they are."""

import pytest

from tests.phi.japanese.conftest import Finder


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("施設(サンライズ旭)を希望されている。", "サンライズ旭"),
        ("今後はリバーサイド岡の往診医にお願いする。", "リバーサイド岡"),
        ("グランドメゾン緑ヶ丘に入居中。", "グランドメゾン緑ヶ丘"),
        ("グループホームつくしから来院した。", "つくし"),
        ("デイはこもれびへ週2回。", "こもれび"),
        ("ショートはやすらぎを利用。", "やすらぎ"),
        ("ほのぼの苑から救急搬送。", "ほのぼの苑"),
        ("さくら皮フ科で加療中。", "さくら皮フ科"),
        ("整形はすぎうら整形。", "すぎうら整形"),
        ("日赤で手術を受けた。", "日赤"),
        ("ユニクロで販売員をしている。", "ユニクロ"),
        ("北斗運送のドライバー。", "北斗運送"),
        ("喫茶マロンを経営していた。", "マロン"),
        ("桜丘中 2年生。", "桜丘中"),
        ("松戸市高齢者支援課の職員と面談。", "松戸市高齢者支援課"),
        ("第2病棟へ転棟。", "第2病棟"),
        ("阪大へ紹介となった。", "阪大"),
        ("JA全農の職員。", "JA全農"),
        ("仕事:東洋製麺 経理", "東洋製麺"),
        ("勤務先 東洋タクシー 06-3477-0741", "東洋タクシー"),
        ("以後第一交通などを転々とした。", "第一交通"),
        ("2011年まで三星製菓を営まれた。", "三星製菓"),
        ("県立こころの医療センターで加療中。", "県立こころの医療センター"),
        ("A棟5階へ。", "A棟5階"),
        ("新館5Fのリハ室へ。", "新館5F"),
        ("HCU-3番ベッドへ移動。", "HCU-3番ベッド"),
    ],
)
def test_given_a_place_without_a_word_for_its_kind_when_read_then_it_is_masked(
    find: Finder, text: str, place: str
) -> None:
    assert any(place in value for value, kind in find(text) if kind == "ADDRESS")


@pytest.mark.parametrize(
    "text",
    [
        "グループホームなどへの入居を検討する。",
        "デイサービスについて説明した。",
        "介護タクシーで帰宅、公共交通は使えない。",
        "県立の病院へ紹介する。",
        "スーパーでパート勤務、夜勤なし。",
        "リハビリ病院へ転院を調整する。",
        "施設(特養、老健)を希望。",
        "転院先:未定",
        "自宅へ退院となる。",
        "勤務先:工場",
        "ホテルのような個室を希望。",
        "入院中 2年前の画像と比較した。",
        "ショートステイから帰宅後に発熱。",
        "ストレッチャーで搬送した。",
        "グリーン車、シルバーカーを使用。",
        "この園ではアレルギー食に対応する。",
    ],
)
def test_given_a_kind_of_place_and_no_name_when_read_then_nothing_is_masked(find: Finder, text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize("text", ["尿量450。387へ報告。", "急変時は5512にコールする。"])
def test_given_an_extension_that_is_called_when_read_then_it_is_a_telephone(find: Finder, text: str) -> None:
    assert "PHONE_OR_FAX" in [kind for _, kind in find(text)]
