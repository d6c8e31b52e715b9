"""Every sentence a buyer reads when something is not as expected, by its number.

One voice: tú, short; what happened, what to do, nothing was lost. The steps take the sentences of the
fields from here (11-22), the pages take the rest, so a wording changes in one place.
"""

from string import Formatter

MESSAGES: dict[int, str] = {
    1: "No encontramos una compra con ese número y ese total. Revisa tu ticket: el total va con centavos.",
    2: "Tu compra es muy reciente y todavía no nos llega. Te avisamos en cuanto puedas facturarla.",
    3: "Tu pago aún no se confirma. En cuanto se confirme podrás facturar.",
    4: "Esta compra se canceló y se devolvió el dinero, por eso no lleva factura.",
    5: "Devolvimos {refunded} de esta compra. Tu factura saldrá por {total}.",
    6: "Esta compra ya tiene factura. Aquí está.",
    7: "Esta compra ya fue facturada. Si no fuiste tú, escríbenos.",
    8: "Ya estamos haciendo tu factura. No hace falta volver a enviarla.",
    9: "El plazo normal terminó el {deadline}. Todavía podemos ayudarte: envía tus datos y lo revisamos.",
    10: "Esta compra ya se incluyó en la factura global de {month}. "
    "Aún podemos hacerla a tu nombre; tarda hasta 1 día hábil.",
    11: "El RFC lleva 12 caracteres si es empresa y 13 si es persona. Escribiste {length}.",
    12: "Este RFC se ve poco común. Si está como en el SAT, continúa.",
    13: "El SAT no tiene registrado este RFC. Revisa letras y números; la O y el 0 se confunden.",
    14: "El SAT indica que este RFC no está activo. Consúltalo con tu contador o usa otro.",
    15: "El nombre no coincide con el del SAT. Escríbelo igual, sin “S.A. de C.V.”.",
    16: "Ese código postal no es el de tu domicilio fiscal. "
    "Es el que registraste en el SAT; puede no ser el de tu casa.",
    17: "Ese régimen no es el que el SAT tiene para tu RFC. Elige otro.",
    18: "Con tu régimen no se puede usar “{chosen}”. Elegimos “{instead}”.",
    19: "No podemos emitir esta factura en línea. Escríbenos y lo vemos contigo.",
    20: "¿No tienes RFC mexicano? Hacemos tu factura con el RFC para extranjeros.",
    21: "Si no necesitas factura a tu nombre no hagas nada: tu compra irá en la factura global.",
    22: "No pudimos entregar el correo a {email}. Tu factura ya está lista aquí.",
    23: "El SAT está tardando. Guardamos tu solicitud con el folio {folio} {when}; "
    "tu plazo ya no corre. Puedes cerrar esta página.",
    26: "Este enlace ya no funciona. Búscala con tu número de compra.",
    27: "Hagamos una pausa de 5 minutos. Tus datos siguen aquí.",
    28: "No pudimos leer el archivo. No pasa nada: escribe los cuatro datos.",
    29: "Esta constancia es de otro RFC. ¿Quieres usarla?",
    30: "Pedimos la cancelación a la tienda. Te avisamos su respuesta.",
    31: "Te llegará un aviso en tu Buzón Tributario. Si no respondes en 3 días hábiles se da por aceptada.",
    32: "Esta factura no se puede cancelar porque tiene un pago relacionado. La tienda puede ayudarte.",
    33: "Ya corregiste esta factura 2 veces. Para otro cambio, escríbenos.",
    34: "Algo falló de nuestro lado, no fuiste tú. Guardamos lo que escribiste. Clave para ayuda: {key}.",
}
"""24 and 25 (no stamps left, CSD expired) are the shop's affair: the buyer reads 23."""

EMPTY_FIELDS: dict[str, str] = {
    "rfc": "Escribe tu RFC.",
    "nombre": "Escribe tu nombre o el de tu empresa, como aparece en el SAT.",
    "codigo_postal": "Escribe los 5 números de tu código postal fiscal.",
    "regimen_fiscal": "Elige tu régimen fiscal.",
    "uso_cfdi": "Elige para qué usarás la factura.",
    "email": "Revisa tu correo: le falta algo, como en nombre@ejemplo.com.",
    "contact": "Escribe un correo o un teléfono para responderte.",
    "message": "Cuéntanos qué necesitas.",
}
"""What to say about a field that came empty or in no usable shape."""


def message(number: int, **values: object) -> str:
    """The sentence with its values; KeyError for a number that has none or a value left out."""
    return MESSAGES[number].format(**values)


def values_of(number: int) -> frozenset[str]:
    """The names a sentence needs."""
    return frozenset(name for _, name, _, _ in Formatter().parse(MESSAGES[number]) if name)
