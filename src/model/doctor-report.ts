/** `unknown`: it could not be found out, or hangs on something that could not. */
export type FindingStatus = 'ok' | 'warning' | 'problem' | 'unknown';

/** What one check of `doctor` found. */
export interface DoctorFinding {
  status: FindingStatus;
  /** One sentence. */
  message: string;
  /** What was seen, a line each. */
  evidence: string[];
  /** What to do about it. */
  advice?: string;
}

/** The result of `limio-sync doctor`. */
export interface DoctorReport {
  kind: 'limio-sync/doctor';
  formatVersion: 1;
  environment: string;
  host: string;
  summary: Record<FindingStatus, number>;
  /** In the order of the checks. */
  checks: ({ id: string; title: string } & DoctorFinding)[];
}
