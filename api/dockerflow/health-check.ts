/** Django's levels of a message, which Dockerflow uses. */
export const levels = { ok: 0, debug: 10, info: 20, warning: 30, error: 40, critical: 50 } as const;

export type Level = keyof typeof levels;

/** Something that a check found. */
export interface HealthMessage {
  readonly level: Level;
  /** Stable id, for example `buildhub.health.E001`. */
  readonly id: string;
  readonly text: string;
}

/** One thing that `/__heartbeat__` looks at. */
export interface HealthCheck {
  /** For example `check_elasticsearch`. */
  readonly name: string;
  /** Resolves with what is wrong, or nothing. A rejection counts as an error. */
  run(signal: AbortSignal): Promise<readonly HealthMessage[]>;
}

/** The text of anything that was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
