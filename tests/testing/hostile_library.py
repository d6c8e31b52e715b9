"""A plugin whose import loads a library for everybody."""

import openpyxl

from tests.testing.acme import AcmeSource


class Heavy(AcmeSource):
    sheets = openpyxl.Workbook
