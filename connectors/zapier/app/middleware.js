'use strict';

const base = (bundle) => bundle.authData.hub_url.trim().replace(/\/+$/, '');

const api = (bundle, path) => `${base(bundle)}/api/v1${path}`;

// The key goes to the hub and to nobody else.
const addKey = (request, z, bundle) => {
  if (bundle.authData.api_key && request.url.startsWith(`${base(bundle)}/`)) {
    request.headers.Authorization = `Bearer ${bundle.authData.api_key}`;
  }
  return request;
};

// The hub names every wrong place; whoever built the Zap sees all of them at once.
const refuseProblems = (response, z) => {
  if (response.status < 400) {
    return response;
  }
  if (response.status === 401) {
    throw new z.errors.ExpiredAuthError('The hub does not know this API key any more.');
  }
  if (response.status === 429) {
    throw new z.errors.ThrottledError('The hub asks for a pause.', Number(response.getHeader('retry-after')) || 60);
  }
  if (response.status === 404) {
    // Whoever asked knows what it means that something is not there.
    response.skipThrowForStatus = true;
    return response;
  }
  let problem = {};
  try {
    problem = JSON.parse(response.content);
  } catch (error) {
    // A proxy in front of the hub may answer something else than JSON.
  }
  const places = (problem.errors || []).map((place) => `${place.field} ${place.message}. ${place.hint || ''}`.trim());
  const said = places.length ? places.join('\n') : `${problem.detail || 'The hub refused it.'} ${problem.hint || ''}`.trim();
  throw new z.errors.Error(said, problem.title || 'Refused', response.status);
};

module.exports = { addKey, api, refuseProblems };
