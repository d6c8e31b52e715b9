'use strict';

const hook = require('../hook');
const { ticket, ticketFields } = require('../samples');

module.exports = {
  key: 'sale_created',
  noun: 'Sale',
  display: {
    label: 'New Sale',
    description: 'Triggers when a sale arrived in the hub, from wherever it came.',
  },
  operation: hook({
    event: 'ticket.created',
    listUrl: '/tickets?limit=3',
    rows: (z, found) => found,
    sample: ticket,
    outputFields: ticketFields,
  }),
};
