'use strict';

// Files are fetched with the connection's key when a later step asks for them, so that no link in a Zap opens them.
const fetchFile = async (z, bundle) => {
  const response = await z.request({ url: bundle.inputData.url, raw: true });
  return z.stashFile(response, undefined, bundle.inputData.name);
};

const withFiles = (z, invoice) => {
  const stem = `${invoice.serie}${invoice.folio}`;
  const file = (url, end) => (url ? z.dehydrateFile(fetchFile, { url, name: `${stem}.${end}` }) : null);
  return { ...invoice, xml_file: file(invoice.xml_url, 'xml'), pdf_file: file(invoice.pdf_url, 'pdf') };
};

module.exports = { hydrators: { fetchFile }, withFiles };
