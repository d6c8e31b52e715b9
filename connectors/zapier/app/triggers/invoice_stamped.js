'use strict';

const { withFiles } = require('../files');
const hook = require('../hook');
const { invoice, invoiceFields } = require('../samples');

module.exports = {
  key: 'invoice_stamped',
  noun: 'Invoice',
  display: {
    label: 'New Invoice',
    description: 'Triggers when a CFDI was stamped, with its XML and PDF.',
  },
  operation: hook({
    event: 'cfdi.stamped',
    listUrl: '/invoices?status=stamped&limit=3',
    rows: (z, found) => found.map((row) => withFiles(z, row)),
    sample: invoice,
    outputFields: invoiceFields,
  }),
};
