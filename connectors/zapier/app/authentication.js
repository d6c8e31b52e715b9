'use strict';

const { api } = require('./middleware');

// Fails with 401 or 403 if the key is wrong, and its answer names the connection.
const test = async (z, bundle) => {
  const response = await z.request({ url: api(bundle, '/me') });
  if (response.status === 404) {
    throw new z.errors.Error('There is no hub at this address.', 'NotFound', 404);
  }
  return response.data;
};

module.exports = {
  type: 'custom',
  fields: [
    {
      key: 'hub_url',
      label: 'Address of your hub',
      type: 'string',
      required: true,
      helpText: 'Where your hub is reached, such as `https://facturas.example`.',
    },
    {
      key: 'api_key',
      label: 'API key',
      type: 'password',
      required: true,
      helpText: 'Made by an operator of your hub with `hub api-keys new`.',
    },
  ],
  test,
  connectionLabel: '{{name}} ({{mode}})',
};
