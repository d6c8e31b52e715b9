"""CRP20101-20123: the comprobante around the payments has fixed values and nothing of its own."""

from hub.cfdi.document import Comprobante
from hub.cfdi.rules.pagos.kinds import of_recibo


@of_recibo("CRP20101", "tipo_de_comprobante")
def payments_come_in_tipo_p(c: Comprobante, _: Comprobante) -> bool:
    """TipoDeComprobante is P."""
    return c.tipo_de_comprobante == "P"


@of_recibo("CRP20102", "exportacion")
def nothing_is_exported(c: Comprobante, _: Comprobante) -> bool:
    """Exportacion is 01."""
    return c.exportacion == "01"


@of_recibo("CRP20103", "sub_total")
def sub_total_is_a_plain_zero(c: Comprobante, _: Comprobante) -> bool:
    """SubTotal is 0, without decimals."""
    return str(c.sub_total) == "0"


@of_recibo("CRP20104", "moneda")
def moneda_is_xxx(c: Comprobante, _: Comprobante) -> bool:
    """Moneda is XXX."""
    return c.moneda == "XXX"


@of_recibo("CRP20105", "forma_pago")
def there_is_no_forma_pago(c: Comprobante, _: Comprobante) -> bool:
    """FormaPago must not exist."""
    return not c.forma_pago


@of_recibo("CRP20106", "metodo_pago")
def there_is_no_metodo_pago(c: Comprobante, _: Comprobante) -> bool:
    """MetodoPago must not exist."""
    return not c.metodo_pago


@of_recibo("CRP20107", "condiciones_de_pago")
def there_are_no_conditions(c: Comprobante, _: Comprobante) -> bool:
    """CondicionesDePago must not exist."""
    return not c.condiciones_de_pago


@of_recibo("CRP20108", "descuento")
def there_is_no_descuento(c: Comprobante, _: Comprobante) -> bool:
    """Descuento must not exist."""
    return c.descuento is None


@of_recibo("CRP20109", "tipo_cambio")
def there_is_no_tipo_cambio(c: Comprobante, _: Comprobante) -> bool:
    """TipoCambio must not exist."""
    return c.tipo_cambio is None


@of_recibo("CRP20110", "total")
def total_is_a_plain_zero(c: Comprobante, _: Comprobante) -> bool:
    """Total is 0, without decimals."""
    return str(c.total) == "0"


@of_recibo("CRP20111", "conceptos")
def there_is_one_concepto(c: Comprobante, _: Comprobante) -> bool:
    """There is exactly one Concepto."""
    return len(c.conceptos) == 1


@of_recibo("CRP20112", "conceptos[0]")
def the_concepto_has_no_nodes_of_goods(c: Comprobante, _: Comprobante) -> bool:
    """The Concepto has no node but ACuentaTerceros; for its Impuestos there is CRP20123."""
    return not any(x.informacion_aduanera or x.cuenta_predial or x.partes for x in c.conceptos)


@of_recibo("CRP20113", "conceptos[0].clave_prod_serv")
def the_product_is_billing(c: Comprobante, _: Comprobante) -> bool:
    """ClaveProdServ is 84111506."""
    return all(x.clave_prod_serv == "84111506" for x in c.conceptos)


@of_recibo("CRP20114", "conceptos[0].no_identificacion")
def the_concepto_has_no_identification(c: Comprobante, _: Comprobante) -> bool:
    """NoIdentificacion must not exist."""
    return not any(x.no_identificacion for x in c.conceptos)


@of_recibo("CRP20115", "conceptos[0].cantidad")
def the_quantity_is_one(c: Comprobante, _: Comprobante) -> bool:
    """Cantidad is 1, without decimals."""
    return all(str(x.cantidad) == "1" for x in c.conceptos)


@of_recibo("CRP20116", "conceptos[0].clave_unidad")
def the_unit_is_an_activity(c: Comprobante, _: Comprobante) -> bool:
    """ClaveUnidad is ACT."""
    return all(x.clave_unidad == "ACT" for x in c.conceptos)


@of_recibo("CRP20117", "conceptos[0].unidad")
def the_concepto_has_no_unidad(c: Comprobante, _: Comprobante) -> bool:
    """Unidad must not exist."""
    return not any(x.unidad for x in c.conceptos)


@of_recibo("CRP20118", "conceptos[0].descripcion")
def the_description_is_pago(c: Comprobante, _: Comprobante) -> bool:
    """Descripcion is Pago."""
    return all(x.descripcion == "Pago" for x in c.conceptos)


@of_recibo("CRP20119", "conceptos[0].valor_unitario")
def the_price_is_a_plain_zero(c: Comprobante, _: Comprobante) -> bool:
    """ValorUnitario is 0, without decimals."""
    return all(str(x.valor_unitario) == "0" for x in c.conceptos)


@of_recibo("CRP20120", "conceptos[0].importe")
def the_importe_is_a_plain_zero(c: Comprobante, _: Comprobante) -> bool:
    """Importe is 0, without decimals."""
    return all(str(x.importe) == "0" for x in c.conceptos)


@of_recibo("CRP20121", "conceptos[0].descuento")
def the_concepto_has_no_descuento(c: Comprobante, _: Comprobante) -> bool:
    """Descuento of the Concepto must not exist."""
    return all(x.descuento is None for x in c.conceptos)


@of_recibo("CRP20122", "conceptos[0].objeto_imp")
def the_concepto_is_no_object_of_tax(c: Comprobante, _: Comprobante) -> bool:
    """ObjetoImp is 01."""
    return all(x.objeto_imp == "01" for x in c.conceptos)


@of_recibo("CRP20123", "conceptos[0].traslados")
def the_concepto_has_no_taxes(c: Comprobante, _: Comprobante) -> bool:
    """Impuestos of the Concepto must not exist."""
    return not any(x.traslados or x.retenciones for x in c.conceptos)
