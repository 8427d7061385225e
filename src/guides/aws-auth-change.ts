import type { Observation } from '../actions/observation.ts';
import type { PreviewLine } from '../actions/preview.ts';
import type { AwsAuthEdit } from '../domain/aws-auth-append.ts';
import { type IntendedLosses, previewAwsAuth, writeTrouble } from '../domain/aws-auth-guard.ts';
import type { AwsAuthDamage, AwsAuthData } from '../domain/aws-auth-map.ts';
import { repairTrouble } from '../domain/aws-auth-repair.ts';
import { Failure } from '../domain/failure.ts';
import { type ConfigMap, type KubernetesNode, REPLACE_CONFIG_MAP } from '../protocol/kubernetes-api.ts';
import { AWS_AUTH, type AwsAuthFacts, mustBeSameCluster } from './aws-auth-facts.ts';
import type { ApplyContext, GuideContext, StepPlan } from './define-guide.ts';

export interface AwsAuthPlan {
  readonly headline: string;
  readonly effects: readonly string[];
  readonly edit: AwsAuthEdit;
  readonly intended?: IntendedLosses;
  /** Text that nobody could read cannot be compared entry by entry: a repair is judged by what was damaged. */
  readonly repairs?: AwsAuthDamage;
}

/**
 * One edit of `aws-auth` as a plan (convox-api.md 9.2): shown as a difference, refused where an entry would be lost or somebody
 * locked out, written with the resource version that was read, a copy kept before.
 */
export function planAwsAuth({ map, data, around }: AwsAuthFacts, plan: AwsAuthPlan): StepPlan {
  const { headline, effects, edit, intended, repairs } = plan;
  const after = edit.kind === 'changed' ? edit.data : data;
  const trouble = repairs ? repairTrouble(data, after, repairs, around) : writeTrouble(data, after, intended, around);
  return {
    preview: {
      headline,
      effects,
      warnings: edit.kind === 'changed' && edit.kept === 'meaning' ? [REWRITTEN] : [],
      lines: diffLines(data, after),
      blocked: blockedBecause(edit, trouble),
    },
    changes: [{ route: REPLACE_CONFIG_MAP, times: 1 }],
    echo: `kubectl -n kube-system edit configmap aws-auth   # resourceVersion ${map.resourceVersion}`,
    keep: { before: JSON.stringify(data), after: JSON.stringify(after) },
    run: (context) => write(map, after, context),
  };
}

const REWRITTEN = 'The list is written anew: the other entries keep their meaning, but not their comments and layout.';

function blockedBecause(edit: AwsAuthEdit, trouble: readonly string[]): string | undefined {
  if (edit.kind === 'refused') return `${edit.why} ${edit.next}`;
  if (edit.kind === 'unchanged') return edit.why;
  return trouble.length === 0 ? undefined : trouble.join(' ');
}

function diffLines(before: AwsAuthData, after: AwsAuthData): readonly PreviewLine[] {
  let section = '';
  return previewAwsAuth(before, after).flatMap((line): PreviewLine[] => {
    const shown: PreviewLine = { kind: line.op, text: line.text };
    if (line.section === section) return [shown];
    section = line.section;
    return [{ kind: 'heading', text: section }, shown];
  });
}

async function write(map: ConfigMap, after: AwsAuthData, context: ApplyContext): Promise<void> {
  const kept = await context.writes.keep.text('aws-auth.json', manifest(map));
  await context.keep({ backup: kept.path, sha256: kept.sha256 });
  context.note(`A copy of aws-auth is kept in ${kept.path}.`);
  await context.writes.kubernetes.replaceConfigMap(map, after, context);
}

/** A manifest that `kubectl -n kube-system replace -f` takes; without resource version, so that it still does later. */
function manifest({ namespace, name, labels, annotations, data }: ConfigMap): string {
  const metadata = { namespace, name, labels, annotations };
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, undefined, 2)}\n`;
}

/** The undo: the copy as a whole while nobody has written since, else only `fallback`, which spares what others wrote. */
export function restoreAwsAuth(
  facts: AwsAuthFacts,
  kept: Readonly<Record<string, string>> | undefined,
  fallback: () => AwsAuthEdit,
): StepPlan {
  const before = dataOf(kept?.before);
  const untouched = before !== undefined && kept?.after === JSON.stringify(facts.data);
  const edit: AwsAuthEdit = untouched
    ? { kind: 'changed', change: 'removed', data: before, kept: 'text', section: 'mapRoles', why: '' }
    : fallback();
  const plan = planAwsAuth(facts, {
    headline: 'Take the change of aws-auth back',
    effects: [untouched ? 'aws-auth is again what it was before.' : 'Others have changed it since: theirs stays.'],
    edit,
  });
  if (edit.kind !== 'changed') return plan;
  // Something is meant to go, which the guard against losses cannot know: seen from the other side nothing may be lost.
  const trouble = untouched ? [] : writeTrouble(edit.data, facts.data, {}, facts.around);
  const { blocked: _blocked, ...preview } = plan.preview;
  return { ...plan, preview: trouble.length === 0 ? preview : { ...preview, blocked: trouble.join(' ') } };
}

function dataOf(text: string | undefined): AwsAuthData | undefined {
  if (text === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(text);
    const isData =
      typeof data === 'object' && data !== null && Object.values(data).every((value) => typeof value === 'string');
    return isData ? (data as AwsAuthData) : undefined;
  } catch {
    return undefined;
  }
}

/** Are all nodes ready? Part of the proof after every write of aws-auth. */
export async function nodesAreReady(context: GuideContext): Promise<{ ready: boolean; words: string }> {
  const nodes = await nodesOf(context);
  const missing = nodes.filter(({ ready }) => !ready);
  if (missing.length === 0) return { ready: true, words: `All ${nodes.length} nodes are ready.` };
  const names = missing.slice(0, 3).map(({ name }) => name);
  const shown = missing.length > 3 ? `${names.join(', ')} ...` : names.join(', ');
  return { ready: false, words: `${missing.length} of ${nodes.length} nodes are not ready: ${shown}.` };
}

/** Of the cluster; through a gateway, which does not let anybody look into it, as the rack lists them. */
async function nodesOf(context: GuideContext): Promise<readonly KubernetesNode[]> {
  try {
    await mustBeSameCluster(context);
    return await context.reads.kubernetes.nodes(context);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'unsupported') throw error;
    const instances = await context.reads.rack.instances(context);
    return instances.map(({ id, status }) => ({ name: id, ready: status === 'running' }));
  }
}

/** One look after a write: the entry is there (or gone), and the nodes stay. */
export async function observeAwsAuth(context: GuideContext, there: boolean, words: string): Promise<Observation> {
  if (!there) return { state: 'absent', words };
  const nodes = await nodesAreReady(context);
  return { state: nodes.ready ? 'done' : 'pending', words: `${words} ${nodes.words}` };
}

export function noAwsAuth(): Failure {
  return new Failure({
    kind: 'not-found',
    what: 'The cluster has no ConfigMap kube-system/aws-auth',
    why: 'it was deleted, or never made because the cluster uses access entries only',
    next: 'In mode CONFIG_MAP restore it from a copy first: without it nobody but the creator of the cluster can enter.',
    where: `${AWS_AUTH.namespace}/${AWS_AUTH.name}`,
    nothingSent: true,
  });
}
