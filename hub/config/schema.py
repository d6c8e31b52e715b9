"""The JSON schema of the configuration file, with the keys of the installed plugins, for editors."""

from typing import Any

from .plugin_options import INSTANCE_TYPES, Kind, PluginConfigs
from .settings import Settings

Schema = dict[str, Any]

_REFERENCE: Schema = {
    "title": "Reference",
    "description": "a value that stands in the environment, in a file or in the vault",
    "oneOf": [
        {
            "type": "object",
            "properties": {key: {"type": "string", "description": meaning}},
            "required": [key],
            "additionalProperties": False,
        }
        for key, meaning in (
            ("$env", "name of an environment variable, or of one in the .env file"),
            ("$file", "path of a file, from the folder of the configuration"),
            ("$secret", "name of a secret that `hub secrets set` keeps encrypted"),
        )
    ],
}
_ABOUT = ("title", "description", "default", "examples")


def schema(plugins: PluginConfigs) -> Schema:
    """The schema (JSON Schema 2020-12) of a configuration file for these plugins."""
    whole = Settings.model_json_schema()
    definitions: dict[str, Schema] = whole["$defs"]
    for kind, instance_type in INSTANCE_TYPES.items():
        _join_plugins(definitions[instance_type.__name__], kind, plugins, definitions)
    for section in (whole, *definitions.values()):
        _allow_references(section)
    definitions["Reference"] = _REFERENCE
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Autofactura Hub", **_untitled(whole)}


def _untitled(whole: Schema) -> Schema:
    return {key: value for key, value in whole.items() if key != "title"}


def _join_plugins(instance: Schema, kind: Kind, plugins: PluginConfigs, definitions: dict[str, Schema]) -> None:
    installed = plugins.of(kind)
    instance["properties"].pop("options", None)
    # Which keys are known depends on `use`, so the whole has to be closed, not each part.
    instance.pop("additionalProperties", None)
    instance["unevaluatedProperties"] = False
    if installed:
        instance["properties"]["use"]["enum"] = list(installed)
        instance["allOf"] = [_when_used(use, kind, plugins, definitions) for use in installed]


def _when_used(use: str, kind: Kind, plugins: PluginConfigs, definitions: dict[str, Schema]) -> Schema:
    prefix = f"{kind}.{use}."
    own = plugins.of(kind)[use].model_json_schema(ref_template=f"#/$defs/{prefix}{{model}}")
    definitions.update({prefix + name: definition for name, definition in own.pop("$defs", {}).items()})
    then: Schema = {key: own[key] for key in ("properties", "required") if key in own}
    _allow_references(then)
    return {"if": {"properties": {"use": {"const": use}}, "required": ["use"]}, "then": then}


def _allow_references(section: Schema) -> None:
    properties: dict[str, Schema] = section.get("properties", {})
    for name, value in properties.items():
        properties[name] = _or_reference(value)


def _or_reference(value: Schema) -> Schema:
    if "$ref" in value or value.get("type") == "object":
        return value
    if value.get("type") == "array":
        return value | {"items": _or_reference(value.get("items", {}))}
    about = {key: value[key] for key in _ABOUT if key in value}
    rule = {key: item for key, item in value.items() if key not in _ABOUT}
    return {**about, "anyOf": [rule, {"$ref": "#/$defs/Reference"}]}
