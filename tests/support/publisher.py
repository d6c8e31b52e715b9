"""Files as others publish them, and a real HTTP server on this machine that serves them well or badly."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from hub.sat.edition import NEVER_IN_4_0
from hub.sat.shipped import Shipped

SINCE = "2022-01-01"
SIMILAR = {"53103000": "Playeras, Remeras", "43211508": "PC, Ordenadores personales"}
COLUMNS = {
    "claves_unidades": "id texto descripcion notas vigencia_desde vigencia_hasta simbolo",
    "codigos_postales": "id estado municipio localidad estimulo_frontera vigencia_desde vigencia_hasta huso_descripcion"
    " huso_verano_mes_inicio huso_verano_dia_inicio huso_verano_hora_inicio huso_verano_diferencia"
    " huso_invierno_mes_inicio huso_invierno_dia_inicio huso_invierno_hora_inicio huso_invierno_diferencia",
    "exportaciones": "id texto vigencia_desde vigencia_hasta",
    "formas_pago": "id texto es_bancarizado requiere_numero_operacion permite_banco_ordenante_rfc"
    " permite_cuenta_ordenante patron_cuenta_ordenante permite_banco_beneficiario_rfc permite_cuenta_beneficiario"
    " patron_cuenta_beneficiario permite_tipo_cadena_pago requiere_banco_ordenante_nombre_ext vigencia_desde"
    " vigencia_hasta",
    "impuestos": "id texto retencion traslado ambito vigencia_desde vigencia_hasta",
    "meses": "id texto vigencia_desde vigencia_hasta",
    "metodos_pago": "id texto vigencia_desde vigencia_hasta",
    "monedas": "id texto decimales porcentaje_variacion vigencia_desde vigencia_hasta",
    "objetos_impuestos": "id texto vigencia_desde vigencia_hasta",
    "paises": "id texto patron_codigo_postal patron_identidad_tributaria validacion_identidad_tributaria agrupaciones",
    "periodicidades": "id texto vigencia_desde vigencia_hasta",
    "productos_servicios": "id texto iva_trasladado ieps_trasladado complemento vigencia_desde vigencia_hasta"
    " estimulo_frontera similares",
    "regimenes_fiscales": "id texto aplica_fisica aplica_moral vigencia_desde vigencia_hasta",
    "reglas_tasa_cuota": "tipo minimo valor impuesto factor traslado retencion vigencia_desde vigencia_hasta",
    "tipos_comprobantes": "id texto valor_maximo vigencia_desde vigencia_hasta",
    "tipos_relaciones": "id texto vigencia_desde vigencia_hasta",
    "usos_cfdi": "id texto aplica_fisica aplica_moral vigencia_desde vigencia_hasta regimenes_fiscales_receptores",
}
"""The tables of CFDI 4.0 that the hub reads, with the columns of version 10.14.20260806, `cfdi_40_` left out."""
INTEGERS = {
    *("aplica_fisica", "aplica_moral", "decimales", "es_bancarizado", "estimulo_frontera", "ieps_trasladado"),
    *("iva_trasladado", "porcentaje_variacion", "retencion", "traslado"),
}
CATALOGS = {
    "ClaveProdServ": "productos_servicios",
    "ClaveUnidad": "claves_unidades",
    "Exportacion": "exportaciones",
    "FormaPago": "formas_pago",
    "Impuesto": "impuestos",
    "Meses": "meses",
    "MetodoPago": "metodos_pago",
    "ObjetoImp": "objetos_impuestos",
    "Pais": "paises",
    "Periodicidad": "periodicidades",
    "RegimenFiscal": "regimenes_fiscales",
    "TipoDeComprobante": "tipos_comprobantes",
    "TipoRelacion": "tipos_relaciones",
    "UsoCFDI": "usos_cfdi",
}
RULES = (
    ("Fijo", "", "0.000000", "IVA", "Tasa", 1, ""),
    ("Fijo", "", "0.160000", "IVA", "Tasa", 1, ""),
    ("Rango", "0.000000", "0.160000", "IVA", "Tasa", "", 1),
    ("Fijo", "", "0.080000", "IVA Crédito aplicado del 50%", "Tasa", 1, ""),
    *(
        ("Fijo", "", rate, "IEPS", "Tasa", 1, 1)
        for rate in ("0.265", "0.3", "0.53", "0.5", "1.6", "0.304", "0.25", "0.09", "0.08", "0.07", "0.06")
    ),
    ("Fijo", "", "0.030000", "IEPS", "Tasa", 1, ""),
    ("Fijo", "", "0.000000", "IEPS", "Tasa", 1, ""),
    ("Rango", "0.000000", "99.000000", "IEPS", "Cuota", 1, 1),
    ("Rango", "0.000000", "0.350000", "ISR", "Tasa", "", 1),
)


def catalogs_database(path: Path, *changes: str) -> Path:
    """A complete database in the published form, changed by some SQL at the end."""
    with closing(sqlite3.connect(path)) as db:
        for table, columns in COLUMNS.items():
            _create(db, table, columns.split())
        for catalog, table in CATALOGS.items():
            _fill(db, table, _texts(catalog))
        _fill(db, "codigos_postales", _postcodes())
        _fill(db, "monedas", _currencies())
        _fill(db, "reglas_tasa_cuota", _rules())
        for change in changes:
            db.execute(change)
        db.commit()
    return path


def _create(db: sqlite3.Connection, table: str, columns: list[str]) -> None:
    kinds = ["int" if name in INTEGERS or name.startswith(("permite_", "requiere_")) else "text" for name in columns]
    declared = [f'"{name}" {kind} not null' for name, kind in zip(columns, kinds, strict=True)]
    key = ['PRIMARY KEY("id")'] if "id" in columns else []
    db.execute(f"CREATE TABLE cfdi_40_{table}({', '.join(declared + key)})")


def _fill(db: sqlite3.Connection, table: str, rows: Iterator[dict[str, object]]) -> None:
    """What a row does not say is an empty text, as it is in the published file, also among integers."""
    columns = COLUMNS[table].split()
    sql = f"INSERT INTO cfdi_40_{table} VALUES ({', '.join('?' * len(columns))})"
    db.executemany(sql, ([{"vigencia_desde": SINCE, **row}.get(name, "") for name in columns] for row in rows))


def _texts(catalog: str) -> Iterator[dict[str, object]]:
    for key, row, _ in Shipped().rows(catalog):
        if key in NEVER_IN_4_0.get(catalog, ()):
            continue
        dot = "." * (catalog in {"ObjetoImp", "UsoCFDI"})
        similar = SIMILAR.get(key, "") if catalog == "ClaveProdServ" else ""
        yield {"id": key, "texto": f"{row.value}{dot}", "vigencia_desde": row.desde or SINCE, "similares": similar}


def _postcodes() -> Iterator[dict[str, object]]:
    for key, row, _ in Shipped().rows("CodigoPostal"):
        estado, municipio, localidad, border, zone = row.value
        place = {"id": key, "estado": estado, "municipio": municipio, "localidad": localidad}
        yield {**place, "estimulo_frontera": "" if border == "0" else int(border), "huso_descripcion": zone}


def _currencies() -> Iterator[dict[str, object]]:
    for key, row, _ in Shipped().rows("Moneda"):
        yield {"id": key, "texto": row.value[0], "decimales": row.value[1], "porcentaje_variacion": 5}


def _rules() -> Iterator[dict[str, object]]:
    for rule in RULES:
        yield dict(zip(COLUMNS["reglas_tasa_cuota"].split(), rule, strict=False))


class Publisher:
    """Serves `files` by path; `redirects` and `faults` say what goes wrong where."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.faults: dict[str, str] = {}
        self.stop = threading.Event()


@contextmanager
def publisher() -> Iterator[Publisher]:
    """A publisher that is gone after the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path in made.redirects:
                self.send_response(302)
                self.send_header("Location", made.redirects[self.path])
                self.end_headers()
            elif self.path not in made.files:
                self.send_error(int(made.faults.get(self.path, "404")))
            else:
                self.answer(made.files[self.path], made.faults.get(self.path, ""))

        def answer(self, content: bytes, fault: str) -> None:
            self.send_response(200)
            if fault != "no length":
                self.send_header("Content-Length", str(len(content)))
            self.send_header("Last-Modified", "Thu, 06 Aug 2026 08:00:00 GMT")
            self.end_headers()
            if fault == "slow":
                self.wfile.write(content[:10])
                made.stop.wait(30)
            elif fault == "drip":
                while not made.stop.is_set():
                    self.wfile.write(b"x")
                    time.sleep(0.02)
            else:
                self.wfile.write(content[: len(content) // 2] if fault == "broken off" else content)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a reader that hangs up is part of the tests
    made = Publisher(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        made.stop.set()
        server.shutdown()
        server.server_close()
        thread.join()
