"""The people, places, dates and numbers of one synthetic case, and how a note writes them."""

# ruff: noqa: E501 - lists are read best as lines
import random
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.corpora.english.names import Person, person


@dataclass(frozen=True, slots=True)
class Phi:
    """A text that is an entity."""

    text: str
    type: PhiType
    kind: PhiKind = PhiKind.UNKNOWN


Part = Phi | str
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_CITY_HEADS = [
    "Spring",
    "Oak",
    "Maple",
    "River",
    "Lake",
    "Clear",
    "Green",
    "Fair",
    "West",
    "East",
    "North",
    "South",
    "New",
    "Port",
    "Mount",
    "Glen",
    "Brook",
    "Stone",
    "Ash",
    "Elm",
    "Cedar",
    "Pine",
    "Wood",
    "Rock",
    "Sandy",
    "Silver",
    "Red",
    "White",
    "Black",
    "Bridge",
    "Mill",
    "King",
    "Queen",
    "Hart",
    "Lin",
    "Ever",
    "Bel",
    "Ply",
    "Wal",
    "Har",
    "Ches",
    "Win",
    "Dan",
    "Law",
    "Mar",
]
_CITY_TAILS = [
    "field",
    "ville",
    "ton",
    "dale",
    "wood",
    "burg",
    "port",
    "mont",
    "view",
    "ford",
    "haven",
    "ridge",
    "brook",
    "land",
    "side",
    "shire",
    "bury",
    "mouth",
    "ham",
    "stead",
    "more",
    "worth",
    "ley",
    "boro",
    "creek",
]
_CITIES = [
    "Springfield",
    "Worcester",
    "Akron",
    "Tucson",
    "Fresno",
    "Boise",
    "Duluth",
    "Toledo",
    "Yonkers",
    "Eugene",
    "Laredo",
    "Provo",
    "Macon",
    "Waco",
    "Tulsa",
    "Omaha",
    "Fargo",
    "Reno",
    "Dayton",
    "Peoria",
    "Scranton",
    "Wichita",
    "Tampa",
    "Mobile",
    "Gary",
    "Erie",
    "Spokane",
    "Tacoma",
    "Lubbock",
    "Amarillo",
    "Chattanooga",
    "Albuquerque",
    "Nashua",
    "Brockton",
    "Lowell",
    "Framingham",
    "Poughkeepsie",
    "Kalamazoo",
    "Ypsilanti",
    "Sheboygan",
    "Oshkosh",
    "Pawtucket",
    "Leeds",
    "Hull",
    "Cork",
    "Galway",
    "Perth",
    "Hobart",
    "Dunedin",
    "Calgary",
    "Regina",
    "Guelph",
    "Kisumu",
    "Mombasa",
    "Ibadan",
    "Kumasi",
    "Pune",
    "Surat",
    "Cebu",
    "Davao",
    "Oaxaca",
    "Puebla",
    "Cali",
    "Quito",
    "Arequipa",
    "Recife",
]
_STATES = {
    "Alabama": "AL",
    "Alaska": "AK",
    "Arizona": "AZ",
    "California": "CA",
    "Colorado": "CO",
    "Connecticut": "CT",
    "Florida": "FL",
    "Georgia": "GA",
    "Idaho": "ID",
    "Illinois": "IL",
    "Indiana": "IN",
    "Iowa": "IA",
    "Kansas": "KS",
    "Kentucky": "KY",
    "Maine": "ME",
    "Maryland": "MD",
    "Massachusetts": "MA",
    "Michigan": "MI",
    "Minnesota": "MN",
    "Missouri": "MO",
    "Montana": "MT",
    "Nebraska": "NE",
    "Nevada": "NV",
    "New Hampshire": "NH",
    "New Jersey": "NJ",
    "New Mexico": "NM",
    "New York": "NY",
    "North Carolina": "NC",
    "Ohio": "OH",
    "Oklahoma": "OK",
    "Oregon": "OR",
    "Pennsylvania": "PA",
    "Tennessee": "TN",
    "Texas": "TX",
    "Utah": "UT",
    "Vermont": "VT",
    "Virginia": "VA",
    "Washington": "WA",
    "Wisconsin": "WI",
}
_STREET_TYPES = [
    "Street",
    "St",
    "St.",
    "Avenue",
    "Ave",
    "Ave.",
    "Road",
    "Rd",
    "Rd.",
    "Lane",
    "Ln",
    "Drive",
    "Dr",
    "Dr.",
    "Court",
    "Ct",
    "Boulevard",
    "Blvd",
    "Place",
    "Pl",
    "Terrace",
    "Way",
    "Circle",
    "Parkway",
    "Trail",
    "Crescent",
    "Close",
    "Square",
    "Row",
    "Loop",
    "Hill",
    "Run",
    "Pike",
    "Highway",
    "Hwy",
]
_STREET_NAMES = [
    "Maple",
    "Oak",
    "Elm",
    "Cedar",
    "Pine",
    "Walnut",
    "Main",
    "High",
    "Church",
    "Mill",
    "Park",
    "Washington",
    "Lincoln",
    "Jefferson",
    "Franklin",
    "Highland",
    "Sunset",
    "Ridge",
    "Valley",
    "Spring",
    "Meadow",
    "Forest",
    "Orchard",
    "Prospect",
    "Chestnut",
    "River",
    "Lakeview",
    "Hillcrest",
    "Cherry",
    "Second",
    "Third",
    "5th",
    "12th",
    "42nd",
    "MLK",
    "Broadway",
    "Harbor",
    "Station",
    "School",
    "Academy",
    "Union",
    "Liberty",
    "Court",
    "Bay",
]
_FACILITY_HEADS = [
    "Saint",
    "St.",
    "Mercy",
    "Good-Samaritan",
    "Riverside",
    "Lakeside",
    "Mount",
    "Holy-Cross",
    "Sacred-Heart",
    "Providence",
    "Memorial",
    "Valley",
    "Summit",
    "Harbor",
    "Pinecrest",
    "Oakwood",
    "Cedar-Ridge",
    "Northgate",
    "Southside",
    "Westview",
    "Eastbrook",
    "Bayview",
    "Highland",
    "Grace",
    "Trinity",
    "Unity",
    "Hope",
    "Beacon",
    "Liberty",
    "Pioneer",
    "Evergreen",
    "Willow-Creek",
    "Maplewood",
    "Sunrise",
    "Golden-Oaks",
    "Silver-Lake",
    "Stonebridge",
]
_SAINTS = [
    "Mary",
    "Joseph",
    "Luke",
    "Vincent",
    "Francis",
    "Anthony",
    "Elizabeth",
    "Catherine",
    "Jude",
    "Clare",
    "Bartholomew",
    "Theresa",
    "Michael",
    "Agnes",
    "Barnabas",
]
_FACILITY_TYPES = (
    "Hospital",
    "General Hospital",
    "Medical Center",
    "Regional Medical Center",
    "Community Hospital",
    "Memorial Hospital",
    "Clinic",
    "Family Medicine",
    "Family Practice",
    "Health Center",
    "Community Health Center",
    "Rehabilitation Center",
    "Nursing Home",
    "Care Center",
    "Skilled Nursing",
    "Cancer Center",
    "Children's Hospital",
    "Health System",
    "Urgent Care",
    "Heart Institute",
    "Orthopedics",
    "Internal Medicine",
    "Women's Health",
    "Pediatrics",
    "Assisted Living",
    "Hospice",
    "Dialysis Center",
    "Behavioral Health",
    "Surgery Center",
    "Medical Group",
    "Health",
    "Infirmary",
    "Pharmacy",
    "Imaging",
    "Manor",
    "Village",
    "Psychiatric Center",
)
_SCHOOLS = (
    "High School",
    "Elementary School",
    "Middle School",
    "University",
    "College",
    "Community College",
    "Academy",
)
_PROFESSIONS = [
    "teacher",
    "retired teacher",
    "carpenter",
    "electrician",
    "truck driver",
    "bus driver",
    "accountant",
    "software engineer",
    "construction worker",
    "nurse",
    "farmer",
    "cook",
    "chef",
    "cashier",
    "janitor",
    "mechanic",
    "plumber",
    "librarian",
    "firefighter",
    "police officer",
    "lawyer",
    "paralegal",
    "homemaker",
    "musician",
    "painter",
    "welder",
    "machinist",
    "postal worker",
    "dairy farmer",
    "school bus driver",
    "hairdresser",
    "bartender",
    "security guard",
    "flight attendant",
    "photographer",
    "journalist",
    "pastor",
    "fisherman",
    "landscaper",
    "seamstress",
    "dental hygienist",
    "warehouse worker",
    "receptionist",
    "taxi driver",
    "civil engineer",
    "translator",
    "beekeeper",
    "longshoreman",
    "zookeeper",
    "data analyst",
    "glass blower",
    "piano tuner",
]


class Case:
    """One case. Every method that a template names returns a part of a note, the same people each time."""

    def __init__(self, rng: random.Random, origins: tuple[str, ...], home_origin: str) -> None:
        self.rng = rng
        self.patient = person(rng, home_origin)
        self.doctors = [
            person(rng, home_origin if rng.random() < 0.5 else rng.choice(origins)) for _ in range(rng.randint(3, 7))
        ]
        self.relatives = [person(rng, home_origin, self.patient.last if rng.random() < 0.6 else None) for _ in range(3)]
        self.admitted = date(2005, 1, 1) + timedelta(days=rng.randrange(7700))
        self.years = rng.choice([rng.randint(18, 104), rng.randint(40, 90), rng.randint(1, 17)])
        self.born = self.admitted - timedelta(days=self.years * 365 + rng.randrange(360))
        self.places = [_city(rng) for _ in range(3)]
        self.homes = [_street(rng) for _ in range(2)]
        self.facilities = [_facility(rng, self.places) for _ in range(3)]
        self.record = _digits(rng, rng.choice([6, 7, 8, 8, 9, 10]))
        self.phones = [_phone(rng) for _ in range(3)]
        self._date_style = rng.choice(_DATE_STYLES)

    def part(self, slot: str) -> Part:
        """The part of a slot's name; raises ``AttributeError`` for a name that is none."""
        method: Callable[[], Part] = getattr(self, f"_{slot}")
        return method()

    # people
    def _pt_first(self) -> Part:
        return _name(self.patient.first)

    def _pt_last(self) -> Part:
        return _name(self.patient.last)

    def _pt_full(self) -> Part:
        return _name(self._full(self.patient))

    def _pt_register(self) -> Part:
        return _name(self._register(self.patient))

    def _pt_title(self) -> Part:
        return self.rng.choice(["Ms.", "Mrs.", "Miss", "Ms"] if self.patient.female else ["Mr.", "Mr"])

    def _he(self) -> Part:
        return "she" if self.patient.female else "he"

    def _his(self) -> Part:
        return "her" if self.patient.female else "his"

    def _dr_full(self) -> Part:
        return _name(self._full(self.rng.choice(self.doctors)))

    def _dr_last(self) -> Part:
        return _name(self.rng.choice(self.doctors).last)

    def _dr_first(self) -> Part:
        return _name(self.rng.choice(self.doctors).first)

    def _dr_register(self) -> Part:
        return _name(self._register(self.rng.choice(self.doctors)))

    def _dr_initials(self) -> Part:
        doctor = self.rng.choice(self.doctors)
        return _name(f"{doctor.first[0]}{doctor.middle}{doctor.last[0]}".upper())

    def _rel_first(self) -> Part:
        return _name(self.rng.choice(self.relatives).first)

    def _rel_full(self) -> Part:
        return _name(self._full(self.rng.choice(self.relatives)))

    def _rel_last(self) -> Part:
        return _name(self.rng.choice(self.relatives).last)

    def _rel_kind(self) -> Part:
        return self.rng.choice(
            [
                "daughter",
                "son",
                "wife",
                "husband",
                "mother",
                "father",
                "sister",
                "brother",
                "niece",
                "nephew",
                "aunt",
                "uncle",
                "granddaughter",
                "grandson",
                "partner",
                "friend",
                "neighbor",
                "cousin",
                "roommate",
                "stepson",
                "fiancee",
                "caregiver",
            ]
        )

    def _credential(self) -> Part:
        return self.rng.choice(
            [
                "MD",
                "M.D.",
                "DO",
                "RN",
                "NP",
                "PA-C",
                "PhD",
                "MD, PhD",
                "LCSW",
                "RN, BSN",
                "APRN",
                "FACS",
                "PharmD",
                "PT, DPT",
                "MBBS",
                "FNP-BC",
                "CRNA",
                "LPN",
                "PsyD",
                "RD",
            ]
        )

    def _full(self, one: Person) -> str:
        middle = f" {one.middle}{self.rng.choice(['.', '', '.'])}" if one.middle and self.rng.random() < 0.6 else ""
        style = self.rng.random()
        if style < 0.06:
            return f"{one.first[0]}. {one.last}"
        if style < 0.09:
            return f"{one.first[0]}.{one.middle or 'J'}. {one.last}"
        suffix = self.rng.choice([" Jr.", " III", " Sr.", " II"]) if self.rng.random() < 0.03 else ""
        return f"{one.first}{middle} {one.last}{suffix}"

    def _register(self, one: Person) -> str:
        middle = f" {one.middle}{self.rng.choice(['', '.'])}" if one.middle else ""
        comma = self.rng.choice([", ", ", ", ", ", ","])
        name = f"{one.last}{comma}{one.first}{middle}"
        return name.upper() if self.rng.random() < 0.5 else name

    # time
    def _age(self) -> Part:
        words = self.rng.random() < 0.06 and self.years < 100
        return Phi(_number_words(self.years) if words else str(self.years), PhiType.AGE)

    def _other_age(self) -> Part:
        return Phi(str(self.rng.randint(1, 99)), PhiType.AGE)

    def _dob(self) -> Part:
        style = self.rng.choice(_DATE_STYLES)
        return Phi(style(self.rng, self.born), PhiType.DATE, PhiKind.BIRTH_DATE)

    def _date(self) -> Part:
        style = self._date_style if self.rng.random() < 0.6 else self.rng.choice(_DATE_STYLES)
        return Phi(style(self.rng, self._day()), PhiType.DATE)

    def _short_date(self) -> Part:
        day = self._day()
        return Phi(
            self.rng.choice(
                [
                    f"{day.month}/{day.day}",
                    f"{day.month:02}/{day.day:02}",
                    f"{_MONTHS[day.month - 1]} {day.day}",
                    f"{_MONTHS[day.month - 1][:3]} {day.day}",
                    f"{_MONTHS[day.month - 1]} {_ordinal(day.day)}",
                    f"the {_ordinal(day.day)} of {_MONTHS[day.month - 1]}"[4:],
                ]
            ),
            PhiType.DATE,
        )

    def _month(self) -> Part:
        day = self._day()
        month = _MONTHS[day.month - 1]
        return Phi(
            self.rng.choice(
                [
                    f"{month} {day.year}",
                    f"{month[:3]} {day.year}",
                    f"{month} of {day.year}",
                    f"{day.month:02}/{day.year}",
                    month,
                    f"{month[:3]} '{day.year % 100:02}",
                ]
            ),
            PhiType.DATE,
        )

    def _date_range(self) -> Part:
        day, later = self._day(), self._day()
        month = _MONTHS[day.month - 1]
        return Phi(
            self.rng.choice(
                [
                    f"{month} {min(day.day, 20)}-{min(day.day, 20) + 4}, {day.year}",
                    f"{day.month}/{day.day}-{later.month}/{later.day}",
                    f"{month[:3]} {min(day.day, 20)} to {min(day.day, 20) + 6}",
                ]
            ),
            PhiType.DATE,
        )

    def _year(self) -> Part:
        return str(self.admitted.year - self.rng.randint(0, 30))

    def _day(self) -> date:
        return self.admitted + timedelta(days=self.rng.choice([self.rng.randint(-900, 40), self.rng.randint(-10, 10)]))

    # place
    def _city(self) -> Part:
        return Phi(self.rng.choice(self.places)[0], PhiType.ADDRESS, PhiKind.PLACE)

    def _city_state(self) -> Part:
        city, state = self.rng.choice(self.places)
        return Phi(f"{city}, {state if self.rng.random() < 0.4 else _STATES[state]}", PhiType.ADDRESS, PhiKind.PLACE)

    def _city_state_zip(self) -> Part:
        city, state = self.rng.choice(self.places)
        zip_code = _digits(self.rng, 5) + (f"-{_digits(self.rng, 4)}" if self.rng.random() < 0.15 else "")
        return Phi(f"{city},{self.rng.choice([' ', ' '])}{_STATES[state]} {zip_code}", PhiType.ADDRESS, PhiKind.PLACE)

    def _state(self) -> Part:
        return self.rng.choice(sorted(_STATES))

    def _zip(self) -> Part:
        return Phi(_digits(self.rng, 5), PhiType.ADDRESS, PhiKind.POSTAL_CODE)

    def _street(self) -> Part:
        return Phi(self.rng.choice(self.homes), PhiType.ADDRESS, PhiKind.STREET)

    def _facility(self) -> Part:
        return Phi(self.rng.choice(self.facilities), PhiType.ADDRESS, PhiKind.FACILITY)

    def _new_facility(self) -> Part:
        return Phi(_facility(self.rng, self.places), PhiType.ADDRESS, PhiKind.FACILITY)

    def _school(self) -> Part:
        head = self.rng.choice(
            [self.rng.choice(self.places)[0], self.rng.choice(_STREET_NAMES[:30]), self.rng.choice(self.doctors).last]
        )
        return Phi(f"{head} {self.rng.choice(_SCHOOLS)}", PhiType.ADDRESS, PhiKind.FACILITY)

    def _ward(self) -> Part:
        rng = self.rng
        floor = rng.randint(1, 12)
        return Phi(
            rng.choice(
                [
                    f"{floor} {rng.choice(['North', 'South', 'East', 'West'])}",
                    f"Ward {floor}{rng.choice(['', 'A', 'B', 'C'])}",
                    f"{rng.choice(_STREET_NAMES[:20])} {rng.choice(['Pavilion', 'Wing', 'Tower', 'Building'])}",
                    f"Unit {floor}{rng.choice('ABCDEW')}",
                ]
            ),
            PhiType.ADDRESS,
            PhiKind.PLACE,
        )

    def _room(self) -> Part:
        rng = self.rng
        return Phi(
            rng.choice(
                [
                    f"Room {rng.randint(100, 999)}",
                    f"Rm {rng.randint(1, 12)}{rng.randint(10, 40)}",
                    f"room {rng.randint(100, 999)}{rng.choice(['', 'A', '-2'])}",
                    f"Bed {rng.randint(1, 40)}",
                ]
            ),
            PhiType.ADDRESS,
            PhiKind.PLACE,
        )

    def _bare_facility(self) -> Part:
        """A facility that no type word betrays."""
        rng = self.rng
        head = rng.choice(
            [
                rng.choice(self.places)[0],
                rng.choice(_CITY_HEADS) + rng.choice(_CITY_TAILS),
                person(rng, "invented").last,
                rng.choice(_FACILITY_HEADS).replace("-", " "),
            ]
        )
        draw = rng.random()
        if draw < 0.45:
            text = head
        elif draw < 0.6:
            text = f"{head} {rng.choice(['Heights', 'Commons', 'Place', 'Gardens', 'Terrace', 'Hills', 'Park', 'Woods', 'Point', 'Landing', 'House', 'Hall', 'Court', 'Estates', 'Towers', 'Oaks', 'Grove', 'Shores', 'Meadows', 'Ridge', 'Farms', 'Springs', 'Glen', 'Pines'])}"
        elif draw < 0.7:
            text = f"{rng.choice(['Sunrise', 'Brookdale', 'The Terraces', 'The Residences', 'Arbors'])} at {head}"
        elif draw < 0.8:
            text = f"The {rng.choice(['Willows', 'Oaks', 'Pines', 'Birches', 'Meadows', 'Cedars', 'Elms', 'Laurels', 'Gables', 'Cottages'])}"
        elif draw < 0.9:
            text = "".join(rng.choices(string.ascii_uppercase, k=rng.choice([3, 4])))
        else:
            text = f"{head} {rng.choice(['Labs', 'Ortho', 'Peds', 'Neuro', 'Rehab', 'Derm', 'OB', 'Cardiology Group', 'Eye', 'Vascular', 'Imaging', 'Oncology', 'Surgical', 'Wellness', 'Kidney Care', 'Birth Center', 'Sleep', 'Pain and Spine', 'Dental', 'Home Care', 'VNA', 'EMS', 'Ambulance'])}"
        return Phi(text, PhiType.ADDRESS, PhiKind.FACILITY)

    def _employer(self) -> Part:
        rng = self.rng
        head = rng.choice([rng.choice(self.places)[0], person(rng, "invented").last, rng.choice(_STREET_NAMES[:30])])
        return Phi(
            f"{head} {rng.choice(['Foods', 'Logistics', 'Steel', 'Motors', 'Unified School District', 'Public Schools', 'Brewing', 'Hardware', 'Farms', 'Police Department', 'Fire Department', 'Construction', 'Electric', 'Bakery', 'Transit', 'Warehouse', 'Plastics', 'Diner', 'Library', 'Bank', 'Airport', 'Distribution', 'Industries', 'Manufacturing'])}",
            PhiType.ADDRESS,
            PhiKind.FACILITY,
        )

    def _short_ward(self) -> Part:
        rng = self.rng
        floor = rng.randint(1, 14)
        return Phi(
            rng.choice(
                [
                    f"{floor}{rng.choice('NSEW')}",
                    f"{floor} {rng.choice(['North', 'South', 'East', 'West', 'Main', 'Tower', 'Center'])}",
                    f"{floor}{rng.choice('NSEWABC')}-{rng.randint(1, 40):02}",
                    f"{floor}{rng.choice(['NW', 'SE', 'NE', 'SW'])}",
                    f"{rng.choice(['MICU', 'SICU', 'CCU', 'PICU', 'Tower', 'Pod'])} {rng.choice('ABCD')}",
                    f"{rng.choice(['West', 'East', 'North', 'South'])} {floor}",
                    f"{rng.choice(_STREET_NAMES[:20])} {floor}",
                ]
            ),
            PhiType.ADDRESS,
            PhiKind.PLACE,
        )

    def _route(self) -> Part:
        rng = self.rng
        return Phi(
            f"{rng.randint(10, 29999)} {rng.choice(['Route', 'State Route', 'County Road', 'Highway', 'US Highway', 'State Highway', 'Rural Route', 'Farm Road', 'Old Route', 'FM'])} {rng.randint(1, 999)}{rng.choice(['', '', 'W', 'A', ' North', ', Lot 4'])}",
            PhiType.ADDRESS,
            PhiKind.STREET,
        )

    # ways to reach
    def _phone(self) -> Part:
        return Phi(self.rng.choice(self.phones), PhiType.PHONE_OR_FAX)

    def _new_phone(self) -> Part:
        return Phi(_phone(self.rng), PhiType.PHONE_OR_FAX)

    def _fax(self) -> Part:
        return Phi(_phone(self.rng), PhiType.PHONE_OR_FAX, PhiKind.FAX)

    def _pager(self) -> Part:
        return Phi(_digits(self.rng, self.rng.choice([4, 5])), PhiType.PHONE_OR_FAX)

    def _email(self) -> Part:
        one = self.rng.choice([self.patient, *self.doctors, *self.relatives])
        plain = [_ascii(part) for part in (one.first, one.last)]
        local = self.rng.choice(
            [
                f"{plain[0]}.{plain[1]}",
                f"{plain[0][:1]}{plain[1]}",
                f"{plain[1]}{self.rng.randint(1, 99)}",
                f"{plain[0]}_{plain[1]}",
            ]
        )
        return Phi(
            f"{local or 'user'}@{self.rng.choice(['example.com', 'example.org', 'mail.example.net', 'clinic.example.edu'])}",
            PhiType.EMAIL,
        )

    def _url(self) -> Part:
        return Phi(
            self.rng.choice(
                ["https://portal.example.org/patients/", "www.example.com/u/", "http://mychart.example.net/p?id="]
            )
            + _digits(self.rng, 6),
            PhiType.URL,
        )

    def _ip(self) -> Part:
        return Phi(".".join(str(self.rng.randint(1, 254)) for _ in range(4)), PhiType.ID, PhiKind.IP_ADDRESS)

    # numbers
    def _mrn(self) -> Part:
        return Phi(
            self.rng.choice(
                [
                    self.record,
                    self.record,
                    f"{self.record[:3]}-{self.record[3:]}",
                    f"{self.rng.choice('ABEHMW')}{self.record}",
                ]
            ),
            PhiType.ID,
            PhiKind.MEDICAL_RECORD_NUMBER,
        )

    def _ssn(self) -> Part:
        digits = _digits(self.rng, 9)
        return Phi(
            self.rng.choice(
                [f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"] * 3 + [digits, f"{digits[:3]} {digits[3:5]} {digits[5:]}"]
            ),
            PhiType.ID,
            PhiKind.SSN,
        )

    def _number(self) -> Part:
        rng = self.rng
        digits, letters = (
            _digits(rng, rng.randint(5, 11)),
            "".join(rng.choices(string.ascii_uppercase, k=rng.randint(1, 3))),
        )
        return Phi(
            rng.choice(
                [
                    digits,
                    letters + digits,
                    f"{letters}-{digits}",
                    f"{digits[:2]}-{digits[2:]}",
                    f"{letters}{digits[:2]}-{digits[2:]}",
                    f"{digits[:4]}-{digits[4:]}-{letters}",
                ]
            ),
            PhiType.ID,
        )

    def _last_four(self) -> Part:
        return Phi(_digits(self.rng, 4), PhiType.ID, PhiKind.SSN)

    def _plate(self) -> Part:
        rng = self.rng
        letters = "".join(rng.choices(string.ascii_uppercase, k=3))
        return Phi(
            rng.choice(
                [
                    f"{letters} {_digits(rng, 4)}",
                    f"{rng.randint(1, 9)}{letters}{_digits(rng, 3)}",
                    f"{letters}-{_digits(rng, 3)}",
                    f"{_digits(rng, 3)} {letters}",
                ]
            ),
            PhiType.ID,
        )

    def _plan_number(self) -> Part:
        rng = self.rng
        letters = "".join(rng.choices(string.ascii_uppercase, k=3))
        return Phi(
            rng.choice(
                [
                    f"{letters}{_digits(rng, 9)}",
                    f"{letters}{_digits(rng, 9)}-{_digits(rng, 2)}",
                    f"{_digits(rng, 3)}-{_digits(rng, 2)}-{_digits(rng, 4)}{rng.choice('ABT')}",
                    f"{rng.randint(1, 9)}{letters[0]}{rng.choice('ACDEFG')}{rng.randint(0, 9)}-{letters[1]}{rng.choice('ACDEFG')}{rng.randint(0, 9)}-{letters[:2]}{_digits(rng, 2)}",
                    f"{_digits(rng, 2)}D{_digits(rng, 7)}",
                ]
            ),
            PhiType.ID,
        )

    def _accession(self) -> Part:
        rng = self.rng
        return Phi(
            f"{rng.choice('SPCRAH')}{rng.choice(['', '-'])}{rng.randint(5, 26):02}-{_digits(rng, rng.randint(4, 6))}",
            PhiType.ID,
        )

    def _profession(self) -> Part:
        return Phi(self.rng.choice(_PROFESSIONS).removeprefix("retired "), PhiType.PROFESSION)


def _name(text: str) -> Phi:
    return Phi(text, PhiType.NAME, PhiKind.PERSON)


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choices(string.digits, k=count))


def _ascii(text: str) -> str:
    return "".join(c for c in text.lower() if c.isascii() and c.isalpha())


def _ordinal(day: int) -> str:
    return f"{day}{'th' if 10 <= day % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def city_name(rng: random.Random) -> str:
    """The name of a town, real or not."""
    return _city(rng)[0]


def _city(rng: random.Random) -> tuple[str, str]:
    draw = rng.random()
    if draw < 0.35:
        city = rng.choice(_CITIES)
    elif draw < 0.8:
        city = rng.choice(_CITY_HEADS) + rng.choice(_CITY_TAILS)
    else:
        city = rng.choice(
            [
                "Lake ",
                "Fort ",
                "San ",
                "Santa ",
                "El ",
                "Los ",
                "St. ",
                "Port ",
                "North ",
                "New ",
                "Mount ",
                "Upper ",
                "",
            ]
        ) + person(rng, "invented").last.replace(" ", "")
    return city, rng.choice(sorted(_STATES))


def _street(rng: random.Random) -> str:
    name = rng.choice(_STREET_NAMES) if rng.random() < 0.5 else person(rng, "invented").last.replace(" ", "")
    direction = rng.choice(["N ", "S. ", "West ", "E "]) if rng.random() < 0.15 else ""
    unit = (
        rng.choice([", Apt 4B", " Apt. 12", " #3", ", Unit 7", " Suite 210", ", Apartment 9C", " Fl 2"])
        if rng.random() < 0.3
        else ""
    )
    if rng.random() < 0.06:
        return f"P.O. Box {rng.randint(10, 9999)}"
    return f"{rng.randint(1, 9999)} {direction}{name} {rng.choice(_STREET_TYPES)}{unit}"


def _facility(rng: random.Random, places: list[tuple[str, str]]) -> str:
    draw = rng.random()
    if draw < 0.25:
        head = f"{rng.choice(['St.', 'Saint', 'St'])} {rng.choice(_SAINTS)}{rng.choice(['', chr(39) + 's'])}"
    elif draw < 0.55:
        head = rng.choice(_FACILITY_HEADS).replace("-", " ")
    elif draw < 0.8:
        head = rng.choice(places)[0]
    else:
        head = person(rng, "invented").last
    if rng.random() < 0.06:
        return f"University of {head}"
    return f"{head} {rng.choice(_FACILITY_TYPES)}"


def _phone(rng: random.Random) -> str:
    area, exchange, line = (_digits(rng, count) for count in (3, 3, 4))
    forms = [
        f"({area}) {exchange}-{line}",
        f"{area}-{exchange}-{line}",
        f"{area}.{exchange}.{line}",
        f"+1 {area} {exchange} {line}",
        f"1-{area}-{exchange}-{line}",
        f"{area} {exchange} {line}",
        f"{exchange}-{line}",
        f"({area}){exchange}-{line}",
        f"+44 20 {exchange}{line[0]} {line}",
        f"{area}-{exchange}-{line} ext. {line[:3]}",
        f"{area}-{exchange}-{line} x{line}",
    ]
    return rng.choice(forms)


def _number_words(number: int) -> str:
    ones = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    if number < 20:
        return ones[number]
    return tens[number // 10 - 2] + (f"-{ones[number % 10]}" if number % 10 else "")


_DATE_STYLES: tuple[Callable[[random.Random, date], str], ...] = (
    lambda _, d: f"{d.month:02}/{d.day:02}/{d.year}",
    lambda _, d: f"{d.month}/{d.day}/{d.year}",
    lambda _, d: f"{d.month}/{d.day}/{d.year % 100:02}",
    lambda _, d: d.isoformat(),
    lambda _, d: f"{_MONTHS[d.month - 1]} {d.day}, {d.year}",
    lambda _, d: f"{_MONTHS[d.month - 1][:3]} {d.day}, {d.year}",
    lambda _, d: f"{d.day} {_MONTHS[d.month - 1]} {d.year}",
    lambda _, d: f"{d.day:02}-{_MONTHS[d.month - 1][:3].upper()}-{d.year}",
    lambda _, d: f"{_MONTHS[d.month - 1]} {_ordinal(d.day)}, {d.year}",
    lambda _, d: f"{d.month:02}-{d.day:02}-{d.year}",
    lambda _, d: f"{_ordinal(d.day)} of {_MONTHS[d.month - 1]} {d.year}",
    lambda _, d: f"{d.month:02}.{d.day:02}.{d.year}",
)  # fmt: skip
