import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LimioError } from '../errors/errors.js';
import { describeAttempt, isUnsent, sendToStore, type StoreNetwork } from './requests.js';
import { childrenOf, parseXml, textOf } from './xml.js';

/**
 * Credentials and region as the AWS tools find them: variables, then a web identity (EKS, OIDC of GitLab), then the
 * profile in ~/.aws. Single sign-on, chains of roles and the roles of EC2 and ECS are left to the AWS CLI, which can
 * hand over what it found: `aws configure export-credentials`.
 */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** In milliseconds since the epoch. */
  expiresAt?: number;
}

export interface AwsSurroundings extends StoreNetwork {
  env: Readonly<Record<string, string | undefined>>;
  /** Default: from the disk. */
  readFile?: ((path: string) => string) | undefined;
  /** Called with everything that no output may show. */
  rememberSecret?: ((secret: string) => void) | undefined;
}

/** How long before their end credentials are renewed. */
const MARGIN_MS = 5 * 60_000;

/** @returns a function that finds the credentials, or keeps those that it found while they are valid. */
export function createAwsCredentials(surroundings: AwsSurroundings, region: string): () => Promise<AwsCredentials> {
  let found: AwsCredentials | undefined;
  return async () => {
    if (found === undefined || (found.expiresAt ?? Infinity) - MARGIN_MS < surroundings.clock.now()) {
      found = await findCredentials(surroundings, region);
      for (const secret of [found.secretAccessKey, found.sessionToken])
        if (secret !== undefined) surroundings.rememberSecret?.(secret);
    }
    return found;
  };
}

export function findAwsRegion(surroundings: AwsSurroundings): string | undefined {
  const { env } = surroundings;
  return env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || readProfile(surroundings).get('region') || undefined;
}

async function findCredentials(surroundings: AwsSurroundings, region: string): Promise<AwsCredentials> {
  const { env } = surroundings;
  const fromEnv = pairUp(
    env['AWS_ACCESS_KEY_ID'],
    env['AWS_SECRET_ACCESS_KEY'],
    env['AWS_SESSION_TOKEN'],
    'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together, and one of them is not set.',
  );
  if (fromEnv) return fromEnv;
  const tokenFile = env['AWS_WEB_IDENTITY_TOKEN_FILE'];
  const role = env['AWS_ROLE_ARN'];
  if (tokenFile && role)
    return assumeRole(surroundings, region, { tokenFile, role, session: env['AWS_ROLE_SESSION_NAME'] });
  const name = nameProfile(surroundings);
  const profile = readProfile(surroundings);
  const fromProfile = pairUp(
    profile.get('aws_access_key_id'),
    profile.get('aws_secret_access_key'),
    profile.get('aws_session_token'),
    `The profile ${name} in ~/.aws has only half of a pair of keys.`,
  );
  if (fromProfile) return fromProfile;
  const profileToken = profile.get('web_identity_token_file');
  const profileRole = profile.get('role_arn');
  if (profileToken && profileRole)
    return assumeRole(surroundings, region, {
      tokenFile: profileToken,
      role: profileRole,
      session: profile.get('role_session_name'),
    });
  throw refuseToGuess(name, profile, env['AWS_PROFILE'] !== undefined);
}

function pairUp(
  accessKeyId: string | undefined,
  secretAccessKey: string | undefined,
  sessionToken: string | undefined,
  message: string,
): AwsCredentials | undefined {
  if (!accessKeyId && !secretAccessKey) return undefined;
  if (!accessKeyId || !secretAccessKey)
    throw new LimioError({ code: 'STORE_FORBIDDEN', message, hint: 'Set both, then run the command again.' });
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** Settings of a profile that limio-sync does not follow. */
const FOREIGN = ['source_profile', 'credential_source', 'credential_process', 'sso_session', 'sso_start_url'];

function refuseToGuess(name: string, profile: ReadonlyMap<string, string>, isNamed: boolean): LimioError {
  const foreign = FOREIGN.find((key) => profile.has(key));
  const option = isNamed || foreign !== undefined ? ` --profile ${name}` : '';
  const exportFor = `eval "$(aws configure export-credentials${option} --format env)"`;
  if (foreign === undefined)
    return new LimioError({
      code: 'STORE_FORBIDDEN',
      message: isNamed
        ? `The profile ${name} has no credentials in ~/.aws/credentials or ~/.aws/config.`
        : 'There are no AWS credentials for the store of runs and locks.',
      hint:
        'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE. ' +
        `limio-sync does not ask EC2 or ECS for the role of the machine; the AWS CLI does: ${exportFor}`,
    });
  return new LimioError({
    code: 'STORE_FORBIDDEN',
    message: `The profile ${name} takes its credentials from ${foreign}, which limio-sync does not follow.`,
    hint: `Let the AWS CLI do it: ${exportFor}`,
  });
}

function nameProfile({ env }: AwsSurroundings): string {
  return env['AWS_PROFILE'] || 'default';
}

/** The settings of the profile: those of the credentials file over those of the config file. */
function readProfile(surroundings: AwsSurroundings): ReadonlyMap<string, string> {
  const { env } = surroundings;
  const folder = join(env['HOME'] || env['USERPROFILE'] || homedir(), '.aws');
  const name = nameProfile(surroundings);
  const config = readIni(surroundings, env['AWS_CONFIG_FILE'] || join(folder, 'config'));
  const credentials = readIni(surroundings, env['AWS_SHARED_CREDENTIALS_FILE'] || join(folder, 'credentials'));
  return new Map([
    ...(config.get(name === 'default' ? name : `profile ${name}`) ?? []),
    ...(credentials.get(name) ?? []),
  ]);
}

function readIni(surroundings: AwsSurroundings, path: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  for (const line of readOrNothing(surroundings, path).split(/\r?\n/)) {
    const header = /^\s*\[\s*(?<name>[^\]]*?)\s*\]/.exec(line)?.groups?.['name'];
    const pair = /^(?<key>[^\s#;=][^=]*?)\s*=\s*(?<value>.*?)\s*$/.exec(line)?.groups;
    if (header !== undefined) {
      section = sections.get(header.replace(/\s+/g, ' ')) ?? new Map<string, string>();
      sections.set(header.replace(/\s+/g, ' '), section);
      // Indented lines are settings of a setting, such as `s3 =`.
    } else if (pair) section.set((pair['key'] ?? '').toLowerCase(), pair['value'] ?? '');
  }
  return sections;
}

function readOrNothing({ readFile = readText }: AwsSurroundings, path: string): string {
  try {
    return readFile(path);
  } catch {
    return '';
  }
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}

interface WebIdentity {
  tokenFile: string;
  role: string;
  session: string | undefined;
}

/** Exchanges the token of the CI system or cluster for credentials, by AssumeRoleWithWebIdentity of STS. */
async function assumeRole(
  surroundings: AwsSurroundings,
  region: string,
  { tokenFile, role, session }: WebIdentity,
): Promise<AwsCredentials> {
  const token = readOrNothing(surroundings, tokenFile).trim();
  if (token === '')
    throw new LimioError({
      code: 'STORE_FORBIDDEN',
      message: `The file of the web identity token, ${tokenFile}, cannot be read or is empty.`,
      hint: 'Check AWS_WEB_IDENTITY_TOKEN_FILE, and that the job writes the token there.',
    });
  surroundings.rememberSecret?.(token);
  const endpoint = new URL(
    surroundings.env['AWS_ENDPOINT_URL_STS'] || `https://sts.${region}.${findAwsDomain(region)}`,
  );
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: session || 'limio-sync',
    WebIdentityToken: token,
  });
  const attempt = await sendToStore(surroundings, endpoint.origin, async () => ({
    method: 'POST',
    path: endpoint.pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  }));
  const xml = attempt.kind === 'answer' ? parseXml(attempt.body) : undefined;
  const result = childrenOf(xml, 'AssumeRoleWithWebIdentityResult')[0];
  const found = childrenOf(result, 'Credentials')[0];
  const accessKeyId = textOf(found, 'AccessKeyId');
  const secretAccessKey = textOf(found, 'SecretAccessKey');
  const sessionToken = textOf(found, 'SessionToken');
  if (accessKeyId && secretAccessKey && sessionToken) {
    const expiresAt = Date.parse(textOf(found, 'Expiration') ?? '');
    return { accessKeyId, secretAccessKey, sessionToken, ...(Number.isNaN(expiresAt) ? {} : { expiresAt }) };
  }
  const isRefused = attempt.kind === 'answer' && attempt.status >= 400 && attempt.status < 500;
  const said = textOf(childrenOf(xml, 'Error')[0], 'Code');
  throw new LimioError({
    code: isRefused ? 'STORE_FORBIDDEN' : 'STORE_UNAVAILABLE',
    message: `${endpoint.host} gave no credentials for the role ${role}: ${describeAttempt(attempt, said)}.`,
    hint: isRefused
      ? 'Check the trust policy of the role: the issuer, the audience, and the subject of this repository or job.'
      : 'Check the network, then run the command again.',
    details: { ambiguous: false, unsent: isUnsent(attempt) },
  });
}

/** The domain of the services: China has its own. */
export function findAwsDomain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}
