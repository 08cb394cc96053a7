r"""Character classes of Japanese writing, as bodies of a ``re`` character class.

Explicit ranges rather than ``\p{Script=Han}``: the standard ``re`` scans them twice as fast as ``regex``, and the
supplementary planes are in, where 𠮷 (U+20BB7) lives.
"""

from typing import Final

HAN: Final = r"々〆〇\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
HIRAGANA: Final = r"ぁ-ゖゝゞ"
KATAKANA: Final = r"ァ-ヺー"
KANA: Final = HIRAGANA + KATAKANA
LETTER: Final = HAN + KANA + "A-Za-z"
KANJI_DIGIT: Final = "〇一二三四五六七八九十"
DASH: Final = r"\-ー‐‑‒–—−~"  # between digits, people type any of these

# Forms of one character that registers of names keep apart and dictionaries do not: one to one, so offsets hold.
VARIANTS: Final = str.maketrans(
    "𠮷髙﨑濵濱邊邉齋齊斎澤廣櫻德瀧嶋國惠壽圓眞龍藏榮與條龜鷗髮渕曾"
    "瀨淸黃靜彌祿兒勳單團壯奧實寬寶將專峯嶌巖彥戶數晉曉桒槇樂橫檜歷每氣涉淨溫滿燈爲獨畫當禮稻穗縣總繩聰肅臺舘莊萬薰藝蘆處號螢覺觀譽豐賴轉遙郞鄕醫釋錄鐵閒關靈顏驛鹽麥麴黑默冨冝埜曻濤壻鄰",
    "吉高崎浜浜辺辺斉斉斉沢広桜徳滝島国恵寿円真竜蔵栄与条亀鴎髪淵曽"
    "瀬清黄静弥禄児勲単団壮奥実寛宝将専峰島巌彦戸数晋暁桑槙楽横桧歴毎気渉浄温満灯為独画当礼稲穂県総縄聡粛台館荘万薫芸芦処号蛍覚観誉豊頼転遥郎郷医釈録鉄間関霊顔駅塩麦麹黒黙富宜野昇涛婿隣",
)
