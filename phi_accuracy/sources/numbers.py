"""Numbers that identify: of patients, plans, providers, devices, vehicles, telephones. All drawn, none assigned.

Forms vary inside each kind, because every institution has its own. マイナンバー and 保険者番号 carry their check
digits, as real ones do; 1 in 10 is mistyped, and a mistyped number identifies too.
"""

from __future__ import annotations

import random
from typing import Final


def english_number(kind: str, draw: random.Random) -> str:
    """A number of the kind; KeyError names an unknown kind."""
    return _filled(draw.choice(_ENGLISH[kind]), draw)


def open_english_number(kind: str, draw: random.Random) -> str:
    """The same for the open part: kinds of the held-out part borrow the forms of another one."""
    return english_number(_OPEN_ENGLISH.get(kind, kind), draw)


def open_japanese_number(kind: str, draw: random.Random) -> str:
    """The same for the open part: kinds of the held-out part borrow the forms of another one."""
    return japanese_number(_OPEN_JAPANESE.get(kind, kind), draw)


def japanese_number(kind: str, draw: random.Random) -> str:
    """A number of the kind; KeyError names an unknown kind."""
    if kind == "my":
        return _individual_number(draw)
    if kind in ("hokensha", "kohi"):
        return _insurer_number(draw)
    number = _filled(draw.choice(_JAPANESE[kind.removesuffix("fw")]), draw)
    return number.translate(_FULL_WIDTH) if kind.endswith("fw") else number


_FULL_WIDTH: Final = {ord(c): ord(c) + 0xFEE0 for c in "0123456789-()"}

_AREA_CODES: Final = (
    "212",
    "312",
    "415",
    "503",
    "617",
    "702",
    "816",
    "919",
    "305",
    "214",
    "404",
    "651",
    "808",
    "225",
    "360",
    "605",
)
_ENGLISH: Final = {
    "mrn": ("00######", "########", "M#######", "##-##-##", "#######-#", "A######", "###-###-##", "######"),
    "ssn": ("###-##-####", "### ## ####", "###-##-####"),
    "ssn4": ("####",),
    "acct": ("##########", "V00#########", "#########-##", "AC-#######"),
    "policy": ("XXX###W#####", "#########A", "XX########", "W#########", "###-##-####-A", "H########01"),
    "group": ("#####", "0######-XX", "GRP###"),
    "medicare": ("#XX#-XX#-XX##", "#XX#XX#XX##"),
    "claim": ("CLM-####-######", "############", "#####-##-A"),
    "license": ("X###-####-####", "XX######", "X#######", "MD-######"),
    "npi": ("1#########",),
    "dea": ("BX#######", "FX#######", "AX#######"),
    "vin": ("1HGXX#####A######", "5YJXXXX##KX######", "2T1XXXX###C######"),
    "plate": ("#XXX###", "XXX-####", "XXX ####", "X## XXX"),
    "serial": ("SN#######", "PJN######H", "XX#######X", "####-#####", "BLC######S"),
    "lot": ("X####X", "##X###", "0####X"),
    "udi": ("(01)00############(17)2#0###(10)X####", "+H###XXXX#####/$$3######X"),
    "accession": ("S##-#####", "CT-##-######", "#########", "SP-####-####", "XR########", "C##-####"),
    "order": ("#########", "ORD-#######"),
    "rx": ("#######-#####", "#######", "C#######"),
    "trial": ("###-####", "XXX-##-###", "S###-####"),
    "passport": ("X########", "#########"),
    "badge": ("####", "E-#####", "T#####"),
    "case": ("##-XX-#####", "20##-######", "CPS-######"),
    "ip": ("10.##.1##.##", "172.16.1##.#", "192.168.#.1##"),
    "ip6": ("2001:db8:4#a:#e::##", "fe80::#a#b:ff:fe##:#c#d"),
    "tel": ("(@) N##-####", "@-N##-####", "@.N##.####", "@ N##-####", "+1 @-N##-####", "1-@-N##-####", "(@)N##-####"),
    "telx": ("(@) N##-#### ext. ####", "@-N##-#### x###", "@-N##-####, ext ##"),
    "ext": ("x####", "#-####"),
    "intl": ("+44 20 7### ####", "+52 55 #### ####", "+91 98### #####", "+63 917 ### ####", "011 49 30 #######"),
    "zip": ("#####", "#####-####"),
    # The second edition's: other institutions, other habits.
    "chart": ("E#######", "T0########", "MR-####-###", "##-####-##", "##########", "V######-X", "#####"),
    "visit": ("3##########", "FIH########", "HAR #########", "K########/01"),
    "member": ("XXX###########", "####-####-####-#", "8########-01", "XX##########", "#########-00"),
    "inmate": ("##-#####", "XX####", "D#####"),
    "student": ("S00######", "#######"),
    "docket": ("##-CV-####", "20##-PR-######", "J-##-####"),
    "implant": ("XXX######", "C#######X", "GWT####-##", "RE-######", "############"),
    "flight": ("XX#####",),
    "uk": ("020 7### ####", "01### ######", "07### ######"),
    "nhs": ("### ### ####", "##########"),
    "voucher": ("R-##########", "#########", "T##-####-###"),
}  # fmt: skip
_JAPANESE: Final = {
    "karte": ("########", "###-####-#", "0######", "######", "K-######", "A########"),
    "kigo": ("##-##", "####", "#####", "神国##", "医建##"),
    "bango": ("#######", "###", "######"),
    "jukyu": ("#######",),
    "kaigo": ("000#######", "H#########"),
    "menkyo": ("############", "第############号"),
    "ryoken": ("XX#######", "TK#######"),
    "koza": ("#######",),
    "zairyu": ("XX########XX",),
    "ishi": ("第######号", "######"),
    "hokeni": ("##-#####", "内医####"),
    "shiji": ("##########", "R####-####"),
    "kensa": ("L#######", "P##-####", "##-#####"),
    "device": ("SN#######", "XX-####-##", "PJN######"),
    "sharyo": ("品川 3## さ ##-##", "足立 5## あ #-##", "なにわ 3## ろ ##-##"),
    "shokuin": ("####", "E#####"),
    "nenkin": ("####-######",),
    "techo": ("第######号", "東京都第#####号"),
    "ip": ("192.168.##.1##", "10.2#.1#.#"),
    "kokuho": ("######",),
    "boshi": ("第####号", "##-####", "R#-###"),
    "case": ("##-######", "第####号", "R#-####"),
    "kuruma": (
        "練馬 3## た ##-##", "横浜 500 ま ##-##", "富士山300わ・##", "岡山 58# え #-##", "とちぎ 33# も ##-##",
        "札幌5##ぬ##-##", "福岡 48# い ##-##", "尾張小牧 330 ふ ・###", "熊本 80# あ ##-##",
    ),
    "mayaku": ("第##-####号", "#####"),
    "rodo": ("##-#-##-######-###", "##############"),
    "hogo": ("##-#####", "H##-####", "####"),
    "juki": ("###########",),
    "kiki": ("XXX#####", "##-#####X", "C#-######", "(21)########", "T########-#", "####X##"),
    "kentai": ("B##-#####", "#######-##", "##H######", "S##.#####", "########"),
    "uketsuke": ("##########", "A-######", "##-####-###", "受#####", "########"),
    "tel": ("03-####-####", "06-####-####", "04#-###-####", "0##8-##-####", "(03)####-####", "03(####)####"),
    "mobile": ("090-####-####", "080-####-####", "070########", "090 #### ####", "+81-90-####-####"),
    "free": ("0120-###-###", "0120-##-####"),
    "naisen": ("####", "###"),
    "post": ("###-####",),
}  # fmt: skip

_OPEN_ENGLISH: Final = {
    "chart": "mrn", "visit": "acct", "member": "policy", "inmate": "license", "student": "order", "docket": "case",
    "implant": "serial", "flight": "trial", "uk": "intl", "nhs": "ssn", "voucher": "claim",
}  # fmt: skip
_OPEN_JAPANESE: Final = {
    "boshi": "techo", "case": "hokeni", "kuruma": "sharyo", "mayaku": "hokeni", "rodo": "nenkin", "hogo": "shiji",
    "juki": "jukyu", "kiki": "device", "kentai": "kensa", "uketsuke": "shiji",
}  # fmt: skip


def _filled(form: str, draw: random.Random) -> str:
    drawn = {"X": "ABCDEFGHJKLMNPRSTUVWXYZ", "#": "0123456789", "N": "23456789"}
    if "@" in form:  # telephone numbers as the plan has them, or a detector that validates would be blamed wrongly
        return "".join(
            draw.choice(_AREA_CODES) if c == "@" else draw.choice(drawn[c]) if c in drawn else c for c in form
        )
    first = form.find("#")  # no number starts with 0 unless its form says so
    return "".join(
        draw.choice("23456789") if index == first else draw.choice(drawn[c]) if c in drawn else c
        for index, c in enumerate(form)
    )


def _individual_number(draw: random.Random) -> str:
    """マイナンバー: 11 digits and the check digit of 総務省令85号5条."""
    digits = [draw.randint(0, 9) for _ in range(11)]
    remainder = sum(digit * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(digits), 1)) % 11
    number = "".join(map(str, (*digits, 0 if remainder <= 1 else 11 - remainder)))
    return draw.choice(
        (number, number, f"{number[:4]} {number[4:8]} {number[8:]}", f"{number[:4]}-{number[4:8]}-{number[8:]}")
    )


def _insurer_number(draw: random.Random) -> str:
    """8 digits: law, prefecture, insurer, check digit (weights 2 and 1 from the right, digit sums)."""
    digits = [
        *map(int, draw.choice(("06", "01", "39", "31", "21"))),
        *map(int, f"{draw.randint(1, 47):02}{draw.randint(0, 999):03}"),
    ]
    total = sum(sum(divmod(digit * (2 - n % 2), 10)) for n, digit in enumerate(reversed(digits)))
    check = -total % 10 if draw.random() > 0.1 else draw.randint(0, 9)
    return "".join(map(str, (*digits, check)))
