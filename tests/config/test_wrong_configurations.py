# ruff: noqa: E501 (a row of a table reads best as one line)
"""Each row changes one thing of a good file and states what the operator then reads."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from hub.config import ConfigProblems, Settings, load

from .conftest import ENVIRON, GOOD

CASES = [
    # (replace this, by that, line, path, message, hint)
    ("version: 1", "version: 2", 1, "version", "must be `1`", "format of this file"),
    ("version: 1", "verson: 1", 1, "verson", "is not a known key; did you mean `version`?", ""),
    ("version: 1", "colour: red", 1, "colour", "is not a known key", "known here: data_dir, database, engine"),
    ("environment: test", "environment: tset", 2, "environment", "must be `test` or `production`; did you mean `test`?", ""),
    ("environment: test", "environment:", 2, "environment", "is empty; write a value or remove the line", ""),
    ("environment: test", "web: {port: eighty}", 2, "web.port", "must be a whole number", "port to listen on"),
    ("environment: test", "web: {port: 0}", 2, "web.port", "must be at least 1", "port to listen on"),
    ("environment: test", "web: {port: 65536}", 2, "web.port", "must be at most 65535", ""),
    ("environment: test", "web: 8080", 2, "web", "must be a section: `key: value` lines, indented", ""),
    ("environment: test", "web: {public_url: shop.example}", 2, "web.public_url", "is not a web address", ""),
    ("environment: test", "web: {trusted_proxies: [nginx]}", 2, "web.trusted_proxies[0]", "is not an IP address or network", "10.0.0.0/8"),
    ("environment: test", "web: {trusted_proxies: 10.0.0.1}", 2, "web.trusted_proxies", "must be a list: one item per line", ""),
    ("environment: test", "engine: {lease_s: 5}", 2, "engine.lease_s", "must be at least 60", "longer than any provider's timeout"),
    ("environment: test", "engine: {poll_idle_s: fast}", 2, "engine.poll_idle_s", "must be a number", ""),
    ("environment: test", "log: {level: verbose}", 2, "log.level", "must be `debug`, `info` or `warning`", ""),
    ("environment: test", "operator: {on: [in_dout], notifier: mail}", 2, "operator.on[0]", "did you mean `in_doubt`?", ""),
    ("environment: test", "operator: {notifier: mial}", 2, "operator.notifier", "there is no notifier called `mial`; did you mean `mail`?", ""),
    ("environment: test", "operator: {email: ana@tienda.example}", 2, "operator.notifier", "is missing, so nobody would send", "name of a notifier"),
    ("environment: test", "operator: {email: ana, notifier: mail}", 2, "operator.email", "is not an e-mail address", ""),
    ("environment: test", "environment: !!python/none test", 2, "environment", "has a YAML tag", "remove the word that begins with !"),
    ("  tienda:\n", "  Mi Tienda:\n", 4, "issuers.Mi Tienda", "is not a usable name", "lower case letters"),
    ("rfc: EKU9003173C9", "rfc: EKU9013173C9", 5, "issuers.tienda.rfc", "is not an RFC", "12 characters for a company"),
    ("rfc: EKU9003173C9", "rfc: XAXX010101000", 5, "issuers.tienda.rfc", "is a generic RFC for buyers", ""),
    ("    rfc: EKU9003173C9\n", "", 4, "issuers.tienda.rfc", "is missing", "the issuer's RFC"),
    ("rfc: EKU9003173C9", "rcf: EKU9003173C9", 5, "issuers.tienda.rcf", "is not a known key; did you mean `rfc`?", ""),
    ("nombre: ESCUELA KEMPER URGATE", 'nombre: ""', 6, "issuers.tienda.nombre", "is empty", ""),
    ("nombre: ESCUELA KEMPER URGATE", "nombre: [a]", 6, "issuers.tienda.nombre", "must be a text", "exactly as SAT has it"),
    ("regimen_fiscal: 601", "regimen_fiscal: 61", 7, "issuers.tienda.regimen_fiscal", "it has 3 digits", "601, 612 or 626"),
    ("codigo_postal: 06000", "codigo_postal: 6000", 8, "issuers.tienda.codigo_postal", "it has 5 digits", ""),
    ("{$file: csd.cer}", "csd.cer", 10, "issuers.tienda.csd.certificate", "is the content of a file", "write {$file: path}"),
    ("{$file: csd.cer}", "{$file: cds.cer}", 10, "issuers.tienda.csd.certificate", "the file cds.cer does not exist", "the .cer file from SAT"),
    ("{$file: csd.cer}", "{$file: .}", 10, "issuers.tienda.csd.certificate", "the file . is a folder", ""),
    ("{$file: csd.cer}", '{$file: "a\\0b"}', 10, "issuers.tienda.csd.certificate", "cannot be read", ""),
    ("{$file: csd.cer}", "{$env: SHOP_KEY}", 10, "issuers.tienda.csd.certificate", "the content of env SHOP_KEY is not base64", "{$file: path}"),
    ("{$env: CSD_PASSWORD}", "{$env: CSD_PASWORD}", 12, "issuers.tienda.csd.password", "the environment variable CSD_PASWORD is not set", "the password of the .key file"),
    ("{$env: CSD_PASSWORD}", "{$evn: CSD_PASSWORD}", 12, "issuers.tienda.csd.password", "is not a reference; did you mean `$env`?", "{$env: NAME}"),
    ("{$env: CSD_PASSWORD}", "{$env:CSD_PASSWORD}", 12, "issuers.tienda.csd.password", "lacks a space after the colon", ""),
    ("{$env: CSD_PASSWORD}", "{$env: A, $file: b}", 12, "issuers.tienda.csd.password", "is not a reference", "nothing else"),
    ("{$env: CSD_PASSWORD}", "{$env: }", 12, "issuers.tienda.csd.password", "has an empty $env", ""),
    ("{$env: CSD_PASSWORD}", "{$env: A-B}", 12, "issuers.tienda.csd.password", "not a variable name", ""),
    ("{$env: CSD_PASSWORD}", "${CSD_PASSWORD}", 12, "issuers.tienda.csd.password", "is not filled in", "write {$env: CSD_PASSWORD}"),
    ("{$env: CSD_PASSWORD}", "{$file: csd.cer}", 12, "issuers.tienda.csd.password", "is not UTF-8 text", "right file?"),
    ("pac: principal\n", "pac: pricipal\n", 13, "issuers.tienda.pac", "there is no pac called `pricipal`; did you mean `principal`?", ""),
    ("pac: principal\n", "pac: zzz\n", 13, "issuers.tienda.pac", "there is no pac called `zzz`", "`pacs:` holds principal"),
    ("pac: principal\n", "pac: [principal, pricipal]\n", 13, "issuers.tienda.pac[1]", "there is no pac called `pricipal`; did you mean `principal`?", ""),
    ("pac: principal\n", "pac: []\n", 13, "issuers.tienda.pac", "names no pac", "in the order in which they are tried"),
    ("pac: principal\n", "pac: [principal, principal]\n", 13, "issuers.tienda.pac", "names a pac twice", "each name once"),
    ("pac: principal\n", "pac: [{a: b}]\n", 13, "issuers.tienda.pac[0]", "must be a text", ""),
    ("pac: principal\n", "pac: principal\n    serie: A-1\n", 14, "issuers.tienda.serie", "is not a serie", ""),
    ("pac: principal\n", "pac: principal\n    mail: {notifier: mali}\n", 14, "issuers.tienda.mail.notifier", "did you mean `mail`?", ""),
    ("pac: principal\n", "pac: principal\n    mail: {copy_to: [ana@tienda]}\n", 14, "issuers.tienda.mail.copy_to[0]", "is not an e-mail address", ""),
    ("pac: principal\n", "pac: principal\n    portal: {primary: green}\n", 14, "issuers.tienda.portal.primary", "is not a colour", '"#0b5d4e"'),
    ("pac: principal\n", "pac: principal\n    portal: {logo: {$file: csd.cer}}\n", 14, "issuers.tienda.portal.logo", "is not a PNG or JPG image", ""),
    ("pac: principal\n", "pac: principal\n    portal: {boton: %s}\n" % ("x" * 31), 14, "issuers.tienda.portal.boton", "is longer than 30 characters", ""),
    ("pac: principal\n", "pac: principal\n    invoicing: {deadline: someday}\n", 14, "issuers.tienda.invoicing.deadline", "is not a deadline", "end_of_next_month"),
    ("pac: principal\n", 'pac: principal\n    invoicing: {deadline: "days:0"}\n', 14, "issuers.tienda.invoicing.deadline", "is not a deadline", "1 to 365"),
    ("pac: principal\n", "pac: principal\n    invoicing: {link_delay: later}\n", 14, "issuers.tienda.invoicing.link_delay", "is not a duration", ""),
    ("pac: principal\n", "pac: principal\n    invoicing: {review_above: 0}\n", 14, "issuers.tienda.invoicing.review_above", "must be more than 0", ""),
    ("pac: principal\n", "pac: principal\n    invoicing: {review_above: 50 USD}\n", 14, "issuers.tienda.invoicing.review_above", "must be a number", "MXN"),
    ("pac: principal\n", "pac: principal\n    product: {iva: 0.15}\n", 14, "issuers.tienda.product.iva", "must be `0.16`, `0.08`, `0`, `exento` or `no_objeto`", ""),
    ("pac: principal\n", "pac: principal\n    product: {iva: 0.16, taxes: []}\n", 14, "issuers.tienda.product", "has both taxes and a shorthand", "keep one"),
    ("pac: principal\n", "pac: principal\n    product: {taxes: [{tax: IVA}]}\n", 14, "issuers.tienda.product.taxes[0]", "needs a rate", "CFDI40174"),
    ("pac: principal\n", "pac: principal\n    products: [{match: a, clave_prod_serv: 123}]\n", 14, "issuers.tienda.products[0].clave_prod_serv", "it has 8 digits", "c_ClaveProdServ"),
    ("pac: principal\n", "pac: principal\n    exchange_rates: {MXN: 1}\n", 14, "issuers.tienda.exchange_rates", "gives a rate for MXN", "remove"),
    ("pac: principal\n", "pac: principal\n    exchange_rates: {usd: 17}\n", 14, "issuers.tienda.exchange_rates.usd", "is not a currency", "ISO 4217"),
    ("pac: principal\n", "pac: principal\n    exchange_rates: {USD: 0}\n", 14, "issuers.tienda.exchange_rates.USD", "must be more than 0", ""),
    ("    use: sandbox\n", "    use: sanbdox\n", 16, "pacs.principal.use", "there is no pac plugin called `sanbdox`; did you mean `sandbox`?", "hub plugins list"),
    ("    use: sandbox\n", "    user: sandbox\n", 15, "pacs.principal.use", "is missing; is `user` meant?", ""),
    ("    use: sandbox\n", "    use: finkok\n    username: u\n", 15, "pacs.principal.password", "is missing", "password at the PAC"),
    ("    use: sandbox\n", "    use: finkok\n    username: u\n    password: p\n    environment: production\n", 19, "pacs.principal.environment", "is production, but the hub's environment is test", "sandbox"),
    ("    use: sandbox\n", "    use: sandbox\n    retries: 3\n", 17, "pacs.principal.retries", "is not a known key", "known here: breaker_after, breaker_pause, concurrency, environment"),
    ("    use: sandbox\n", "    use: sandbox\n    concurrency: 0\n", 17, "pacs.principal.concurrency", "must be at least 1", "calls under way"),
    ("    use: sandbox\n", "    use: sandbox\n    per_second: 0\n", 17, "pacs.principal.per_second", "must be more than 0", "over all workers"),
    ("    use: sandbox\n", "    use: sandbox\n    breaker_pause: 0\n", 17, "pacs.principal.breaker_pause", "must be between 1 s and 1 day", ""),
    ("    use: shop\n", "    use: shop\n    paid_through: [wbe]\n", 20, "sources.web.paid_through[0]", "there is no source called `wbe`; did you mean `web`?", ""),
    ("    use: shop\n", "    use: shop\n    paid_through: [web]\n", 20, "sources.web.paid_through[0]", "is the source itself", "tells of the payments"),
    ("    use: shop\n", "    use: shop\n    settle: 4 days\n", 20, "sources.web.settle", "must be at most 3 days", ""),
    ("    use: shop\n", "    use: shop\n    sellers: {a: {issuer: tineda}}\n", 20, "sources.web.sellers.a.issuer", "there is no issuer called `tineda`; did you mean `tienda`?", ""),
    ("    use: shop\n", "    use: shop\n    sellers: {a: {rfc: EKU9003173C9}}\n", 20, "sources.web.sellers.a", "is neither an issuer nor a third party", "write `issuer:` alone"),
    ("    use: shop\n", "    use: shop\n    enabled: maybe\n", 20, "sources.web.enabled", "must be true or false", ""),
    ("    use: shop\n", "    use: shop\n    invoice: no\n", 20, "sources.web.invoice", "must be `yes` or `hold`", ""),
    ("    use: shop\n", "    use: shop\n    page_size: 501\n", 20, "sources.web.page_size", "must be at most 500", "records on a page"),
    ("    use: shop\n", "    use: shop\n    pagesize: 50\n", 20, "sources.web.pagesize", "is not a known key; did you mean `page_size`?", ""),
    ("    use: shop\n", "    use: shop\n    enabld: true\n", 20, "sources.web.enabld", "is not a known key; did you mean `enabled`?", ""),
    ("    use: shop\n", "    use: shop\n    shop: bad one\n", 20, "sources.web.shop", "there is no shop bad one", "which shop"),
    ("    use: shop\n", "    use: shop\n    columns: [a]\n", 20, "sources.web.columns", "must be a section", "our word"),
    ("    use: shop\n", "    use: shop\n    names: {oder: a}\n", 20, "sources.web.names.oder", "must be `order` or `buyer`; did you mean `order`?", "where the shop"),
    ("issuer: tienda\n", "issuer: teinda\n", 20, "sources.web.issuer", "there is no issuer called `teinda`; did you mean `tienda`?", ""),
    ("issuer: tienda\n", "isuer: tienda\n", 18, "sources.web.issuer", "is missing; is `isuer` meant?", ""),
    ("every: 15 minutes", "every: often", 21, "sources.web.every", "is not a schedule", "15 minutes, 1 hour, 30 s or day at 06:00"),
    ("every: 15 minutes", "every: 1 s", 21, "sources.web.every", "must be between 10 s and 7 days", ""),
    ("start: 2026-01-01", "start: 2026-13-01", 22, "sources.web.start", "is not a day", "such as 2026-01-01"),
    ("start: 2026-01-01", "start: 2026-01-01T09:00:00", 22, "sources.web.start", "is a moment without its zone", "-06:00"),
    ("{$env: SHOP_KEY}", "{$env: SHOP_KYE}", 23, "sources.web.api_key", "SHOP_KYE is not set", "Shop panel, Developers, API keys"),
    ("      host: mail.tienda.example", "      port: 25", 28, "notifiers.mail.smtp.host", "is missing", "name of the server"),
    ("      host: mail.tienda.example", "      hots: a", 28, "notifiers.mail.smtp.host", "is missing; is `hots` meant?", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "message", "hint"), CASES, ids=[f"{c[3]}: {c[4]}" for c in CASES]
)
def test_a_wrong_value_is_told_with_its_line_its_path_and_the_next_step(
    refused: Callable[[str], ConfigProblems], old: str, new: str, line: int, path: str, message: str, hint: str
) -> None:
    assert GOOD.count(old) == 1
    problems = {problem.path: problem for problem in refused(GOOD.replace(old, new)).problems}
    assert path in problems, problems
    assert problems[path].line == line
    assert message in problems[path].message
    assert hint in problems[path].hint


def test_the_good_file_loads(read: Callable[[str], Settings]) -> None:
    settings = read(GOOD)
    assert settings.issuers["tienda"].codigo_postal == "06000"
    assert settings.issuers["tienda"].csd.password.get_secret_value() == ENVIRON["CSD_PASSWORD"]
    assert settings.issuers["tienda"].csd.certificate == b"\x30\x82certificate"


def test_all_problems_come_at_once_and_in_the_order_of_the_lines(refused: Callable[[str], ConfigProblems]) -> None:
    text = GOOD.replace("version: 1", "verson: 1").replace("regimen_fiscal: 601", "regimen_fiscal: x")
    text = text.replace("pac: principal\n", "pac: pricipal\n").replace("{$env: SHOP_KEY}", "{$env: NOT_THERE}")
    text = text.replace("host: mail", "hos: mail")
    problems = refused(text).problems
    assert [problem.line for problem in problems] == [1, 7, 13, 23, 28]


def test_the_text_names_the_file_aligns_the_columns_and_says_where_it_looked(
    refused: Callable[[str], ConfigProblems],
) -> None:
    text = GOOD.replace("pac: principal\n", "pac: pricipal\n").replace("{$env: SHOP_KEY}", "{$env: NOT_THERE}")
    error = refused(text)
    env_file = error.path.parent / ".env"
    assert str(error).splitlines() == [
        "config.yaml: 2 problems",
        "",
        "  line 13  issuers.tienda.pac   there is no pac called `pricipal`; did you mean `principal`?",
        "  line 23  sources.web.api_key  the environment variable NOT_THERE is not set",
        f"           looked in: environment, {env_file} (not found)",
        "           Shop panel, Developers, API keys; restricted, read orders",
    ]


def test_one_slip_is_one_problem(refused: Callable[[str], ConfigProblems]) -> None:
    for old, new in [("rfc: EKU", "rcf: EKU"), ("{$env: SHOP_KEY}", "{$env: GONE}"), ("{$file: csd.cer}", "csd.cer")]:
        assert len(refused(GOOD.replace(old, new)).problems) == 1


def test_production_refuses_a_sandbox_pac_and_an_open_address(refused: Callable[[str], ConfigProblems]) -> None:
    error = refused(GOOD.replace("environment: test", "environment: production"))
    assert [(p.path, p.message) for p in error.problems] == [
        ("web.public_url", "must start with https:// in production"),
        ("pacs.principal.environment", "is sandbox, but the hub's environment is production"),
    ]


def test_two_issuers_of_one_rfc_need_different_series(refused: Callable[[str], ConfigProblems]) -> None:
    tree = yaml.load(GOOD, yaml.BaseLoader)
    tree["issuers"]["otra"] = tree["issuers"]["tienda"]
    error = refused(yaml.safe_dump(tree))
    assert "is the same as that of issuer" in str(error)
    assert "choose another" in str(error)


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblems, match=r"there is no such file\n +looked in: .*\n +`hub init` writes one"):
        load(tmp_path / "config.yaml", environ={})
