'use strict';

const { withFiles } = require('../files');
const hook = require('../hook');
const { invoice, invoiceFields } = require('../samples');

module.exports = {
  key: 'invoice_cancelled',
  noun: 'Invoice',
  display: {
    label: 'Cancelled Invoice',
    description: 'Triggers when SAT has cancelled a CFDI.',
  },
  operation: hook({
    event: 'cfdi.cancelled',
    listUrl: '/invoices?status=cancelled&limit=3',
    rows: (z, found) => found.map((row) => withFiles(z, row)),
    sample: { ...invoice, status: 'cancelled' },
    outputFields: invoiceFields,
  }),
};
