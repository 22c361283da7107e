/** Every size limit of the protocol in one place, in characters unless the name says otherwise. */

export const limits = {
  action: 2_000,
  target: 2_000,
  text: 20_000,
  answerBytes: 1_048_576,
  bodyBytes: 1_048_576,
  bulkBodyBytes: 64 * 1_048_576,
  viewBytes: 262_144,
  gridMax: 1_000,
  rounds: 10_000,
  /** A rectangle is one feature for each cell: so many cells may the features of an arena cover. */
  featureCells: 10_000,
  name: 100,
  /** Levels of arrays and objects in the body that makes jobs. */
  jsonNesting: 256,
  /** Levels of a tree of jobs, and jobs in it. */
  batchDepth: 32,
  batchJobs: 20_000,
  /** What the children of a batch may come to together, as JSON. */
  childResults: 64 * 1_048_576,
  /** How long a caller may wait for the end of a job. */
  waitMs: 30_000,
} as const;
