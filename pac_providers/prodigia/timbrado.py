"""The REST service that stamps: sealed XML in, JSON out."""

import base64
import binascii
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.plugin import Answer, Http, InDoubtError

from .config import ProdigiaConfig

_OPTIONS = ("RESPUESTA_JSON", "REGRESAR_CON_ERROR_307_XML")
_XML = {"content-type": "application/xml"}


class ServicioTimbrado(BaseModel):
    """What Prodigia says of one stamp. `codigo` 0 with `timbradoOk` is a stamp; 307 may show an earlier one."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    ok: bool = Field(alias="timbradoOk")
    codigo: str = Field(alias="codigo", min_length=1)
    mensaje: str | None = Field(default=None, alias="mensaje")
    uuid: str | None = Field(default=None, alias="UUID")
    xml_base64: str | None = Field(default=None, alias="xmlBase64")

    @property
    def xml(self) -> bytes:
        """The stamped CFDI, empty if it is not shown."""
        return decoded(self.xml_base64 or "")


class _Wrapped(BaseModel):
    inner: ServicioTimbrado = Field(alias="servicioTimbrado")


def send(http: Http, config: ProdigiaConfig, xml: bytes) -> ServicioTimbrado:
    """Send the sealed bytes once; raises as `http.post_once`."""
    options = [*_OPTIONS, *(["VERIFICAR_SERIE_FOLIO"] if config.verifica_serie_folio else [])]
    query = urlencode([("contrato", config.contrato), *(("opciones", option) for option in options)])
    return _read(http.post_once(f"{config.stamping}?{query}", xml, _XML))


def _read(answer: Answer) -> ServicioTimbrado:
    if not answer.ok:
        raise InDoubtError(f"Prodigia answers HTTP {answer.status}")
    try:
        return _Wrapped.model_validate(answer.json()).inner
    except ValidationError:
        raise InDoubtError("Prodigia answers something else than servicioTimbrado") from None


def decoded(content: str) -> bytes:
    """Base64 as bytes; InDoubtError for anything else."""
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InDoubtError("Prodigia shows a document that is not base64") from error
