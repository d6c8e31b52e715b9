'use strict';

const { api } = require('../middleware');
const { ticket, ticketFields } = require('../samples');

const perform = async (z, bundle) => {
  const name = encodeURIComponent(bundle.inputData.external_id);
  const response = await z.request({ url: api(bundle, `/sales/${name}`) });
  return response.status === 404 ? [] : [response.data];
};

module.exports = {
  key: 'find_sale',
  noun: 'Sale',
  display: {
    label: 'Find Sale',
    description: 'Finds a sale by your own number, and says where it is.',
  },
  operation: {
    inputFields: [{ key: 'external_id', label: 'Your number of the sale', type: 'string', required: true }],
    perform,
    sample: ticket,
    outputFields: ticketFields,
  },
};
