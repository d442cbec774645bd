/** The exit codes of commands, beside 0 for success and 1 for "could not be done". */
export const exitCodes = {
  /** Done, but with problems, such as invalid objects or differences that are left. */
  hasProblems: 3,
  cancelled: 4,
  /** A mistake in the environment, as in sysexits. */
  badConfiguration: 78,
  /** Interrupted; what the command has started continues. */
  interrupted: 130,
} as const;

export const exitCodesHelp = `
Exit codes: 0 done; 1 failed; 3 done, but the report shows problems; 4 cancelled; 78 invalid setting in the
environment; 130 interrupted while watching (the run continues).`;
