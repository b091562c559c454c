"""DCAT-AP records by number, the same for the same seed: `generate.py --records N --out FILE`.

About fifty triples each in N-Triples: a dataset with Chinese and English texts, two distributions,
a publisher out of sixty, a contact, a period. A share of them is defective: one to four of DEFECTS.
"""

import argparse
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

DCAT: Final = "http://www.w3.org/ns/dcat#"
DCT: Final = "http://purl.org/dc/terms/"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
VCARD: Final = "http://www.w3.org/2006/vcard/ns#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
EU: Final = "http://publications.europa.eu/resource/authority"
BASE: Final = "https://data.example"
TYPE: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

_EN = (
    "hourly daily city river air water energy battery charging traffic hospital school budget "
    "census tax forest noise soil rail port price wage crop flood sensor meter station register "
    "survey map plan permit consumption quality emission passport recycling maintenance".split()
)
_ZH = (
    "城市 河流 空气 水质 能源 电池 充电 交通 医院 学校 预算 普查 税务 森林 噪声 土壤 铁路 "
    "港口 价格 工资 作物 洪水 传感器 站点 登记 调查 地图 规划 许可 能耗 质量 排放 护照 回收 维护"
).split()
_THEMES = ("AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "SOCI", "TECH", "TRAN")
_FORMATS = ("CSV", "JSON", "XML", "GEOJSON", "PARQUET", "XLSX")

Triples = list[tuple[str, str, str]]
Defect = Callable[[Triples, str, random.Random], Triples]


def _without(predicate: str) -> Defect:
    return lambda triples, _, __: [t for t in triples if t[1] != f"<{predicate}>"]


def _instead(predicate: str, value: str) -> Defect:
    return lambda triples, _, __: [
        (s, p, value) if p == f"<{predicate}>" else (s, p, o) for s, p, o in triples
    ]


def _twice(predicate: str, value: str) -> Defect:
    return lambda triples, subject, _: [*triples, (subject, f"<{predicate}>", value)]


DEFECTS: Final[dict[str, Defect]] = {
    "no title": _without(f"{DCT}title"),
    "no description": _without(f"{DCT}description"),
    "no access URL": _without(f"{DCAT}accessURL"),
    "no publisher": _without(f"{DCT}publisher"),
    "publisher is text": _instead(f"{DCT}publisher", '"An office"@en'),
    "publisher has no name": _without(f"{FOAF}name"),
    "theme is text": _instead(f"{DCAT}theme", '"environment"@en'),
    "theme from elsewhere": _instead(f"{DCAT}theme", "<https://themes.example/x>"),
    "date is text": _instead(f"{DCT}issued", '"yesterday"'),
    "date does not exist": _instead(f"{DCT}issued", f'"2024-02-30"^^<{XSD}date>'),
    "two issue dates": _twice(f"{DCT}issued", f'"2020-01-01"^^<{XSD}date>'),
    "size is text": _instead(f"{DCAT}byteSize", '"12 MB"'),
    "size is negative": _instead(f"{DCAT}byteSize", f'"-5"^^<{XSD}nonNegativeInteger>'),
    "format is text": _instead(f"{DCT}format", '"CSV"'),
    "licence is text": _instead(f"{DCT}license", '"CC BY 4.0"'),
    "URL is text": _instead(f"{DCAT}accessURL", '"https://files.example/x"'),
    "mail is text": _instead(f"{VCARD}hasEmail", '"office@data.example"'),
    "keyword is a link": _instead(f"{DCAT}keyword", "<https://words.example/air>"),
    "frequency from elsewhere": _instead(
        f"{DCT}accrualPeriodicity", "<https://words.example/often>"
    ),
    "start is text": _instead(f"{DCAT}startDate", '"spring"'),
    "two frequencies": _twice(f"{DCT}accrualPeriodicity", f"<{EU}/frequency/ANNUAL>"),
    "contact is text": _instead(f"{DCAT}contactPoint", '"the office"@en'),
    "language is text": _instead(f"{DCT}language", '"English"'),
    "two sizes": _twice(f"{DCAT}byteSize", f'"7"^^<{XSD}nonNegativeInteger>'),
}
"""What can be wrong with a record, by name."""


def record(number: int, seed: int = 1, defects: float = 0.2) -> str:
    """The N-Triples lines of one record; the same for the same number, seed and share."""
    rng = random.Random(f"{seed}-{number}")
    subject = f"<{BASE}/dataset/{number}>"
    triples = _service(number, rng) if number % 50 == 49 else _dataset(number, subject, rng)
    if rng.random() < defects:
        for name in rng.sample(sorted(DEFECTS), rng.randint(1, 4)):
            triples = DEFECTS[name](triples, triples[0][0], rng)
    return "".join(f"{s} {p} {o} .\n" for s, p, o in dict.fromkeys(triples))


def records(count: int, seed: int = 1, defects: float = 0.2) -> Iterator[str]:
    """The first `count` records."""
    return (record(number, seed, defects) for number in range(count))


def _words(rng: random.Random, words: list[str], count: int, joint: str) -> str:
    return joint.join(rng.choice(words) for _ in range(count))


def _texts(subject: str, rng: random.Random, number: int) -> Triples:
    en, zh = _words(rng, _EN, 4, " "), _words(rng, _ZH, 3, "")
    return [
        (subject, f"<{DCT}title>", f'"{en.capitalize()} {number}"@en'),
        (subject, f"<{DCT}title>", f'"{zh}数据{number}"@zh'),
        (subject, f"<{DCT}description>", f'"{_words(rng, _EN, 40, " ").capitalize()}."@en'),
        (subject, f"<{DCT}description>", f'"{_words(rng, _ZH, 24, "")}。"@zh'),
        *((subject, f"<{DCAT}keyword>", f'"{rng.choice(_EN)}"@en') for _ in range(4)),
        (subject, f"<{DCAT}keyword>", f'"{rng.choice(_ZH)}"@zh'),
    ]


def _office(subject: str, number: int, rng: random.Random) -> Triples:
    office = f"<{BASE}/office/{rng.randrange(60)}>"
    contact = f"_:contact{number}"
    return [
        (subject, f"<{DCT}publisher>", office),
        (office, TYPE, f"<{FOAF}Agent>"),
        (office, f"<{FOAF}name>", f'"Office {office[-3:-1].strip("/")}"@en'),
        (subject, f"<{DCAT}contactPoint>", contact),
        (contact, TYPE, f"<{VCARD}Kind>"),
        (contact, f"<{VCARD}fn>", '"Data desk"@en'),
        (contact, f"<{VCARD}hasEmail>", f"<mailto:desk{number}@data.example>"),
    ]


def _dataset(number: int, subject: str, rng: random.Random) -> Triples:
    period = f"_:period{number}"
    year = rng.randrange(2012, 2026)
    triples: Triples = [
        (subject, TYPE, f"<{DCAT}Dataset>"),
        *_texts(subject, rng, number),
        *_office(subject, number, rng),
        (subject, f"<{DCT}identifier>", f'"dataset-{number}"'),
        (subject, f"<{DCAT}theme>", f"<{EU}/data-theme/{rng.choice(_THEMES)}>"),
        (subject, f"<{DCT}issued>", f'"{year}-0{rng.randrange(1, 10)}-15"^^<{XSD}date>'),
        (subject, f"<{DCT}modified>", f'"{year + 1}-03-01"^^<{XSD}date>'),
        (subject, f"<{DCT}accrualPeriodicity>", f"<{EU}/frequency/MONTHLY>"),
        (subject, f"<{DCT}language>", f"<{EU}/language/ENG>"),
        (subject, f"<{DCT}spatial>", f"<{EU}/country/DEU>"),
        (subject, f"<{DCT}accessRights>", f"<{EU}/access-right/PUBLIC>"),
        (subject, f"<{DCT}temporal>", period),
        (period, TYPE, f"<{DCT}PeriodOfTime>"),
        (period, f"<{DCAT}startDate>", f'"{year}-01-01"^^<{XSD}date>'),
        (period, f"<{DCAT}endDate>", f'"{year}-12-31"^^<{XSD}date>'),
    ]
    for place in range(2):
        triples += _distribution(number, place, subject, rng)
    return triples


def _distribution(number: int, place: int, subject: str, rng: random.Random) -> Triples:
    own = f"<{BASE}/dataset/{number}/file/{place}>"
    return [
        (subject, f"<{DCAT}distribution>", own),
        (own, TYPE, f"<{DCAT}Distribution>"),
        (own, f"<{DCT}title>", f'"File {place}"@en'),
        (own, f"<{DCAT}accessURL>", f"<https://files.example/{number}/{place}>"),
        (own, f"<{DCT}format>", f"<{EU}/file-type/{rng.choice(_FORMATS)}>"),
        (own, f"<{DCT}license>", f"<{EU}/licence/CC_BY_4_0>"),
        (own, f"<{DCAT}byteSize>", f'"{rng.randrange(10**6)}"^^<{XSD}nonNegativeInteger>'),
        (own, f"<{DCT}modified>", f'"2025-01-02"^^<{XSD}date>'),
    ]


def _service(number: int, rng: random.Random) -> Triples:
    subject = f"<{BASE}/service/{number}>"
    return [
        (subject, TYPE, f"<{DCAT}DataService>"),
        *_texts(subject, rng, number),
        *_office(subject, number, rng),
        (subject, f"<{DCAT}endpointURL>", f"<https://api.example/{number}>"),
        (subject, f"<{DCAT}endpointDescription>", f"<https://api.example/{number}/openapi>"),
        (subject, f"<{DCAT}servesDataset>", f"<{BASE}/dataset/{number - 1}>"),
        (subject, f"<{DCT}license>", f"<{EU}/licence/CC_BY_4_0>"),
        (subject, f"<{DCT}accessRights>", f"<{EU}/access-right/PUBLIC>"),
        (subject, f"<{DCAT}theme>", f"<{EU}/data-theme/{rng.choice(_THEMES)}>"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--defects", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    with asked.out.open("w", encoding="utf-8") as file:
        file.writelines(records(asked.records, asked.seed, asked.defects))


if __name__ == "__main__":
    main()
