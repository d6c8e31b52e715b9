'use strict';

// `npm run validate`: the definition against Zapier's own schema, without an account and without the network.
// `zapier validate` does the same and then asks Zapier's server for style.
// As zapier-platform-core hands a definition over: a function is known by its place only.
const plain = (part) => {
  if (typeof part === 'function') {
    return { source: `return ${part.name || 'perform'}(z, bundle);`, args: ['z', 'bundle'] };
  }
  if (Array.isArray(part)) {
    return part.map(plain);
  }
  if (part && typeof part === 'object') {
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, plain(value)]));
  }
  return part;
};

const definition = plain(require('./index'));
if (process.argv.includes('--print')) {
  process.stdout.write(`${JSON.stringify(definition)}\n`);
} else {
  const { validateAppDefinition } = require('zapier-platform-schema');
  const { errors } = validateAppDefinition(definition);
  errors.forEach((error) => console.error(String(error.stack || error)));
  console.log(errors.length ? `${errors.length} errors` : 'the definition is valid');
  process.exitCode = errors.length ? 1 : 0;
}
