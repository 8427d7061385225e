import type { FrameSocket } from '../wire/frame-socket.ts';
import { goTime, goTimeNano } from '../wire/go-json.ts';
import { RackError } from '../wire/rack-error.ts';
import { appLines, type LogLine, podLines, previousLines, systemLines } from '../world/app-log.ts';
import { buildLines } from '../world/build-log.ts';
import { findBuild } from '../world/builds.ts';
import { type Pod, podStatus, visible } from '../world/pod.ts';
import { appOf, type Call, type SocketRoute, variable } from './call.ts';
import { matchesPattern } from './filter-pattern.ts';
import { followLog, type LogFormat, lineBytes } from './log-follower.ts';
import { podOf } from './process-routes.ts';

export const logSockets: readonly SocketRoute[] = [
  { pattern: '/apps/{app}/logs', open: appLogs },
  { pattern: '/system/logs', open: rackLogs },
  { pattern: '/apps/{app}/services/{service}/logs', since: '3.19.4', open: serviceLogs },
  { pattern: '/apps/{app}/processes/{pid}/logs', v3Only: true, open: processLogs },
  { pattern: '/apps/{app}/builds/{id}/logs', open: buildLogs },
];

const DEFAULT_SINCE_MS = 120_000;
const DEFAULT_TAIL = 10;
const DEFAULT_MAX_STREAMS = 20;

const bare: LogFormat = (line) => line.message;

/** `<RFC3339 sec>Z <stream> <message>` */
const stream: LogFormat = (line) => {
  const name =
    'pod' in line.origin
      ? `service/${line.origin.pod.service}/${line.origin.pod.id}`
      : `system/k8s/${line.origin.object}`;
  return Buffer.concat([Buffer.from(`${goTime(line.at)} ${name} `), line.message]);
};

/** `[pod/<pod>/<container>] <RFC3339Nano> <message>` */
const kubernetes: LogFormat = (line) => {
  const tag = 'pod' in line.origin ? `pod/${line.origin.pod.id}/${line.origin.pod.app}` : line.origin.object;
  return Buffer.concat([Buffer.from(`[${tag}] ${goTimeNano(line.at, line.nanos)} `), line.message]);
};

function appLogs(call: Call, socket: FrameSocket): void {
  const app = appOf(call);
  cloudWatch(call, socket, (from, to) => appLines(call.rack, app, from, to));
}

function rackLogs(call: Call, socket: FrameSocket): void {
  cloudWatch(call, socket, (from, to) => systemLines(call.rack, from, to));
}

/** App and rack logs: prefix off by default; the filter works on AWS only. */
function cloudWatch(call: Call, socket: FrameSocket, lines: (from: number, to: number) => LogLine[]): void {
  const { options, rack } = call;
  const since = options.duration('header', 'Since') ?? DEFAULT_SINCE_MS;
  const follow = options.flag('header', 'Follow') ?? true;
  const pattern = rack.provider === 'aws' ? (options.text('header', 'Filter') ?? '') : '';
  followLog(call, socket, {
    from: rack.pulse - since,
    follow,
    format: options.flag('header', 'Prefix') === true ? stream : bare,
    lines: (from, to) => {
      const all = lines(from, to);
      return pattern === '' ? all : all.filter((line) => matchesPattern(pattern, line.message.toString('utf8')));
    },
  });
}

/** Attaches to the pods of this moment: later ones are not picked up, and the stream ends with them. */
function serviceLogs(call: Call, socket: FrameSocket): void {
  const app = appOf(call);
  const { options, rack, now } = call;
  const service = variable(call, 'service');
  const since = options.duration('header', 'Since') ?? DEFAULT_SINCE_MS;
  const follow = options.flag('header', 'Follow') ?? true;
  const tail = options.integer('header', 'Tail') ?? DEFAULT_TAIL;
  const previous = options.flag('header', 'Previous') ?? false;
  const limit =
    (rack.generation.since('3.24.5') ? options.integer('header', 'Maxlogrequests') : undefined) ?? DEFAULT_MAX_STREAMS;
  const pods = [...rack.podsOf(app.name)].filter(
    (pod) => pod.kind !== 'build' && pod.service === service && visible(pod, now),
  );
  if (pods.length === 0) throw new RackError(500, `no resources found in ${rack.shortName}-${app.name} namespace`);
  if (follow && pods.length > limit) {
    throw new RackError(
      500,
      `you are attempting to follow ${pods.length} log streams, but maximum allowed concurrency is ${limit}, use --max-log-requests to increase the limit`,
    );
  }
  const format = options.flag('header', 'Prefix') === false ? bare : kubernetes;
  if (previous) {
    socket.write(
      lineBytes(
        pods.flatMap((pod) => previousLines(pod, now).slice(-tail)),
        format,
      ),
    );
    socket.end();
    return;
  }
  const own = new Set(pods);
  const lines = (from: number, to: number): LogLine[] =>
    appLines(rack, app, from, to).filter((line) => 'pod' in line.origin && own.has(line.origin.pod));
  followLog(call, socket, {
    from: rack.pulse - since,
    follow,
    format,
    lines,
    backlog: (all) => tailPerPod(all, tail),
    ended: () => pods.every((pod) => !visible(pod, rack.now())),
  });
}

function tailPerPod(lines: readonly LogLine[], tail: number): LogLine[] {
  if (tail < 0) return [...lines];
  const left = new Map<Pod, number>();
  return lines
    .toReversed()
    .filter((line) => {
      if (!('pod' in line.origin)) return false;
      const used = left.get(line.origin.pod) ?? 0;
      left.set(line.origin.pod, used + 1);
      return used < tail;
    })
    .toReversed();
}

/**
 * Always follows. The server adds `Since` to the present, so that the default two minutes ask for lines of the future;
 * only a negative duration reaches back (convox-api.md 2.4).
 */
function processLogs(call: Call, socket: FrameSocket): void {
  const app = appOf(call);
  const pod = podOf(call);
  const { options, rack } = call;
  const sinceTime = rack.pulse + (options.duration('header', 'Since') ?? DEFAULT_SINCE_MS);
  followLog(call, socket, {
    from: sinceTime,
    follow: true,
    format: options.flag('header', 'Prefix') === true ? stream : bare,
    lines: (from, to) => podLines(rack, app, pod, from, to),
    ended: () => !visible(pod, rack.now()) || ['complete', 'failed'].includes(podStatus(pod, rack.now(), rack.timings)),
  });
}

function buildLogs(call: Call, socket: FrameSocket): void {
  const app = appOf(call);
  const build = findBuild(app, variable(call, 'id'));
  if (build.status === 'created' && call.rack.provider === 'aws') {
    throw new RackError(500, `unable to read logs for build: ${build.id}`);
  }
  followLog(call, socket, {
    from: build.startedAt,
    follow: build.endedAt === undefined,
    format: bare,
    lines: (from, to) => buildLines(app, build, from, to),
    ended: () => {
      call.rack.settle();
      return build.endedAt !== undefined;
    },
    wallClock: true,
  });
}
