/** Lines with escape sequences, which may stand inside a word. AssemblyScript; see find.ts. */
import { isEdgeWord } from './beginnings';
import { isStamp, LF, SPACE, STAMP_LENGTH } from './bytes';
import { strip } from './escapes';
import { LINE_BYTES, SCRATCH, TABLES } from './memory';
import { bitsOf, hitsAt } from './probes';
import { HASH, isCounted, vertexMatters } from './vertices';
import { isMark, wordAt } from './words';

/** `ESC[36;1m`, and the seven bytes it has. */
const CYAN: u64 = 0x6d313b36335b1b;
const SEVEN_BYTES: u64 = 0x00ff_ffff_ffff_ffff;

/** Whether the line [start, end) matters once its escape sequences are gone; cyan ones do if they are read. */
export function colouredLineMatters(start: usize, end: usize, readsCyan: bool): bool {
  const clipped = end - start > LINE_BYTES ? start + LINE_BYTES : end;
  const isStamped = isStamp(start) && load<u8>(start + STAMP_LENGTH) == SPACE;
  const from = isStamped ? start + STAMP_LENGTH + 1 : start;
  const cyan = (load<u64>(from) & SEVEN_BYTES) == CYAN;
  if (cyan && readsCyan) return true;
  const text = SCRATCH + 32;
  const stripped = strip(from, clipped, text);
  if (stripped == 0) return true;
  store<u8>(stripped, LF);
  v128.store(stripped, i8x16.splat(0), 1);
  v128.store(stripped, i8x16.splat(0), 17);
  if (stripped > text && isEdgeWord(text)) return true;
  if (!cyan && !isCounted(start) && load<u8>(text) == HASH && vertexMatters(text, start)) return true;
  return hasWord(text, stripped);
}

/** Whether a word, or a byte order mark, stands in [text, end). A window may begin a byte before its word. */
function hasWord(text: usize, end: usize): bool {
  const l0 = v128.load(TABLES);
  const l1 = v128.load(TABLES, 16);
  const l2 = v128.load(TABLES, 32);
  const l3 = v128.load(TABLES, 48);
  const l4 = v128.load(TABLES, 64);
  const l5 = v128.load(TABLES, 80);
  const h2 = v128.load(TABLES, 96);
  for (let p = text - 1; p < end; p += 16) {
    for (let bits = bitsOf(hitsAt(p, l0, l1, l2, l3, l4, l5, h2)); bits; bits &= bits - 1) {
      const w = p + ctz(bits);
      if (isMark(w) || wordAt(w, text, end, false)) return true;
    }
  }
  return false;
}
