"""The base of every section of the configuration file, and how a value says what is wrong with it."""

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """Frozen, refuses unknown keys, and never repeats a refused value in an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True, ser_json_bytes="base64"
    )


def refused(message: str, hint: str = "") -> PydanticCustomError:
    """An error that reaches the operator word for word; `message` follows the name of the key.

    Never put the refused value into `message`: it may be a secret written on the wrong line.
    """
    # Braces would be read as a template.
    template = message.replace("{", "{{").replace("}", "}}")
    return PydanticCustomError("hub_config", template, {"hint": hint})
