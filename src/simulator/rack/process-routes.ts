import { kubernetesNotFound, RackError } from '../wire/rack-error.ts';
import { bytes, json, ok } from '../wire/reply.ts';
import { checkBudget } from '../world/deploy.ts';
import { parseManifest } from '../world/manifest.ts';
import { runPodName } from '../world/names.ts';
import { type Pod, type PodFate, visible } from '../world/pod.ts';
import { evict, newPod } from '../world/pods.ts';
import { findRelease } from '../world/releases.ts';
import { processShape } from '../world/shape.ts';
import { runCommand } from '../world/shell.ts';
import { appOf, type Call, type HttpRoute, variable } from './call.ts';

export const processRoutes: readonly HttpRoute[] = [
  { method: 'GET', pattern: '/apps/{app}/processes', cached: true, handle: listProcesses },
  {
    method: 'GET',
    pattern: '/apps/{app}/processes/{pid}',
    handle: (call) => json(processShape(call.rack, podOf(call), call.now)),
  },
  { method: 'DELETE', pattern: '/apps/{app}/processes/{pid}', handle: stopProcess },
  { method: 'POST', pattern: '/apps/{app}/services/{service}/processes', handle: runProcess },
  { method: 'GET', pattern: '/apps/{app}/processes/{pid}/files', handle: downloadFile },
  { method: 'POST', pattern: '/apps/{app}/processes/{pid}/files', handle: uploadFiles },
  { method: 'DELETE', pattern: '/apps/{app}/processes/{pid}/files', handle: deleteFiles },
];

/** Visible processes as JSON, ordered by app, service, id. */
export function processList({ rack, now }: Call, keep: (pod: Pod) => boolean): object[] {
  return [...rack.pods.values()]
    .filter((pod) => visible(pod, now) && keep(pod))
    .sort((a, b) => order(a.app, b.app) || order(a.service, b.service) || order(a.id, b.id))
    .map((pod) => processShape(rack, pod, now));
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** An unknown app has no processes; that is no error. */
function listProcesses(call: Call) {
  const app = variable(call, 'app');
  const service = call.options.text('query', 'service');
  const release = call.options.text('query', 'release');
  return json(
    processList(
      call,
      (pod) =>
        pod.app === app && (!service || pod.service === service) && (!release || pod.release === release.toUpperCase()),
    ),
  );
}

export function podOf(call: Call): Pod {
  const id = variable(call, 'pid');
  const pod = call.rack.pods.get(id);
  if (pod === undefined || pod.app !== variable(call, 'app') || !visible(pod, call.now))
    throw kubernetesNotFound('pods', id);
  return pod;
}

/** A process of a service is replaced at once by a new one. */
function stopProcess(call: Call) {
  const pod = podOf(call);
  call.rack.change((rack, now) => evict(rack, pod, now, now + rack.timings.podTerminating));
  return ok();
}

function runProcess(call: Call) {
  const { rack, options } = call;
  const app = appOf(call);
  const name = variable(call, 'service');
  checkBudget(app);
  const release = findRelease(app, options.text('header', 'Release') || app.release || app.releases.at(-1)?.id || '');
  const spec = parseManifest(release.manifest).services.find((service) => service.name === name);
  if (spec === undefined) throw new RackError(500, `no such service: ${name}`);
  const command = options.text('header', 'Command') ?? '';
  const cpuRequest = options.integer('header', 'Cpu') ?? spec.cpu;
  const memoryRequest = options.integer('header', 'Memory') ?? spec.memory;
  for (const number of ['Cpu-Limit', 'Memory-Limit', 'Gpu', 'Height', 'Width']) options.integer('header', number);
  const pod = rack.change((world, now) =>
    world.addPod(
      newPod(world, {
        id: runPodName(world.random, name),
        app: app.name,
        service: name,
        kind: 'run',
        release: release.id,
        build: release.build,
        command,
        bornAt: now,
        cpuRequest,
        memoryRequest,
        fate: fateOfCommand(command),
      }),
    ),
  );
  return json(processShape(rack, pod, call.now));
}

/** How long a one-off command runs and how it ends. */
function fateOfCommand(command: string): PodFate {
  const outcome = runCommand(command, { env: new Map(), cwd: '/app', hostname: '' });
  return { kind: 'exits', afterMs: Math.max(1_500, outcome.seconds * 1000), code: outcome.code };
}

function downloadFile(call: Call) {
  const app = appOf(call);
  const file = call.options.required('arg', 'file');
  const stored = app.files.get(`${podOf(call).id}:${file}`);
  if (stored === undefined) throw new RackError(500, `tar: ${file}: Cannot stat: No such file or directory`);
  return bytes(stored);
}

/** The archive is kept whole, under the name of every path that a later download may ask for. */
function uploadFiles(call: Call) {
  const app = appOf(call);
  app.files.set(`${podOf(call).id}:${tarName(call.body)}`, call.body);
  return ok();
}

const tarName = (tar: Buffer): string => tar.subarray(0, 100).toString('utf8').replace(/\0.*$/s, '');

function deleteFiles(call: Call) {
  const app = appOf(call);
  const pod = podOf(call);
  for (const file of call.options.list('arg', 'files') ?? []) app.files.delete(`${pod.id}:${file}`);
  return ok();
}
