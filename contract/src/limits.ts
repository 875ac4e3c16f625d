/** Every limit that the documentation states, in one place. Bytes and milliseconds unless the name says otherwise. */
const KB = 1024;
const MB = 1024 * KB;

export const limits = {
  /** The oldest ends when one more begins. */
  sessionsPerMember: 100,

  packageBytes: 50 * MB,
  packageEntries: 2_000,
  packageUnpackedBytes: 200 * MB,
  packageEntryBytes: 50 * MB,
  /** Unpacked bytes for one byte of the archive, from 1 MB on. */
  packageRatio: 200,
  packagePathBytes: 240,

  /** A larger JavaScript file is not analysed, and a finding says so: its tree would take some hundred times as much. */
  scanFileBytes: 4 * MB,
  /** The same for all JavaScript files of a package. */
  scanTotalBytes: 24 * MB,
  scanNodes: 3_000_000,
  /** Nesting of source: the parser is native code, and its stack is not protected. */
  scanDepth: 1_000,
  scanFindingsPerRule: 20,
  scanFindings: 500,
  /** Rules that an organisation has an opinion of its own on. */
  scanRulesOfOrganisation: 200,
  /** What one scan may use, in a process of its own. What needs more could not be scanned, and is not installed. */
  scanMemoryBytes: 1_024 * MB,
  scanCpuMilliseconds: 60_000,
  scanMilliseconds: 180_000,
  /** Files come back from a scan in pieces, so that no one of them holds the server up. */
  scanPartBytes: 1 * MB,
  publishersOfOrganisation: 20,
  /** Not yet released, rejected or withdrawn. */
  openSubmissions: 20,
  commentsOfSubmission: 500,
  /** Packages that wait for their scan: of one organisation, and the bytes of all. */
  scansWaiting: 20,
  scansWaitingBytes: 512 * MB,

  /** The file of signatures that travels beside a package. */
  signatureFileBytes: 64 * KB,
  /** A signed report on what a package did: a thousand organisations with two hundred hosts each. */
  exposureFileBytes: 32 * 1024 * 1024,
  signaturesPerEnvelope: 8,
  keyFileBytes: 16 * KB,
  /** One file of TUF metadata; and one that it speaks of: the keys, the kill list. */
  trustMetadataBytes: 512 * KB,
  trustTargetBytes: 32 * MB,
  /** New roots that a client follows in one go. */
  trustRootRotations: 256,
  trustKeys: 5_000,
  killEntries: 5_000,
  /** Of the catalog for other servers: a file of it, all of them, the versions of a plugin, and what its publisher wrote. */
  catalogShardBytes: 8 * MB,
  catalogBytes: 512 * MB,
  catalogVersions: 50,
  catalogReadmeCharacters: 64 * KB,

  /** Dependencies of a package that are told apart. */
  components: 2_000,
  componentGaps: 50,
  componentEvidence: 5,
  /** A lock file or a source map in a package that is read. */
  componentFileBytes: 16 * MB,
  /** Advisories that one audit may look at, and the size of one. */
  advisories: 2_000,
  advisoryBytes: 1 * MB,
  /** Advisories that are told about one component, and about all of a package. */
  advisoriesPerComponent: 50,
  advisoriesPerPackage: 500,
  /** Security events that one audit of a plugin raises; the last one says how many more there are. */
  advisoryEvents: 20,

  policyRules: 200,
  /** States of a plugin that it can be set back to; the oldest goes first. */
  restorePoints: 5,
  /** How long a new version is watched, to go back by itself. */
  updateWatchMilliseconds: 30 * 60_000,
  /** Requests of members that wait for an admin, of one organisation. */
  requestsWaiting: 200,

  photoBytes: 200 * MB,
  photosPerRequest: 100,
  organisationStorageBytes: 20 * 1024 * MB,

  exhibitsPerCase: 500,
  notesPerSubject: 500,
  noteChars: 4_000,
  /** The newest ones of a run or case that are listed. */
  exportsListed: 100,

  /** Of an organisation, that nobody has accepted yet. */
  invitations: 200,

  /** What one review of access can decide about. */
  reviewedMembers: 2_000,
  reviewedTokens: 5_000,
  /** Days without a sign-in or request, after which a member is called dormant. */
  dormantDays: 90,
  /** The longest period of which evidence is exported at once. */
  evidenceDays: 400,

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

  analyticsNameChars: 100,
  analyticsNames: 200,
  securityEventsListed: 100,
  violationEvidenceBytes: 2 * KB,
  securityReportsPerMinute: 30,
  /** Security events that are kept of one organisation; critical ones stay. */
  securityEventsKept: 100_000,
  /** Days that figures of plugins are kept. */
  metricsDays: 400,
  /** Hours that calls are kept by hour: a week. */
  activityHours: 168,
  /** An icon of a package that is shown; a larger one is left out. SVG is text that a browser has to draw. */
  iconSvgBytes: 64 * KB,
  iconPngPixels: 1_024,
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
  exportMilliseconds: 60_000,
  /** One report of all exhibits of a case: on 500 photos some ten seconds of processor time, and a busy machine takes several times that. */
  caseExportMilliseconds: 120_000,

  tokensPerMember: 100,
  /** When whoever makes a token says nothing. */
  tokenDays: 90,
  /** Loaded plugins go on for so long after the plan that manages them ended. */
  subscriptionGraceDays: 14,

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
