"""E-mail addresses, URLs and IP addresses."""

import ipaddress
import re
from collections.abc import Iterator

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.pattern_rule import PatternRule
from phi_detector.recogniser import Candidate

_TOP_LEVEL = (
    "com|org|net|edu|gov|mil|int|info|biz|health|care|clinic|hospital|doctor|io|app|dev|me|co|us|uk|ca|au|nz|ie|in|jp|"
    "de|fr|es|it|nl|be|ch|at|se|no|dk|fi|pl|pt|br|mx|ar|cl|cn|kr|tw|hk|sg|za|ng|ke|ru|ua|il|ae|eu|tv|site|online|xyz"
)
_LOCAL = r"(?<![\w.+%-])[\w+%-](?:[\w+%'-]|\.(?=[\w+%-]|\n[\w+%-])\n?){0,63}"
_DOMAIN = r"(?:[\w-]{1,63}\.\n?){1,5}[A-Za-z]{2,24}"
_HOST = rf"(?<![\w.@/-])(?:[A-Za-z0-9-]{{1,63}}\.){{1,5}}(?:{_TOP_LEVEL})(?![\w-]|\.\w)"
_JAPANESE = "、。〈-】〔-〟ぁ-ヿ㐀-鿿"  # writes no spaces: "https://example.jp/aを参照"
_PATH = rf"[^\s<>\"'|\])}}{_JAPANESE}]{{0,300}}(?<![.,;:!?])"

RULES = (
    PatternRule(re.compile(rf"{_LOCAL} ?\n? ?@ ?\n? ?{_DOMAIN}", re.A), PhiType.EMAIL, 0.99),
    PatternRule(
        re.compile(
            rf"(?<![\w.])[\w.+-]{{1,64}} ?[\[(]? ?at ?[\])]? ?[\w-]{{1,63}} ?[\[(]? ?dot ?[\])]? ?(?:{_TOP_LEVEL})\b",
            re.I | re.A,
        ),
        PhiType.EMAIL,
        0.85,
    ),
    PatternRule(re.compile(rf"(?<![A-Za-z])(?:https?|ftps?|sftp)://{_PATH}", re.I | re.A), PhiType.URL, 0.99),
    PatternRule(re.compile(rf"(?<![\w.])www\.(?=\w){_PATH}", re.I | re.A), PhiType.URL, 0.99),
    PatternRule(re.compile(rf"{_HOST}(?::\d{{2,5}})?/{_PATH}", re.I | re.A), PhiType.URL, 0.9),
    PatternRule(re.compile(_HOST, re.A), PhiType.URL, 0.6),
)

_V4 = re.compile(r"(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w]|\.\d)", re.A)
_V6 = re.compile(
    r"(?<![\w:.])(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]{4,39}(?:\.\d{1,3}){0,3}(?![\w:])", re.A
)


def ip_addresses(text: str) -> Iterator[Candidate]:
    """IPv4 and IPv6, as the standard library reads them: "12:30:45" and "1.2.840.10008" are none."""
    for pattern in (_V4, _V6):
        for match in pattern.finditer(text):
            try:
                ipaddress.ip_address(match.group().rstrip("."))
            except ValueError:
                continue
            yield Candidate(match.start(), match.end(), PhiType.ID, 0.95, PhiKind.IP_ADDRESS)
