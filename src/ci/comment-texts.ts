/** A plan under its marker, which counts against the limit. Takes what renders the plan in so many bytes. */
export function putUnderMarker(marker: string, render: (maxBytes: number) => string): (maxBytes: number) => string {
  return (maxBytes) => `${marker}\n${render(maxBytes - marker.length - 1)}`;
}

/** Takes the place of an earlier plan that is no longer true. The code alone is said: sentences may hold anybody's text. */
export function writeNoPlan(environment: string, code: string, runUrl?: string): string {
  const where = runUrl === undefined ? 'The log of the run says why.' : `[The log of the run](${runUrl}) says why.`;
  return `### Plan for ${quoteName(environment)}\n\nThere is no plan for the latest commit: ${quoteName(code)}. ${where}\n`;
}

/** The last word in an issue whose reason is gone. */
export function writeResolved(environment: string, runUrl?: string): string {
  const where = runUrl === undefined ? '' : ` See [the run](${runUrl}).`;
  return `Files and tenant of ${quoteName(environment)} agree again.${where}\n`;
}

/** A code span, in which nothing is a mention, a link or HTML. */
function quoteName(name: string): string {
  return `\`${name.replace(/[^\p{L}\p{N}_.:-]/gu, '_')}\``;
}
