/** Key formats of well-known services, and the usual ways to write down a password. */
const FORMATS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\b(?:sk|rk)_(?:live|test)_[0-9A-Za-z]{16,}/g,
  /\bwhsec_[0-9A-Za-z]{16,}/g,
  /\bgh[pousr]_[0-9A-Za-z]{30,}/g,
  /\bgithub_pat_[0-9A-Za-z_]{30,}/g,
  /\bglpat-[0-9A-Za-z_-]{20,}/g,
  /\bxox[abprs]-[0-9A-Za-z-]{10,}/g,
  /\bAIza[0-9A-Za-z_-]{35}/g,
  /\bSG\.[0-9A-Za-z_-]{16,64}\.[0-9A-Za-z_-]{16,64}/g,
  /\beyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*/g,
  /\bBearer [0-9A-Za-z._~+/-]{20,}/g,
  new RegExp(
    String.raw`\b(?:client[_ -]?secret|api[_ -]?key|secret[_ -]?key|access[_ -]?token|password|passwd)` +
      String.raw`["']? ?[:=] ?["']?(?=[^\s"'<>&]*\d)(?=[^\s"'<>&]*\p{L})[^\s"'<>&]{8,}`,
    'giu',
  ),
  // User and password in a URL.
  /\bhttps?:\/\/[^\s/@:"'<>]{1,100}:[^\s/@"'<>]{1,100}@/g,
];

/** A cheap pre-check: every format above contains one of these. */
const HINT = new RegExp(
  String.raw`-----BEGIN|AKIA|ASIA|_live_|_test_|whsec_|gh[pousr]_|github_pat_|glpat-|xox|AIza|SG\.|eyJ|Bearer ` +
    String.raw`|secret|key|token|passw|:\/\/`,
  'i',
);

interface FoundSecret {
  start: number;
  end: number;
}

/** Parts of a text that look like keys, tokens or passwords. */
export function findSecrets(text: string): FoundSecret[] {
  if (!HINT.test(text)) return [];
  return FORMATS.flatMap((format) =>
    [...text.matchAll(format)].map(({ index, 0: match }) => ({ start: index, end: index + match.length })),
  );
}

/** Replaces secrets by asterisks of the same length. */
export function maskSecrets(text: string): string {
  return findSecrets(text).reduce(
    (masked, { start, end }) => `${masked.slice(0, start)}${'*'.repeat(end - start)}${masked.slice(end)}`,
    text,
  );
}
