'use strict';

const { given, send } = require('./send');

const METHODS = {
  cash: 'Cash',
  card: 'Card',
  credit_card: 'Credit card',
  debit_card: 'Debit card',
  transfer: 'Transfer (SPEI)',
  cheque: 'Cheque',
  wallet: 'Wallet',
  vouchers: 'Food vouchers',
  bnpl: 'Buy now, pay later',
  gift_card: 'Gift card',
  other: 'Other',
};
const BUYER = ['rfc', 'name', 'zip', 'regimen', 'uso_cfdi', 'email'];

const bodyOf = (input) => {
  const buyer = given(Object.fromEntries(BUYER.map((name) => [name, input[`buyer_${name}`]])));
  const lines = (input.lines || []).map(given).filter((line) => Object.keys(line).length > 0);
  return given({
    external_id: input.external_id,
    occurred_at: input.occurred_at,
    total: input.total,
    currency: input.currency,
    reference: input.reference,
    description: lines.length > 0 ? undefined : input.what,
    lines: lines.length > 0 ? lines : undefined,
    forma_pago: input.forma_pago,
    payments: input.method && !input.forma_pago ? [{ method: input.method, amount: input.total }] : undefined,
    buyer: Object.keys(buyer).length > 0 ? buyer : undefined,
  });
};

const perform = async (z, bundle) => send(z, bundle, '/sales', bodyOf(bundle.inputData));

module.exports = {
  key: 'sale',
  noun: 'Sale',
  display: {
    label: 'Send Sale',
    description: 'Sends a sale that is paid; it becomes exactly one CFDI.',
  },
  operation: {
    inputFields: [
      { key: 'external_id', label: 'Your number of the sale', type: 'string', required: true },
      {
        key: 'occurred_at',
        label: 'Paid at',
        type: 'datetime',
        required: true,
        helpText: 'With its time zone, such as 2026-11-20T11:52:31-06:00.',
      },
      {
        key: 'total',
        label: 'Total',
        type: 'string',
        required: true,
        helpText: 'What was paid, taxes included, such as 1160.00: digits and one point.',
      },
      { key: 'currency', label: 'Currency', type: 'string', required: false, default: 'MXN' },
      {
        key: 'what',
        label: 'What was sold',
        type: 'string',
        required: false,
        helpText: 'For a sale of one line. Left out if there are lines below.',
      },
      {
        key: 'lines',
        label: 'Lines',
        children: [
          { key: 'description', label: 'What', type: 'string', required: true },
          { key: 'quantity', label: 'How many', type: 'string', required: false },
          { key: 'unit_price', label: 'Price of one, taxes included', type: 'string', required: true },
          { key: 'discount', label: 'Discount of the line', type: 'string', required: false },
          { key: 'sku', label: 'Your code', type: 'string', required: false },
        ],
      },
      { key: 'method', label: 'Paid by', type: 'string', required: false, choices: METHODS },
      {
        key: 'forma_pago',
        label: 'Forma de pago',
        type: 'string',
        required: false,
        helpText: "SAT's key, such as 03; it goes before Paid by.",
      },
      { key: 'reference', label: 'Number on the receipt', type: 'string', required: false },
      { key: 'buyer_email', label: "Buyer's e-mail", type: 'string', required: false },
      { key: 'buyer_rfc', label: "Buyer's RFC", type: 'string', required: false },
      { key: 'buyer_name', label: "Buyer's name, as SAT has it", type: 'string', required: false },
      { key: 'buyer_zip', label: "Buyer's código postal fiscal", type: 'string', required: false },
      { key: 'buyer_regimen', label: "Buyer's régimen fiscal", type: 'string', required: false },
      { key: 'buyer_uso_cfdi', label: 'Uso CFDI', type: 'string', required: false },
    ],
    perform,
    sample: {
      id: '1',
      external_id: 'PED-1001',
      reference: 'PED-1001',
      portal_url: 'https://hub.example/f/abcdefghijklmnop',
      status_url: 'https://hub.example/api/v1/tickets/1',
    },
    outputFields: [
      { key: 'id', label: 'Ticket', type: 'string' },
      { key: 'external_id', label: 'Your number of the sale', type: 'string' },
      { key: 'reference', label: 'Number on the receipt', type: 'string' },
      { key: 'portal_url', label: 'Where the buyer invoices', type: 'string' },
      { key: 'status_url', label: 'Where to ask what became of it', type: 'string' },
    ],
  },
};
