/** The prefix grammar: one message in all the wrappings in which it is printed. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { peel, withoutCommand } from '../../src/matching/peel.ts';

const message = 'process "/bin/sh -c make" did not complete successfully: exit code: 2';

describe('peeling leaves the message', () => {
  test.each([
    ['Buildx since 0.9', `ERROR: failed to solve: ${message}`],
    ['Buildx before 0.9, and buildctl', `error: failed to solve: ${message}`],
    ['Buildx since 0.25', `ERROR: failed to build: failed to solve: ${message}`],
    ['bake', `ERROR: target web: failed to solve: ${message}`],
    [
      'build-push-action since 2.9',
      `##[error]buildx failed with: ERROR: failed to solve: ${message}`,
    ],
    [
      'build-push-action before',
      `##[error]buildx call failed with: error: failed to solve: ${message}`,
    ],
    ['bake-action', `##[error]buildx bake failed with: ERROR: failed to solve: ${message}`],
    ['setup-buildx-action', `##[error]ERROR: ${message}`],
    ['a copy from the web page', `Error: buildx failed with: ERROR: failed to solve: ${message}`],
    [
      'a frontend of 2021',
      `error: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to build LLB: ${message}`,
    ],
    ['a frontend given as an image', `failed to solve with frontend gateway.v0: ${message}`],
    ['nothing', message],
  ])('from %s', (_, wrapped) => {
    expect(peel(wrapped)).toBe(message);
  });
});

test('the code of a gRPC error and the wrapping of its stream are part of the message', () => {
  const lost =
    'failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF';
  expect(peel(`##[error]buildx failed with: ERROR: ${lost}`)).toBe(lost);
  expect(peel('ERROR: failed to solve: Canceled: context canceled')).toBe(
    'Canceled: context canceled',
  );
});

test('a wrapper further on is text', () => {
  const text = 'the test expects ERROR: failed to solve: boom';
  expect(peel(text)).toBe(text);
});

test('every wrapping in the order of the grammar, in any selection, comes off', () => {
  const wrappers = [
    '##[error]',
    'buildx failed with: ',
    'ERROR: ',
    'failed to build: ',
    'target web: ',
    'failed to solve: ',
  ];
  fc.assert(
    fc.property(fc.subarray(wrappers), (chosen) => {
      expect(peel(`${chosen.join('')}${message}`)).toBe(message);
    }),
  );
});

test('peeling never adds, and stops at what is no wrapper', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(text.endsWith(peel(text))).toBe(true);
    }),
  );
});

describe('the user’s own command is blanked out', () => {
  test.each([
    [
      'process "echo "x" did not complete, no space left on device"" did not complete successfully: exit code: 7',
      'process "…" did not complete successfully: exit code: 7',
    ],
    [
      'process "/bin/sh -c echo \\"connection reset\\"" did not complete successfully: exit code: 7',
      'process "…" did not complete successfully: exit code: 7',
    ],
    [
      'process "a "quoted" word" did not complete successfully: exit code: 7',
      'process "…" did not complete successfully: exit code: 7',
    ],
    [
      'executor failed running [/bin/sh -c a[1]=x]: exit code: 1',
      'executor failed running […]: exit code: 1',
    ],
    [
      "The command '/bin/sh -c npm install' returned a non-zero code: 1",
      "The command '…' returned a non-zero code: 1",
    ],
  ])('%s', (text, expected) => {
    expect(withoutCommand(text)).toBe(expected);
  });

  test('whatever it is, the reason behind it stays', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat({ max: 255 }), (command, code) => {
        const text = `process "${command}" did not complete successfully: exit code: ${code}`;
        expect(withoutCommand(text)).toBe(
          `process "…" did not complete successfully: exit code: ${code}`,
        );
      }),
    );
  });
});
