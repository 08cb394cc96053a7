"""Ways to reach someone."""

from collections.abc import Callable, Mapping
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.corpora.english.case import Case
from phi_detector.corpora.english.numerals import digits
from phi_detector.corpora.english.part import Part, Phi
from phi_detector.corpora.english.telephones import extension, telephone, telephone_abroad

_HOSTS: Final = ("example.com", "example.org", "mail.example.net", "clinic.example.edu")  # RFC 2606
_PAGES: Final = ("https://portal.example.org/patients/", "www.example.com/u/", "http://mychart.example.net/p?id=")


def _email(case: Case) -> Part:
    rng = case.rng
    one = rng.choice([case.patient, *case.doctors, *case.relatives])
    first, last = _plain(one.first), _plain(one.last)
    local = rng.choice([f"{first}.{last}", f"{first[:1]}{last}", f"{last}{rng.randint(1, 99)}", f"{first}_{last}"])
    return Phi(f"{local or 'user'}@{rng.choice(_HOSTS)}", PhiType.EMAIL)


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isascii() and c.isalpha())


SLOTS: Final[Mapping[str, Callable[[Case], Part]]] = {
    "phone": lambda case: Phi(case.rng.choice(case.telephones), PhiType.PHONE_OR_FAX),
    "new_phone": lambda case: Phi(telephone(case.rng), PhiType.PHONE_OR_FAX),
    "phone_abroad": lambda case: Phi(telephone_abroad(case.rng), PhiType.PHONE_OR_FAX),
    "extension": lambda case: Phi(extension(case.rng), PhiType.PHONE_OR_FAX),
    "fax": lambda case: Phi(telephone(case.rng), PhiType.PHONE_OR_FAX, PhiKind.FAX),
    "pager": lambda case: Phi(digits(case.rng, case.rng.choice([4, 5])), PhiType.PHONE_OR_FAX),
    "email": _email,
    "url": lambda case: Phi(case.rng.choice(_PAGES) + digits(case.rng, 6), PhiType.URL),
    "ip": lambda case: Phi(".".join(str(case.rng.randint(1, 254)) for _ in range(4)), PhiType.ID, PhiKind.IP_ADDRESS),
}
