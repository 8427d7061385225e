import { createHash } from 'node:crypto';
import { actionVerdict } from '../access/action-verdict.ts';
import { isProtected } from '../access/guardrails.ts';
import { mfaLevelOf } from '../access/mfa-level.ts';
import type { ReadOnlySwitch } from '../access/read-only.ts';
import { StepUp, type StepUpDependencies } from '../access/step-up.ts';
import { ActionDesk } from '../actions/action-desk.ts';
import { findAction } from '../actions/index.ts';
import type { Interaction } from '../actions/interaction.ts';
import type { PipelineDependencies, VerdictQuestion } from '../actions/pipeline.ts';
import { type RecoveryDependencies, recoverRuns } from '../actions/recover-runs.ts';
import { Failure } from '../domain/failure.ts';
import type { GuardrailRules } from '../domain/guardrail-rules.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Deck } from '../live/deck.ts';
import { ProxyDesk } from '../live/proxy-desk.ts';
import type { RackSession } from '../live/rack-session.ts';
import { SYSTEM_TIMERS } from '../live/timers.ts';
import type { GatewayApi } from '../protocol/gateway-api.ts';
import { createInteraction } from './interaction.ts';
import { journalRecorder } from './journal-recorder.ts';
import { openJournals } from './journals.ts';
import type { World } from './world.ts';

export interface OpenActions {
  readonly world: World;
  readonly deck: Deck;
  /** Asked anew before every plan, and right before what was confirmed is sent. */
  readonly rules: () => GuardrailRules;
  readonly proc: NodeJS.Process;
  /** Confirmed by the digest of a preview, not by a person at the keys. */
  readonly scripted: boolean;
  readonly readOnly: ReadOnlySwitch;
  /** No session may write to the output. */
  readonly closed?: boolean;
  readonly suspend?: (work: () => Promise<void>) => Promise<void>;
}

export interface Actions {
  readonly desk: ActionDesk;
  readonly proxies: ProxyDesk;
  readonly readOnly: ReadOnlySwitch;
  readonly interaction: Interaction;
  readonly verdict: (question: VerdictQuestion) => Verdict;
  readonly isProtected: (rack: string) => boolean;
  readonly stepUp: (rack: string) => StepUp | undefined;
  /** Reads back what an earlier run of the program left open; one sentence or two each. */
  recover(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Everything that guarded actions need of this machine and its settings. */
export function openActions(options: OpenActions): Actions {
  const { world, deck, rules, readOnly, proc, scripted } = options;
  const { environment } = world;
  const proxies = new ProxyDesk(SYSTEM_TIMERS);
  const interaction = createInteraction({
    environment,
    input: proc.stdin,
    output: proc.stdout,
    proxies,
    ...(options.suspend ? { suspend: options.suspend } : {}),
    ...(options.closed === undefined ? {} : { closed: options.closed }),
  });
  const stepUp = stepUps(deck, environment.now);
  const journals = openJournals(environment);
  const closing = new AbortController();
  const verdict = (question: VerdictQuestion): Verdict =>
    verdictOf(question, rules(), { now: environment.now(), readOnly: readOnly.cause.get() });
  const dependencies: PipelineDependencies = {
    action: findAction,
    session: (rack) => deck.session(rack),
    verdict,
    isProtected: (rack) => isProtected(rules(), rack),
    stepUp,
    mfaLevel: mfaLevelOf,
    recorder: journalRecorder((session) => journals(session.target), { scripted }),
    interaction,
    digest: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
    now: environment.now,
    timers: SYSTEM_TIMERS,
  };
  return {
    desk: new ActionDesk(dependencies),
    proxies,
    readOnly,
    interaction,
    verdict,
    isProtected: dependencies.isProtected,
    stepUp,
    recover: () => recover({ ...dependencies, journal: journals({ demo: world.demo }), signal: closing.signal }),
    close: () => {
      closing.abort();
      return proxies.stopAll();
    },
  };
}

async function recover(dependencies: RecoveryDependencies): Promise<readonly string[]> {
  const found = await recoverRuns(dependencies);
  return found.map(({ run, words }) => `Cut off before its end: ${run.intent.headline}. ${words}`);
}

interface Now {
  readonly now: number;
  readonly readOnly: ReturnType<ReadOnlySwitch['cause']['get']>;
}

function verdictOf(
  { action, session, request, tier, command }: VerdictQuestion,
  rules: GuardrailRules,
  { now, readOnly }: Now,
): Verdict {
  const { subjects } = request;
  return actionVerdict({ ...action, tier }, session.access.get(), rules, {
    rack: request.rack,
    apps: subjects.flatMap((subject) => subject.app ?? []),
    ...(command ?? {}),
    count: Math.max(1, subjects.length),
    now,
    readOnly,
  });
}

/**
 * One per rack session: a panel that is open when somebody logs in anew goes on with it. Its window belongs to one session of
 * the gateway (gateway.md 4.1). Racks without a gateway have none.
 */
function stepUps(deck: Deck, now: () => number): (rack: string) => StepUp | undefined {
  const known = new WeakMap<RackSession, { readonly gateway: RackSession['gateway']; readonly stepUp: StepUp }>();
  return (rack) => {
    const session = deck.session(rack);
    const gateway = session?.gateway;
    if (!session || !gateway) return undefined;
    const found = known.get(session);
    const stepUp = found?.stepUp ?? new StepUp({ gateway: currentGateway(session), now });
    if (found?.gateway !== gateway) {
      if (found) stepUp.renewed();
      known.set(session, { gateway, stepUp });
    }
    stepUp.learn(session.access.get().stepUpExpiresAt);
    return stepUp;
  };
}

/** Of whichever login is there when it is asked. */
function currentGateway(session: RackSession): StepUpDependencies['gateway'] {
  const gateway = (): GatewayApi => {
    if (session.gateway) return session.gateway;
    throw new Failure({ kind: 'not-logged-in', what: 'There is no session of the gateway', next: 'Log in (L).' });
  };
  return {
    mfaStatus: async (...asked) => gateway().mfaStatus(...asked),
    verifyMfa: async (...asked) => gateway().verifyMfa(...asked),
  };
}
