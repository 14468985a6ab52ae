/** Reads CSV as RFC 4180 tells, one character at a time, and knows nothing of how it was written. */

/** The records of a text, each a list of fields. */
export function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[i + 1] === '"') field += text[++i] ?? '';
      else quoted = false;
    } else if (char === '"') {
      quoted = true;
    } else if (char === ',' || char === '\n') {
      record.push(field);
      field = '';
      if (char === '\n') records.push(record);
      if (char === '\n') record = [];
    } else {
      field += char;
    }
  }
  if (field !== '' || record.length > 0) throw new Error('the last record does not end');
  return records;
}
