'use strict';

const uuid = '00000000-0000-4000-8000-000000000001';

const invoice = {
  id: uuid,
  uuid,
  serie: 'A',
  folio: '1',
  tipo: 'I',
  status: 'stamped',
  total: '1160.00',
  currency: 'MXN',
  rfc_receptor: 'URE180429TM6',
  nombre_receptor: 'UNIVERSIDAD ROBOTICA ESPAÑOLA',
  external_id: 'PED-1001',
  stamped_at: '2026-11-20T17:53:05Z',
  xml_url: `https://hub.example/api/v1/invoices/${uuid}/xml`,
  pdf_url: `https://hub.example/api/v1/invoices/${uuid}/pdf`,
};

const ticket = {
  id: '1',
  external_id: 'PED-1001',
  source: 'zaps',
  reference: 'PED-1001',
  state: 'open',
  why: 'nobody claimed it; its link works until 2026-12-20',
  next: 'if nobody does, it belongs in your factura global',
  sold_at: '2026-11-20T17:52:31Z',
  currency: 'MXN',
  total: '1160.00',
  refunded: '0.00',
  deadline: '2026-12-20',
  portal_url: 'https://hub.example/f/abcdefghijklmnop',
  invoice_uuid: null,
  invoice_folio: null,
  xml_url: null,
  pdf_url: null,
  created_at: '2026-11-20T17:52:40Z',
};

const label = (key) => key.replace(/_/g, ' ').replace(/^./, (letter) => letter.toUpperCase());

const types = { stamped_at: 'datetime', sold_at: 'datetime', created_at: 'datetime' };

const fieldsOf = (sample) => Object.keys(sample).map((key) => ({ key, label: label(key), type: types[key] || 'string' }));

module.exports = {
  invoice,
  invoiceFields: [
    ...fieldsOf(invoice),
    { key: 'xml_file', label: 'XML', type: 'file' },
    { key: 'pdf_file', label: 'PDF', type: 'file' },
  ],
  ticket,
  ticketFields: fieldsOf(ticket),
};
