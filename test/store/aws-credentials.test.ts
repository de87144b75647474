import { MockAgent } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { createAwsCredentials, findAwsRegion } from '../../src/store/aws-credentials.js';
import { parseXml, textOf } from '../../src/store/xml.js';
import { createStillClock } from './contract.js';

const agents: MockAgent[] = [];

afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close();
});

function find(env: Record<string, string>, files: Record<string, string> = {}, clock = createStillClock()) {
  const secrets: string[] = [];
  const agent = new MockAgent();
  agent.disableNetConnect();
  agents.push(agent);
  const surroundings = {
    env: { HOME: '/home/ada', ...env },
    clock,
    dispatcher: agent,
    rememberSecret: (secret: string) => void secrets.push(secret),
    readFile: (path: string) => {
      const text = files[path.replaceAll('\\', '/')];
      if (text === undefined) throw new Error('ENOENT');
      return text;
    },
  };
  return {
    agent,
    secrets,
    region: findAwsRegion(surroundings),
    load: createAwsCredentials(surroundings, findAwsRegion(surroundings) ?? 'us-east-1'),
  };
}

const CREDENTIALS = '/home/ada/.aws/credentials';
const CONFIG = '/home/ada/.aws/config';
const TWO_PROFILES =
  '[default]\naws_access_key_id=A1\naws_secret_access_key=first\n\n# a note\n[shop]\n' +
  'aws_access_key_id = A2\naws_secret_access_key = second/+=\r\naws_session_token = token==\n';

describe('credentials of AWS', () => {
  test('come from the variables before anything else, and are kept secret', async () => {
    const found = find(
      { AWS_ACCESS_KEY_ID: 'A0', AWS_SECRET_ACCESS_KEY: 'zero', AWS_SESSION_TOKEN: 'session', AWS_PROFILE: 'shop' },
      { [CREDENTIALS]: TWO_PROFILES },
    );
    expect(await found.load()).toEqual({ accessKeyId: 'A0', secretAccessKey: 'zero', sessionToken: 'session' });
    expect(found.secrets).toEqual(['zero', 'session']);
  });

  test('come from the profile of the files, or from the default one', async () => {
    const files = { [CREDENTIALS]: TWO_PROFILES };
    expect(await find({}, files).load()).toEqual({ accessKeyId: 'A1', secretAccessKey: 'first' });
    expect(await find({ AWS_PROFILE: 'shop' }, files).load()).toEqual({
      accessKeyId: 'A2',
      secretAccessKey: 'second/+=',
      sessionToken: 'token==',
    });
    const elsewhere = find({ AWS_SHARED_CREDENTIALS_FILE: '/run/keys' }, { '/run/keys': TWO_PROFILES });
    expect(await elsewhere.load()).toEqual({ accessKeyId: 'A1', secretAccessKey: 'first' });
  });

  test('the region comes from the variables, then from the profile', () => {
    const files = {
      [CONFIG]: '[default]\nregion = eu-west-1\n[profile shop]\nregion=eu-north-1\ns3 =\n  region = no\n',
    };
    expect(find({}, files).region).toBe('eu-west-1');
    expect(find({ AWS_PROFILE: 'shop' }, files).region).toBe('eu-north-1');
    expect(find({ AWS_DEFAULT_REGION: 'us-west-2' }, files).region).toBe('us-west-2');
    expect(find({ AWS_REGION: 'us-west-1', AWS_DEFAULT_REGION: 'us-west-2' }, files).region).toBe('us-west-1');
    expect(find({}).region).toBeUndefined();
  });

  test('come from STS for a web identity, and are renewed before they expire', async () => {
    const clock = createStillClock();
    const env = {
      AWS_WEB_IDENTITY_TOKEN_FILE: '/run/token',
      AWS_ROLE_ARN: 'arn:aws:iam::1:role/deploy',
      AWS_REGION: 'eu-west-1',
    };
    const found = find(env, { '/run/token': 'the.web.token\n' }, clock);
    const bodies: unknown[] = [];
    const answer = (id: string, minutes: number): string =>
      '<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n' +
      '  <AssumeRoleWithWebIdentityResult><Credentials>' +
      `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>s&amp;${id}</SecretAccessKey><SessionToken>t${id}` +
      `</SessionToken><Expiration>${new Date(clock.now() + minutes * 60_000).toISOString()}</Expiration>` +
      '</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>';
    const sts = found.agent.get('https://sts.eu-west-1.amazonaws.com');
    for (const id of ['one', 'two'])
      sts.intercept({ path: '/', method: 'POST' }).reply(200, ({ body }) => {
        bodies.push(Object.fromEntries(new URLSearchParams(typeof body === 'string' ? body : '')));
        return answer(id, 60);
      });
    expect(await found.load()).toMatchObject({ accessKeyId: 'one', secretAccessKey: 's&one', sessionToken: 'tone' });
    clock.advance(50 * 60_000);
    expect(await found.load()).toMatchObject({ accessKeyId: 'one' });
    clock.advance(6 * 60_000);
    expect(await found.load()).toMatchObject({ accessKeyId: 'two' });
    expect(bodies[0]).toEqual({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: 'arn:aws:iam::1:role/deploy',
      RoleSessionName: 'limio-sync',
      WebIdentityToken: 'the.web.token',
    });
    expect(found.secrets).toEqual(['the.web.token', 's&one', 'tone', 'the.web.token', 's&two', 'ttwo']);
  });

  test('a refusal of STS names the role and what to check, and no token', async () => {
    const found = find(
      {
        AWS_WEB_IDENTITY_TOKEN_FILE: '/run/token',
        AWS_ROLE_ARN: 'arn:aws:iam::1:role/deploy',
        AWS_REGION: 'cn-north-1',
      },
      { '/run/token': 'the.web.token' },
    );
    found.agent
      .get('https://sts.cn-north-1.amazonaws.com.cn')
      .intercept({ path: '/', method: 'POST' })
      .reply(
        403,
        '<ErrorResponse><Error><Code>AccessDenied</Code><Message>the.web.token</Message></Error></ErrorResponse>',
      );
    await expect(found.load()).rejects.toMatchObject({
      code: 'STORE_FORBIDDEN',
      message:
        'sts.cn-north-1.amazonaws.com.cn gave no credentials for the role arn:aws:iam::1:role/deploy: ' +
        'status 403 (AccessDenied).',
      hint: expect.stringContaining('trust policy') as string,
    });
  });

  test.each([
    ['none at all', {}, {}, 'There are no AWS credentials'],
    ['half a pair', { AWS_ACCESS_KEY_ID: 'A0' }, {}, 'belong together'],
    ['an unknown profile', { AWS_PROFILE: 'lost' }, { [CREDENTIALS]: TWO_PROFILES }, 'The profile lost has no'],
    [
      'single sign-on',
      { AWS_PROFILE: 'shop' },
      { [CONFIG]: '[profile shop]\nsso_session = acme\n' },
      'takes its credentials from sso_session',
    ],
    ['a token file that is missing', { AWS_WEB_IDENTITY_TOKEN_FILE: '/no', AWS_ROLE_ARN: 'a' }, {}, '/no, cannot be'],
  ])('missing credentials say what to do: %s', async (_, env, files, message) => {
    const error: unknown = await find(env, files as Record<string, string>)
      .load()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'STORE_FORBIDDEN',
      message: expect.stringContaining(message) as string,
      hint: expect.stringMatching(/AWS|Set both/) as string,
    });
  });

  test('credentials of the AWS CLI are one command away', async () => {
    await expect(
      find({ AWS_PROFILE: 'shop' }, { [CONFIG]: '[profile shop]\nrole_arn = a\nsource_profile = b\n' }).load(),
    ).rejects.toMatchObject({
      hint: 'Let the AWS CLI do it: eval "$(aws configure export-credentials --profile shop --format env)"',
    });
  });
});

describe('an answer in XML', () => {
  test('is read with entities, CDATA, comments and namespaces', () => {
    const xml = parseXml(
      '<?xml version="1.0"?>\n<a:A x="1"><!-- no --><B>&lt;&#228;&#x1F511;&amp;amp;</B><C><![CDATA[<&]]></C><D/></a:A>\n',
    );
    expect([xml?.name, textOf(xml, 'B'), textOf(xml, 'C'), textOf(xml, 'D')]).toEqual(['A', '<ä🔑&amp;', '<&', '']);
  });

  test.each([
    '',
    'text',
    '<A>',
    '<A><B></A>',
    '<A></A><B></B>',
    '<!DOCTYPE a [<!ENTITY x "y">]><A/>',
    '<A>&x;</A',
    '{}',
  ])('that is no whole document is none: %s', (text) => {
    expect(parseXml(text)).toBeUndefined();
  });
});
