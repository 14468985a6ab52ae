/**
 * Takes secrets out of texts that are kept or shown: tokens, keys, passwords, signed addresses. GitHub masks the
 * secrets that it knows; what a tool makes up, decodes or derives it prints as it is.
 *
 * Every rule begins with a fixed word and repeats single characters only, or a bounded number of times: the time is
 * linear in the text. A rule that takes too much costs a word of an excerpt, one that takes too little a password.
 */

/** What is taken out: nothing, secrets, or secrets and e-mail addresses. */
export type Redaction = 'none' | 'secrets' | 'all';

/** Stands where a secret stood. Formed like the masks of templates, so that drafts of patterns pass over it. */
export const redactedMark = '<redacted>';

/** A rule keeps its first group and takes the rest. */
const rules: readonly RegExp[] = [
  // Tokens that tell their issuer. GitHub, GitLab, npm, PyPI, Docker Hub, Slack, Stripe, Hugging Face, Vault,
  // DigitalOcean, Google (keys and OAuth), Azure AD client secrets.
  /()(?:gh[opsur]_[\w.-]{16,}|github_pat_\w{16,}|gl(?:pat|cbt|dt|rt|ptt)-[\w.-]{16,}|npm_[A-Za-z0-9]{30,})/g,
  /()(?:pypi-[\w-]{40,}|dckr_(?:pat|oat)_[\w-]{16,}|xox[a-z]-[\w-]{10,}|[rs]k_(?:live|test)_\w{16,}|hf_[A-Za-z0-9]{30,})/g,
  /()(?:hv[sbr]\.[\w-]{20,}|do[opr]_v1_[0-9a-f]{40,}|AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}|\dQ~[\w.~-]{30,})/g,
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
  /()\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g,
  // JSON in base64 begins with `eyJ`: JSON Web Tokens, what Docker sends as X-Registry-Auth.
  /()\beyJ[\w+/-]{14,}={0,2}(?:\.[\w-]{1,4096}){0,4}/g,
  // Private keys: whole, with line ends written out, or a line of one.
  /()-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----END))*(?:-----END [A-Z0-9 ]{0,40}-----)?/g,
  /()\b(?:MII[A-Za-z0-9+/]{40,}|b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/]*)={0,2}/g,
  // Credentials in addresses. A short name without a password (git@) tells nothing.
  /(:\/\/[^\s/@:"'<>]{0,256}:)[^\s/"'<>]{1,4096}(?=@)/g,
  /(:\/\/)[^\s/@:"'<>]{16,4096}(?=@)/g,
  // Signed addresses and tokens in queries; Go writes `&` as \u0026.
  /((?:[?&;]|\\u0026)(?:sig|signature|x-(?:amz|goog|oss)-(?:signature|credential|security-token)|awsaccesskeyid|googleaccessid|policy|key-pair-id|(?:access_|id_|refresh_|auth_?|private_)?token|password|client_secret|api_?key|jwt|se)=)[^\s&"'\\<>#]+/gi,
  // Headers.
  /(\bauthorization["']?\s{0,3}[:=]\s{0,3}["']?(?:bearer|basic|token|negotiate)\s{1,3})[^\s"',]{4,}/gi,
  /(\bauthorization["']?\s{0,3}[:=]\s{0,3}["']?)(?=\D{0,64}\d)[^\s"',<]{16,}/gi,
  /(\b(?:bearer|basic)\s{1,3})(?=[\w.~+/-]*\d)[\w.~+/-]{16,}={0,2}/gi,
  /(\b(?:x-(?:vault|auth|registry|amz-security|api|functions)[a-z-]{0,20}|private-token|job-token)["']?\s{0,3}[:=]\s{0,3}["']?)[^\s"',&]{6,}/gi,
  // Assignments, of environments, configurations and connection strings.
  /((?:secret|token|passw(?:or)?d|passphrase|api_?key|access_?key|private_?key|account_?key|credentials?|_auth)[\w.-]{0,40}["']?\s?=\s?["']?)[^\s"'&,;$*<]{4,}/gi,
  // Members of JSON: Docker's config.json, service accounts, OAuth answers.
  /("(?:auth|identitytoken|registrytoken|(?:access_?|refresh_?|id_?|auth_?|bearer_?)?token|password|passwd|secret|client_?secret|secret_?access_?key|private_?key|api_?key)\\?"\s{0,3}:\s{0,3}\\?")[^"\\]{4,}/gi,
  // Options of commands, and .netrc.
  /(\s--?(?:password|passwd|token|auth-token|api-key|access-key|secret-key|client-secret|registry-token)(?:=|\s{1,3})["']?)[^\s"'$*<-][^\s"']{3,}/gi,
  /(\blogin\b[^\n]{0,200}?\s-p[\s=]?["']?)[^\s"'$*<-][^\s"']{2,}/gi,
  /(\bcurl\b[^\n]{0,300}?\s(?:-u|--user)[\s=]?["']?[^\s:"']{1,100}:)[^\s"'$]{3,}/g,
  /(\blogin\s{1,3}\S{1,100}\s{1,3}password\s{1,3})\S+/gi,
];

/**
 * What one rule or another begins with, in the order of the rules. Most texts hold none of it and are spared
 * them all, which is most of what a scan of a small log would cost.
 */
const trigger =
  /gh[opsur]_|_pat_|gl(?:pat|cbt|[dr]t|ptt)-|npm_|pypi-|dckr_|xox[a-z]-|k_(?:live|test)_|hf_|hv[sbr]\.|_v1_|AIza|ya29\.|GOCSPX|Q~|A(?:KI|SI|BI|CC)A|eyJ|-----B|MII|b3Bl|:\/\/|[?&;6](?:sig|x-|aws|goog|policy|auth|api|jwt|se=)|authorization|bearer|basic|x-(?:vault|auth|registry|amz|api|functions)|(?:private|job)-token|secret|token|passw|passphrase|key|credential|_auth|"auth|\s--?(?:pass|auth|api|access|secret|client|registry)|\blogin|\bcurl/i;

const address = /\b[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}/gi;

/** The text without its secrets, each replaced by `<redacted>`. */
export function redact(text: string, redaction: Redaction = 'secrets'): string {
  if (redaction === 'none') return text;
  let safe = text;
  if (trigger.test(text)) {
    for (const rule of rules) safe = safe.replaceAll(rule, `$1${redactedMark}`);
  }
  return redaction === 'all' ? safe.replaceAll(address, redactedMark) : safe;
}
