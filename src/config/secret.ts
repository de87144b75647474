/** A variable of the process whose value is a secret: `{ "secret": "NAME" }` in a JSON file. */
export interface Secret {
  secret: string;
}

/**
 * Marks a variable of limio.config as a secret: its value is that of a variable of the process, is
 * read only by commands that talk to the tenant, and never stands in a plan.
 */
export function secret(name: string): Secret {
  return { secret: name };
}
