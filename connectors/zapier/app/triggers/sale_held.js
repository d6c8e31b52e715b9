'use strict';

const hook = require('../hook');
const { ticket, ticketFields } = require('../samples');

module.exports = {
  key: 'sale_held',
  noun: 'Sale',
  display: {
    label: 'Sale Needs a Person',
    description: 'Triggers when a sale waits for a person of the shop, and says why.',
  },
  operation: hook({
    event: 'ticket.held',
    listUrl: '/tickets?state=held&limit=3',
    rows: (z, found) => found,
    sample: { ...ticket, state: 'held', why: 'the sale does not say how it was paid' },
    outputFields: ticketFields,
  }),
};
