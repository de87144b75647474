import { LimioError } from '../errors/errors.js';
import type { Variables } from './github-context.js';

/** What a job of GitLab CI is told about its pipeline ("Predefined CI/CD variables"). */
export interface GitlabContext {
  /** `https://gitlab.example.com/api/v4` */
  apiUrl: string;
  /** Absent outside of merge request pipelines. */
  mergeRequest?: {
    /** The project that the request is for; in the pipeline of a fork this is not the pipeline's own. */
    project: string;
    iid: string;
    /** The source is a fork, whose pipeline has no token for this project. */
    fork: boolean;
  };
}

/** @throws LimioError CI_CONTEXT outside of GitLab CI. */
export function readGitlabContext(env: Variables): GitlabContext {
  const apiUrl = env['CI_API_V4_URL'];
  const project = env['CI_MERGE_REQUEST_PROJECT_ID'] || env['CI_PROJECT_ID'];
  if (!apiUrl || !project) {
    throw new LimioError({
      code: 'CI_CONTEXT',
      message: 'This is no job of GitLab CI: CI_API_V4_URL or CI_PROJECT_ID is not set.',
      hint: 'On your own machine, use: limio-sync plan',
    });
  }
  const iid = env['CI_MERGE_REQUEST_IID'];
  if (!iid) return { apiUrl };
  const source = env['CI_MERGE_REQUEST_SOURCE_PROJECT_ID'];
  return { apiUrl, mergeRequest: { project, iid, fork: Boolean(source) && source !== project } };
}
