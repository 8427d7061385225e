import { forcedReadOnly, ReadOnlySwitch } from '../access/read-only.ts';
import { ACTIONS, findAction } from '../actions/index.ts';
import { actionList, actionUsage } from '../cli/action-list.ts';
import { doRequestOf } from '../cli/do-request.ts';
import type { Invocation } from '../cli/invocation.ts';
import { runDo } from '../cli/run-do.ts';
import { Failure } from '../domain/failure.ts';
import { createDeck } from '../live/create-deck.ts';
import type { ProxyDesk } from '../live/proxy-desk.ts';
import type { Run } from '../main.ts';
import { liveGuardrails } from '../platform/live-guardrails.ts';
import { selectTarget } from '../targets/select-target.ts';
import { answerCodes } from './code-prompt.ts';
import { openActions } from './open-actions.ts';

/** `rackdeck do`: one action through the pipeline, without the dashboard. */
export async function doCommand(
  { common, do: request }: Extract<Invocation, { command: 'do' }>,
  { world, output, signal, proc }: Run,
): Promise<number> {
  if (request.action === 'list') {
    const [wanted] = request.subjects;
    const one = wanted === undefined ? undefined : findAction(wanted);
    if (wanted !== undefined && !one) throw unknownAction(wanted);
    output.out(one ? actionUsage(one) : actionList(ACTIONS));
    return 0;
  }
  const action = findAction(request.action);
  if (!action) throw unknownAction(request.action);
  const listing = await world.list({ wanted: common.rack, onlySelected: true });
  const target = selectTarget(listing, common.rack);
  const { environment, own } = world;
  const guardrails = liveGuardrails(environment, (await own.file.read()).settings.guardrails);
  const read = (path: string): Promise<string> =>
    path === '-' ? readAll(proc.stdin) : actions.interaction.readFile(path);
  const deck = createDeck({
    listing: { ...listing, targets: [target] },
    now: environment.now,
    random: environment.random,
  });
  const actions = openActions({
    world,
    deck,
    rules: () => guardrails.current(),
    proc,
    scripted: true,
    readOnly: new ReadOnlySwitch(forcedReadOnly(common.readOnly, environment.env.RACKDECK_READ_ONLY)),
    closed: request.json,
  });
  const stepUp = actions.stepUp(target.name);
  const stopAnswering = stepUp ? answerCodes({ stepUp, proc, output }) : () => undefined;
  try {
    const where = { rack: target.name, app: common.app, service: request.service };
    const asked = await doRequestOf(action, request, where, read);
    const untilClosed = (): Promise<void> => proxiesClosed(actions.proxies, signal);
    return await runDo({ request, action, asked, desk: actions.desk, output, signal, untilClosed });
  } finally {
    stopAnswering();
    await actions.close();
    await deck.dispose();
  }
}

/** A port that is closed with the program would be of no use: it stays open until Ctrl-C. */
function proxiesClosed({ list }: ProxyDesk, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (list.get().length > 0 && !signal.aborted) return;
      stop();
      signal.removeEventListener('abort', look);
      resolve();
    };
    const stop = list.subscribe(look);
    signal.addEventListener('abort', look, { once: true });
    look();
  });
}

function unknownAction(id: string): Failure {
  const near = ACTIONS.map((action) => action.id).filter((known) => known.split('.')[0] === id.split('.')[0]);
  return new Failure({
    kind: 'usage',
    what: `There is no action '${id}'`,
    next: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : '`rackdeck do list` lists them.',
  });
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts).toString('utf8');
}
