"""Files as others publish them, and a real HTTP server on this machine that serves them well or badly."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from hub.sat.shipped import Shipped

SINCE = "2022-01-01"
SIMILAR = {"53103000": "Playeras, Remeras", "43211508": "PC, Ordenadores personales"}
SIMPLE = {
    "Exportacion": "exportaciones",
    "Meses": "meses",
    "MetodoPago": "metodos_pago",
    "ObjetoImp": "objetos_impuestos",
    "Periodicidad": "periodicidades",
    "TipoRelacion": "tipos_relaciones",
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
DATED = "vigencia_desde text not null, vigencia_hasta text not null"


def catalogs_database(path: Path, *changes: str) -> Path:
    """A complete database in the published form, changed by some SQL at the end."""
    with closing(sqlite3.connect(path)) as db:
        for catalog, table in SIMPLE.items():
            db.execute(f"CREATE TABLE cfdi_40_{table}(id text primary key, texto text not null, {DATED})")
            db.executemany(f"INSERT INTO cfdi_40_{table} VALUES (?, ?, ?, '')", _simple(catalog))
        _products(db)
        _units(db)
        _postcodes(db)
        _small(db)
        for change in changes:
            db.execute(change)
        db.commit()
    return path


def _simple(catalog: str) -> Iterator[tuple[str, str, str]]:
    for key, row, _ in Shipped().rows(catalog):
        if key not in {"08", "09"} or catalog != "TipoRelacion":
            yield key, f"{row.value}." if catalog == "ObjetoImp" else row.value, row.desde or SINCE


def _products(db: sqlite3.Connection) -> None:
    db.execute(
        "CREATE TABLE cfdi_40_productos_servicios(id text primary key, texto text, iva_trasladado int, "
        f"ieps_trasladado int, complemento text, {DATED}, estimulo_frontera int, similares text)"
    )
    rows = ((key, row.value, SINCE, SIMILAR.get(key, "")) for key, row, _ in Shipped().rows("ClaveProdServ"))
    db.executemany("INSERT INTO cfdi_40_productos_servicios VALUES (?, ?, '', '', '', ?, '', 1, ?)", rows)


def _units(db: sqlite3.Connection) -> None:
    db.execute(
        "CREATE TABLE cfdi_40_claves_unidades(id text primary key, texto text, descripcion text, notas text, "
        f"{DATED}, simbolo text)"
    )
    rows = ((key, row.value, SINCE) for key, row, _ in Shipped().rows("ClaveUnidad"))
    db.executemany("INSERT INTO cfdi_40_claves_unidades VALUES (?, ?, '', '', ?, '', '')", rows)


def _postcodes(db: sqlite3.Connection) -> None:
    summer = ", ".join(
        f"huso_{season}_{part} text" for season in ("verano", "invierno") for part in ("mes", "dia", "hora", "dif")
    )
    db.execute(
        "CREATE TABLE cfdi_40_codigos_postales(id text primary key, estado text, municipio text, localidad text, "
        f"estimulo_frontera int, {DATED}, huso_descripcion text, {summer})"
    )
    rows = (
        (key, *row.value[:3], "" if row.value[3] == "0" else int(row.value[3]), SINCE, row.value[4])
        for key, row, _ in Shipped().rows("CodigoPostal")
    )
    db.executemany(
        "INSERT INTO cfdi_40_codigos_postales VALUES (?, ?, ?, ?, ?, ?, '', ?, '', '', '', '', '', '', '', '')", rows
    )


def _small(db: sqlite3.Connection) -> None:
    db.execute(f"CREATE TABLE cfdi_40_formas_pago(id text primary key, texto text, es_bancarizado int, {DATED})")
    db.execute(f"CREATE TABLE cfdi_40_impuestos(id text primary key, texto text, retencion int, {DATED})")
    db.execute(f"CREATE TABLE cfdi_40_tipos_comprobantes(id text primary key, texto text, valor_maximo text, {DATED})")
    people = "aplica_fisica int, aplica_moral int"
    db.execute(f"CREATE TABLE cfdi_40_regimenes_fiscales(id text primary key, texto text, {people}, {DATED})")
    db.execute(f"CREATE TABLE cfdi_40_usos_cfdi(id text primary key, texto text, {people}, {DATED}, regimenes text)")
    db.execute(f"CREATE TABLE cfdi_40_monedas(id text primary key, texto text, decimales int, {DATED})")
    db.execute("CREATE TABLE cfdi_40_paises(id text primary key, texto text)")
    db.execute(
        "CREATE TABLE cfdi_40_reglas_tasa_cuota(tipo text, minimo text, valor text, impuesto text, factor text, "
        f"traslado int, retencion int, {DATED})"
    )
    for catalog, statement in (
        ("FormaPago", "INSERT INTO cfdi_40_formas_pago VALUES (?, ?, '', '2022-01-01', '')"),
        ("Impuesto", "INSERT INTO cfdi_40_impuestos VALUES (?, ?, '', '2022-01-01', '')"),
        ("TipoDeComprobante", "INSERT INTO cfdi_40_tipos_comprobantes VALUES (?, ?, '', '2022-01-01', '')"),
        ("RegimenFiscal", "INSERT INTO cfdi_40_regimenes_fiscales VALUES (?, ?, 1, 1, '2022-01-01', '')"),
        ("UsoCFDI", "INSERT INTO cfdi_40_usos_cfdi VALUES (?, ? || '.', 1, 1, '2022-01-01', '', '601')"),
        ("Pais", "INSERT INTO cfdi_40_paises VALUES (?, ?)"),
    ):
        db.executemany(statement, [(key, row.value) for key, row, _ in Shipped().rows(catalog)])
    currencies = [(key, *row.value) for key, row, _ in Shipped().rows("Moneda")]
    db.executemany("INSERT INTO cfdi_40_monedas VALUES (?, ?, ?, '2022-01-01', '')", currencies)
    db.executemany("INSERT INTO cfdi_40_reglas_tasa_cuota VALUES (?, ?, ?, ?, ?, ?, ?, '2022-01-01', '')", RULES)


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
