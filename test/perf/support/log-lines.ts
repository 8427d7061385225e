const LEVELS = ['INFO', 'INFO', 'INFO', 'DEBUG', 'WARN', 'ERROR'];
const STEP_MS = 20;

export interface LogLinesOptions {
  readonly count: number;
  /** Time of the first line, ms since the epoch. */
  readonly from: number;
  /** Every how many lines one holds `needle`; the first at this index. */
  readonly every: number;
  readonly needle: string;
}

/** Raw lines as a rack sends them, a mix of plain text, logfmt and JSON, 90 to 240 characters long; always the same ones. */
export function logLines({ count, from, every, needle }: LogLinesOptions): string[] {
  return Array.from({ length: count }, (_, index) => {
    const time = new Date(from + index * STEP_MS).toISOString().replace('Z', '123456Z');
    const service = index % 3 === 0 ? 'worker' : 'web';
    const found = index % every === every - 1 ? ` ${needle}` : '';
    return `${time} service/${service}/${service}-5c9f7d${(index % 40) + 10} ${message(index)}${found}`;
  });
}

function message(index: number): string {
  const level = LEVELS[index % LEVELS.length] ?? 'INFO';
  const took = (index * 7_919) % 2_000;
  if (index % 5 === 0) {
    return `{"level":"${level.toLowerCase()}","msg":"GET /orders/${index}","status":${200 + (index % 3) * 100},"took":${took},"user":"u${index % 977}"}`;
  }
  if (index % 5 === 1)
    return `level=${level.toLowerCase()} msg="order placed" order=${index} took=${took}ms user=u${index % 977}`;
  return `${level} GET /orders/${index} 200 in ${took} ms, cache ${index % 2 ? 'hit' : 'miss'}, user u${index % 977}, request ${index.toString(16).padStart(12, '0')}`;
}
