"""How an issuer looks on paper: name, logo, two colours and contact lines."""

from dataclasses import dataclass

from hub.cfdi.pdf.color import parse_hex, readable_on_white, text_on
from hub.cfdi.pdf.logo import logo_svg


@dataclass(frozen=True, slots=True)
class Brand:
    """The issuer's look; every field is optional and checked on creation.

    Attributes:
        nombre: Trade name shown when there is no logo; empty shows the fiscal name.
        logo: Bytes of a PNG, JPEG or SVG file, at most 1 MB.
        primary: `#rrggbb` of the title, the total and the thin band on top.
        secondary: `#rrggbb` of the small accents.
        phone, email, web, address: Contact lines, shown as written.

    Raises:
        BrandError: A colour is not hexadecimal, or the logo is of another type, too big or broken.
    """

    nombre: str = ""
    logo: bytes | None = None
    primary: str = "#1f4e79"
    secondary: str = "#9cc3e6"
    phone: str = ""
    email: str = ""
    web: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "primary", parse_hex(self.primary, "primary"))
        object.__setattr__(self, "secondary", parse_hex(self.secondary, "secondary"))
        if self.logo is not None:
            logo_svg(self.logo)

    def view(self) -> dict[str, object]:
        """What a template needs to know, as JSON-able values."""
        return {
            "nombre": self.nombre,
            "logo_svg": logo_svg(self.logo) if self.logo is not None else None,
            "primary": self.primary,
            "primary_text": readable_on_white(self.primary),
            "on_primary": text_on(self.primary),
            "secondary": self.secondary,
            "contact": [line for line in (self.phone, self.email, self.web) if line],
            "address": self.address,
        }
