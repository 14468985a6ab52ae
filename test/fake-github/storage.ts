/** Where the fake keeps logs: signed addresses, Range, and a complaint about any token. */
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FakeGithub } from './fake.ts';

export function sendLog(
  fake: FakeGithub,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { headers } = request;
  if (headers.authorization !== undefined) {
    fake.violations.push('a token was sent to the storage');
    xml(response, 400, 'InvalidAuthenticationInfo');
    return;
  }
  const id = Number(/^\/actions-results\/(\d+)\//.exec(url.pathname)?.[1]);
  if (
    url.searchParams.get('sig') !== `signature-of-${id}` ||
    Number(url.searchParams.get('se')) < Date.now()
  ) {
    xml(response, 403, 'AuthenticationFailed');
    return;
  }
  const log = fake.logOf(id);
  if (log === null) {
    xml(response, 404, 'BlobNotFound');
    return;
  }
  const etag = `"0x${log.length}"`;
  if (headers['if-match'] !== undefined && headers['if-match'] !== etag) {
    xml(response, 412, 'ConditionNotMet');
    return;
  }
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  if (start > 0 && start >= log.length) {
    xml(response, 416, 'InvalidRange');
    return;
  }
  response.setHeader('content-type', 'text/plain');
  response.setHeader('etag', etag);
  response.setHeader('x-ms-blob-type', 'BlockBlob');
  if (start > 0)
    response.setHeader('content-range', `bytes ${start}-${log.length - 1}/${log.length}`);
  const body = log.subarray(start);
  response.setHeader('content-length', body.length);
  response.statusCode = start > 0 ? 206 : 200;
  response.end(body);
}

function xml(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}
