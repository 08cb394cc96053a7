# ruff: noqa: E501 - a pattern is read best as one line
"""Professions, where the text says that they are someone's."""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.pattern_rule import PatternRule

_OCCUPATION: Final = (
    r"(?:accountant|actor|actress|architect|artist|attorney|auto mechanic|baker|banker|barber|bartender|bookkeeper|bricklayer|builder|bus driver|butcher|carpenter|cashier|chef|clerk|coach|construction worker|consultant|contractor|cook|custodian|"
    r"dairy farmer|dancer|delivery driver|dental hygienist|designer|driver|editor|electrician|engineer|factory worker|farmer|firefighter|fisherman|fishmonger|flight attendant|forklift operator|gardener|geologist|glazier|hairdresser|hairstylist|homemaker|housekeeper|"
    r"insurance agent|janitor|jeweler|journalist|judge|landscaper|lawyer|librarian|lineman|locksmith|longshoreman|machinist|mail carrier|maintenance worker|manager|marine|mason|mechanic|miner|minister|musician|nanny|office manager|painter|paralegal|"
    r"pastor|photographer|pilot|plasterer|plumber|police officer|postal worker|priest|principal|printer|professor|programmer|ranch hand|rancher|realtor|receptionist|roofer|sailor|salesman|salesperson|saleswoman|school bus driver|school teacher|schoolteacher|seamstress|secretary|security guard|"
    r"sheet metal worker|shipyard worker|singer|social worker|software engineer|soldier|steelworker|steel worker|stonemason|store clerk|student|surveyor|tailor|taxi driver|teacher|technician|translator|truck driver|truckdriver|tutor|upholsterer|veterinarian|waiter|waitress|warehouse worker|weaver|welder|writer|zookeeper|beekeeper|"
    r"nurse|physician|pharmacist|dentist|paramedic)"
)

RULES = (
    PatternRule(
        re.compile(
            rf"(?i:(?:works?|worked|working|employed|job|employment|career)(?: \w{{1,12}}){{0,2}} as an? (?:\w{{2,12}} )?)(?P<v>(?i:{_OCCUPATION}))(?![a-z])"
        ),
        PhiType.PROFESSION,
        0.85,
    ),
    PatternRule(
        re.compile(
            rf"(?i:(?:retired|former|occupation ?:?|profession ?:?|employed as|by trade,?|is an?|was an?) (?:an? )?(?:retired |former |semi-retired )?)(?P<v>(?i:{_OCCUPATION}))(?![a-z])"
        ),
        PhiType.PROFESSION,
        0.7,
    ),
    PatternRule(
        re.compile(
            r"(?i:(?<![a-z])(?:occupation|profession|job title)[ ]?[:|][ ]{0,8})(?P<v>[A-Za-z]{3,20}(?:[ /-][A-Za-z]{2,20}){0,2})(?=[ ]{2}|[ ]?[.,;|\n]|$)"
        ),
        PhiType.PROFESSION,
        0.75,
    ),
)
