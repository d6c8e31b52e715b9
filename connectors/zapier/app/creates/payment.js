'use strict';

const { given, send } = require('./send');

const perform = async (z, bundle) => {
  const { external_id, sale_external_id, occurred_at, currency, amount, forma_pago } = bundle.inputData;
  return send(z, bundle, '/payments', given({ external_id, sale_external_id, occurred_at, currency, amount, forma_pago }));
};

module.exports = {
  key: 'payment',
  noun: 'Payment',
  display: {
    label: 'Send Payment',
    description: 'Sends a later payment of a sale that was invoiced on credit.',
  },
  operation: {
    inputFields: [
      { key: 'external_id', label: 'Your number of the payment', type: 'string', required: true },
      { key: 'sale_external_id', label: 'Your number of the sale', type: 'string', required: true },
      { key: 'occurred_at', label: 'When', type: 'datetime', required: true },
      { key: 'amount', label: 'Amount', type: 'string', required: true },
      { key: 'currency', label: 'Currency', type: 'string', required: false, default: 'MXN' },
      { key: 'forma_pago', label: 'Forma de pago', type: 'string', required: false },
    ],
    perform,
    sample: { external_id: 'PAG-0001', status: 'kept', why: '' },
  },
};
