"""The face of an issuer's portal. All texts are the buyers' language: kind, plain Mexican Spanish."""

from typing import Annotated

from pydantic import AfterValidator, Field

from .section import Section, refused
from .values import Colour, Email, WebAddress, Whatsapp

MAX_LOGO_BYTES = 1_000_000
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def _is_image(content: bytes) -> bytes:
    if not content.startswith(_IMAGES):
        raise refused("is not a PNG or JPG image")
    if len(content) > MAX_LOGO_BYTES:
        raise refused("is larger than 1 MB", "200 x 200 pixels are enough")
    return content


class PortalSettings(Section):
    """What the merchant may change of the portal."""

    nombre: str = Field(
        default="", max_length=80, description="the shop's name; the issuer's nombre if left out", examples=["Tienda"]
    )
    logo: Annotated[bytes, AfterValidator(_is_image)] | None = Field(
        default=None,
        repr=False,
        description="PNG or JPG, at least 200 x 200 pixels, best with a transparent background",
        examples=[{"$file": "logo.png"}],
    )
    primary: Colour = Field(default="#0b5d4e", description="colour of buttons and highlights")
    secondary: Colour = Field(default="#eef5f2", description="colour of accents and backgrounds")
    titulo: str = Field(default="Factura tu compra", min_length=1, max_length=80, description="title of the first page")
    mensaje: str = Field(
        default="Toma menos de un minuto. Ten a la mano tu RFC y tu código postal fiscal.",
        max_length=300,
        description="the line under the title",
    )
    boton: str = Field(default="Facturar", min_length=1, max_length=30, description="text of the button that invoices")
    email: Email | None = Field(
        default=None, description="where a buyer finds a person: e-mail", examples=["hola@tienda.example"]
    )
    telefono: str | None = Field(
        default=None, max_length=30, description="where a buyer finds a person: phone", examples=["55 1234 5678"]
    )
    whatsapp: Whatsapp | None = Field(
        default=None,
        description="where a buyer finds a person: WhatsApp, country code and digits",
        examples=["525512345678"],
    )
    url: WebAddress | None = Field(default=None, description="the shop's own site", examples=["https://tienda.example"])
    aviso_de_privacidad: WebAddress | None = Field(
        default=None,
        description="address of the aviso de privacidad",
        examples=["https://tienda.example/aviso-de-privacidad"],
    )
