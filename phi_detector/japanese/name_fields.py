"""Names that a form introduces: 氏名:, フリガナ, 主治医, cc, 様 behind katakana, romaji with a title."""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.characters import HAN, HIRAGANA, KANA, KANJI_DIGIT, KATAKANA
from phi_detector.japanese.context_words import (
    GIVEN_NAMES_LIKE_WORDS,
    NOT_A_FIELD_VALUE,
    NOT_NAMED,
    SINGLE_SURNAMES,
)
from phi_detector.japanese.foreseen import foreseen
from phi_detector.pattern_rule import PatternRule

_PERSON_FIELD: Final = (
    r"(?:患者(?:氏名|名|さん名|様名)|御?氏\s{0,4}名|お?名\s{0,2}前|姓\s?名|ご氏名|受診者名?|利用者(?:氏名|名|様)|被保険者(?:氏名|名)|世帯主(?:氏名|名)?|"
    r"(?:緊急)?連絡先(?:氏名|者)?|保護者(?:氏名|名)?|キーパーソン|KP|Kp|代理人|同意者|説明者|説明医(?:師)?|同席者|付添(?:い|人|者)?|申込者|契約者|届出者|"
    r"担\s?当\s?医(?:師)?名?|主\s?治\s?医(?:師)?名?|執\s?刀\s?(?:医|者)|術\s?者|(?:第[一二三1-3])?助\s?手\d?|麻\s?酔\s?科?\s?医|指\s?導\s?医|研修医|専攻医|"
    r"器械出し|外回り(?:看護師)?|直接介助|間接介助|記\s?[載録]\s?[者医]|入力者|作成者|報告\s?[者医]|報告医師|読影\s?[者医]|読影医師|診断\s?[者医]|診断医師|一次読影|二次読影|確認[者医]|承認[者医]?|"
    r"病理(?:診断)?医|細胞検査士|検査(?:者|技師|担当)|撮影(?:者|技師)|実施者|施行[医者]|依頼医(?:師)?|依頼者|紹介(?:元)?医(?:師)?|紹介先医(?:師)?|処方医(?:師)?|"
    r"調剤者|鑑査者|薬剤師|担当薬剤師|看護師|(?:担当|受け?持ち?|プライマリー?|リーダー|夜勤|日勤|訪問)看護師|担当者(?:名)?|担当|責任者|管理者|施設長|院長|"
    r"病院長|科長|部長|師長|看護師長|介護支援専門員|ケアマネ(?:ー?ジャー)?|ケアマネ名|相談員|担当ケアマネ(?:ー?ジャー)?|理学療法士|作業療法士|言語聴覚士|管理栄養士|PT|OT|ST|MSW|"
    r"主治医意見書記載者|差出人|宛先|宛名|送信者|受信者|From|To|Cc|件名担当|署\s?名|サイン|医師(?:名|氏名|署名)?|氏名\(自署\)|母(?:親)?(?:氏名|名)?|父(?:親)?(?:氏名|名)?|"
    r"配偶者|夫|妻|長男|次男|長女|次女|三男|三女|息子|娘|兄|弟|姉|妹|Dr\.?|Pt\.?|Patient|Name|患者|本人|申請者|記入者|面談者|相談者|来談者|受付者|対応者|報告先|連絡者|発信者)"
)
_READING_FIELD: Final = (
    r"(?:フリガナ|ふりがな|カナ(?:氏名|名)?|かな|ヨミ|よみ(?:がな)?|読み(?:仮名)?|氏名\(?カナ\)?|カナ氏名|患者カナ)"
)
_FIELD_MARK: Final = r"\s?(?:\([^()\n]{1,12}\)\s?)?(?::|\s{0,4}[|│])\s{0,6}"
_KANJI: Final = rf"[{HAN}ヶケノツ]{{1,5}}"
_KANJI_NAME: Final = (
    rf"{_KANJI}(?:\s{{1,2}}(?:[{HAN}]{{1,4}}|[{HIRAGANA}]{{1,5}}|[{KATAKANA}]{{1,6}})(?![{HAN}])"
    rf"|[{HIRAGANA}]{{2,4}}(?=[\s(\n]|$)|[{KATAKANA}]{{2,5}}(?=[\s(\n]|$))?"
)
_KATAKANA_NAME: Final = rf"[{KATAKANA}]{{2,12}}(?:[\s・=][{KATAKANA}]{{1,12}}){{0,4}}"
_KATAKANA_READING: Final = rf"[{KATAKANA}]{{2,7}}\s[{KATAKANA}]{{2,8}}"
_HIRAGANA_NAME: Final = rf"[{HIRAGANA}]{{2,6}}\s[{HIRAGANA}]{{2,6}}"
_HIRAGANA_READING: Final = rf"[{HIRAGANA}ー]{{2,12}}(?:[\s・][{HIRAGANA}ー]{{1,12}}){{1,4}}|[{HIRAGANA}ー]{{3,12}}"
_ROMAJI_NAME: Final = r"[A-Z][A-Za-z'\-]{1,20}(?:[,\s]{1,2}[A-Z][A-Za-z'\-.]{0,20}){0,4}"
_ANY_NAME: Final = rf"(?:{_KATAKANA_NAME}|{_KANJI_NAME}|{_HIRAGANA_NAME}|{_ROMAJI_NAME})"
_FIRST_LETTERS: Final = "".join(sorted({word[0] for word in GIVEN_NAMES_LIKE_WORDS}))
_GIVEN_LIKE_A_WORD: Final = f"(?=[{_FIRST_LETTERS}])(?:{'|'.join(sorted(GIVEN_NAMES_LIKE_WORDS))})"
_TITLE_BEHIND: Final = r"(?=\s?(?:様|さん|さま|氏|殿|先生|医師|看護師|ちゃん|くん|君|Dr|Ns|ドクター|女史|嬢))"


def rules() -> tuple[PatternRule, ...]:
    """Every rule of names in fields, with titles, in romaji."""
    name, kana = PhiType.NAME, PhiKind.KANA
    return (
        PatternRule(
            re.compile(
                rf"{_READING_FIELD}(?:{_FIELD_MARK}|\s{{1,6}})(?P<v>{_KATAKANA_NAME}|{_HIRAGANA_READING}|{_ROMAJI_NAME})"
            ),
            name,
            0.98,
            kana,
        ),
        PatternRule(
            re.compile(rf"(?<![A-Za-z]){foreseen(_PERSON_FIELD)}{_FIELD_MARK}(?P<v>{_ANY_NAME})"),
            name,
            0.95,
            evidence=_a_name,
        ),
        PatternRule(
            re.compile(rf"(?:氏\s{{0,4}}名|患者名|患者氏名|お名前)\s{{1,6}}(?P<v>{_ANY_NAME})"),
            name,
            0.9,
            evidence=_a_name,
        ),
        PatternRule(
            re.compile(
                rf"(?:名札|旧姓|通称名?|呼び名|愛称)(?:は|に)?(?:[\s:]|\s?[「『(]\s?)(?P<v>[{HAN}]{{1,4}}|{_ANY_NAME})"
            ),
            name,
            0.93,
            evidence=_a_name,
        ),
        PatternRule(
            re.compile(
                rf"(?<![{KATAKANA}])(?P<v>{_KATAKANA_READING})(?=\s{{1,4}}[{HAN}]{{1,4}}(?:\s[{HAN}{KANA}]{{1,5}}|[{HAN}]|\s?様))"
            ),
            name,
            0.7,
            kana,
        ),
        PatternRule(
            re.compile(
                rf"[{HAN}]{{1,4}}\s?[{HAN}]{{1,4}}\s{{1,4}}\(?(?P<v>{_KATAKANA_READING})(?![{KATAKANA}]|\s[{KATAKANA}])"
            ),
            name,
            0.7,
            kana,
        ),
        PatternRule(
            re.compile(rf"(?P<v>[{KATAKANA}]{{2,12}}(?:[\s・=][{KATAKANA}]{{1,12}}){{0,4}}){_TITLE_BEHIND}"),
            name,
            0.92,
            evidence=_a_name,
        ),
        PatternRule(
            re.compile(
                rf"(?:(?<=[\s、。:(「の])|^)(?P<v>[{KANJI_DIGIT}])(?=\s?(?:さん|氏|先生|Dr|Ns|殿)|\s?様(?![にな性で]))",
                re.MULTILINE,
            ),
            name,
            0.93,
        ),  # 一: Ninomae
        PatternRule(
            re.compile(
                rf"(?<=[、・\s])(?P<v>[{HAN}]{{1,5}}|[{KATAKANA}]{{2,8}})"
                r"(?=\((?:包括|訪看|居宅|病棟|外来|PT|OT|ST|MSW|SW|CM|Ns|NS|Dr|医師|看護師|薬剤師|相談員|ケアマネ|栄養士|理学療法士)\))"
            ),
            name,
            0.8,
            evidence=_a_name,
        ),
        PatternRule(
            re.compile(rf"(?P<v>{_HIRAGANA_NAME}|(?<![{HIRAGANA}])[{HIRAGANA}]{{2,4}})(?=ちゃん|くん)"),
            name,
            0.8,
            evidence=_a_name,
        ),
        PatternRule(
            re.compile(
                rf"(?<![{HIRAGANA}])(?P<v>[{HIRAGANA}]{{2,6}}[\s・][{HIRAGANA}ー]{{2,8}})(?=\s?(?:さん|様|さま|氏|ちゃん|くん))"
            ),
            name,
            0.93,
            evidence=_a_name,
        ),
        PatternRule(
            re.compile(
                rf"(?:(?<![{HAN}{KATAKANA}])|(?<=常勤)|(?<=当直)|(?<=[^教医学]科))(?P<v>[{''.join(sorted(SINGLE_SURNAMES))}])"
                r"(?=先生|医師|看護師|師長|教授|課長|技師|助産師|保健師|薬剤師|弁護士|Dr|Ns|PT|OT|ST|CW|[MP]SW|モニター|氏(?!名))"
            ),
            name,
            0.93,
        ),  # 孫先生: Sun; no dictionary parts 王 and 師長
        PatternRule(
            re.compile(
                rf"(?:(?<![{HIRAGANA}])|(?<=[をはがにとの]))(?P<v>{_GIVEN_LIKE_A_WORD})(?=\s?(?:様|さん|さま|ちゃん|くん|氏))"
            ),
            name,
            0.93,
        ),
        PatternRule(
            re.compile(
                rf"(?:[父母兄弟姉妹夫妻嫁婿孫姪甥娘児]|息子|[長次三][男女]|一女|一男)[の(・:]?(?P<v>{_GIVEN_LIKE_A_WORD})(?=[)はもがとに、。・\s(])"
            ),
            name,
            0.93,
        ),
        PatternRule(
            re.compile(rf"(?<=[{HAN}])[ 　](?P<v>{_GIVEN_LIKE_A_WORD})(?=[\s(),、。・|│]|$|様|氏|先生)", re.MULTILINE),
            name,
            0.93,
        ),
        PatternRule(
            re.compile(rf"(?<=[{HAN}]\()(?P<v>[{KATAKANA}]{{2,7}}[\s・]?[{KATAKANA}]{{1,8}}|{_HIRAGANA_NAME})(?=\))"),
            name,
            0.5,
            kana,
        ),
        PatternRule(
            re.compile(
                rf"(?<![{KATAKANA}A-Za-z])[{KATAKANA}]{{2,10}}(?:[・=][{KATAKANA}]{{1,10}}){{1,4}}(?![{KATAKANA}・])"
            ),
            name,
            0.6,
            evidence=_foreign_name,
        ),
        PatternRule(
            re.compile(rf"(?:Dr|Mr|Mrs|Ms|Miss|Prof|Ns|Pt|Patient)\.?\s?:?\s?(?P<v>{_ROMAJI_NAME})"), name, 0.9
        ),
        PatternRule(re.compile(rf"(?P<v>{_ROMAJI_NAME}){_TITLE_BEHIND}"), name, 0.9),
    )


def _a_name(text: str, begin: int, end: int) -> float:
    value = text[begin:end]
    parts = value.split()
    if value in NOT_A_FIELD_VALUE or value in NOT_NAMED or (parts and parts[0] in NOT_A_FIELD_VALUE):
        return 0.0
    if _NO_NAME.match(value):
        return 0.0
    behind = text[end : end + 1]
    if (
        value.endswith(("科", "部", "室", "課", "病棟", "病院", "者", "医", "師", "中", "日", "時", "様式", "センター"))
        and len(value) > 2
    ):
        return 0.0
    return 0.6 if behind and behind in "をにでがはへ" else 1.0


_NO_NAME: Final = re.compile(
    "(?:変更|交代|交替|未定|未記入|不明|同上|別紙|なし|無し|特記|各科|同席|不在|参照|確認|記載|説明|上記|下記|後日)"
)
_FOREIGN_WORDS: Final = re.compile(
    "ヤコブ|バレー|ジョンソン|マリー|トゥース|ケア|テスト|スケール|コンセント|リハビリ|サービス|ステイ|センター|クリニック|ホーム|チェック|コントロール|"
    "バランス|ポイント|ステーション|トイレ|ベッド|システム|チーム|メンタル|ドレーン|カテーテル|トレーニング|プログラム|レベル|スコア|リスク|ペット|アレルギー|"
    "ウイルス|タイプ|シート|アウト|ダウン|アップ|ライン|ポンプ|ワクチン|シャント|バイタル|ナトリウム|カリウム|カルシウム|マグネシウム|アミノ|ビタミン|ステロイド|"
    "シクラ|マイシン|シリン|ゾール|ピン$|スタチン|ロキサ|プリル|サルタン|フェン|アセト|パクリ|プラチン|マブ|チニブ|インスリン|ヘパリン|ワルファ|アルコール|タバコ|コーヒー"
)
_EPONYM_BEHIND: Final = re.compile(
    r"\s?(?:症候群|病|症|法|式|分類|徴候|反射|試験|テスト|スコア|スケール|基準|奇形|麻痺|術|型|菌|体|現象|腫|呼吸|ウイルス|食道|結節|骨折|療法|手技|公式)"
)


def _foreign_name(text: str, begin: int, end: int) -> float:
    if _EPONYM_BEHIND.match(text[end : end + 5]) or _FOREIGN_WORDS.search(text[begin:end]):
        return 0.0
    return 1.3 if "・" in text[begin:end] and text[begin:end].count("・") >= 2 else 1.0
