"""What the portal's pages say, apart from the numbered messages of `hub.flow.portal_messages`."""

from dataclasses import dataclass

from hub.flow.portal_messages import message
from hub.flow.portal_port import HelpTopic

TITLE = "Factura tu compra"
SUBTITLE = "Toma menos de un minuto. Ten a la mano tu RFC y tu código postal fiscal."
VERB = "Facturar"
NO_CONSTANCIA = "No necesitas tu Constancia de Situación Fiscal."
REVIEW = "Revisa que todo esté bien. Así saldrá tu factura."
DONE = "¡Listo! Tu factura ya es válida ante el SAT."
DONE_TRIAL = "¡Listo! Así se verá tu factura; esta es de prueba."
TRIAL = "Portal de prueba: las facturas que salen de aquí no tienen validez fiscal."
ASSISTED = "¿Prefieres que la hagamos nosotros? Déjanos tus datos y te la enviamos hoy o mañana."
WORKING = "Casi siempre toma unos segundos. No hace falta volver a enviarla."
HELD = (
    "La tienda está revisando esta compra antes de facturarla. No tienes que hacer nada; "
    "si te urge, escríbenos y lo vemos contigo."
)
COPY_SENT = "Enviamos tu factura. Si no la ves en unos minutos, busca en el correo no deseado."
UNREADABLE = "No pudimos leer lo que enviaste. Vuelve a la página anterior e inténtalo otra vez."
WITHHELD = "Como eres empresa, se retiene {name}: {amount}."

FORMAS_PAGO: dict[str, str] = {
    "01": "Pagaste en efectivo",
    "02": "Pagaste con cheque",
    "03": "Pagaste por transferencia",
    "04": "Pagaste con tarjeta de crédito",
    "05": "Pagaste con monedero electrónico",
    "06": "Pagaste con dinero electrónico",
    "08": "Pagaste con vales de despensa",
    "28": "Pagaste con tarjeta de débito",
    "29": "Pagaste con tarjeta de servicios",
    "30": "Pagaste con un anticipo",
    "31": "Pagaste por medio de un intermediario",
    "99": "El pago queda por definir",
}


@dataclass(frozen=True, slots=True)
class HelpWords:
    """The page that asks a person of the shop for something."""

    title: str
    lead: str
    message_label: str
    message_hint: str
    button: str
    done: str


_ANSWER_SOON = "Te respondemos hoy o mañana."

HELP: dict[HelpTopic, HelpWords] = {
    HelpTopic.ASSISTED: HelpWords(
        title="La hacemos por ti",
        lead="Déjanos tus datos y te enviamos tu factura hoy o mañana.",
        message_label="Tus datos",
        message_hint="RFC, nombre como está en el SAT, código postal fiscal y régimen. Si no sabes alguno, cuéntanos.",
        button="Enviar mis datos",
        done="Recibimos tus datos. Te enviamos tu factura hoy o mañana.",
    ),
    HelpTopic.SEARCH: HelpWords(
        title="Te ayudamos a encontrarla",
        lead="Cuéntanos de tu compra y la buscamos por ti.",
        message_label="Tu compra",
        message_hint="Fecha, total y cómo pagaste. Si tienes un número de pedido o ticket, también.",
        button="Pedir ayuda",
        done="Recibimos tu mensaje. " + _ANSWER_SOON,
    ),
    HelpTopic.GLOBAL: HelpWords(
        title="Pídela a tu nombre",
        lead="Envíanos tus datos. La tienda hace el cambio y te manda tu factura.",
        message_label="¿Algo más que debamos saber? (opcional)",
        message_hint="",
        button="Solicitar mi factura",
        done="Recibimos tu solicitud. Tu factura llega en hasta 1 día hábil.",
    ),
    HelpTopic.LATE: HelpWords(
        title="Pide que la revisemos",
        lead="Envíanos tus datos. La tienda revisa tu caso y te responde.",
        message_label="¿Algo más que debamos saber? (opcional)",
        message_hint="",
        button="Enviar mis datos",
        done="Recibimos tu solicitud. " + _ANSWER_SOON,
    ),
    HelpTopic.CORRECT: HelpWords(
        title="Corregir un dato",
        lead="Dinos qué dato cambia y la tienda te envía la factura corregida.",
        message_label="¿Qué hay que corregir?",
        message_hint="Por ejemplo: el código postal correcto es 64000.",
        button="Pedir corrección",
        done="Recibimos tu corrección. " + _ANSWER_SOON,
    ),
    HelpTopic.CANCEL: HelpWords(
        title="Pedir cancelación",
        lead="Cuéntanos por qué la quieres cancelar. La tienda te responde.",
        message_label="¿Por qué quieres cancelarla?",
        message_hint="",
        button="Pedir cancelación",
        done=message(30),
    ),
    HelpTopic.QUESTION: HelpWords(
        title="Escríbenos",
        lead="Cuéntanos qué pasó y lo vemos contigo.",
        message_label="Tu mensaje",
        message_hint="",
        button="Enviar mensaje",
        done="Recibimos tu mensaje. " + _ANSWER_SOON,
    ),
}
