"""The units of measure as people spell them, in English, German and Chinese.

Each line of the table is one unit: what it measures, how many base units it is, its name, its other
spellings ("_" stands for a space).
Months and years are apart from days: no month has a fixed number of them.
"""

from __future__ import annotations

from dataclasses import dataclass

_TABLE = """
length 1 | m | metre metres meter meters metern 米
length 1000 | km | kilometre kilometres kilometer kilometers kilometern 公里 千米
length 0.01 | cm | centimetre centimetres centimeter centimeters zentimeter zentimetern 厘米
length 0.001 | mm | millimetre millimetres millimeter millimeters millimetern 毫米
length 0.000001 | µm | μm micrometre micrometres micrometer micrometers micron microns
length 0.000000001 | nm | nanometre nanometres nanometer nanometers
length 1609.344 | mile | miles mi meile meilen 英里
length 0.3048 | foot | feet ft fuß
length 0.0254 | inch | inches zoll
length 0.9144 | yard | yards yd yds
length 1852 | nautical mile | nautical_miles seemeile seemeilen
area 1 | m² | m_² m2 square_metre square_metres square_meter square_meters quadratmeter 平方米
area 1000000 | km² | km_² km2 square_kilometre square_kilometres square_km quadratkilometer 平方公里
area 1000000 | km² | square_kilometer square_kilometers
area 2589988 | square mile | square_miles square_mi sq_mi quadratmeilen
area 10000 | hectare | hectares ha hektar
area 4046.86 | acre | acres
area 0.092903 | square foot | square_feet sq_ft
mass 1 | kg | kilogram kilograms kilogramme kilogrammes kilo kilos kilogramm 公斤 千克
mass 0.001 | g | gram grams gramme grammes gramm 克
mass 0.000001 | mg | milligram milligrams milligramm 毫克
mass 0.000000001 | µg | μg mcg microgram micrograms mikrogramm
mass 1000 | tonne | tonnes t tonnen metric_ton metric_tons 吨
mass 907.185 | ton | tons
mass 0.45359237 | pound | lb lbs pounds
mass 0.0283495 | ounce | oz ounces
volume 1 | litre | l litres liter liters litern 升
volume 0.001 | ml | millilitre millilitres milliliter milliliters 毫升
volume 3.78541 | gallon | gallons gal
volume 0.473176 | pint | pints
volume 1000 | m³ | cubic_metre cubic_metres cubic_meter cubic_meters kubikmeter m_³ 立方米
time 1 | second | seconds sec secs s sekunde sekunden 秒
time 0.001 | ms | millisecond milliseconds millisekunden
time 60 | minute | minutes min mins minuten 分钟
time 3600 | hour | hours hr hrs h stunde stunden 小时
time 86400 | day | days tag tage tagen 天
time 604800 | week | weeks wk wks woche wochen 周 星期
months 1 | month | months monat monate monaten 个_月
months 12 | year | years yr yrs jahr jahre jahren
months 120 | decade | decades jahrzehnt jahrzehnte jahrzehnten
months 1200 | century | centuries jahrhundert jahrhunderte jahrhunderten
months 12000 | millennium | millennia
speed 1 | km/h | km_/_h kmh kph kilometres_per_hour kilometers_per_hour kilometres_/_h
speed 1.609344 | mph | miles_per_hour mile_per_hour
speed 3.6 | m/s | m_/_s metres_per_second meters_per_second
data 1 | byte | bytes
data 1000 | kb | kilobyte kilobytes
data 1000000 | mb | megabyte megabytes
data 1000000000 | gb | gigabyte gigabytes
data 1000000000000 | tb | terabyte terabytes
data 1048576 | mib | mebibyte mebibytes
data 1073741824 | gib | gibibyte gibibytes
power 1 | watt | watts w
power 1000 | kw | kilowatt kilowatts
power 1000000 | mw | megawatt megawatts
power 1000000000 | gw | gigawatt gigawatts
energy 1 | kwh | kilowatt_hour kilowatt_hours kilowattstunde kilowattstunden
energy 1000 | mwh | megawatt_hour megawatt_hours
voltage 1 | volt | volts v
frequency 1 | hz | hertz
frequency 1000 | khz | kilohertz
frequency 1000000 | mhz | megahertz
frequency 1000000000 | ghz | gigahertz
temperature 1 | °c | °_c degrees_celsius degree_celsius celsius grad_celsius degrees_c 摄氏度
angle 1 | degree | degrees ° grad 度
% 1 | % | percent per_cent percent prozent pct percentage_points percentage_point
% 0.1 | ‰ | per_mille promille
USD 1 | dollar | dollars usd us_dollars us_dollar 美元
USD 0.01 | cent | cents
EUR 1 | euro | euros eur 欧元
GBP 1 | gbp | pound_sterling pounds_sterling british_pounds
JPY 1 | yen | jpy 日元
CNY 1 | yuan | renminbi rmb cny 元
CHF 1 | franc | francs chf franken
INR 1 | rupee | rupees inr
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: `value * factor + offset` is the value in the base unit of what it `measures`."""

    name: str
    measures: str
    factor: float
    offset: float = 0.0


def _read_table() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for line in _TABLE.strip().splitlines():
        head, name, listed = (part.strip() for part in line.split(" | "))
        measures, factor = head.split()
        unit = Unit(name, measures, float(factor))
        spellings = (word.replace("_", " ") for word in listed.split())
        found |= dict.fromkeys([name, *spellings], unit)
    fahrenheit = Unit("°f", "temperature", 5 / 9, -160 / 9)
    kelvin = Unit("kelvin", "temperature", 1.0, -273.15)
    found |= dict.fromkeys(["° f", "degrees fahrenheit", "fahrenheit", "degrees f"], fahrenheit)
    return found | {"kelvin": kelvin}


UNITS = _read_table()
CURRENCIES = frozenset(unit.measures for unit in UNITS.values() if unit.measures.isupper())

SCALES = {
    "hundred": 100.0, "hundert": 100.0,
    "k": 1e3, "thousand": 1e3, "thousands": 1e3, "tausend": 1e3, "tsd": 1e3,
    "mn": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6, "millionen": 1e6,
    "bn": 1e9, "billion": 1e9, "billions": 1e9, "milliarde": 1e9, "milliarden": 1e9, "mrd": 1e9,
    "trillion": 1e12, "trillions": 1e12, "dozen": 12.0,
}  # fmt: skip

# What stands before an amount: signs, and codes as in "EUR 84 million".
SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"} | {
    code.lower(): code for code in CURRENCIES
}
CURRENCY_NAMES = {
    unit.measures: unit.name
    for unit in UNITS.values()
    if unit.measures in CURRENCIES and unit.factor == 1.0
}
