/** What a line begins with, behind its stamp: words of the left edge, vertices. AssemblyScript; see find.ts. */
import { equal, isDigit, isStamp, SPACE, STAMP_LENGTH } from './bytes';
import { EDGES, WORDS } from './memory';
import { HASH, isIdle, vertexMatters } from './vertices';

const THREE_BYTES: u32 = 0x00ff_ffff;

// @ts-ignore: decorator
@inline
function hashOfEdge(four: u32): usize {
  return <usize>(((four & THREE_BYTES) * 0x9e3779b1) >>> 22);
}

/** Whether one of the words of the left edge stands at `p`. */
export function isEdgeWord(p: usize): bool {
  let index = <u32>load<u16>(EDGES + (hashOfEdge(load<u32>(p)) << 1));
  while (index) {
    const word = WORDS + (<usize>index << 4);
    if (equal(p, <usize>load<u32>(word, 8), <usize>load<u16>(word, 2))) return true;
    index = <u32>load<u16>(word);
  }
  return false;
}

/** Whether the line at `start` matters for what it begins with, behind its stamp. */
export function beginningMatters(start: usize, hi: usize): bool {
  let edge = start;
  if (isDigit(load<u8>(start))) {
    // No word of the edge begins with a digit.
    if (!isStamp(start) || load<u8>(start + STAMP_LENGTH) != SPACE) return false;
    edge += STAMP_LENGTH + 1;
  }
  if (edge >= hi) return false;
  return isEdgeWord(edge) || (load<u8>(edge) == HASH && vertexMatters(edge, start));
}

/** Whether what a line begins with must be looked at. */
// @ts-ignore: decorator
@inline
export function mayBeginningMatter(start: usize): u32 {
  const edge = start + (<usize>isDigit(load<u8>(start))) * (STAMP_LENGTH + 1);
  const four = load<u32>(edge);
  // Lines of vertices come in runs: the processor knows what comes next.
  if ((four & 0xff) == HASH) {
    if (isIdle(edge, four)) return 0;
    return <u32>isDigit(load<u8>(edge + 1)) | <u32>(load<u16>(EDGES + (hashOfEdge(four) << 1)) != 0);
  }
  return <u32>(load<u16>(EDGES + (hashOfEdge(four) << 1)) != 0);
}
