import type { FrameSocket } from '../wire/frame-socket.ts';
import { kubernetesNotFound, RackError } from '../wire/rack-error.ts';
import { type Pod, podStatus, visible } from '../world/pod.ts';
import { envMap } from '../world/releases.ts';
import { runCommand, type ShellWorld } from '../world/shell.ts';
import { appOf, type Call, type SocketRoute, variable } from './call.ts';
import { converse } from './terminal-session.ts';

/** Precedes the exit code, in a frame of its own (convox-api.md 2.5). */
export const EXIT_MARKER = 'F1E49A85-0AD7-4AEF-A618-C249C6E6568D:';

const CONSOLE_TYPES = ['mariadb', 'memcached', 'mysql', 'postgis', 'postgres', 'redis'];

export const execSockets: readonly SocketRoute[] = [
  { pattern: '/apps/{app}/processes/{pid}/exec', reads: true, writes: true, open: exec },
  { pattern: '/instances/{id}/shell', reads: true, writes: true, open: instanceShell },
  {
    pattern: '/apps/{app}/resources/{resource}/console',
    reads: true,
    writes: true,
    v3Only: true,
    open: resourceConsole,
  },
];

async function exec(call: Call, socket: FrameSocket): Promise<void> {
  const { options } = call;
  options.integer('header', 'Height');
  options.integer('header', 'Width');
  const tty = options.flag('header', 'Tty') ?? true;
  const command = options.required('header', 'command');
  const pod = execTarget(call);
  if (pod === undefined) {
    leave(socket, 0);
    throw kubernetesNotFound('pods', variable(call, 'pid'));
  }
  if (podStatus(pod, call.now, call.rack.timings) !== 'running') {
    leave(socket, 1);
    throw new RackError(500, 'unable to upgrade connection: container not found');
  }
  const world = worldOf(call, pod);
  const outcome = runCommand(command, world);
  if (outcome.interactive !== undefined && options.flag('header', 'Disable-Stdin') !== true) {
    const code = await converse(socket, { mode: outcome.interactive, world, prompt: '/app $ ', echo: tty });
    return finish(socket, code);
  }
  socket.write(Buffer.from(tty ? outcome.output.replaceAll('\n', '\r\n') : outcome.output));
  await call.pause(outcome.seconds * 1000);
  finish(socket, outcome.code);
}

/** A process id, or a service name for a random running process of it. */
function execTarget(call: Call): Pod | undefined {
  const { rack, now } = call;
  const app = appOf(call);
  const wanted = variable(call, 'pid');
  const known = rack.pods.get(wanted);
  if (known !== undefined && known.app === app.name && visible(known, now)) return known;
  const candidates = [...rack.podsOf(app.name)].filter(
    (pod) => pod.service === wanted && visible(pod, now) && podStatus(pod, now, rack.timings) === 'running',
  );
  return candidates.length === 0 ? undefined : rack.whim.pick(candidates);
}

function worldOf(call: Call, pod: Pod): ShellWorld {
  const app = appOf(call);
  const release = app.releases.find(({ id }) => id === pod.release);
  const own = new Map(envMap(release?.env ?? ''));
  own.set('APP', app.name).set('RACK', call.rack.shortName).set('RELEASE', pod.release).set('SERVICE', pod.service);
  return { env: own, cwd: '/app', hostname: pod.id };
}

function leave(socket: FrameSocket, code: number): void {
  socket.frame(Buffer.from(`${EXIT_MARKER}${code}\n`));
}

function finish(socket: FrameSocket, code: number): void {
  leave(socket, code);
  socket.end();
}

async function instanceShell(call: Call, socket: FrameSocket): Promise<void> {
  const { options, rack } = call;
  const id = variable(call, 'id');
  const node = rack.nodes.find((candidate) => candidate.id === id || candidate.ec2Id === id);
  if (node === undefined) throw new RackError(404, `instance not found: ${id}`);
  const key = Buffer.from(options.text('header', 'Private-Key') ?? '', 'base64').toString('utf8');
  if (!rack.generation.v2 && !key.includes('PRIVATE KEY')) throw new RackError(500, 'ssh: no key found');
  const world: ShellWorld = { env: new Map(), cwd: '/home/ec2-user', hostname: node.id };
  const command = options.text('header', 'Command') ?? '';
  if (command !== '') {
    const outcome = runCommand(command, world);
    socket.write(Buffer.from(outcome.output));
    await call.pause(outcome.seconds * 1000);
    return finish(socket, outcome.code);
  }
  finish(socket, await converse(socket, { mode: 'shell', world, prompt: '[ec2-user@ip ~]$ ', echo: true }));
}

async function resourceConsole(call: Call, socket: FrameSocket): Promise<void> {
  const app = appOf(call);
  const name = variable(call, 'resource');
  const resource = app.resources.find((candidate) => candidate.name === name);
  if (resource === undefined) throw new RackError(404, `resource not found: ${name}`);
  if (!CONSOLE_TYPES.includes(resource.type)) {
    throw new RackError(500, `console not available for resources of type: ${resource.type}`);
  }
  const world: ShellWorld = { env: new Map(), cwd: '/', hostname: name };
  await converse(socket, { mode: 'console', world, prompt: `${app.name}=> `, echo: true });
  // No exit marker here: the stream just ends.
  socket.end();
}
