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
    "𠮷髙﨑濵濱邊邉齋齊斎澤廣櫻德瀧嶋國惠壽圓眞龍藏榮與條龜鷗髮渕曾",
    "吉高崎浜浜辺辺斉斉斉沢広桜徳滝島国恵寿円真竜蔵栄与条亀鴎髪淵曽",
)
