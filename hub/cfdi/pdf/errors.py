"""What can be wrong with the input of a representación impresa; each message says what, where and what to do."""


class PdfError(ValueError):
    """The PDF cannot be made from this input; no retry helps until a person or the caller changes it."""


class BrandError(PdfError):
    """A colour or logo of the issuer's brand cannot be used."""


class SourceError(PdfError):
    """The bytes are not a stamped CFDI 4.0."""


class TemplateError(PdfError):
    """The typst template does not compile.

    Attributes:
        reason: What typst says in one line; the message of the error adds where.
    """

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
