"""Autofactura Hub: sales in, stamped CFDI 4.0 out."""

__version__ = "0.1.0"
