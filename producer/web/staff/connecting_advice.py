"""What may be wrong when a contract is not answered as it should, and what to do about it."""

import re
from collections.abc import Iterable
from typing import Final

from producer.domain.staff import Sentence

Advice = tuple[str, Sentence]
"""A pattern of what was heard, and what to do then."""

_PLATFORM: Final[tuple[Advice, ...]] = (
    (
        r"VP001",
        Sentence("Plattformen känner inte igen RIV TA-versionen. Kontrollera att adressen är den för rivtabp21."),
    ),
    (
        r"VP002",
        Sentence(
            "Plattformen kräver ett klientcertifikat, som tidbokningen inte har. "
            "Låt plattformens förvaltning göra provet."
        ),
    ),
    (r"VP003", Sentence("Plattformen såg ingen logisk adress. Något på vägen tar bort SOAP-huvudet.")),
    (
        r"VP004",
        Sentence(
            "Plattformen har inget vägval för kontraktet och den logiska adressen. Beställ vägvalet, "
            "och kontrollera att HSA-id är skrivet likadant där."
        ),
    ),
    (r"VP005", Sentence("Vägvalet har en annan RIV TA-version. Be plattformens förvaltning ändra det till RIVTABP21.")),
    (r"VP006", Sentence("Plattformen har flera producenter för samma adress. Be dess förvaltning ta bort de gamla.")),
    (
        r"VP007",
        Sentence("Konsumenten får inte anropa enheten. Beställ anropsbehörighet för konsumenten och kontraktet."),
    ),
    (r"VP008|VP012", Sentence("Fel i plattformen. Vänta en stund och försök igen, eller kontakta dess förvaltning.")),
    (
        r"VP009",
        Sentence(
            "Plattformen når inte producenten. Kontrollera den tekniska adressen i beställningen, brandväggen "
            "och att tidbokningen är i gång."
        ),
    ),
    (r"VP010", Sentence("Vägvalet saknar teknisk adress. Be plattformens förvaltning lägga in den.")),
    (
        r"VP011",
        Sentence("Plattformen tar inte emot anrop från den här datorn, eller bara över https. Kontrollera adressen."),
    ),
    (r"VP013", Sentence("Avsändaren får inte ange konsument. Lämna fältet Konsument tomt och försök igen.")),
    (r"VP014", Sentence("Anropet går runt mellan plattformar. Kontrollera vägvalen åt båda håll.")),
    (
        r"VP015",
        Sentence("Plattformen kunde inte läsa frågan. Kontrollera att adressen är den för just det här kontraktet."),
    ),
    (r"VP\d\d\d", Sentence("Fel i plattformen. Sök på koden i dess dokumentation.")),
)
_PRODUCER: Final[tuple[Advice, ...]] = (
    (
        r"does not have \w+: its flow or lookup is off",
        Sentence("Enheten har inte kontraktet på hos producenten. Slå på ärendet under Bokningsregler."),
    ),
    (
        r"LogicalAddress is .* but healthcare_facility",
        Sentence("Den logiska adressen är en annan enhets. Kontrollera vägvalet."),
    ),
    (
        r"LogicalAddress",
        Sentence("Den logiska adressen kom inte fram. Kontrollera det som står mellan er och producenten."),
    ),
    (
        r"No contract here|is of the namespace|[Nn]o such operation|[Uu]nknown (operation|method)",
        Sentence("Där finns inte kontraktet. Kontrollera att adressen är den för crm:scheduling 1.1."),
    ),
    (
        r"The producer failed to answer",
        Sentence("Fel hos producenten. Dess logg säger mer: sök på det id som felet anger."),
    ),
    (r"Actor", Sentence("Producenten såg inte vem som anropar (Actor). Något på vägen tar bort SOAP-huvudet.")),
    (r"^MustUnderstand", Sentence("Producenten förstår inte ett SOAP-huvud som något på vägen har lagt till.")),
    (r"^VersionMismatch", Sentence("Producenten talar en annan SOAP-version än 1.1.")),
)
_FAULTS: Final[tuple[Advice, ...]] = (
    (
        r"^Client",
        Sentence(
            "Producenten tog inte emot frågan. Läs felet: ofta är det fel adress eller ett schema av en annan version."
        ),
    ),
    (r"", Sentence("Fel hos producenten. Dess logg säger mer: sök på det id som felet anger.")),
)
_SILENCES: Final[tuple[Advice, ...]] = (
    (
        r"ConnectionRefused",
        Sentence("Ingen svarar på adressen. Kontrollera att tjänsten är i gång och att porten stämmer."),
    ),
    (r"gaierror|UnicodeError", Sentence("Datorns namn finns inte. Kontrollera hur adressen är stavad.")),
    (
        r"TimeoutError|timed out",
        Sentence(
            "Inget svar i tid. Kontrollera brandväggen, och att adressen går att nå från den dator där "
            "tidbokningen körs."
        ),
    ),
    (
        r"SSLCertVerificationError|certificate verify",
        Sentence(
            "Certifikatet på adressen godkänns inte av den dator där tidbokningen körs. "
            "Kontrollera vem som utfärdat det."
        ),
    ),
    (
        r"SSL",
        Sentence(
            "TLS gick inte att upprätta. Plattformen kan kräva ett klientcertifikat, eller så talar porten bara http."
        ),
    ),
    (
        r"RemoteDisconnected|ConnectionReset|BrokenPipe|BadStatusLine|IncompleteRead",
        Sentence(
            "Anslutningen bröts innan svaret var helt. Kontrollera att det är http eller https som adressen säger."
        ),
    ),
    (r"OSError|Error", Sentence("Adressen går inte att nå från den dator där tidbokningen körs.")),
    (r"HTTP 3\d\d", Sentence("Adressen hänvisar vidare, vilket ett kontrakt inte får. Ange adressen dit den leder.")),
    (
        r"HTTP 40[13]",
        Sentence("Adressen kräver inloggning eller certifikat. Kontrollera att den är till tjänsten själv."),
    ),
    (r"HTTP 404", Sentence("Sökvägen finns inte där. Kontrollera det som står efter datorns namn i adressen.")),
    (r"HTTP 405", Sentence("Där tas inte anrop emot. Adressen kan vara till en webbsida.")),
    (
        r"HTTP 5\d\d",
        Sentence("Tjänsten svarade med ett fel som inte är SOAP. Kontrollera att den är i gång bakom sin adress."),
    ),
    (r"not valid", Sentence("Svaret följer inte schemat i crm:scheduling 1.1. Producenten behöver rättas.")),
    (
        r"HTTP \d\d\d",
        Sentence("Svaret är inte SOAP. Kontrollera att adressen är till tjänsten och inte till en webbsida."),
    ),
    (r"", Sentence("Svaret gick inte att förstå.")),
)


def advice_on_routing(fault: str) -> Sentence | None:
    """When the fault shows that the question did not come to the contract of the unit."""
    return _first((*_PLATFORM, *_PRODUCER), fault)


def advice_on_fault(fault: str) -> Sentence | None:
    return advice_on_routing(fault) or _first(_FAULTS, fault)


def advice_on_silence(reason: str) -> Sentence | None:
    return _first(_SILENCES, reason)


def _first(advices: Iterable[Advice], heard: str) -> Sentence | None:
    return next((sentence for pattern, sentence in advices if re.search(pattern, heard)), None)
