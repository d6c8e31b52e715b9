"""302 and CFDI40102: the seal is the issuer's over the cadena original by SAT's own stylesheet."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .. import sat_files
from ..comprobante import Comprobante
from ..refusal import Refused


def check_seal(cfdi: Comprobante, key: rsa.RSAPublicKey) -> None:
    try:
        sello = base64.b64decode(cfdi.sello, validate=True)
    except binascii.Error as error:
        raise Refused("302", "Sello mal formado: no es base64.") from error
    if len(sello) != key.key_size // 8:
        raise Refused("302", "Sello mal formado: su longitud no es la de la llave del certificado.")
    cadena = sat_files.cadena_original(cfdi.root).encode()
    try:
        key.verify(sello, cadena, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise Refused("CFDI40102", "El sello no coincide con la cadena original del comprobante.") from error
