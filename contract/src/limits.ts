/** Every limit that the documentation states, in one place. Bytes and milliseconds unless the name says otherwise. */
const KB = 1024;
const MB = 1024 * KB;

export const limits = {
  packageBytes: 50 * MB,
  packageEntries: 2_000,
  packageUnpackedBytes: 200 * MB,
  packageEntryBytes: 50 * MB,
  /** Unpacked bytes for one byte of the archive, from 1 MB on. */
  packageRatio: 200,
  packagePathBytes: 240,

  photoBytes: 200 * MB,
  photosPerRequest: 100,
  organisationStorageBytes: 20 * 1024 * MB,

  jsonBodyBytes: 1 * MB,

  /** One frame between host and runner: the JSON part and the raw bytes behind it. */
  frameJsonBytes: 12 * MB,
  frameRawBytes: 32 * MB,
  jsonDepth: 32,

  /** What one hook may give back. */
  resultJsonBytes: 10 * MB,
  resultStringChars: 100_000,
  resultKeys: 20_000,
  resultValues: 200_000,
  resultNotes: 20,
  findingsPerResult: 500,
  derivedFiles: 50,
  derivedFileBytes: 32 * MB,

  readBytes: 4 * MB,
  logMessageChars: 8_192,
  logLinesPerCall: 200,
  emitBytes: 64 * KB,
  emitDepth: 3,
  emitsPerCall: 100,
  hostCallsPerCall: 50_000,
  hostCallsPerMinute: 200_000,
  /** Calls in one runner at a time. */
  callsInFlight: 128,

  httpRequestBytes: 5 * MB,
  httpResponseBytes: 10 * MB,
  httpHeaderBytes: 16 * KB,
  httpHeaders: 64,
  httpUrlChars: 4_096,
  httpRedirects: 5,
  httpMilliseconds: 30_000,
  /** Requests of one installation under way at a time. */
  httpAtOnce: 6,

  webhookBodyBytes: 1 * MB,
  webhookDataBytes: 64 * KB,
  webhookToleranceMilliseconds: 5 * 60_000,
  webhooksPerOrganisation: 20,
  /** Messages of one organisation: sent in a minute, and deliveries that wait. */
  webhookMessagesPerMinute: 300,
  webhookDeliveriesWaiting: 10_000,
  /** Messages of one receiver in a minute; waiting ones of one organisation, and their bytes. */
  webhookReceivedPerMinute: 120,
  webhookReceivedWaiting: 1_000,
  webhookReceivedWaitingBytes: 100 * MB,
  webhookKeptDays: 30,

  analyticsNameChars: 100,
  analyticsNames: 200,
  securityEventsListed: 100,
  violationEvidenceBytes: 2 * KB,
  securityReportsPerMinute: 30,
  /** Days that security events are kept; critical ones stay. */
  securityEventDays: 400,
  /** The same for their number, of one organisation. */
  securityEventsKept: 100_000,
  /** Days that figures of plugins are kept. */
  metricsDays: 400,
  /** Hosts that a plugin's traffic of one day is told apart by; the rest is together under "other". */
  trafficHosts: 100,

  storageKeyChars: 256,
  storageValueBytes: 256 * KB,
  storageQuotaBytes: 5 * MB,

  configBytes: 64 * KB,
  configSchemaBytes: 32 * KB,
  configSchemaDepth: 5,
  configSchemaProperties: 100,

  initializeMilliseconds: 10_000,
  cleanupMilliseconds: 2_000,
  configUpdateMilliseconds: 5_000,
  exportMilliseconds: 30_000,

  pageItems: 100,
  pageDefault: 25,
  exactTotal: 1_000,
} as const;

/** Bounds and defaults of `limits` in a manifest. */
export const manifestLimits = {
  /** MB */
  memory: { minimum: 16, maximum: 512, default: 96 },
  /** milliseconds a call may take */
  timeout: { minimum: 100, maximum: 60_000, default: 10_000 },
  /** milliseconds of processor time a call may use */
  cpu: { minimum: 10, maximum: 60_000, default: 10_000 },
  requestsPerMinute: { minimum: 1, maximum: 1_000, default: 100 },
} as const;
