import { createGitlabNotes, disarmCommands, type GitlabContext, readGitlabContext } from '../../ci/gitlab.js';
import { LimioError } from '../../errors/errors.js';
import type { CliIo } from '../shared/io.js';
import type { PlansOptions } from '../shared/options.js';
import { chooseToken } from '../shared/secrets.js';
import {
  type CiTools,
  type CollectedPlan,
  collectPlans,
  openCodeHost,
  postAndReport,
  type Posted,
  postPlan,
  SYSTEM_CI_TOOLS,
} from './ci.js';

/** `limio-sync ci gitlab`, as a job of GitLab CI: one note on the merge request for each environment. */
export async function runCiGitlab(io: CliIo, options: PlansOptions, tools: CiTools = SYSTEM_CI_TOOLS): Promise<number> {
  const context = readGitlabContext(io.env);
  const post = choosePost(io, context, tools);
  const collected = await collectPlans(io, options);
  await postAndReport(io, collected, post, options);
  return 0;
}

/** Undefined outside of merge requests. @throws LimioError CI_CONTEXT without a token, except for forks. */
function choosePost(io: CliIo, { apiUrl, mergeRequest }: GitlabContext, tools: CiTools) {
  if (mergeRequest === undefined) return undefined;
  const token = chooseToken(io, ['LIMIO_GITLAB_TOKEN', 'GITLAB_TOKEN']);
  if (token === undefined && !mergeRequest.fork) {
    throw new LimioError({
      code: 'CI_CONTEXT',
      message: 'There is no token for GitLab: neither LIMIO_GITLAB_TOKEN nor GITLAB_TOKEN is set.',
      hint:
        'Create a project access token with the scope "api" and the role Reporter, ' +
        'and set it as the masked variable GITLAB_TOKEN.',
    });
  }
  if (token === undefined)
    return {
      what: 'note',
      run: () => Promise.resolve<Posted>({ action: 'denied', reason: 'the pipeline of a fork has no token' }),
    };
  const call = openCodeHost(io, tools, { name: 'GitLab', baseUrl: apiUrl, headers: { 'private-token': token } });
  const notes = createGitlabNotes(call, mergeRequest);
  const posting = { tools, mayBeDenied: mergeRequest.fork, prepare: disarmCommands };
  return { what: 'note', run: (one: CollectedPlan) => postPlan(notes, one, posting) };
}
