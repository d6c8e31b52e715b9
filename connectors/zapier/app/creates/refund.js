'use strict';

const { given, send } = require('./send');

const KINDS = { refund: 'Refund', cancellation: 'The sale was cancelled', dispute_lost: 'A dispute was lost' };

const perform = async (z, bundle) => {
  const { external_id, sale_external_id, occurred_at, currency, amount, kind, reason } = bundle.inputData;
  return send(z, bundle, '/refunds', given({ external_id, sale_external_id, occurred_at, currency, amount, kind, reason }));
};

module.exports = {
  key: 'refund',
  noun: 'Refund',
  display: {
    label: 'Send Refund',
    description: 'Sends money that went back, or that a sale was cancelled.',
  },
  operation: {
    inputFields: [
      { key: 'external_id', label: 'Your number of the refund', type: 'string', required: true },
      { key: 'sale_external_id', label: 'Your number of the sale', type: 'string', required: true },
      { key: 'occurred_at', label: 'When', type: 'datetime', required: true },
      { key: 'amount', label: 'Amount, taxes included', type: 'string', required: true },
      { key: 'currency', label: 'Currency', type: 'string', required: false, default: 'MXN' },
      { key: 'kind', label: 'Why', type: 'string', required: false, choices: KINDS, default: 'refund' },
      { key: 'reason', label: 'In words', type: 'string', required: false },
    ],
    perform,
    sample: { external_id: 'DEV-0001', status: 'kept', why: '' },
  },
};
