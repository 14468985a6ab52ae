/** Lines with which builds die, as the tools print them. */

/** SIGTERM to buildkitd, and its death ten seconds later. */
export const gracefulStop =
  'ERROR: failed to receive status: rpc error: code = Unavailable desc = closing transport due to: connection error: desc = "error reading from server: EOF", received prior goaway: code: NO_ERROR, debug data: "graceful_stop"';
/** SIGKILL to buildkitd. */
export const streamEof =
  'ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF';
export const canceled = 'ERROR: failed to solve: Canceled: context canceled';
export const noDaemon =
  'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
export const shutdownSignal =
  '##[error]The runner has received a shutdown signal. This can happen when the runner service is stopped, or a manually started runner is canceled.';
export const operationCanceled = '##[error]The operation was canceled.';

export function exitCode(code: number): string {
  return `##[error]Process completed with exit code ${code}.`;
}

const blob = 'https://registry.acme.test/v2/shop/web/blobs/sha256:0a1b';
export const push503 = `failed to push registry.acme.test/shop/web:1: unexpected status from HEAD request to ${blob}: 503 Service Unavailable`;
export const push401 = `failed to push registry.acme.test/shop/web:1: unexpected status from HEAD request to ${blob}: 401 Unauthorized`;

/** A vertex that fails, its replay and the client's last word. */
export function failedVertex(name: string, error: string): string {
  return [
    `#12 ${name}`,
    `#12 ERROR: ${error}`,
    '------',
    ` > ${name}:`,
    '------',
    `ERROR: failed to solve: ${error}`,
  ].join('\n');
}

/** A RUN step that ends with this exit code. */
export function failedRun(command: string, code: number): string {
  return failedVertex(
    `[2/2] RUN ${command}`,
    `process "/bin/sh -c ${command}" did not complete successfully: exit code: ${code}`,
  );
}
