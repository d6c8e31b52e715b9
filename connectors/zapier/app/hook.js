'use strict';

const { api } = require('./middleware');

// A trigger that the hub tells: subscribed when the Zap is switched on, taken away when it is switched off.
const hook = ({ event, listUrl, rows, sample, outputFields }) => ({
  type: 'hook',
  performSubscribe: async (z, bundle) => {
    const response = await z.request({
      method: 'POST',
      url: api(bundle, '/hooks'),
      body: { target_url: bundle.targetUrl, event },
    });
    return response.data;
  },
  // What the hub does not know any more is unsubscribed already: 404 is no error here.
  performUnsubscribe: async (z, bundle) => {
    await z.request({ method: 'DELETE', url: api(bundle, `/hooks/${bundle.subscribeData.id}`) });
    return {};
  },
  perform: async (z, bundle) => {
    const { event: _, ...row } = bundle.cleanedRequest;
    return rows(z, [row]);
  },
  performList: async (z, bundle) => rows(z, (await z.request({ url: api(bundle, listUrl) })).data),
  sample,
  outputFields,
});

module.exports = hook;
