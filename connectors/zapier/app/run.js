'use strict';

// `node run.js creates.sale.operation.perform '{"authData": {...}, "inputData": {...}}'`: one part of the app against
// a hub, with Zapier's own core (`npm install` first).
const zapier = require('zapier-platform-core');

const App = require('./index');

const [place, bundle] = process.argv.slice(2);
const part = place.split('.').reduce((found, name) => found[name], App);

zapier
  .createAppTester(App)(part, JSON.parse(bundle))
  .then((found) => process.stdout.write(`${JSON.stringify(found)}\n`))
  .catch((error) => {
    process.stderr.write(`${error.name}: ${error.message}\n`);
    process.exitCode = 1;
  });
