/** What the exit code of a command that works on many objects means, beside 0 for "all is well". */
export const exitCodes = {
  /** It could not be done; the message says why. */
  failed: 1,
  /** Done, but some objects are invalid or missing, or fail still. */
  setApart: 3,
  /** Cancelled before its end. */
  cancelled: 4,
  /** The command was interrupted; what it has started goes on. */
  interrupted: 130,
} as const;

/** For the help of such a command. */
export const exitCodesHelp = `
Exit codes: 0 done, 1 could not be done, 3 done but some objects were set apart or fail still, 4 cancelled,
78 a bad setting in the environment, 130 interrupted while watching (what was started goes on).`;
