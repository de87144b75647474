/** A fenced block. No line may begin with a backtick: each begins with a mark of ours, which foreign text cannot take away. */
export function writeFence(language: string, lines: readonly string[]): string[] {
  return [`\`\`\`${language}`, ...lines, '```'];
}
