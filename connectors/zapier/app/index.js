'use strict';

const authentication = require('./authentication');
const { addKey, refuseProblems } = require('./middleware');
const payment = require('./creates/payment');
const refund = require('./creates/refund');
const sale = require('./creates/sale');
const findSale = require('./searches/sale');
const invoiceCancelled = require('./triggers/invoice_cancelled');
const invoiceStamped = require('./triggers/invoice_stamped');
const saleCreated = require('./triggers/sale_created');
const saleHeld = require('./triggers/sale_held');
const saleNeedsData = require('./triggers/sale_needs_data');

const byKey = (parts) => Object.fromEntries(parts.map((part) => [part.key, part]));

module.exports = {
  version: require('./package.json').version,
  platformVersion: require('./package.json').dependencies['zapier-platform-core'],
  authentication,
  beforeRequest: [addKey],
  afterResponse: [refuseProblems],
  hydrators: require('./files').hydrators,
  triggers: byKey([invoiceStamped, invoiceCancelled, saleCreated, saleHeld, saleNeedsData]),
  creates: byKey([sale, refund, payment]),
  searches: byKey([findSale]),
};
