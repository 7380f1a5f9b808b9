"""Where the demo shop's customers live: names, towns, streets, currency, tax and duties of a dozen countries."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Country:
    """`rate` is what a US dollar costs in `currency`; `tax` the share of one, within prices if `tax_included`."""

    code: str
    name: str
    locale: str
    currency: str
    rate: Decimal
    tax_name: str
    tax: float
    tax_included: bool
    duties: float
    weight: int
    dial: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    streets: tuple[str, ...]
    # City, province, province code, post code with # for a digit and @ for a letter.
    cities: tuple[tuple[str, str | None, str | None, str], ...]


def _country(
    code: str,
    name: str,
    locale: str,
    money: tuple[str, str],
    tax: tuple[str, float, bool],
    duties: float,
    weight: int,
    dial: str,
    first_names: str,
    last_names: str,
    streets: str,
    cities: tuple[tuple[str, str | None, str | None, str], ...],
) -> Country:
    return Country(
        code=code,
        name=name,
        locale=locale,
        currency=money[0],
        rate=Decimal(money[1]),
        tax_name=tax[0],
        tax=tax[1],
        tax_included=tax[2],
        duties=duties,
        weight=weight,
        dial=dial,
        first_names=tuple(first_names.split(",")),
        last_names=tuple(last_names.split(",")),
        streets=tuple(streets.split(",")),
        cities=cities,
    )


COUNTRIES = (
    _country(
        "US", "United States", "en-US", ("USD", "1"), ("State Tax", 0.0625, False), 0.0, 46, "+1",
        "Olivia,Noah,Emma,Liam,Ava,Mason,Sophia,Ethan,Mia,Lucas,Zoe,Caleb,Naomi,Isaac,Ruth,Marcus",
        "Walker,Nguyen,Johnson,Patel,Garcia,Brooks,Kim,Robinson,Foster,Reyes,Cohen,Bennett,Hayes,Ortiz",
        "Maple Street,Chestnut Street,Lakeview Drive,Sunset Avenue,Mill Road,Harbor Lane",
        (("Austin", "Texas", "TX", "787##"), ("Portland", "Oregon", "OR", "972##"),
         ("Brooklyn", "New York", "NY", "112##"), ("Madison", "Wisconsin", "WI", "537##"),
         ("Louisville", "Kentucky", "KY", "402##"), ("Denver", "Colorado", "CO", "802##")),
    ),
    _country(
        "CA", "Canada", "en-CA", ("CAD", "1.37"), ("HST", 0.13, False), 0.0, 11, "+1",
        "Amélie,Owen,Chloé,Logan,Maya,Félix,Hannah,Théo",
        "Tremblay,Singh,MacDonald,Roy,Wilson,Chen,Gagnon,Fraser",
        "Queen Street,Rue Saint-Denis,Bay Street,Granville Street",
        (("Toronto", "Ontario", "ON", "M#@ #@#"), ("Montréal", "Quebec", "QC", "H#@ #@#"),
         ("Vancouver", "British Columbia", "BC", "V#@ #@#")),
    ),
    _country(
        "GB", "United Kingdom", "en-GB", ("GBP", "0.79"), ("VAT", 0.2, True), 0.0, 10, "+44",
        "Amelia,Oliver,Isla,George,Priya,Harry,Freya,Callum",
        "Smith,Khan,Taylor,Davies,Evans,Murphy,Okafor,Campbell",
        "High Street,Church Lane,Victoria Road,Station Road",
        (("London", "England", "ENG", "E# #@@"), ("Bristol", "England", "ENG", "BS# #@@"),
         ("Edinburgh", "Scotland", "SCT", "EH# #@@"), ("Cardiff", "Wales", "WLS", "CF# #@@")),
    ),
    _country(
        "DE", "Germany", "de", ("EUR", "0.92"), ("MwSt", 0.19, True), 0.0, 9, "+49",
        "Hannah,Jürgen,Lena,Björn,Käthe,Max,Sören,Änne",
        "Müller,Schäfer,Groß,Weiß,Krüger,Yılmaz,Vogel,Böhm",
        "Hauptstraße,Lindenweg,Am Markt,Kölner Straße",
        (("Köln", None, None, "50###"), ("Berlin", None, None, "10###"), ("München", None, None, "80###"),
         ("Leipzig", None, None, "04###")),
    ),
    _country(
        "FR", "France", "fr", ("EUR", "0.92"), ("TVA", 0.2, True), 0.0, 6, "+33",
        "Léa,Hugo,Zoé,Éloïse,Louis,Inès,Raphaël,Noémie",
        "Dubois,Lefèvre,Moreau,Benoît,Garnier,Haddad,Rousseau,Lacroix",
        "Rue de la Paix,Avenue Foch,Rue Sainte-Anne,Quai des Brumes",
        (("Paris", None, None, "750##"), ("Lyon", None, None, "690##"), ("Orléans", None, None, "450##")),
    ),
    _country(
        "NL", "Netherlands", "nl", ("EUR", "0.92"), ("BTW", 0.21, True), 0.0, 4, "+31",
        "Daan,Sanne,Bram,Fleur,Jeroen,Noor",
        "de Vries,van den Berg,Jansen,Bakker,Visser,Mulder",
        "Keizersgracht,Dorpsstraat,Stationsplein",
        (("Amsterdam", None, None, "10## @@"), ("Utrecht", None, None, "35## @@")),
    ),
    _country(
        "SE", "Sweden", "sv", ("SEK", "10.45"), ("Moms", 0.25, True), 0.0, 3, "+46",
        "Astrid,Göran,Elsa,Åke,Saga,Nils",
        "Lindström,Öberg,Sjögren,Nyström,Åkesson,Berg",
        "Storgatan,Skolgatan,Björkvägen",
        (("Göteborg", None, None, "41# ##"), ("Malmö", None, None, "21# ##")),
    ),
    _country(
        "CH", "Switzerland", "de-CH", ("CHF", "0.88"), ("MWST", 0.081, True), 0.06, 3, "+41",
        "Ursina,Reto,Chiara,Beat,Livia,Andri",
        "Zürcher,Keller,Bernasconi,Rochat,Meier,Caduff",
        "Bahnhofstrasse,Seestrasse,Via Nassa",
        (("Zürich", "Zürich", "ZH", "80##"), ("Lausanne", "Vaud", "VD", "10##")),
    ),
    _country(
        "AU", "Australia", "en-AU", ("AUD", "1.52"), ("GST", 0.1, True), 0.05, 4, "+61",
        "Matilda,Jack,Ruby,Angus,Willow,Declan",
        "Wilson,O'Brien,Nguyen,Kelly,Papadopoulos,Hughes",
        "George Street,Bondi Road,Acacia Avenue",
        (("Sydney", "New South Wales", "NSW", "20##"), ("Melbourne", "Victoria", "VIC", "30##")),
    ),
    _country(
        "JP", "Japan", "ja", ("JPY", "151.3"), ("消費税", 0.1, True), 0.08, 3, "+81",
        "陽菜,蓮,結衣,大翔,さくら,悠真",
        "佐藤,鈴木,高橋,田中,渡辺,伊藤",
        "神宮前,中央通り,桜坂",
        (("渋谷区", "東京都", "JP-13", "150-00##"), ("大阪市", "大阪府", "JP-27", "530-00##")),
    ),
    _country(
        "KW", "Kuwait", "ar", ("KWD", "0.307"), ("Tax", 0.0, True), 0.05, 1, "+965",
        "نور,فهد,مريم,خالد", "العتيبي,الصباح,المطيري", "شارع الخليج,شارع السالمية",
        (("مدينة الكويت", "العاصمة", "KW-KU", "130##"),),
    ),
)  # fmt: skip
