"""HL7 v2 messages: laboratory results (ORU^R01) and transcribed documents (MDM^T02)."""

from __future__ import annotations

import random
from datetime import date, timedelta

from demo.documents.notes import snippet
from demo.documents.patients import DemoPatient

_LABORATORY = (
    ("2823-3", "Potassium", "mmol/L", "3.5-5.1", 3.1, 5.6),
    ("2160-0", "Creatinine", "mg/dL", "0.6-1.1", 0.5, 2.4),
    ("718-7", "Hemoglobin", "g/dL", "12.0-15.5", 8.1, 16.0),
    ("4548-4", "HbA1c", "%", "4.0-5.6", 5.0, 10.4),
)


def laboratory_result(patient: DemoPatient, draw: random.Random) -> bytes:
    """ORU^R01 with coded results and a comment that somebody typed."""
    day = _day(draw)
    segments = [
        _header(patient, "ORU^R01^ORU_R01", day, draw),
        _patient(patient),
        f"OBR|1|{draw.randrange(10**8)}|{draw.randrange(10**8)}|24323-8^Metabolic panel^LN|||{day:%Y%m%d}0640",
    ]
    for index, (code, name, unit, normal, low, high) in enumerate(_LABORATORY, 1):
        value = f"{draw.uniform(low, high):.1f}"
        segments.append(f"OBX|{index}|NM|{code}^{name}^LN||{value}|{unit}|{normal}||||F|||{day:%Y%m%d}0640")
    segments.append(f"NTE|1|L|{_escaped(snippet(patient, draw, longest=240))}")
    return _message(segments)


def transcription(patient: DemoPatient, draw: random.Random) -> bytes:
    """MDM^T02 with a dictated text, one OBX a line."""
    day = _day(draw)
    segments = [
        _header(patient, "MDM^T02^MDM_T02", day, draw),
        f"EVN|T02|{day:%Y%m%d}1010",
        _patient(patient),
        f"TXA|1|DS|TX|{day:%Y%m%d}1010|||{day:%Y%m%d}1015|||||{draw.randrange(10**9)}",
    ]
    for index, line in enumerate(snippet(patient, draw).splitlines(), 1):
        segments.append(f"OBX|{index}|TX|11488-4^Consult note^LN|{index}|{_escaped(line)}||||||F")
    return _message(segments)


def _day(draw: random.Random) -> date:
    return date(2019, 1, 7) + timedelta(days=draw.randrange(2000))


def _header(patient: DemoPatient, kind: str, day: date, draw: random.Random) -> str:
    zone = "USA" if patient.jurisdiction == "US" else "JPN"
    control = draw.randrange(10**10)
    return f"MSH|^~\\&|LAB|DEMO|LAKE|DEMO|{day:%Y%m%d}101530||{kind}|{control}|T|2.5.1|||AL|NE|{zone}|UNICODE UTF-8"


def _patient(patient: DemoPatient) -> str:
    names = f"{_escaped(patient.family)}^{_escaped(patient.given)}^^^^^L^I"
    if patient.japanese:
        family, given = patient.kana
        names += f"~{family}^{given}^^^^^L^P"
    sex = "F" if patient.woman else "M"
    return f"PID|1||{patient.number}^^^^MR||{names}||{patient.born:%Y%m%d}|{sex}"


def _escaped(text: str) -> str:
    for plain, escape in (("\\", "\\E\\"), ("|", "\\F\\"), ("^", "\\S\\"), ("~", "\\R\\"), ("&", "\\T\\")):
        text = text.replace(plain, escape)
    return text.replace("\n", "\\.br\\")


def _message(segments: list[str]) -> bytes:
    return "\r".join((*segments, "")).encode()
