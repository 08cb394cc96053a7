"""What bears the name of a person or a place and is a term; and the people who share the name of a term."""

import pytest

from tests.phi.japanese.conftest import Finder


@pytest.mark.parametrize(
    "text",
    [
        "土屋・江口分類、草野・望月分類に従い判定する。",
        "ロンベルグ試験、バビンスキー・チャドック、ホフマン・トレムナーはいずれも陰性。",
        "マン・ホイットニーのU検定とウィルコクソン符号順位検定を用いた。",
        "アダムス・ストークス発作の既往、エプスタイン奇形、アイゼンメンジャーの合併はない。",
        "矢田部ギルフォード性格検査、内田クレペリン、田中ビネーを施行。",
        "東京宣言、ヘルシンキ宣言、京都分類、久山町研究を参照する。",
        "当施設は地域医療支援病院であり、特定機能病院へ紹介することがある。",
        "左前下行枝と回旋枝に有意狭窄なし。肋骨横隔膜角は鋭。",
        "説明医師      印 患者署名      年 月 日\n令和  年  月  日 署名欄",
        "PLT 158-348、APTT 24-39秒、RBC 4.35-5.55、TV450で換気した。",
    ],
)
def test_given_terms_that_bear_names_when_read_then_nothing_is_masked(find: Finder, text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ハンチントンさんが来院した。", "ハンチントン"),
        ("主治医:フィッシャー・ヨナス", "フィッシャー・ヨナス"),
        ("Dr. Fontaineへコンサルトした。", "Fontaine"),
        ("橋本様、病状説明に同席。", "橋本"),
        ("木村先生の手術を見学した。", "木村"),
    ],
)
def test_given_people_named_like_terms_when_a_title_or_a_label_says_so_then_they_are_found(
    find: Finder, text: str, name: str
) -> None:
    assert (name, "NAME") in find(text)
