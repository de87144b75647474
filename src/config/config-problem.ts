/** One thing wrong with a configuration. */
export interface ConfigProblem {
  /** `environments.prod.region` */
  path: string;
  message: string;
  hint?: string;
}

export function formatConfigPath(path: readonly PropertyKey[]): string {
  const text = path.map((part) =>
    /^[A-Za-z_$][\w$]*$/.test(String(part)) ? `.${String(part)}` : `[${JSON.stringify(part)}]`,
  );
  return text.join('').replace(/^\./, '') || 'the configuration';
}
