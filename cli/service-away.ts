/** A service that a command needs and that does not answer, or does not let it in. */
interface Away {
  /** As people call it: `PostgreSQL`. */
  readonly service: string;
  /** Host and port, where they are known; never a password. */
  readonly address?: string;
  /** The environment variable that says where it is. */
  readonly setting: string;
  readonly why: string;
  /** Whether it answers, and refuses: a wrong password, a database that does not exist. */
  readonly refuses?: boolean;
}

/** A command cannot do its work without a service; the message names it, its setting, and what to do. */
export class ServiceAway extends Error {
  override readonly name = 'ServiceAway';

  constructor(away: Away, options: ErrorOptions) {
    super(tellAway(away), options);
  }
}

/** The same as text. */
export function tellAway({ service, address, setting, why, refuses = false }: Away): string {
  const where = address === undefined ? service : `${service} at ${address}`;
  const advice = refuses
    ? `Correct ${setting}, or try again once it lets you in.`
    : `Start it, or set ${setting} to where it runs.`;
  return `${where} ${refuses ? 'refuses the connection' : 'cannot be reached'} (${setting}): ${why}\n  ${advice}`;
}
