from hub.cfdi.pdf.qr import QrData, qr_text

DATA = QrData("5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9", "EKU9003173C9", "URE180429TM6", "1160.00", "abc/rH8/bw==")


def test_expression_is_the_one_of_anexo_33():
    assert qr_text(DATA) == (
        "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx?id=5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9"
        "&re=EKU9003173C9&rr=URE180429TM6&tt=1160.00&fe=rH8/bw=="
    )


def test_ampersand_of_an_rfc_is_escaped_and_enye_is_not():
    text = qr_text(QrData(DATA.uuid, "P&G851223B24", "ÑAÑ010101AAA", "0", DATA.sello))
    assert "&re=P&amp;G851223B24&rr=ÑAÑ010101AAA&tt=0&fe=" in text
