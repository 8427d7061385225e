import type { LogLevel } from './log-line.ts';

/** From least to most. */
export const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** How much a level matters, for "this level and above". */
const RANK: Readonly<Record<LogLevel, number>> = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, fatal: 5 };

export function logLevelRank(level: LogLevel): number {
  return RANK[level];
}

const WORDS: ReadonlyMap<string, LogLevel> = new Map<string, LogLevel>([
  ['trace', 'trace'],
  ['verbose', 'trace'],
  ['debug', 'debug'],
  ['dbg', 'debug'],
  ['info', 'info'],
  ['information', 'info'],
  ['notice', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['error', 'error'],
  ['err', 'error'],
  ['severe', 'error'],
  ['fatal', 'fatal'],
  ['critical', 'fatal'],
  ['crit', 'fatal'],
  ['alert', 'fatal'],
  ['emerg', 'fatal'],
  ['emergency', 'fatal'],
  ['panic', 'fatal'],
]);

/** `WARNING` -> `warn`; undefined for a word that names no level. */
export function logLevelOf(word: string): LogLevel | undefined {
  return WORDS.get(word.toLowerCase());
}

/** Levels are near the beginning; a stack trace or a body further on says nothing about the line. */
const LOOK_AT = 300;

const JSON_LEVEL = /"(?:level|lvl|severity|levelname|log\.level)"\s*:\s*(?:"([A-Za-z]{3,11})"|(\d{1,3})\b)/;
const LOGFMT_LEVEL = /(?:^|[\s|])(?:level|lvl|severity)=["']?([A-Za-z]{3,11})\b/;
// Capitals anywhere early; lower case only where it is set off: `[warn]`, `error:`, `<info>`. A "retry on error" is no error.
const CAPITALS =
  /(?:^|[^A-Za-z0-9_-])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT|ALERT|EMERG|PANIC)(?![A-Za-z0-9_-])/;
const SET_OFF =
  /(?:[[<(](trace|debug|info|notice|warn|warning|error|err|fatal|critical|crit|alert|emerg|panic)[\])>]|^\s*(trace|debug|info|notice|warn|warning|error|fatal|critical|panic)\s*:)/i;
const CRASH =
  /^\s*(?:Traceback \(most recent call last\)|Unhandled|Uncaught|Exception in thread|[A-Za-z_.:]*(?:Error|Exception)\b\s*[:(])/;
const KLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d/;
const KLOG_LEVEL: Readonly<Record<string, LogLevel>> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' };
const SGR = /\u001b\[[0-9;:]*m/g;

/** Level of a message in JSON, logfmt or plain text, colours ignored; undefined where none is told. */
export function detectLogLevel(message: string): LogLevel | undefined {
  const head = plainHead(message);
  if (isJson(head)) {
    const match = JSON_LEVEL.exec(message);
    if (!match) return undefined;
    return match[1] !== undefined ? logLevelOf(match[1]) : numericLevel(Number(match[2]));
  }
  if (head.includes('=')) {
    const word = LOGFMT_LEVEL.exec(head)?.[1];
    const level = word === undefined ? undefined : logLevelOf(word);
    if (level) return level;
  }
  return plainLevel(head);
}

function plainHead(message: string): string {
  const head = message.length > LOOK_AT ? message.slice(0, LOOK_AT) : message;
  return head.includes('\u001b') ? head.replace(SGR, '') : head;
}

function isJson(head: string): boolean {
  return head.charCodeAt(0) === 0x7b;
}

/** Bunyan and pino: 10 trace ... 60 fatal. */
function numericLevel(value: number): LogLevel | undefined {
  if (value < 10 || value > 69) return undefined;
  return LOG_LEVELS[Math.floor(value / 10) - 1];
}

function plainLevel(head: string): LogLevel | undefined {
  const capital = CAPITALS.exec(head)?.[1];
  if (capital !== undefined) return logLevelOf(capital);
  const setOff = SET_OFF.exec(head);
  const word = setOff?.[1] ?? setOff?.[2];
  if (word !== undefined) return logLevelOf(word);
  if (CRASH.test(head)) return 'error';
  const klog = KLOG.exec(head)?.[1];
  return klog === undefined ? undefined : KLOG_LEVEL[klog];
}

const KLOG_LETTER: Readonly<Record<LogLevel, string>> = {
  trace: '',
  debug: '',
  info: 'I',
  warn: 'W',
  error: 'E',
  fatal: 'F',
};

/**
 * A quick test that passes at least every text in which {@link detectLogLevel} would find one of `levels` (colourless
 * text only). Spares a filter the full look at most lines.
 */
export function levelHint(levels: ReadonlySet<LogLevel>): RegExp {
  const parts = [...WORDS].filter(([, level]) => levels.has(level)).map(([word]) => word);
  for (const level of levels) {
    parts.push(`:\\s*${logLevelRank(level) + 1}\\d`);
    if (KLOG_LETTER[level] !== '') parts.push(`${KLOG_LETTER[level]}\\d{4} `);
    if (level === 'error') parts.push('exception', 'traceback', 'unhandled', 'uncaught');
  }
  return new RegExp(parts.join('|'), 'i');
}
