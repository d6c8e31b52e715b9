'use strict';

const hook = require('../hook');
const { ticket, ticketFields } = require('../samples');

module.exports = {
  key: 'sale_needs_data',
  noun: 'Sale',
  display: {
    label: 'Buyer Must Correct Data',
    description: 'Triggers when SAT did not accept the fiscal data of a buyer, who is asked again.',
  },
  operation: hook({
    event: 'ticket.needs_data',
    listUrl: '/tickets?state=open&limit=3',
    rows: (z, found) => found,
    sample: ticket,
    outputFields: ticketFields,
  }),
};
