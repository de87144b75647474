/** A line that begins with a slash is a command to GitLab ("Quick actions"): `/close` would close the request. */
export function disarmCommands(markdown: string): string {
  return markdown.replace(/^([ \t]*)\//gm, '$1\\/');
}
