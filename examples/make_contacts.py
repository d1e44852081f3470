"""Write contacts that look like life, the same ones each time: `make_contacts.py 500 > FILE`."""
# ruff: noqa: INP001 - a script of its own, no package

import csv
import random
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TextIO

COLUMNS = (
    "email",
    "first_name",
    "last_name",
    "company",
    "industry",
    "company_size",
    "lead_score",
    "country",
    "time_zone",
    "locale",
    "tags",
)
SEED = 20_261_105
REPEATED_PER_500, INVALID_PER_500 = 8, 7
EMPLOYED, WRITES_FROM_WORK = 0.72, 0.55


@dataclass(frozen=True, slots=True)
class Land:
    """Where people live, what they are called there, and how many of them we know."""

    country: str
    weight: int
    locale: str
    zones: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Firm:
    """An employer and its domain."""

    name: str
    industry: str
    size: int
    domain: str


@dataclass(frozen=True, slots=True)
class Person:
    """One row."""

    email: str
    first_name: str
    last_name: str
    company: str
    industry: str
    company_size: str
    lead_score: str
    country: str
    time_zone: str
    locale: str
    tags: str

    def row(self) -> tuple[str, ...]:
        """Give the fields in the order of the columns."""
        return tuple(getattr(self, column) for column in COLUMNS)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LANDS = (
    Land(
        "US",
        26,
        "en-US",
        ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
        _words("Olivia James Ava Marcus Grace Tyler Naomi Ethan Ruth Darnell Chloe Hank"),
        _words("Carter Nguyen Brooks O'Neill Rivera Kim Walker Cohen Hayes Washington Lopez Reed"),
    ),
    Land(
        "DE",
        16,
        "de-DE",
        ("Europe/Berlin",),
        _words("Jürgen Anneliese Björn Käthe Sören Lena Matthias Gülay Jörg Svenja Emil Heike"),
        _words("Müller Schäfer Groß Weiß Köhler Y\u0131lmaz Böhm Krüger Lindner Vogel Jäger Preuß"),
    ),
    Land(
        "GB",
        12,
        "en-GB",
        ("Europe/London",),
        _words("Imogen Alistair Priya Callum Bronwyn Oscar Fiona Rhys Maisie Tariq Nell Hugh"),
        _words("Ashworth Patel MacLeod Hughes Okafor Turner Pemberton Khan Doyle Fletcher Shaw"),
    ),
    Land(
        "FR",
        9,
        "fr-FR",
        ("Europe/Paris",),
        _words("Chloé Théo Anaïs Gaël Hélène François Zoé Benoît Inès Loïc Maëlle Rémi"),
        _words("Lefèvre Dubois Gauthier Béranger Noël Marchand Hervé Côté Rousseau Fabre Picard"),
    ),
    Land(
        "ES",
        6,
        "es-ES",
        ("Europe/Madrid", "Atlantic/Canary"),
        _words("Lucía Íñigo Begoña Álvaro Nuria Joaquín Ángela Raúl Montserrat Iván Pilar"),
        _words("Fernández Núñez Ibáñez García Peña Martín Gutiérrez Sáez Ortega Muñoz Vidal"),
    ),
    Land(
        "BR",
        6,
        "pt-BR",
        ("America/Sao_Paulo", "America/Manaus"),
        _words("João Conceição Thaís Antônio Letícia Caio Luísa Vinícius Patrícia Otávio"),
        _words("Araújo Gonçalves Simões Magalhães Assunção Lima Brandão Falcão Guimarães"),
    ),
    Land(
        "SE",
        5,
        "sv-SE",
        ("Europe/Stockholm",),
        _words("Åsa Göran Märta Björn Elin Håkan Linnéa Östen Saga Viktor"),
        _words("Åkesson Sjöberg Lindström Bergqvist Öberg Nyström Hägglund Ek Wallén"),
    ),
    Land(
        "PL",
        5,
        "pl-PL",
        ("Europe/Warsaw",),
        _words("Agnieszka Łukasz Małgorzata Paweł Żaneta Stanisław Kinga Michał Bożena"),
        _words("Wójcik Dąbrowski Zieliński Wiśniewska Kowalczyk Świątek Łuczak Gołąb"),
    ),
    Land(
        "IN",
        6,
        "en-IN",
        ("Asia/Kolkata",),
        _words("Aarav Diya Rohan Ananya Vikram Meera Arjun Kavya Sanjay Lakshmi"),
        _words("Sharma Iyer Banerjee Reddy Kapoor Menon Chaudhary Desai Nair Joshi"),
    ),
    Land(
        "JP",
        4,
        "ja-JP",
        ("Asia/Tokyo",),
        _words("Haruka Kenji Yūko Sōta Aoi Takumi Naoko Ryō"),
        _words("Tanaka Satō Itō Yamamoto Kobayashi Ōno Nakamura Endō"),
    ),
    Land(
        "AU",
        4,
        "en-AU",
        ("Australia/Sydney", "Australia/Perth"),
        _words("Jarrah Isla Lachlan Matilda Cooper Kirra Banjo Sienna"),
        _words("Wright D'Souza Mitchell Tran Kelly Papadopoulos Burke Lang"),
    ),
    Land(
        "ZA",
        3,
        "en-ZA",
        ("Africa/Johannesburg",),
        _words("Thandiwe Pieter Lerato Sipho Annelie Kagiso Zanele"),
        _words("Nkosi Botha Dlamini Mokoena Naidoo Zulu Coetzee"),
    ),
    Land(
        "MX",
        3,
        "es-MX",
        ("America/Mexico_City",),
        _words("Ximena José Guadalupe Ramón Sofía Andrés Belén"),
        _words("Hernández Ramírez Cárdenas Zúñiga López Ávila Treviño"),
    ),
    Land(
        "NZ",
        2,
        "en-NZ",
        ("Pacific/Auckland",),
        _words("Aroha Wiremu Hana Jack Mere"),
        _words("Ngata Thompson Parata McKenzie Walker"),
    ),
)
FIRMS = (
    Firm("Fjordworks", "Agency", 60, "fjordworks.example"),
    Firm("Kestrel Logistics", "Logistics", 840, "kestrel-logistics.example"),
    Firm("Ferris, Boyd & Sons", "Legal", 35, "ferrisboyd.example"),
    Firm('The "Good" Bakery', "Food", 18, "goodbakery.example"),
    Firm("Müller & Söhne GmbH", "Manufacturing", 410, "mueller-soehne.example"),
    Firm("Brightwater Clinics", "Healthcare", 1_250, "brightwater.example"),
    Firm("Cloudberry, Inc.", "SaaS", 95, "cloudberry.test"),
    Firm("Pixel Foundry", "SaaS", 22, "pixelfoundry.test"),
    Firm("Ledgerline", "SaaS", 310, "ledgerline.test"),
    Firm("Olmo e Hijos, S.L.", "Retail", 75, "olmo.example"),
    Firm("Åkerlund Design", "Agency", 12, "akerlund.example"),
    Firm("Atelier d'Idées", "Agency", 48, "idees.example"),
    Firm("Northwind Energy", "Energy", 5_200, "northwind.example"),
    Firm("Bluegum Schools", "Education", 640, "bluegum.example"),
    Firm("Tessellate", "SaaS", 140, "tessellate.test"),
    Firm("Harbour & Vine, Ltd.", "Retail", 27, "harbourvine.example"),
    Firm("Quarry 9", "Construction", 230, "quarry9.example"),
    Firm("Umzug24", "Logistics", 55, "umzug24.example"),
)
MAILBOXES = {
    "example.com": 34,
    "example.org": 16,
    "example.net": 12,
    "mail.example.org": 14,
    "inbox.example.net": 10,
    "post.example.com": 8,
    "webmail.test": 6,
}
TAGS = {
    "newsletter": 45,
    "trial": 22,
    "webinar-2026": 14,
    "partner": 5,
    "beta": 8,
    "onboarding": 12,
    "vip": 3,
}
INVALID = (
    "{name}.example.com",
    "{name}@@example.com",
    "{first} {last}@example.org",
    "{name}@",
    "@mail.example.org",
    "{name}\x07@example.net",
    "{name}@example,com",
)


def people(count: int, seed: int = SEED) -> Iterator[Person]:
    """Yield people, some of them twice and some with an address that nobody can have."""
    chance = random.Random(seed)  # noqa: S311 - the same people each time, and no secret
    taken: set[str] = set()
    known: list[Person] = []
    fates = _fates(count, chance)
    for place in range(count):
        fate = fates.get(place)
        if fate == "repeated" and known:
            yield _again(chance.choice(known), chance)
            continue
        person = _person(chance, taken, plus=place == count // 3)
        if fate is not None and fate != "repeated":
            yield _with_address(person, fate)
            continue
        known.append(person)
        yield person


def write(out: TextIO, rows: Iterator[Person]) -> None:
    """Write the header and the rows as CSV (RFC 4180 but for its line ends)."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(person.row() for person in rows)


def _fates(count: int, chance: random.Random) -> dict[int, str]:
    invalid = [INVALID[i % len(INVALID)] for i in range(count * INVALID_PER_500 // 500)]
    fates = [*invalid, *["repeated"] * (count * REPEATED_PER_500 // 500)]
    first = min(count, 10)
    return dict(zip(chance.sample(range(first, count), len(fates)), fates, strict=True))


def _person(chance: random.Random, taken: set[str], *, plus: bool) -> Person:
    land = chance.choices(LANDS, [land.weight for land in LANDS])[0]
    first, last = chance.choice(land.first_names), chance.choice(land.last_names)
    firm = chance.choice(FIRMS) if chance.random() < EMPLOYED else None
    at_work = firm is not None and chance.random() < WRITES_FROM_WORK
    domain = firm.domain if firm and at_work else _pick(chance, MAILBOXES)
    return Person(
        email=_address(chance, first, last, domain, taken, plus=plus),
        first_name=_maybe(chance, first, 0.95),
        last_name=_maybe(chance, last, 0.93),
        company=firm.name if firm else "",
        industry=_maybe(chance, firm.industry, 0.94) if firm else "",
        company_size=_maybe(chance, str(firm.size), 0.9) if firm else "",
        lead_score=_maybe(chance, str(_score(chance, at_work=at_work)), 0.92),
        country=_maybe(chance, land.country, 0.97),
        time_zone=_maybe(chance, chance.choice(land.zones), 0.9),
        locale=_maybe(chance, land.locale, 0.94),
        tags=";".join(tag for tag, share in TAGS.items() if chance.random() * 100 < share),
    )


def _score(chance: random.Random, *, at_work: bool) -> int:
    return round(100 * chance.betavariate(3, 3) if at_work else 100 * chance.betavariate(2, 4))


def _maybe(chance: random.Random, value: str, share: float) -> str:
    return value if chance.random() < share else ""


def _pick(chance: random.Random, weights: dict[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def _address(
    chance: random.Random, first: str, last: str, domain: str, taken: set[str], *, plus: bool
) -> str:
    a, b = _plain(first), _plain(last)
    name = chance.choice((f"{a}.{b}", f"{a}.{b}", f"{a[0]}{b}", f"{a}_{b}", a + b[0]))
    label = "+northlight" if plus else ""
    number = 1
    address = f"{name}{label}@{domain}"
    while address in taken:
        number += 1
        address = f"{name}{number}{label}@{domain}"
    taken.add(address)
    return address


_LETTERS = str.maketrans(
    {umlaut: f"{vowel}e" for umlaut, vowel in zip("äöü", "aou", strict=True)}
    | {"ß": "ss", "ł": "l", "\u0131": "i", "å": "a", "'": ""}
)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return letters.encode("ascii", "ignore").decode()


def _again(person: Person, chance: random.Random) -> Person:
    """Give somebody known once more, as another list would have them."""
    shapes = (str.upper, str.title, lambda text: text)
    email = chance.choice(shapes)(person.email)
    return replace(person, email=email, lead_score=str(chance.randint(20, 95)), tags="webinar-2026")


def _with_address(person: Person, form: str) -> Person:
    first, last = _plain(person.first_name or "jo"), _plain(person.last_name or "doe")
    return replace(person, email=form.format(name=f"{first}.{last}", first=first, last=last))


if __name__ == "__main__":
    with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as stream:
        write(stream, people(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
