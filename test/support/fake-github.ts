import type { TestContext } from 'vitest';
import { type FakeCodeHost, type HostAnswer, type HostRequest, startFakeCodeHost } from './fake-code-host.js';

export interface FakeUser {
  login: string;
  type: 'Bot' | 'User';
}

export interface FakeComment {
  id: number;
  body: string;
  user: FakeUser;
}

export interface FakeIssue {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  user: FakeUser;
  comments: FakeComment[];
  /** Present on pull requests, which GitHub lists among the issues. */
  pull_request?: object;
}

export interface FakeGithubOptions {
  /** `/api/v3` plays GitHub Enterprise Server. */
  basePath?: string;
  token?: string;
  /** A run of a fork. */
  readOnly?: boolean;
  /** Whose token it is; null when GraphQL does not say. */
  viewer?: string | null;
  /** The host shows at most so many a page, whatever is asked for. */
  pageSize?: number;
  /** GitHub's is 65,536. */
  longestBody?: number;
}

export interface FakeGithub extends FakeCodeHost {
  issues: FakeIssue[];
  issue(number: number): FakeIssue;
  addComment(number: number, user: FakeUser, body: string): FakeComment;
}

export const REPOSITORY = 'acme/shop-config';
export const TOKEN = 'ghs_secretsecretsecret';
export const BOT: FakeUser = { login: 'github-actions[bot]', type: 'Bot' };

/**
 * The calls of GitHub's REST API that concern comments and issues, as documented: paging with a Link
 * header, 401 for a bad token, 403 for a token without the right, 422 for a body that is too long.
 * It holds pull request 7.
 */
export async function startFakeGithub(
  test: Pick<TestContext, 'onTestFinished'>,
  options: FakeGithubOptions = {},
): Promise<FakeGithub> {
  const { token = TOKEN, readOnly = false, viewer = BOT.login, pageSize = 100, longestBody = 65_536 } = options;
  const issues: FakeIssue[] = [
    {
      number: 7,
      title: 'A pull request',
      body: '',
      state: 'open',
      user: { login: 'ann', type: 'User' },
      comments: [],
      pull_request: {},
    },
  ];
  let nextId = 1000;
  const author: FakeUser = viewer === null || viewer === BOT.login ? BOT : { login: viewer, type: 'User' };

  const addComment = (issue: FakeIssue, user: FakeUser, body: string): FakeComment => {
    const comment = { id: nextId++, body, user };
    issue.comments.push(comment);
    return comment;
  };

  const routes: [RegExp, (request: HostRequest, url: string, ...parts: string[]) => HostAnswer][] = [
    [
      /^POST \/graphql$/,
      () => ({
        status: 200,
        body: viewer === null ? { errors: [{ message: 'no' }] } : { data: { viewer: { login: viewer } } },
      }),
    ],
    [
      /^GET \/issues\/(\d+)\/comments$/,
      ({ path, query }, url, number) => {
        const issue = issues.find((one) => one.number === Number(number));
        return issue ? showPage(issue.comments.map(showComment(url)), query, `${url}${path}`) : NOT_FOUND;
      },
    ],
    [
      /^POST \/issues\/(\d+)\/comments$/,
      ({ json }, url, number) =>
        write(json, () => {
          const issue = issues.find((one) => one.number === Number(number));
          return issue
            ? { status: 201, body: showComment(url)(addComment(issue, author, String(json['body']))) }
            : NOT_FOUND;
        }),
    ],
    [
      /^PATCH \/issues\/comments\/(\d+)$/,
      ({ json }, url, id) =>
        write(json, () => {
          const comment = issues.flatMap(({ comments }) => comments).find((one) => one.id === Number(id));
          if (!comment) return NOT_FOUND;
          comment.body = String(json['body']);
          return { status: 200, body: showComment(url)(comment) };
        }),
    ],
    [
      /^GET \/issues$/,
      ({ path, query }, url) => {
        const state = query.get('state') ?? 'open';
        return showPage(
          issues.filter((issue) => state === 'all' || issue.state === state).map(showIssue(url)),
          query,
          `${url}${path}`,
        );
      },
    ],
    [
      /^POST \/issues$/,
      ({ json }, url) =>
        write(json, () => {
          const issue: FakeIssue = {
            number: nextId++,
            title: String(json['title']),
            body: String(json['body']),
            state: 'open',
            user: author,
            comments: [],
          };
          issues.push(issue);
          return { status: 201, body: showIssue(url)(issue) };
        }),
    ],
    [
      /^PATCH \/issues\/(\d+)$/,
      ({ json }, url, number) =>
        write(json, () => {
          const issue = issues.find((one) => one.number === Number(number));
          if (!issue) return NOT_FOUND;
          Object.assign(issue, json);
          return { status: 200, body: showIssue(url)(issue) };
        }),
    ],
  ];

  const write = (json: Record<string, unknown>, carryOut: () => HostAnswer): HostAnswer => {
    if (readOnly) return { status: 403, body: { message: 'Resource not accessible by integration', status: '403' } };
    if (typeof json['body'] === 'string' && json['body'].length > longestBody) {
      const message = `Body is too long (maximum is ${longestBody} characters)`;
      return {
        status: 422,
        body: {
          message: 'Validation Failed',
          errors: [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message }],
        },
      };
    }
    return carryOut();
  };

  const showPage = (all: readonly object[], query: URLSearchParams, url: string): HostAnswer => {
    const size = Math.min(Number(query.get('per_page') ?? 30), pageSize);
    const page = Number(query.get('page') ?? 1);
    const items = all.slice((page - 1) * size, page * size);
    const last = Math.max(1, Math.ceil(all.length / size));
    const link = `<${url}?page=${page + 1}>; rel="next", <${url}?page=${last}>; rel="last"`;
    return { status: 200, body: items, ...(page < last ? { headers: { link } } : {}) };
  };

  const host = await startFakeCodeHost(test, options.basePath ?? '', (request, url) => {
    if (request.headers.authorization !== `Bearer ${token}`)
      return { status: 401, body: { message: 'Bad credentials' } };
    const path = request.path.replace(`/repos/${REPOSITORY}`, '');
    for (const [pattern, route] of routes) {
      const match = pattern.exec(`${request.method} ${path}`);
      if (match) return route(request, url, ...match.slice(1));
    }
    return NOT_FOUND;
  });

  const getIssue = (number: number): FakeIssue => {
    const found = issues.find((issue) => issue.number === number);
    if (!found) throw new Error(`the test asks for issue ${number}, which there is not`);
    return found;
  };
  return {
    ...host,
    issues,
    issue: getIssue,
    addComment: (number, user, body) => addComment(getIssue(number), user, body),
  };
}

const NOT_FOUND: HostAnswer = { status: 404, body: { message: 'Not Found' } };

const showComment =
  (url: string) =>
  (comment: FakeComment): object => ({ ...comment, html_url: `${url}/comments/${comment.id}` });

const showIssue =
  (url: string) =>
  ({ comments, ...issue }: FakeIssue): object => ({
    ...issue,
    comments: comments.length,
    html_url: `${url}/issues/${issue.number}`,
  });
