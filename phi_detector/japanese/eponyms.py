"""Names that medicine has made its own: 土屋・江口分類, ロンベルグ試験, TIMI and Stanford A name nobody."""

import re
from typing import Final

from phi_detector.japanese.characters import HAN, KATAKANA
from phi_detector.japanese.context_words import EPONYM_PARTNERS, EPONYM_PEOPLE, LATIN_TERMS

_LAST_KATAKANA: Final = re.compile(rf"[{KATAKANA}][{KATAKANA}・=\-]*$")  # 内田クレペリン
_KATAKANA_BEHIND: Final = re.compile(rf"[{KATAKANA}]{{2,12}}")
_LATIN: Final = EPONYM_PEOPLE | LATIN_TERMS
_KNOWN: Final = EPONYM_PEOPLE | EPONYM_PARTNERS
_LATIN_WORD: Final = re.compile(r"[a-z]+(?:-[a-z]+)?")
_TITLE_BEFORE: Final = re.compile(r"(?:Dr|Mr|Mrs|Ms|Miss|Prof|Pt|[夫妻父母男女医名])[.:の]?\s?$")
_JOINT: Final = re.compile(r"[・=\-]")
_PERSON_BEHIND: Final = re.compile(r"\s?(?:様|さん|さま|氏(?!病|反応)|殿|先生|医師|看護師|Dr|Ns|くん|ちゃん)")
_TERM_BEHIND: Final = re.compile(
    rf"(?:[・\-][{HAN}]{{1,4}}|[・\-][{KATAKANA}]{{2,12}}){{0,4}}氏?(?:の|式)?"
    r"(?:分類|法(?![人律要事])|式(?![典場])|症候群|病(?![棟院室歴名状理変児])|徴候|反射|反応|試験|テスト|スコア|スケール|手術|術式|体位|奇形|麻痺|"
    r"現象|鉗子|剪刀|検定|補正|性格検査|知能検査|精神作業|ビネー|回帰|孔(?!子)|窩|靱帯|乳頭|括約筋|動脈輪|喉頭鏡|カテーテル|U?検定|発作|"
    r"培地|染色|骨折|脱臼|動脈炎|甲状腺炎|脳症|母斑|嚢胞|ヘルニア|四徴|三徴|基準|規準|公式|係数|指数|開創器|持針器|吸引|体操|療法)"
)
_TERM_END: Final = re.compile("(?:症候群|反射|徴候|奇形|カテーテル)$")  # ストラウス症候群様の血管炎
_PLACE_OF_TERM: Final = re.compile(
    "(?:宣言|分類|憲章|議定書|条約|ガイドライン|プロトコル|スコア|規準|基準(?!寝具)|コンセンサス|研究(?![所会員者室費])|株|型肝炎|ウイルス|熱(?!海)|"
    "脳炎|出血熱|風邪|かぜ)"
)


def names_a_term(text: str, begin: int, end: int) -> bool:
    """Whether the name that stands here belongs to a disease, a sign, a method, an instrument."""
    name = text[begin:end]
    if _PERSON_BEHIND.match(text, end) and not _TERM_END.search(name):
        return False
    if name.isascii():
        words = set(_LATIN_WORD.findall(name.lower()))
        return not words.isdisjoint(_LATIN) and not _TITLE_BEFORE.search(text[max(0, begin - 8) : begin])
    if _TERM_END.search(name):
        return True
    partner = _KATAKANA_BEHIND.match(text, end)
    if place_names_a_term(text, end) or (partner and partner.group() in EPONYM_PEOPLE):
        return True
    katakana = _LAST_KATAKANA.search(name)
    parts = _JOINT.split(katakana.group()) if katakana else []
    return not EPONYM_PEOPLE.isdisjoint(parts) and all(part in _KNOWN for part in parts)


def place_names_a_term(text: str, end: int) -> bool:
    """Whether the place that ends here belongs to a declaration, a classification, a virus: 京都分類."""
    return _PLACE_OF_TERM.match(text, end) is not None or _TERM_BEHIND.match(text, end) is not None
