'use strict';

const { api } = require('../middleware');

const isGiven = (value) => value !== undefined && value !== null && value !== '';

// What the Zap left empty is not sent: the hub refuses fields without a value.
const given = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => isGiven(value)));

// A replayed or repeated step sends the same name again, and the hub does it once.
const send = async (z, bundle, path, body) => {
  const response = await z.request({
    method: 'POST',
    url: api(bundle, path),
    headers: { 'Idempotency-Key': encodeURIComponent(body.external_id).slice(0, 200) },
    body,
  });
  if (response.status === 404) {
    throw new z.errors.Error('There is no hub at this address.', 'NotFound', 404);
  }
  return response.data;
};

module.exports = { given, send };
