/**
 * Made-up secrets of every kind, each inside the words that logs print around it. They are put together here so
 * that no scanner of repositories takes them for real ones.
 */
let state = 1;
/** Different every time, and the same in every run: the generator of Park and Miller. */
function random(length: number, alphabet: string): string {
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return alphabet[state % alphabet.length];
  }).join('');
}
const letters = 'aB3cD4eF5gH6iJ7kL8mN9oP0qR1sT2uV';
const hex = '0a1b2c3d4e5f6789';

export interface Canary {
  readonly kind: string;
  /** What must never be seen. */
  readonly secret: string;
  /** A message that holds it. */
  readonly message: string;
}

function canary(kind: string, secret: string, around = 'a tool printed %s here'): Canary {
  return { kind, secret, message: around.replace('%s', secret) };
}

const json = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = `${json({ alg: 'RS256', typ: 'JWT' })}.${json({ sub: 'repo:acme/shop' })}.${random(43, letters)}`;
const key = (length: number): string => `MII${random(length, `${letters}+/`)}`;
const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} RSA PRIVATE KEY-----`);

export const canaries: readonly Canary[] = [
  ...['ghp', 'gho', 'ghs', 'ghr', 'ghu'].map((start) =>
    canary(`GitHub's ${start}_`, `${start}_${random(36, letters)}`),
  ),
  canary("GitHub's github_pat_", `github_pat_${random(22, letters)}_${random(59, letters)}`),
  canary("GitHub's ghs_ that is a JWT", `ghs_${random(8, letters)}_${token}`),
  canary("GitLab's token", `glpat-${random(20, letters)}`),
  canary("npm's token", `npm_${random(36, letters)}`),
  canary("Docker Hub's token", `dckr_pat_${random(27, letters)}`),
  canary("AWS's key id", `AKIA${random(16, 'ABCDEFGH234567')}`),
  canary(
    "AWS's secret key",
    random(40, `${letters}/+`),
    'ENV AWS_SECRET_ACCESS_KEY=%s is set by the script',
  ),
  canary("AWS's session", `FwoGZXIv${random(80, letters)}`, 'export AWS_SESSION_TOKEN="%s"'),
  canary("Google's key", `AIza${random(35, letters)}`),
  canary("Google's access token", `ya29.${random(60, letters)}`),
  canary(
    "Google's service account",
    `${begin}\\n${key(60)}\\n${key(60)}\\n${end}`,
    '{"type": "service_account", "private_key": "%s\\n"}',
  ),
  canary(
    "Azure's storage key",
    `${random(86, `${letters}/+`)}==`,
    'DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=%s;EndpointSuffix=core',
  ),
  canary("Azure's client secret", `abc8Q~${random(34, letters)}`, '--client-secret %s was refused'),
  canary(
    'a password in an address',
    'hunter2!Pass',
    'dial https://deploy:%s@registry.acme.dev/v2/ failed',
  ),
  canary(
    'a password with an @ in an address',
    'hun@ter2@Pass',
    'proxy http://ci:%s@proxy:3128 failed',
  ),
  canary('a token in an address', random(40, hex), 'fatal: https://%s@git.acme.dev/shop.git'),
  canary(
    "Azure's signed address",
    random(43, letters),
    'Get "https://acme.blob.core.windows.net/log.txt?sv=2024-01-01&sp=r&sig=%s%%3D&se=2026"',
  ),
  canary(
    "AWS's signed address",
    random(64, hex),
    'GET https://s3.amazonaws.com/x?X-Amz-Date=20261123\\u0026X-Amz-Signature=%s\\u0026x-id=1: 403',
  ),
  canary("Google's signed address", random(64, hex), 'https://storage.dev/x?X-Goog-Signature=%s&y'),
  canary('a token in a query', random(12, letters), 'https://npm.acme.dev/x.tgz?access_token=%s'),
  ...['hf_', 'hvs.', 'GOCSPX-', 'sk_live_', 'xoxb-', 'glrt-'].map((start) =>
    canary(`a token that begins with ${start}`, start + random(34, letters)),
  ),
  canary("PyPI's token", `pypi-${random(60, letters)}`),
  canary("DigitalOcean's token", `dop_v1_${random(64, hex)}`),
  canary('an OpenSSH key', `b3BlbnNzaC1rZXktdjE${random(60, letters)}`),
  canary('a JWT', token),
  canary('a header', random(24, letters), '> Authorization: Bearer %s'),
  canary('basic authorization', Buffer.from('deploy:hunter2').toString('base64'), 'Basic %s'),
  canary("Vault's header", random(26, letters), 'curl -H "X-Vault-Token: %s" https://vault'),
  canary(
    "Docker's config",
    Buffer.from('deploy:hunter2hunter2').toString('base64'),
    '{"auths":{"registry.acme.dev":{"auth":"%s"}}}',
  ),
  canary("Docker's header", json({ username: 'deploy', password: 'x'.repeat(20) })),
  canary('a login', 'hunter2hunter2', 'docker login registry.acme.dev -u deploy -p %s'),
  canary('a long login', 'hunter2hunter2', 'docker login --username deploy --password %s acme.dev'),
  canary(
    "npm's configuration",
    random(30, letters),
    '//npm.acme.dev/:_authToken=%s in /root/.npmrc',
  ),
  canary('a .netrc', 'hunter2hunter2', 'machine github.com login deploy password %s'),
  canary('a password of curl', 'hunter2hunter2', 'curl -fsS -u deploy:%s https://acme.dev'),
  canary("a private key's line", key(61)),
  canary('a build argument', 'hunter2hunter2', 'docker build --build-arg NPM_TOKEN=%s .'),
];

/** Words that look a little like secrets and are what people must see. */
export const harmless: readonly string[] = [
  'ERROR: failed to solve: failed to fetch oauth token: unexpected status: 401 Unauthorized',
  'ERROR: failed to authorize: failed to fetch anonymous token: Get "https://auth.docker.io/token?scope=repository%3Alibrary%2Fnode%3Apull&service=registry.docker.io": dial tcp 10.0.0.1:443: i/o timeout',
  'denied: requested access to the resource is denied, authorization failed',
  'docker run -u 1000:1000 -p 8080:80 --secret id=npm,src=/run/secrets/npm acme/shop',
  'FROM docker.io/library/node:20@sha256:2bb6d6b6f5b6f9f0b2b1e5f0e3a5c7d9b0a1c2d3e4f5a6b7c8d9e0f1a2b3c4d5',
  'git clone git@github.com:acme/shop.git ssh://git@github.com/acme/shop.git',
  'http://localhost:8080/health failed: connect ECONNREFUSED 127.0.0.1:8080',
  'docker buildx create --name builder-a9e8a2d0-1111-4222-8333-944455556666 --use',
  'RUN --mount=type=secret,id=aws,target=/root/.aws/credentials aws s3 ls',
  'WWW-Authenticate: Bearer realm="https://ghcr.io/token",service="ghcr.io"',
  'password authentication failed for user "postgres"',
  'env: NPM_TOKEN=*** GH_TOKEN=${{ secrets.GH_TOKEN }} TOKEN=$TOKEN',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
];
