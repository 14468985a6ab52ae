/** The environment variables that the program reads. */
export const environment: Readonly<Record<string, string>> = {
  BUILDLOG_DB: 'the database, where --db is not given',
  XDG_DATA_HOME:
    'your data folder (else ~/.local/share); the database is buildlog/buildlog.db in it',
  GH_TOKEN: 'the token for github.com and ghe.com; GITHUB_TOKEN where it is not set',
  GH_ENTERPRISE_TOKEN: 'the token for a GHES; GITHUB_ENTERPRISE_TOKEN where it is not set',
  GH_HOST: 'the GitHub that is asked, where --api-url is not given (else github.com)',
  GITHUB_API_URL: 'its API, as Actions sets it',
  GITHUB_ACTIONS: "set by Actions: on a GHES its GITHUB_TOKEN is that server's",
  NO_COLOR: 'no emphasis, if set to anything (no-color.org)',
  CLICOLOR_FORCE: 'emphasis even into a pipe, if set and not 0; NO_COLOR beats it',
  CLICOLOR: 'no emphasis if 0',
  TERM: 'no emphasis if dumb',
  COLUMNS: 'the width of what is printed, where there is no terminal to ask (else 120)',
  BUILDLOG_DEBUG: 'print the stack of an error that should not happen',
  BUILDLOG_FINDER: 'how logs are searched: plain without WebAssembly, none reads every line',
  BUILDLOG_PACE: 'divides the waits for GitHub, for tests',
};
