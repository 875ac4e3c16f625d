/** Of what people and organisations do with their own data: see examples.ts. */
export const privacyExamples = {
  'account.exportData': { status: 200 },
  'account.erase': { json: { password: '$PASSWORD', email: 'ada@example.org' }, status: 422 },
  'members.exportData': { params: { id: '$MEMBER' }, status: 200 },
  'members.erase': { params: { id: '$MEMBER' }, json: { email: 'ada@example.org' }, status: 422 },
  'organisations.exportData': { status: 200 },
  'organisations.getErasure': { status: 200 },
  'organisations.erase': { json: { password: '$PASSWORD', name: 'Harbour Claims' }, status: 422 },
  'organisations.keep': { status: 200 },
  'privacy.settings': { status: 200 },
  'privacy.change': {
    json: {
      retention: { runs: 730, audit: null },
      deletePhotos: false,
      controller: { name: 'Harbour Claims', contact: 'privacy@example.org' },
    },
    status: 200,
  },
  'privacy.preview': { json: { retention: { runs: 90 }, deletePhotos: false, controller: {} }, status: 200 },
  'privacy.retentionRuns': { status: 200 },
  'privacy.runRetention': { status: 201 },
  'privacy.register': { status: 200 },
  'privacy.registerFile': { status: 200 },
  'privacy.erasures': { status: 200 },
  'privacy.notices': { status: 200 },
} as const;
