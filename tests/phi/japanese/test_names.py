"""Names of people: kanji, kana, romaji, of any origin, with and without a label; and what bears a name but is none."""

import pytest

from tests.phi.japanese.conftest import Finder


def names(find: Finder, text: str) -> list[str]:
    return [value for value, kind in find(text) if kind == "NAME"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("患者氏名:山田 太郎 様", "山田 太郎"),
        ("氏　名　鷹觜　蓮音", "鷹觜　蓮音"),
        ("フリガナ ﾀｶﾉﾊｼ ﾚｵﾝ", "ﾀｶﾉﾊｼ ﾚｵﾝ"),
        ("𠮷野様が来院された。", "𠮷野"),
        ("髙橋医師より報告を受けた。", "髙橋"),
        ("宮﨑さんは昨夜よく眠れたと話す。", "宮﨑"),
        ("主治医:小鳥遊 蓮音", "小鳥遊 蓮音"),
        ("山田が来院した。", "山田"),
        ("長男の太郎と同居している。", "太郎"),
        ("グエン・ヴァン・アンさんが付き添った。", "グエン・ヴァン・アン"),
        ("通訳は陳 美玲氏が担当した。", "陳 美玲"),
        ("Pt: YAMADA Taro", "YAMADA Taro"),
        ("Dr. Tanakaへコンサルトした。", "Tanaka"),
        ("看護師 佐々木", "佐々木"),
        ("「ハナさん、朝ですよ」と声をかけた。", "ハナ"),
        ("身元照会、名札「アズマ」の高齢女性。", "アズマ"),
        ("│施設    │本院      │主治医  │サントス      │", "サントス"),
        ("連絡先変更あり→080-7952-1992  王\n5/10 16:40 回診。", "王"),
        ("山\u200b田\u200b太\u200b郎様", "山\u200b田\u200b太\u200b郎"),
    ],
)
def test_given_a_name_when_read_then_it_is_found_without_its_title(find: Finder, text: str, name: str) -> None:
    assert name in names(find, text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("肉眼写真は柊技師が撮影し、岬様の標本を返却した。", "柊"),
        ("生活保護は福祉事務所の黄CWが担当し、訪問した。", "黄"),
        ("備考:鈴木、ペレイラ両名で確認した。", "ペレイラ"),
        ("上級医は孫先生。孫医師より説明した。", "孫"),
        ("→王師長確認中、折り返し連絡あり。", "王"),
        ("非常勤王医師が大腸内視鏡を施行した。", "王"),
        ("ご本人と奥様のはじめ様には説明済み。", "はじめ"),
        ("姉(すすむ)は乳癌で手術。", "すすむ"),
        ("10:40 さとう いちか さん 紹介状なしで受診。", "さとう いちか"),
        ("母 Yuki (mother)に説明した。", "Yuki"),
    ],
)
def test_given_a_name_that_only_its_position_tells_when_read_then_it_is_found(
    find: Finder, text: str, name: str
) -> None:
    assert name in names(find, text)


def test_given_a_surname_of_one_character_with_a_title_when_it_comes_back_alone_then_it_is_masked_too(
    find: Finder,
) -> None:
    text = "主治医は林先生です。林檎を1個摂取、むせなし。\n申し送り:林、本日より夏休み。"

    assert names(find, text) == ["林", "林"]


def test_given_a_full_name_once_when_only_the_family_name_comes_back_then_it_is_masked_too(find: Finder) -> None:
    text = "患者氏名:贄田 惣一 様\n入院後の経過は良好。翌日、贄田、自室で転倒。"

    assert sum("贄田" in name for name in names(find, text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "橋本病、川崎病、菊池病、原田病の既往はない。",
        "高安動脈炎に対しプレドニゾロンを内服中。",
        "パーキンソン病、バセドウ病で通院中。",
        "チャーグ・ストラウス症候群様の血管炎を認めた。",
        "左室肥大なし(ソコロウ・ライオン 2.8mV)。",
        "ギラン・バレー症候群の可能性を考えた。",
        "クロイツフェルト・ヤコブ病は否定的。",
        "バビンスキー反射は陰性であった。",
        "長谷川式簡易知能評価スケール21点。",
        "フォーリーカテーテルを留置した。",
        "レボドパ・カルビドパ配合錠を増量した。",
        "患者様、ご家族様へ説明した。",
        "奥様と娘さんが面会に来られた。",
        "当直医師、担当看護師へ報告した。",
        "常勤医師、夜勤看護師、事務部長が同席した。",
        "のどの麻酔(リドカイン)を行い、%1秒量 79.2(ゲンスラー)であった。",
        "はじめに、治療をはじめた経緯を述べる。",
        "DOAC: CrCl>50 なら継続、qSOFA 2点。",
        "処置あり。  異常なし\n\n経過\n良好である。",
        "同様の症状が続く。",
        "森林浴を好み、星や月を眺める。",
        "NYHA II度、Killip II、CHADS2スコア3点。",
        "氏名 年齢 性別 住所",
        "主治医:変更なし",
        "血液型はA型Rh陽性。",
        "右大腿骨頸部骨折、左橈骨遠位端骨折。",
    ],
)
def test_given_what_bears_a_name_or_looks_like_one_when_read_then_nothing_is_masked(find: Finder, text: str) -> None:
    assert names(find, text) == []


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("48歳男性", "48"),
        ("八十九歳の女性", "八十九"),
        ("生後3か月の乳児", "3"),
        ("年齢:72", "72"),
        ("山田太郎(32)と面談", "32"),
        ("78才", "78"),
        ("(65歳、女性)", "65"),
        ("９２歳", "９２"),
    ],
)
def test_given_an_age_when_read_then_the_number_alone_is_found(find: Finder, text: str, age: str) -> None:
    assert (age, "AGE") in find(text)


@pytest.mark.parametrize(
    "text", ["6歳未満には投与しない。", "75歳以上では減量を考慮する。", "術後3日、48時間後に抜去。"]
)
def test_given_a_limit_of_age_when_read_then_it_is_nobodys(find: Finder, text: str) -> None:
    assert [one for one in find(text) if one[1] == "AGE"] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("参加 ペトロワ、東、一(包括)", ["ペトロワ", "東", "一"]),
        ("術者 王 / 鳳", ["王", "鳳"]),
        ("8/22 8:30 ペトロワ 申し送り。", ["ペトロワ"]),
        ("8:30 申し送り。廣瀨様、血糖142。", ["廣瀨"]),
        ("ゴミ出しは隣の一さん。", ["一"]),
        ("皇帝氏は施設を希望。", ["皇帝"]),
        ("ふりがな ろべると・ふぇるなんです", ["ろべると・ふぇるなんです"]),
    ],
)
def test_given_names_that_their_position_tells_when_read_then_each_is_found(
    find: Finder, text: str, expected: list[str]
) -> None:
    found = names(find, text)

    assert all(any(name in value for value in found) for name in expected)


@pytest.mark.parametrize(
    "text", ["参加 本人、家族、看護師", "8:30 巡視 異常なし。", "橋本氏病の疑い。", "一様に低下。"]
)
def test_given_roles_and_words_where_names_could_stand_when_read_then_nobody_is_named(find: Finder, text: str) -> None:
    assert names(find, text) == []
